"""Faults to plant in answers, and the measures that must catch each: the evaluation evaluated.

A fault takes the answers of a whole run, because some exchange things between answers. Faults of
searching are in `eval.search_mutations`; `eval.mutation_run` plants them all and looks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import regex

from assistant.schema import Answer, Citation, Statement, Status, Support

Answers = Sequence[Answer]
_DIGIT = regex.compile(r"\d(?=\D*$)")
# invented, and in no article
_NAMES = {
    "ar": "وقال الوزير سمير البغلي",
    "ru": "сказал Прохор Заварзин",
    "kk": "деді Прохор Заварзин",
}
_LATIN_NAME = "said Ebenezer Crumplehorn"
_OTHER_WORDS = {"en": "В статьях этого нет."}
_GERMAN = "Das steht nicht in den Artikeln."


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, and which measures are there to notice it."""

    name: str
    plant: Callable[[Answers], list[Answer]]
    caught_by: tuple[str, ...]


def each(change: Callable[[Answer], Answer]) -> Callable[[Answers], list[Answer]]:
    """Plant a fault in every answer that is none of a refusal."""
    return lambda answers: [change(a) if a.statements else a for a in answers]


def _statements(answer: Answer, change: Callable[[Statement], Statement]) -> Answer:
    return replace(answer, statements=tuple(map(change, answer.statements)))


def _citations(answer: Answer, change: Callable[[Citation], Citation]) -> Answer:
    return replace(answer, citations=tuple(map(change, answer.citations)))


def shuffled_citations(answers: Answers) -> list[Answer]:
    """Give each answer the citations of another one, numbers kept."""
    given = [place for place, answer in enumerate(answers) if answer.citations]
    result = list(answers)
    for turn, place in enumerate(given):
        own = answers[place]
        others = (answers[given[(turn + step) % len(given)]] for step in range(1, len(given)))
        other = next((a for a in others if a.citations[0].quote != own.citations[0].quote), own)
        lent = [other.citations[n % len(other.citations)] for n in range(len(own.citations))]
        numbered = tuple(replace(c, number=n) for n, c in enumerate(lent, 1))
        result[place] = replace(own, citations=numbered)
    return result


def swapped_speakers(answers: Answers) -> list[Answer]:
    """Give each statement the speaker of another answer."""
    names = list(dict.fromkeys(s.speaker for a in answers for s in a.statements if s.speaker))
    if len(names) == 1:
        names.append("Ebenezer Crumplehorn")
    after = dict(zip(names, [*names[1:], *names[:1]], strict=True))

    def other(statement: Statement) -> Statement:
        speaker = statement.speaker
        return replace(statement, speaker=after[speaker]) if speaker else statement

    return [_statements(answer, other) for answer in answers]


def _next_digit(text: str) -> str:
    """Return a text with its last digit changed, in its own digits."""

    def following(found: Any) -> str:
        digit = ord(found[0])
        zero = digit - int(found[0])
        return chr(zero + (int(found[0]) + 1) % 10)

    return str(_DIGIT.sub(following, text))


def _digit_of_statement(answer: Answer) -> Answer:
    return _statements(answer, lambda s: replace(s, text=_next_digit(s.text)))


def _digit_of_quote(answer: Answer) -> Answer:
    return _citations(answer, lambda c: replace(c, quote=_next_digit(c.quote)))


def _quote_cut(answer: Answer) -> Answer:
    return _citations(answer, lambda c: replace(c, quote=f"{c.quote[: len(c.quote) // 2]}…"))


def _moved(answer: Answer) -> Answer:
    return _citations(answer, lambda c: replace(c, start=c.start + 1, end=c.end + 1))


def _invented_quotation(answer: Answer) -> Answer:
    return _statements(answer, lambda s: replace(s, text=f"{s.text} «zyx wvu tsr»"))


def _another_date(answer: Answer) -> Answer:
    return _statements(answer, lambda s: replace(s, text=f"{s.text} (7.11.1931)"))


def _another_name(answer: Answer) -> Answer:
    def named(statement: Statement) -> Statement:
        written = "ar" if regex.search(r"\p{Script=Arabic}", statement.text) else answer.language
        written = "ru" if regex.search(r"\p{Script=Cyrillic}", statement.text) else written
        said = _NAMES.get(written, _LATIN_NAME)
        return replace(statement, text=f"{statement.text.rstrip('. ')}, {said}")

    return _statements(answer, named)


def _reworded(answer: Answer) -> Answer:
    return _statements(answer, lambda s: replace(s, text=s.text[::-1], support=Support.VERBATIM))


def _uncited(answer: Answer) -> Answer:
    return _statements(answer, lambda s: replace(s, citations=()))


def _unknown_number(answer: Answer) -> Answer:
    return _statements(answer, lambda s: replace(s, citations=(*s.citations, 99)))


def needless_citations(answers: Answers) -> list[Answer]:
    """Add to every statement a citation of another answer that it does not need."""
    spare = shuffled_citations(answers)
    result = []
    for answer, other in zip(answers, spare, strict=True):
        if not answer.citations:
            result.append(answer)
            continue
        number = len(answer.citations) + 1
        more = (*answer.citations, replace(other.citations[0], number=number))
        cited = _statements(answer, lambda s, n=number: replace(s, citations=(*s.citations, n)))  # type: ignore[misc]
        result.append(replace(cited, citations=more))
    return result


def dropped_refusals(answers: Answers) -> list[Answer]:
    """Answer what was refused, with the nearest passage."""
    return [
        replace(a, status=Status.ANSWERED, confidence=0.95) if not a.statements else a
        for a in answers
    ]


def only_refusals(answers: Answers) -> list[Answer]:
    """Refuse everything."""
    return [
        replace(a, status=Status.NOT_IN_SOURCES, statements=(), citations=(), confidence=0.05)
        for a in answers
    ]


def another_language(answers: Answers) -> list[Answer]:
    """Say everything in a language nobody asked in."""
    return [replace(a, text=_OTHER_WORDS.get(a.language, _GERMAN)) for a in answers]


def confidence_turned_round(answers: Answers) -> list[Answer]:
    """Be sure where it was unsure."""
    return [replace(a, confidence=1 - a.confidence) for a in answers]


def never_sure(answers: Answers) -> list[Answer]:
    """Tell the least confidence with every answer."""
    return [replace(a, confidence=0.01) for a in answers]


def _no_span(answer: Answer) -> Answer:
    return _citations(answer, lambda c: replace(c, answer_span=None))


FAULTS = (
    Fault(
        "citations shuffled between answers",
        shuffled_citations,
        ("citation_recall", "first_citation", "citation_precision", "alce_recall"),
    ),
    Fault(
        "a needless citation added", needless_citations, ("citation_precision", "alce_precision")
    ),
    Fault("a digit of the statement changed", each(_digit_of_statement), ("figures_right",)),
    Fault("a digit of the quote changed", each(_digit_of_quote), ("offsets_right",)),
    Fault("the quote cut short", each(_quote_cut), ("offsets_right", "citation_recall")),
    Fault("offsets moved by one", each(_moved), ("offsets_right",)),
    Fault("the words of a quote reversed", each(_reworded), ("verbatim_right", "alce_recall")),
    Fault("a quotation invented", each(_invented_quotation), ("quotations_right",)),
    Fault("a date added", each(_another_date), ("dates_right",)),
    Fault("a name added", each(_another_name), ("names_right",)),
    Fault("speakers swapped", swapped_speakers, ("speaker_right",)),
    Fault("citations left out", each(_uncited), ("coverage", "alce_recall")),
    Fault("a citation that does not exist", each(_unknown_number), ("quotations_right",)),
    Fault(
        "refusals dropped", dropped_refusals, ("refusal_rate", "hallucination_rate", "f1_refused")
    ),
    Fault(
        "everything refused", only_refusals, ("error_rate", "f1_answered", "citation_recall")
    ),
    Fault("another language", another_language, ("language_right",)),
    Fault("confidence turned round", confidence_turned_round, ("auroc", "brier")),
    Fault("never sure of anything", never_sure, ("auroc", "calibration_error", "brier")),
    Fault("answer spans left out", each(_no_span), ("answer_f1", "answer_em")),
)  # fmt: skip
