"""A model's fluent answer under guard: drafted, checked statement by statement, mended or dropped.

Only what passes `claims` leaves this module. A failing statement is sent back to the model once,
with what failed; what fails again is left out and counted.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace

import regex

from assistant.assent import without_assent
from assistant.citing import Draft, StatementParser
from assistant.claims import ClaimChecker
from assistant.evidence import Cited
from assistant.fact_checks import Problem
from assistant.llm import ChatModel, Message, ModelFailure
from assistant.prompting import LANGUAGE_NAMES, Source, answer_messages, prompt
from assistant.question import language_of
from assistant.schema import Turn
from assistant.verify import verify_statement

log = logging.getLogger(__name__)
REFUSAL = "NOT IN SOURCES"


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement that passed every check, and the sentences it rests on."""

    text: str
    cited: tuple[Cited, ...]


@dataclass(slots=True)
class Outcome:
    """What became of a reply, filled while it streams."""

    refused: bool = False
    kept: int = 0
    dropped: list[tuple[Draft, tuple[Problem, ...]]] = field(default_factory=list)


class Writer:
    """Writes answers with a model, and lets out only what is in the sources."""

    def __init__(self, model: ChatModel, checker: ClaimChecker) -> None:
        self._model = model
        self._checker = checker

    def write(
        self,
        question: str,
        sources: Sequence[Source],
        language: str,
        history: Sequence[Turn],
        deadline: float,
        outcome: Outcome,
    ) -> Iterator[Claim | None]:
        """Yield the statements that pass, as they pass; `outcome` tells what did not.

        None says once a second that the model is still being waited for. Raises ModelFailure where
        it fails; what was yielded before stays true.
        """
        asked = answer_messages(question, sources, language, history)
        reply: list[str] = []
        failed: list[tuple[Draft, tuple[Problem, ...]]] = []
        for draft in self._drafts(asked, len(sources), deadline, reply):
            if draft is None:
                yield None
                continue
            if REFUSAL in draft.text.upper():
                outcome.refused = not outcome.kept
                return
            claim, problems = self.check(draft, sources, language)
            if claim is not None:
                outcome.kept += 1
                yield claim
            else:
                failed.append((draft, problems))
        if failed:
            yield from self._repair(asked, reply, failed, sources, language, deadline, outcome)

    def check(
        self, draft: Draft, sources: Sequence[Source], language: str
    ) -> tuple[Claim | None, tuple[Problem, ...]]:
        """Return the claim that a draft makes, or why it makes none."""
        if not draft.citations:
            return None, (Problem("support", "no source is named"),)
        told = without_assent(draft.text)
        if told is None:
            return None, (Problem("support", "it agrees with the asker instead of telling"),)
        draft = replace(draft, text=told)
        if language_of(_without_quotations(draft.text)) != language:
            return None, (Problem("support", f"not in {LANGUAGE_NAMES[language]}"),)
        whole = [sources[number - 1].as_cited() for number in draft.citations]
        full = [source for source in whole if source.sentences]
        cited = [self._checker.narrow(draft.text, source) for source in full]
        problems = self._checker.problems(draft.text, cited)
        if problems and {problem.kind for problem in problems} <= {"speaker", "name"}:
            wider = [one.with_antecedent(source) for one, source in zip(cited, full, strict=True)]
            if wider != cited and not self._checker.problems(draft.text, wider):
                cited, problems = wider, ()
        return (None, problems) if problems else (Claim(draft.text, tuple(cited)), ())

    def _repair(
        self,
        asked: Sequence[Message],
        reply: Sequence[str],
        failed: Sequence[tuple[Draft, tuple[Problem, ...]]],
        sources: Sequence[Source],
        language: str,
        deadline: float,
        outcome: Outcome,
    ) -> Iterator[Claim | None]:
        outcome.dropped += failed
        faults = "\n".join(
            f"- {draft.text}\n  " + "; ".join(f"{p.kind}: {p.detail}" for p in problems)
            for draft, problems in failed
        )
        told = prompt("repair").format(language=LANGUAGE_NAMES[language], faults=faults)
        again = [*asked, Message("assistant", "".join(reply)), Message("user", told)]
        try:
            for draft in self._drafts(again, len(sources), deadline, []):
                if draft is None:
                    yield None
                    continue
                claim, _ = self.check(draft, sources, language)
                if claim is not None and outcome.dropped:
                    outcome.dropped.pop(0)
                    outcome.kept += 1
                    yield claim
        except ModelFailure as error:
            # the answer was complete without it
            log.warning("the language model failed to mend a statement: %s", error)

    def _drafts(
        self, messages: Sequence[Message], sources: int, deadline: float, reply: list[str]
    ) -> Iterator[Draft | None]:
        parser = StatementParser(sources)
        for piece in self._model.stream(messages, deadline):
            if not piece:
                yield None
                continue
            reply.append(piece)
            yield from parser.feed(piece)
        yield from parser.close()

    def stand_alone(
        self, question: str, history: Sequence[Turn], deadline: float
    ) -> Generator[None, None, str | None]:
        """Return a follow-up made to stand alone, or None where the model's word won't do.

        It may bring in nothing that was not said: no figure, date or name. Yields None once a
        second while the model is waited for.
        """
        turns = history[-3:]
        talk = "\n".join(f"Q: {turn.question}\nA: {turn.answer[:500]}" for turn in turns)
        told = prompt("rewrite").format(conversation=talk, question=question)
        pieces: list[str] = []
        for piece in self._model.stream([Message("user", told)], deadline):
            pieces.append(piece)
            if not piece:
                yield None
        lines = [line.strip() for line in _visible("".join(pieces)).splitlines() if line.strip()]
        if len(lines) != 1 or len(lines[0]) > 400 or language_of(lines[0]) != language_of(question):
            return None
        said = [question, *(text for turn in turns for text in (turn.question, turn.answer))]
        return lines[0] if verify_statement(lines[0], said).good else None


def _without_quotations(text: str) -> str:
    rest = regex.sub(r"«[^»]*»|“[^”]*”|\"[^\"]*\"", " ", text)
    return rest if any(character.isalpha() for character in rest) else text


def _visible(reply: str) -> str:
    from assistant.citing import VisibleText

    text = VisibleText()
    return text.feed(reply) + text.close()
