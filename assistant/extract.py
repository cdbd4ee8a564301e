"""The default answerer: chooses the one to three sentences that answer, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer_type import contrast_after, reordered
from assistant.conflicts import conflicting
from assistant.fitting import fits
from assistant.question import Kind, Question
from assistant.reader import Reading
from assistant.reader_model import refuse_under, settings
from assistant.salience import missing, nowhere

MOST = 3
_TRIED = 5
_NEARLY = 0.2  # of the best score: further down nothing answers
_UNMET = 0.3  # what is left of the probability when a salient word is met nowhere


@dataclass(frozen=True, slots=True)
class Extract:
    """The places of the chosen candidates, best first; none where the sources don't answer.

    `absent` are words of the question that no article read holds; `conflict` is the place of a
    candidate that gives another figure for what was asked.
    """

    chosen: tuple[int, ...]
    probability: float
    absent: tuple[str, ...] = ()
    conflict: int | None = None


def extract(question: Question, reading: Reading) -> Extract:
    """Choose sentences, or refuse: by probability, or because a salient word is met nowhere."""
    if not reading.order:
        return Extract((), 0.0)
    first = reading.order[0]
    order = reordered(question, reading, reading.order)
    best, absent = _first_that_meets(question, reading, order)
    # where the subject stands in one sentence and the figure in the next, both speak for it
    probability = max(reading.answerable(best), reading.answerable(first))
    unfit = fits(question, reading.candidates[best].sentence.text) is False
    if absent or unfit or probability < refuse_under(question.language):
        return Extract(
            (), probability * (_UNMET if absent or unfit else 1.0), nowhere(reading, absent)
        )
    conflict = conflicting(question, reading, best, order)
    chosen = [best] if conflict is None else [best, conflict]
    contrast = contrast_after(reading, best)
    if contrast is not None and contrast not in chosen and question.kind is Kind.YES_NO:
        chosen.insert(0, contrast)  # what is often said, but isn't so
    least = settings().cite_from * float(reading.shares[best])
    for place in order[:MOST]:
        if len(chosen) < MOST and place not in chosen and reading.shares[place] >= least:
            chosen.append(place)
    return Extract(tuple(chosen), probability, (), conflict)


def _first_that_meets(
    question: Question, reading: Reading, order: Sequence[int]
) -> tuple[int, tuple[str, ...]]:
    """Return the best candidate that meets the salient words, else the best and what it lacks."""
    absent = missing(question, reading, order[0])
    if absent:
        for place in order[1:_TRIED]:
            if reading.shares[place] < _NEARLY * reading.shares[order[0]]:
                break
            if not missing(question, reading, place):
                return place, ()
    return order[0], absent


def nearest(reading: Reading, most: int = 3) -> Sequence[int]:
    """Return the places shown with a refusal."""
    return reading.order[:most]
