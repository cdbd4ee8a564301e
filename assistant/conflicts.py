"""Two passages that give different figures for the same thing: both are shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.answer_kind import present
from assistant.answer_type import contrast_after
from assistant.features import NAMES
from assistant.question import Kind, Question
from assistant.reader import Reading

_YEAR_MET = NAMES.index("year_met")


def conflicting(
    question: Question, reading: Reading, best: int, order: Sequence[int]
) -> int | None:
    """Return a candidate that meets the question's words as the best one does, but figures differ.

    Only where a figure is asked for, and in the same unit: 61 and 51.8 billion dollars of
    investment conflict; a share and a sum don't.
    """
    if question.kind not in (Kind.QUANTITY, Kind.SHARE):
        return None
    mine = {(f.value, f.unit) for f in present(_text(reading, best)).figures if f.unit}
    for place in order:
        if place == best:
            continue
        theirs = {(f.value, f.unit) for f in present(_text(reading, place)).figures if f.unit}
        units = {unit for _, unit in mine} & {unit for _, unit in theirs}
        if not units or {f for f in mine if f[1] in units} & {f for f in theirs if f[1] in units}:
            continue
        if place == contrast_after(reading, best):
            return place
        if reading.rows[place, _YEAR_MET] == 0:
            continue  # a figure of another year is no other figure
        weights = reading.asked.weights
        met = float(weights @ np.minimum(reading.met[:, place], 1)) / max(
            float(weights.sum()), 1e-9
        )
        own = float(weights @ np.minimum(reading.met[:, best], 1)) / max(float(weights.sum()), 1e-9)
        if (
            met >= 0.6
            and met >= own - 0.12
            and reading.shares[place] >= 0.25 * reading.shares[best]
        ):
            return place
    return None


def _text(reading: Reading, place: int) -> str:
    return reading.candidates[place].sentence.text
