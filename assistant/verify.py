"""The checks that every answer passes, whoever wrote it.

`verify_answer` holds for the answer as a whole: offsets, quotes, numbers of citations.
`verify_statement` holds for one sentence that someone worded: what it quotes and every figure,
date and name in it must be in what it cites, across scripts and languages. No model is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import regex

from assistant.dates import Date, dates, relative_times
from assistant.figures import Figure, figures
from assistant.met_names import Meaning, names_met, without_endings
from assistant.named import named_words
from assistant.schema import Answer
from assistant.tokens import Token, tokens
from assistant.vocabulary import phrase_book
from index.fold import find, fold
from index.schema import Document

_MARKER = regex.compile(r"[\[【]\s*[\d٠-٩]+(?:\s*[-–,،]\s*[\d٠-٩]+)*\s*[\]】]")
_QUOTATION = regex.compile(r"«([^«»]+)»|“([^“”]+)”|„([^„“]+)“|\"([^\"]+)\"")
_LEAST_QUOTED = 12  # shorter ones are names and terms, and are checked as such
_SMALL = 3  # "two companies" may be a dual, "one" an article: number words up to here pass


class Fault(StrEnum):
    """What is wrong with a piece of a statement."""

    QUOTATION = "quotation"
    FIGURE = "figure"
    DATE = "date"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Problem:
    """A piece of a statement that is not in what it cites: ``statement[start:end] == text``."""

    fault: Fault
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found wrong; nothing where the statement may be shown."""

    problems: tuple[Problem, ...]

    @property
    def good(self) -> bool:
        """Tell whether the statement may be shown."""
        return not self.problems


class Unverified(Exception):
    """An answer that must not be shown: a fault of ours, never of the asker's."""


def verify_statement(
    statement: str, cited: Sequence[str], *, published: date | None = None, context: str = "",
    meaning: Meaning | None = None,
) -> Verdict:  # fmt: skip
    """Check a worded statement against the texts it cites.

    `published` lets "last year" in a cited text stand for its year. `context` is where names may
    come from beside the cited texts (title, section, speaker); figures and quotations may not.
    `meaning` lets the words of an institution's name be met in another language.

    >>> verify_statement("Trade reached $4.2 billion.", ["بلغ 4.2 مليار دولار"]).good
    True
    >>> verify_statement("Trade reached $4.3 billion.", ["بلغ 4.2 مليار دولار"]).problems[0].text
    '$4.3 billion'
    """
    text = _MARKER.sub(lambda match: " " * len(match[0]), statement)
    problems = [
        *_quotations(text, cited),
        *_figures(text, cited, published),
        *_dates(text, cited, published),
        *_names(text, cited, context, meaning),
    ]
    return Verdict(tuple(sorted(problems, key=lambda p: p.start)))


def _quotations(text: str, cited: Sequence[str]) -> Iterator[Problem]:
    folded = [fold(each) for each in cited]
    for match in _QUOTATION.finditer(text):
        quoted = next(group for group in match.groups() if group).strip(" .,،;؛…")
        pieces = [piece.strip(" .,،") for piece in regex.split(r"…|\.\.\.|\[[^\]]*\]", quoted)]
        if len(quoted) < _LEAST_QUOTED:
            continue
        if not any(all(not p or find(p, each) for p in pieces) for each in folded):
            yield Problem(Fault.QUOTATION, match[0], match.start(), match.end())


def _figures(text: str, cited: Sequence[str], published: date | None) -> Iterator[Problem]:
    held = [figure for each in cited for figure in figures(each)]
    dated = [(d.start, d.end) for d in dates(text)]
    for figure in figures(text):
        if any(start <= figure.start < end for start, end in dated) and not figure.unit:
            continue  # the dates are checked as dates
        if figure.spelled and figure.value <= _SMALL and not figure.unit:
            continue
        near = frozenset() if figure.unit else _units_after(text, figure.end)
        if not any(_same(figure, other) and not _other(near, other) for other in held):
            problem = text[figure.start : figure.end]
            yield Problem(Fault.FIGURE, problem, figure.start, figure.end)


def _same(told: Figure, held: Figure) -> bool:
    """Compare a figure with one of the source: no unit may be added, none exchanged."""
    counted = {"year", "month", "day", "hour", "minute"}
    unit = told.unit == held.unit or not told.unit or (told.unit in counted and not held.unit)
    return told.value == held.value and unit


def _other(near: frozenset[str], held: Figure) -> bool:
    """Tell whether another unit than the source's follows a figure: "61 billion US euros"."""
    return bool(near) and bool(held.unit) and held.unit not in near


def _units_after(text: str, end: int) -> frozenset[str]:
    """Return the units among the next words, in whatever grammatical case."""
    clause = regex.split(r"[.,;:!?،؛؟«»“”()]", text[end : end + 40], maxsplit=1)[0]
    book = phrase_book("figures", "units")
    found = [
        book.at([Token(form, 0, len(form), "word")], 0)
        for token in tokens(clause)[:2]
        for form in without_endings(token.word)
    ]
    return frozenset(phrase.key for phrase in found if phrase)


def _dates(text: str, cited: Sequence[str], published: date | None) -> Iterator[Problem]:
    held = [d for each in cited for d in dates(each)]
    if published is not None:
        held.append(Date(0, 0, published.year, published.month, published.day))
        for each in cited:
            for found in relative_times(each, published):
                held += [
                    Date(0, 0, day.year, day.month, day.day) for day in (found.first, found.last)
                ]
    figures_held = {figure.value for each in cited for figure in figures(each)}
    for told in dates(text):
        if any(told.within(other) for other in held):
            continue
        if told.month is None and told.year in figures_held:
            continue  # a count that looks like a year
        yield Problem(Fault.DATE, text[told.start : told.end], told.start, told.end)


def _names(
    text: str, cited: Sequence[str], context: str, meaning: Meaning | None
) -> Iterator[Problem]:
    source = "\n".join([*cited, context])
    for start, end in named_words(text):
        if not names_met(text[start:end], source, meaning):
            yield Problem(Fault.NAME, text[start:end], start, end)


def verify_answer(answer: Answer, documents: Mapping[str, Document]) -> None:
    """Raise `Unverified` where a citation, quote, span or number of a citation is not exact."""
    numbers = [citation.number for citation in answer.citations]
    if numbers != list(range(1, len(numbers) + 1)):
        raise Unverified(f"citations are numbered {numbers}")
    for citation in answer.citations:
        text = documents[citation.document].text
        if text[citation.start : citation.end] != citation.quote or not citation.quote:
            raise Unverified(f"citation {citation.number} is not what stands in the article")
        span = citation.answer_span
        if span and not citation.start <= span[0] < span[1] <= citation.end:
            raise Unverified(f"the answer span of citation {citation.number} lies outside it")
    for statement in answer.statements:
        if not statement.citations or not set(statement.citations) <= set(numbers):
            raise Unverified("a statement without a citation")
