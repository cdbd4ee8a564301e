"""Features of what is asked for against what a sentence holds: figures, dates, names, a cause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.answer_kind import Present, present
from assistant.answer_places import measured
from assistant.dates import SOME_DAY, relative_times
from assistant.fitting import fits
from assistant.matching import Asked, WordMatcher
from assistant.question import Kind, Question
from assistant.tokens import tokens
from assistant.vocabulary import phrase_book

if TYPE_CHECKING:
    from assistant.views import View

Floats = NDArray[np.float32]
KINDS = (
    "kind_asked", "kind_met", "kind_missed", "kind_cover", "figure_asked", "figure_present",
    "unit_met", "date_asked", "date_present", "name_asked", "name_present", "list_asked",
    "list_length", "why_asked", "why_present", "said_asked", "said_present", "year_met",
    "year_near", "year_other", "fit", "who_asked", "share_asked", "yes_no_asked", "how_asked",
    "definition_asked", "other_asked",
)  # fmt: skip
_CHECKABLE = {Kind.QUANTITY, Kind.SHARE, Kind.WHEN, Kind.WHO, Kind.WHERE, Kind.WHY}
_NOW = SOME_DAY.year
_AROUND = 45  # characters on either side of a figure or date


def kind_features(
    question: Question, views: Sequence[View], asked: Asked, matcher: WordMatcher
) -> dict[str, Floats]:
    """Return the columns that `KINDS` names."""
    kind = question.kind
    found = [present(view.text) for view in views]
    answers = [measured(question, held) for held in found]
    names = [held.names_beyond(question) for held in found]
    fitting = [fits(question, view.text) for view in views]
    met = [
        fit if fit is not None else (n > 0 if kind is Kind.WHO else held.cause)
        for fit, n, held in zip(fitting, names, found, strict=True)
    ]
    checkable = kind in _CHECKABLE
    unit = _unit_asked(question)
    columns: dict[str, Sequence[float]] = {
        "kind_asked": [checkable] * len(views),
        "kind_met": [checkable and m for m in met],
        "kind_missed": [checkable and not m for m in met],
        "kind_cover": _cover_around(views, answers, asked, matcher),
        "figure_asked": [kind in (Kind.QUANTITY, Kind.SHARE)] * len(views),
        "figure_present": [min(3, len(held.figures)) for held in found],
        "unit_met": [_unit_met(unit, held) for held in found],
        "date_asked": [kind is Kind.WHEN] * len(views),
        "date_present": [min(3, len(held.dates) + len(held.relative)) for held in found],
        "name_asked": [kind in (Kind.WHO, Kind.WHERE)] * len(views),
        "name_present": [min(4, n) for n in names],
        "list_asked": [kind is Kind.LIST] * len(views),
        "list_length": [min(6, held.listed) for held in found],
        "why_asked": [kind is Kind.WHY] * len(views),
        "why_present": [held.cause for held in found],
        "said_asked": [kind is Kind.SAID] * len(views),
        "said_present": [bool(held.speech) for held in found],
        **_years(question, views, found),
        "fit": [0.0 if fit is None else 1.0 if fit else -1.0 for fit in fitting],
        "who_asked": [kind is Kind.WHO] * len(views),
        "share_asked": [kind is Kind.SHARE] * len(views),
        "yes_no_asked": [kind is Kind.YES_NO] * len(views),
        "how_asked": [kind is Kind.HOW] * len(views),
        "definition_asked": [kind is Kind.DEFINITION] * len(views),
        "other_asked": [kind is Kind.OTHER] * len(views),
    }
    return {name: np.array(column, np.float32) for name, column in columns.items()}


def _cover_around(
    views: Sequence[View], answers: Sequence[list[tuple[int, int]]], asked: Asked,
    matcher: WordMatcher,
) -> list[float]:  # fmt: skip
    """Return how much of the question stands right beside what could be its answer."""
    windows = [
        (row, view.text[max(0, start - _AROUND) : end + _AROUND])
        for row, (view, spans) in enumerate(zip(views, answers, strict=True))
        for start, end in spans
    ]
    result = [0.0] * len(views)
    if windows and len(asked.weights):
        weights = asked.weights / max(float(asked.weights.sum()), 1e-9)
        cover = weights @ matcher.matches(asked, [text for _, text in windows])
        for (row, _), share in zip(windows, cover, strict=True):
            result[row] = max(result[row], float(share))
    return result


def _unit_asked(question: Question) -> str | None:
    units = phrase_book("figures", "units").all(tokens(question.text))
    return next((unit.key for unit in units if unit.key not in {"year", "month", "day"}), None)


def _unit_met(unit: str | None, held: Present) -> float:
    if unit is None:
        return -1.0
    return float(any(figure.unit == unit for figure in held.figures))


def _years(
    question: Question, views: Sequence[View], found: Sequence[Present]
) -> dict[str, list[float]]:
    """Compare the times that the question and the sentence tell; "last year" is met by itself."""
    asked: set[object] = {d.year for d in question.years}
    # news of this year and of today seldom says so
    asked |= {(r.first.year, r.last.year) for r in question.relative if r.first.year != _NOW}
    told = [_told(view.text, held, view.published) for view, held in zip(views, found, strict=True)]
    near = [_told_in(view.paragraph, view.published) for view in views]
    return {
        "year_met": [float(bool(asked & times)) if asked else -1.0 for times in told],
        "year_near": [float(bool(asked & times)) if asked else -1.0 for times in near],
        "year_other": [float(bool(asked and times) and not asked & times) for times in told],
    }


@lru_cache(maxsize=1 << 12)
def _told_in(texts: tuple[str, ...], published: date | None) -> frozenset[object]:
    return frozenset().union(*(_told(text, present(text), published) for text in texts))


def _told(text: str, held: Present, published: date | None) -> set[object]:
    times: set[object] = set(held.years) | set(held.times)
    if published is not None:
        times |= {found.first.year for found in relative_times(text, published)}
    return times
