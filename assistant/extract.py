"""The default answerer: chooses the one to three sentences that answer, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.article import Sentence
from assistant.conflicts import conflicting
from assistant.question import Kind, Question
from assistant.reader import Reading
from assistant.salience import missing

# Chosen on held-out public data by `train_reader`, see the card in `reader_model.json`.
MOST = 3


@dataclass(frozen=True, slots=True)
class Extract:
    """The places of the chosen candidates, best first; none where the sources don't answer.

    `absent` are words of the question that were found nowhere near; `conflict` is the place of a
    candidate that gives another figure for what was asked.
    """

    chosen: tuple[int, ...]
    probability: float
    absent: tuple[str, ...] = ()
    conflict: int | None = None


def extract(question: Question, reading: Reading, threshold: float) -> Extract:
    """Choose sentences, or refuse: by probability, or because a salient word is met nowhere."""
    order = [i for i in reading.order if not _unfit(reading, i)]
    if not order:
        return Extract((), 0.0)
    absent = missing(question, reading, order[0])
    probability = reading.answerable * (0.4 if absent else 1.0)
    if absent or probability < threshold:
        return Extract((), probability, absent)
    best = order[0]
    conflict = conflicting(question, reading, best, order)
    chosen = [best]
    if conflict is not None:
        chosen.append(conflict)
    for place in order[1:]:
        if len(chosen) < MOST and place not in chosen and _adds(question, reading, best, place):
            chosen.append(place)
    return Extract(tuple(chosen), probability, (), conflict)


def _unfit(reading: Reading, place: int) -> bool:
    """Leave out what is no statement: headings, questions of the article itself."""
    sentence = reading.candidates[place].sentence
    return (
        sentence.heading or sentence.text.rstrip().endswith(("?", "؟")) or len(sentence.text) < 15
    )


def _adds(question: Question, reading: Reading, best: int, place: int) -> bool:
    """Tell whether a further sentence is nearly as good, or goes on where the best one ends."""
    score, top = float(reading.scores[place]), float(reading.scores[best])
    first, other = (reading.candidates[i].sentence for i in (best, place))
    follows = _follows(first, other)
    if question.kind in (Kind.LIST, Kind.SAID, Kind.WHY, Kind.HOW, Kind.DEFINITION, Kind.OTHER):
        return score >= (0.2 if follows else 0.35) and score >= 0.4 * top
    return score >= 0.4 and score >= 0.55 * top


def _follows(first: Sentence, other: Sentence) -> bool:
    near = first.document == other.document and first.paragraph == other.paragraph
    return near and abs(first.place - other.place) == 1


def nearest(reading: Reading, most: int = 3) -> Sequence[int]:
    """Return the places shown with a refusal."""
    return [i for i in reading.order if not _unfit(reading, i)][:most]
