"""A model asked for one paragraph's translation, and once more where the checks find fault."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.citing import VisibleText
from assistant.claims import ClaimChecker
from assistant.evidence import Cited
from assistant.fact_checks import Problem
from assistant.llm import ChatModel, Message
from assistant.prompting import prompt, without_unseen
from assistant.translating.checks import translation_problems
from index.glossary import open_glossary

NAMES = {"ar": "Arabic", "en": "English", "ru": "Russian", "kk": "Kazakh"}
_KINDS = ("places", "people", "organisations")
_MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the model made of a paragraph; it may be shown where `problems` is empty."""

    text: str
    problems: tuple[Problem, ...]


class Translator:
    """Translates paragraphs with a model; every one is checked."""

    def __init__(self, model: ChatModel, checker: ClaimChecker) -> None:
        self._model = model
        self._checker = checker

    @property
    def name(self) -> str:
        """Name the model, for the front matter."""
        return self._model.name

    def translate(self, original: Cited, language: str) -> Attempt:
        """Return the translation of a paragraph, asked for at most twice. Raises ModelFailure."""
        asked = _messages(original, language)
        attempt = self._ask(asked, original, language)
        if not attempt.problems:
            return attempt
        faults = "\n".join(f"- {p.kind}: {p.detail}" for p in attempt.problems)
        again = [
            *asked,
            Message("assistant", attempt.text or "…"),
            Message("user", prompt("translate_again").format(faults=faults)),
        ]
        return self._ask(again, original, language)

    def _ask(self, messages: Sequence[Message], original: Cited, language: str) -> Attempt:
        reply = self._model.complete(messages, time.monotonic() + self._model.timeout)
        visible = VisibleText()
        text = (visible.feed(reply) + visible.close()).strip()
        problems = translation_problems(self._checker, original, text, language)
        return Attempt(text, problems)


def _messages(original: Cited, language: str) -> list[Message]:
    own = original.article.document.language
    text = without_unseen(" ".join(original.originals))
    rules = prompt("translate").format(
        original=NAMES.get(own, own),
        language=NAMES.get(language, language),
        names=_known_names(text, own, language) or "none",
    )
    return [Message("system", rules), Message("user", f"<paragraph>\n{text}\n</paragraph>")]


def _known_names(text: str, own: str, language: str) -> str:
    pairs = [
        f"{entry.forms[own][0]} = {entry.forms[language][0]}"
        for entry in open_glossary().find(text)
        if entry.kind in _KINDS and entry.forms.get(own) and entry.forms.get(language)
    ]
    return "; ".join(dict.fromkeys(pairs[:_MOST_NAMES]))
