"""What a language model is told: rules, numbered passages without hidden signs, the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import regex

from assistant.article import Article
from assistant.evidence import Cited
from assistant.injection import withheld
from assistant.llm import Message
from assistant.schema import Turn

LANGUAGE_NAMES = {"ar": "Arabic", "en": "English", "ru": "Russian", "kk": "Kazakh"}
# what a model sees of the articles; small models have small windows
MOST_SOURCES = 8
MOST_CHARACTERS = 9_000
_BRACKETED_NUMBER = regex.compile(r"[\[【［](\s*\p{Nd}[\p{Nd}\s,،–-]*)[\]】］]")
_UNSEEN = regex.compile(r"[\p{Cf}\p{Cc}--[\n]]", flags=regex.VERSION1)


@dataclass(frozen=True, slots=True)
class Source:
    """A numbered passage as the model gets it: ``article.document.text[start:end]``."""

    number: int
    article: Article
    start: int
    end: int

    def as_cited(self) -> Cited:
        """Return its sentences."""
        hidden = withheld(self.article)
        found = self.article.within(self.start, self.end)
        return Cited(self.article, tuple(s for s in found if s.paragraph not in hidden))

    def as_prompt(self) -> str:
        """Return it without hidden signs, its own bracketed numbers no longer markers."""
        document = self.article.document
        text = without_unseen(" ".join(s.text for s in self.as_cited().sentences))
        text = _BRACKETED_NUMBER.sub(r"(\1)", text).replace("<", "‹").replace(">", "›")
        dated = f", {document.published.isoformat()}" if document.published else ""
        return f"[{self.number}] ({document.title}{dated})\n{text}"


def answer_messages(
    question: str, sources: Sequence[Source], language: str, history: Sequence[Turn]
) -> list[Message]:
    """Return the prompt: rules, numbered sources, the question last."""
    numbered = "\n\n".join(source.as_prompt() for source in sources)
    earlier = [
        message
        for turn in history[-2:]
        for message in (Message("user", turn.question), Message("assistant", turn.answer[:500]))
    ]
    asked = f"<sources>\n{numbered}\n</sources>\n\n{without_unseen(question)}"
    return [Message("system", prompt(language)), *earlier, Message("user", asked)]


def number_sources(passages: Sequence[tuple[Article, int, int]]) -> list[Source]:
    """Give numbers to as many passages, best first, as fit a small model's window."""
    sources: list[Source] = []
    room = MOST_CHARACTERS
    for article, start, end in passages[:MOST_SOURCES]:
        if not Source(0, article, start, end).as_cited().sentences:
            continue
        room -= end - start
        if room < 0 and sources:
            break
        sources.append(Source(len(sources) + 1, article, start, end))
    return sources


@cache
def prompt(name: str) -> str:
    """Return a prompt file."""
    return (files("assistant") / "prompts" / f"{name}.md").read_text(encoding="utf-8")


def without_unseen(text: str) -> str:
    """Return a text without control and format signs, which may hide words from its readers."""
    return _UNSEEN.sub("", text)
