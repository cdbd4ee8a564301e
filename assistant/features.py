"""What the reader knows of a sentence as an answer to a question: one row of numbers each.

A sentence is seen through each of its *views*: as it stands, and through its translation. Rows of
a view are alike in meaning whatever the languages, so one model reads them all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.kind_features import KINDS, kind_features
from assistant.matching import Asked, WordMatcher
from assistant.near_features import NEAR, near_features
from assistant.place_features import PLACES, place_features
from assistant.question import Question
from assistant.schema import LANGUAGES
from assistant.vector_features import dense, late
from assistant.views import MET, Groups, View
from index.transliterate import script

Floats = NDArray[np.float32]

COMPARED = (
    "dense", "late", "late_around", "cover", "cover_rare", "cover_around", "window", "pairs",
    "near_answer",
)  # fmt: skip
NAMES = (
    "dense", "dense_around", "dense_paragraph", "dense_before", "late", "late_around",
    "late_paragraph", "late_before", "cover", "cover_rare", "cover_around", "cover_paragraph",
    "cover_before", "cover_article", "worst", "worst_around", "worst_paragraph", "worst_article",
    "names", "names_paragraph", "numbers", "numbers_paragraph", "reverse", "dense_z", "late_z",
    "cover_z", "dense_rank", "late_rank", "cover_rank", *KINDS, "is_question", "heading", "length",
    "place", "same_script", "asked_words", "at", "cover_after", "dense_after", "late_after",
    "cover_heading", "cover_title", "worst_second", "strict", "strict_around",
    "strict_paragraph", "strict_article", "unmet", "unmet_paragraph", "unmet_article", *NEAR,
    *PLACES, "asks_ar", "asks_en", "asks_ru", "asks_kk", *(f"{name}_gap" for name in COMPARED),
)  # fmt: skip
_STRICT = ("", "_around", "_paragraph", "_article")


def features(
    question: Question, views: Sequence[View], matcher: WordMatcher
) -> tuple[Floats, Asked, Floats]:
    """Return the rows of all views, the words asked, and how each is met in each view."""
    asked = matcher.asked(question.text, question.content)
    groups = Groups(views)
    scores, words = matcher.aligned(asked, groups.texts)
    met = groups.best_of(scores)
    columns = _met_columns(asked, met)
    columns["names_paragraph"] = _share(
        np.maximum(met["_paragraph"], groups.themes(scores)), asked.named
    )
    columns |= dense(matcher, question.text, groups)
    columns |= late(matcher, question.text, groups)
    for name, source in (("dense", "dense"), ("late", "late"), ("cover", "cover_rare")):
        column = columns[source]
        columns[f"{name}_z"] = (column - column.mean()) / (column.std() + 0.02)
        columns[f"{name}_rank"] = 1.0 / (1.0 + np.argsort(np.argsort(-column)))
    columns |= kind_features(question, views, asked, matcher)
    own = [words[groups.place[view.text]] for view in views]
    columns |= near_features(question, views, asked, own, matcher)
    columns |= place_features(views, asked)
    columns |= _place(question, views)
    for name in COMPARED:
        columns[f"{name}_gap"] = _lead(columns[name])
    rows = np.stack([np.asarray(columns[name], np.float32) for name in NAMES], axis=1)
    return rows, asked, met[""]


def _met_columns(asked: Asked, met: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return how much of the question is met, in shares of its weight, and what is met worst."""
    weights = asked.weights / max(float(asked.weights.sum()), 1e-9)
    count = met[""].shape[1]
    rarity = np.log1p(count / (1.0 + (met[""] > 0.6).sum(axis=1)))
    rare = asked.weights * rarity
    rare = (rare / max(float(rare.sum()), 1e-9)).astype(np.float32)
    return {
        "cover": weights @ met[""], "cover_rare": rare @ met[""],
        "cover_before": weights @ met["_before"], "cover_after": weights @ met["_after"],
        "cover_heading": weights @ met["_heading"], "cover_title": weights @ met["_title"],
        "worst_second": _worst(met[""], rare, 2),
        **{f"strict{name}": rare @ _surely(met[name]) for name in _STRICT},
        **{f"unmet{name}": _unmet(met[name]) for name in ("", "_paragraph", "_article")},
        "cover_around": weights @ met["_around"],
        "cover_paragraph": rare @ met["_paragraph"], "cover_article": rare @ met["_article"],
        "worst": _worst(met[""], rare), "worst_around": _worst(met["_around"], rare),
        "worst_paragraph": _worst(met["_paragraph"], rare),
        "worst_article": _worst(met["_article"], rare),
        "names": _share(met[""], asked.named),
        "numbers": _share(met[""], asked.number),
        "numbers_paragraph": _share(met["_paragraph"], asked.number),
    }  # fmt: skip


def _surely(met: Floats) -> Floats:
    """Let only near synonyms and other spellings count: kin of meaning is no answer."""
    sure: Floats = np.clip((met - 0.55) / 0.35, 0, 1)
    return sure


def _unmet(met: Floats) -> Floats:
    """Count the words that nothing meets."""
    unmet: Floats = (met < MET).sum(axis=0).astype(np.float32)
    return unmet


def _worst(met: Floats, weights: Floats, place: int = 1) -> Floats:
    """Return the weight of the worst-met word: what a question on something else asks for."""
    if len(weights) < place:
        return np.zeros(met.shape[1], np.float32)
    missing = (1 - met) * (weights / weights.max())[:, None]
    worst: Floats = np.sort(missing, axis=0)[-place]
    return worst


def _lead(column: Floats) -> Floats:
    """Return how far each value is above the best of the others."""
    if len(column) < 2:
        return np.zeros(len(column), np.float32)
    second, best = np.partition(column, -2)[-2:]
    lead: Floats = np.where(column == best, column - second, column - best)
    return lead


def _share(met: Floats, which: NDArray[np.bool_]) -> Floats:
    if not which.any():
        return np.full(met.shape[1], -1, np.float32)
    share: Floats = met[which].mean(axis=0)
    return share


def _place(question: Question, views: Sequence[View]) -> dict[str, Floats]:
    own = script(question.text)
    columns = {
        "is_question": [view.text.rstrip().endswith(("?", "؟")) for view in views],
        "heading": [view.heading for view in views],
        "length": [np.log1p(len(view.text)) for view in views],
        "place": [min(5, view.place) for view in views],
        "same_script": [script(view.text) == own for view in views],
        "asked_words": [min(12, len(question.content))] * len(views),
        "at": [view.at for view in views],
        **{f"asks_{tongue}": [question.language == tongue] * len(views) for tongue in LANGUAGES},
    }
    return {name: np.array(column, np.float32) for name, column in columns.items()}
