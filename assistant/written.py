"""An answer in a model's words: verified claims become statements and citations as they come.

It starts from the extractive answer, which stands whenever the model is down, slow, silent or
writes nothing that can be verified; the notes then say so.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from threading import Lock

from assistant import wording
from assistant.article import Article
from assistant.attribution import speakers
from assistant.claims import ClaimChecker
from assistant.generate import Claim, Outcome, Writer
from assistant.llm import ChatModel, ModelFailure
from assistant.matching import WordMatcher
from assistant.prompting import Source, number_sources
from assistant.schema import Answer, Citation, Mode, Progress, Statement, Status, Support, Turn
from assistant.settings import Settings

log = logging.getLogger(__name__)


class Author:
    """Answers in a language model's words; opens the model when it is first needed."""

    def __init__(self, settings: Settings, matcher: WordMatcher, lock: Lock) -> None:
        self._writer = Writer(ChatModel(settings), ClaimChecker(matcher, lock))

    def stand_alone(
        self, question: str, history: Sequence[Turn], timeout: float
    ) -> Generator[Progress, None, str | None]:
        """Return a follow-up rewritten by the model, or None where it can't or won't."""
        waiting = self._writer.stand_alone(question, history, time.monotonic() + timeout)
        try:
            while True:
                next(waiting)
                yield Progress("searching")
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]
        except ModelFailure as error:
            log.warning("the language model failed to rewrite a question: %s", error)
            return None
        finally:
            waiting.close()

    def write(
        self,
        extractive: Answer,
        passages: Sequence[tuple[Article, int, int]],
        history: Sequence[Turn],
        timeout: float,
    ) -> Iterator[Progress | Statement | Answer]:
        """Yield the model's statements as they pass the checks, then the answer they make."""
        sources = number_sources(passages)
        yield from write_answer(extractive, sources, self._writer, history, timeout)


def write_answer(
    extractive: Answer,
    sources: Sequence[Source],
    writer: Writer,
    history: Sequence[Turn],
    timeout: float,
) -> Iterator[Progress | Statement | Answer]:
    """Yield the model's statements that pass the checks, then the answer they make.

    `timeout` counts in seconds from now. A refusal stays one: what the sources do not answer, no
    model may.
    """
    if extractive.status is Status.NOT_IN_SOURCES or not sources:
        yield extractive
        return
    yield Progress("writing")
    language = extractive.language
    outcome, failure = Outcome(), None
    statements: list[Statement] = []
    citations: list[Citation] = []
    claims = writer.write(
        extractive.standalone_question,
        sources,
        language,
        history,
        time.monotonic() + timeout,
        outcome,
    )
    try:
        for claim in claims:
            if claim is None:
                yield Progress("writing")
                continue
            statement = _statement(claim, citations, language)
            statements.append(statement)
            yield statement
    except ModelFailure as error:
        failure = error
        log.warning("the language model failed: %s", error)
    if outcome.dropped:
        kinds = sorted({p.kind for _, problems in outcome.dropped for p in problems})
        log.warning(
            "%d statement(s) of the language model left out: %s",
            len(outcome.dropped),
            ", ".join(kinds),
        )
    elif not statements and failure is None:
        log.warning("the language model wrote nothing that could be shown")
    notes = _notes(language, statements, outcome, failure)
    if not statements:
        yield from extractive.statements
        yield replace(extractive, notes=(*extractive.notes, *notes))
        return
    yield replace(
        extractive,
        mode=Mode.GENERATIVE,
        text=" ".join(_marked(statement) for statement in statements),
        statements=tuple(statements),
        citations=tuple(citations),
        notes=(*extractive.notes, *notes),
    )


def _statement(claim: Claim, citations: list[Citation], language: str) -> Statement:
    """Return the claim as a statement; its new citations are appended to `citations`."""
    numbers: list[int] = []
    said: list[str | None] = []
    for cited in claim.cited:
        document = cited.article.document
        by_start = speakers(cited.article)
        for sentence in cited.sentences:
            speaker = by_start.get(sentence.start)
            said.append(speaker.name if speaker else None)
            known = [
                c.number
                for c in citations
                if (c.document, c.start) == (document.id, sentence.start)
            ]
            if not known:
                known = [len(citations) + 1]
                citations.append(
                    Citation(
                        number=known[0],
                        document=document.id,
                        title=document.title,
                        section=sentence.section,
                        start=sentence.start,
                        end=sentence.end,
                        quote=sentence.text,
                        translation=sentence.translations.get(language)
                        if language != document.language
                        else None,
                        published=document.published.isoformat() if document.published else None,
                        url=document.url,
                        machine_translation=language in sentence.translations
                        and document.is_machine_translated(language),
                    )
                )
            numbers += [number for number in known if number not in numbers]
    speaker_name = said[0] if len(set(said)) == 1 else None
    return Statement(claim.text, tuple(numbers), Support.VERIFIED, speaker_name)


def _marked(statement: Statement) -> str:
    return f"{statement.text} " + "".join(f"[{number}]" for number in statement.citations)


def _notes(
    language: str,
    statements: Sequence[Statement],
    outcome: Outcome,
    failure: ModelFailure | None,
) -> list[str]:
    notes = []
    if failure is not None and statements:
        notes.append(wording.text(language, "note.model_cut"))
    elif failure is not None:
        named = failure.reason if failure.reason in ("unreachable", "timeout") else "other"
        notes.append(wording.text(language, f"note.model_failed.{named}"))
    elif not statements:
        notes.append(wording.text(language, "note.model_unverified"))
    if outcome.dropped and statements:
        notes.append(wording.text(language, "note.left_out", count=len(outcome.dropped)))
    return notes
