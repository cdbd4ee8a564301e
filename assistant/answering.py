"""From chosen sentences to an answer: statements, citations, lead, notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant import wording
from assistant.answer_kind import present
from assistant.attribution import Speaker, speakers
from assistant.candidates import Candidate
from assistant.dates import Relative, relative_times
from assistant.extract import Extract, nearest
from assistant.question import Question
from assistant.reader import Reading
from assistant.schema import (
    Answer,
    Citation,
    IndexState,
    Mode,
    Nearest,
    Statement,
    Status,
    Support,
)
from assistant.spans import answer_span
from assistant.tokens import tokens
from assistant.verify import verify_answer
from index.schema import Document


@dataclass(frozen=True, slots=True)
class Part:
    """One question of the asker's, what the reader made of it, and what was chosen."""

    question: Question
    reading: Reading | None
    chosen: Extract | None

    @property
    def answered(self) -> bool:
        """Tell whether anything was chosen."""
        return self.chosen is not None and bool(self.chosen.chosen)


def compose(
    question: str, standalone: str, language: str, parts: Sequence[Part], state: IndexState,
    documents: Mapping[str, Document],
) -> Answer:  # fmt: skip
    """Put an answer together from its parts; a refusal where no part is answered."""
    notes = [wording.text(language, "note.stale")] if state.stale else []
    probability = max((p.chosen.probability for p in parts if p.chosen), default=0.0)
    if not any(part.answered for part in parts):
        return _refusal(question, standalone, language, parts, state, notes, probability)
    citations: list[Citation] = []
    statements: list[Statement] = []
    lines: list[str] = []
    for part in parts:
        if not part.answered:
            lines.append(wording.text(language, "refusal.part", question=part.question.text))
            continue
        assert part.reading is not None
        assert part.chosen is not None
        lead = ""
        for place in part.chosen.chosen:
            candidate = part.reading.candidates[place]
            if any(
                c.start == candidate.sentence.start and c.document == candidate.sentence.document
                for c in citations
            ):
                continue
            citation = _citation(len(citations) + 1, part.question, candidate, language)
            statement, said = _statement(citation, candidate, language)
            opening = _lead(language, candidate.article.document, said)
            if part.chosen.conflict is not None and place == part.chosen.chosen[0]:
                lines.append(wording.text(language, "lead.conflict"))
            if opening != lead:
                lines.append(opening)
                lead = opening
            lines.append(_line(statement, citation))
            citations.append(citation)
            statements.append(statement)
    answered = [p.chosen.probability for p in parts if p.chosen and p.answered]
    return Answer(
        question, language, standalone, Status.ANSWERED, Mode.EXTRACTIVE, "\n".join(lines),
        tuple(statements), tuple(citations), (), min(answered), state, 0.0, tuple(notes),
    )  # fmt: skip


def _citation(number: int, question: Question, candidate: Candidate, language: str) -> Citation:
    sentence, document = candidate.sentence, candidate.article.document
    own = {token.word for token in question.content}
    near = _times_asked(question, sentence.text) or [
        (t.start, t.end) for t in tokens(sentence.text) if t.word in own
    ]
    span = answer_span(question, sentence.text, near)
    translation = sentence.translations.get(language) if language != document.language else None
    return Citation(
        number, document.id, document.title, sentence.section, sentence.start, sentence.end,
        sentence.text,
        (sentence.start + span[0], sentence.start + span[1]) if span else None,
        translation,
        document.published.isoformat() if document.published else None,
        document.url,
        translation is not None and document.is_machine_translated(language),
    )  # fmt: skip


def _times_asked(question: Question, text: str) -> list[tuple[int, int]]:
    """Return where a sentence names the time that was asked about: its figure stands beside it."""
    held = present(text)
    years = {asked.year for asked in question.years}
    times = [(found.start, found.end) for found in held.dates if found.year in years]
    if question.relative:
        times += [(found.start, found.end) for found in held.relative]
    return times


def _statement(
    citation: Citation, candidate: Candidate, language: str
) -> tuple[Statement, Speaker | None]:
    said = speakers(candidate.article).get(citation.start)
    note = _time_note(citation.quote, candidate.article.document, language)
    statement = Statement(
        citation.quote, (citation.number,), Support.VERBATIM, said.name if said else None, note
    )
    return statement, said


def _time_note(quote: str, document: Document, language: str) -> str | None:
    """Say which year "last year" is; the quote itself stays as it is."""
    if document.published is None:
        return None
    written = wording.day(language, document.published)
    lines = []
    for found in relative_times(quote, document.published):
        phrase = quote[found.start : found.end]
        lines.append(_meant(language, phrase, found, written))
    return " ".join(dict.fromkeys(lines)) or None


def _meant(language: str, phrase: str, found: Relative, written: str) -> str:
    first, last = found.first, found.last
    if first == last:
        meant = wording.day(language, first)
        return wording.text(language, "note.day", phrase=phrase, day=meant)
    if first.year == last.year:
        return wording.text(language, "note.year", phrase=phrase, year=first.year, date=written)
    return wording.text(
        language, "note.years", phrase=phrase, first=first.year, last=last.year, date=written
    )


def _lead(language: str, document: Document, said: Speaker | None) -> str:
    if said is not None:
        key = (
            "lead.quotation"
            if said.quoted
            else "lead.speaker_role"
            if said.role
            else "lead.speaker"
        )
        return wording.text(language, key, speaker=said.name, role=said.role)
    if document.published is None:
        return wording.text(language, "lead.article")
    return wording.text(
        language, "lead.article_dated", date=wording.day(language, document.published)
    )


def _line(statement: Statement, citation: Citation) -> str:
    quote = statement.text if any(c in statement.text for c in "«»“”") else f"«{statement.text}»"
    return f"{quote} [{citation.number}]"


def _refusal(
    question: str, standalone: str, language: str, parts: Sequence[Part], state: IndexState,
    notes: Sequence[str], probability: float,
) -> Answer:  # fmt: skip
    shown: list[Nearest] = []
    for part in parts:
        for place in nearest(part.reading) if part.reading else ():
            sentence = part.reading.candidates[place].sentence if part.reading else None
            if sentence and len(shown) < 3:
                shown.append(
                    Nearest(sentence.document, sentence.start, sentence.end, sentence.text)
                )
    lines = [wording.text(language, "refusal")]
    absent = [word for part in parts if part.chosen for word in part.chosen.absent]
    if absent:
        words = ", ".join(f"«{word}»" for word in dict.fromkeys(absent))
        lines.append(wording.text(language, "refusal.missing", words=words))
    if shown:
        lines.append(wording.text(language, "refusal.nearest", count=len(shown)))
    return Answer(
        question, language, standalone, Status.NOT_IN_SOURCES, Mode.EXTRACTIVE, " ".join(lines),
        (), (), tuple(shown), probability, state, 0.0, tuple(notes),
    )  # fmt: skip


def fit_to_show(answer: Answer, documents: Mapping[str, Document]) -> Answer:
    """Let an answer through the checks that every answer passes; a failing one is no answer."""
    verify_answer(answer, documents)
    return replace(answer)
