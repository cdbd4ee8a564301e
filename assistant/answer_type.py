"""The best sentence that holds what was asked for, and what contradicts it.

News often names its subject in one sentence and the figure in the next ("It rose to …"), so where
the best sentence lacks what was asked for, one of the same paragraph that has it takes its place.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.features import NAMES
from assistant.fitting import fits
from assistant.question import Question
from assistant.reader import Reading
from assistant.tokens import tokens
from assistant.vocabulary import phrase_book

_NEARLY = 0.3  # of the best score, for a sentence of another paragraph
_SAME_PARAGRAPH = 0.02
_TRIED = 8
_YEAR_MET = NAMES.index("year_met")


def reordered(question: Question, reading: Reading, order: Sequence[int]) -> list[int]:
    """Put first the best sentence that fits; the order stays where none does, or any may."""
    order = _of_the_time_asked(question, reading, order)
    best = order[0]
    if fits(question, _text(reading, best)) is not False:
        return list(order)
    sentence = reading.candidates[best].sentence
    for place in order[1:]:
        other = reading.candidates[place].sentence
        beside = (other.document, other.paragraph) == (sentence.document, sentence.paragraph)
        near = beside and abs(other.place - sentence.place) <= 2
        least = _SAME_PARAGRAPH if near else _NEARLY
        if reading.shares[place] < least * reading.shares[best] and not near:
            continue
        if fits(question, other.text):
            return [place, *(i for i in order if i != place)]
    return list(order)


def _of_the_time_asked(question: Question, reading: Reading, order: Sequence[int]) -> list[int]:
    """Put first a sentence nearly as good that tells of the time asked, where the best doesn't."""
    best = order[0]
    if reading.rows[best, _YEAR_MET] == 0:
        for place in order[1:_TRIED]:
            near = reading.shares[place] >= _NEARLY * reading.shares[best]
            fit = fits(question, _text(reading, place)) is not False
            if near and fit and reading.rows[place, _YEAR_MET] == 1:
                return [place, *(i for i in order if i != place)]
    return list(order)


def contrast_after(reading: Reading, place: int) -> int | None:
    """Return the candidate that follows and begins with "but" or "however"."""
    sentence = reading.candidates[place].sentence
    for number, candidate in enumerate(reading.candidates):
        other = candidate.sentence
        if (
            (other.document, other.paragraph) == (sentence.document, sentence.paragraph)
            and other.place == sentence.place + 1
            and phrase_book("questions", "contrasts").at(tokens(other.text), 0) is not None
        ):
            return number
    return None


def _text(reading: Reading, place: int) -> str:
    return reading.candidates[place].sentence.text
