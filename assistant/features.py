"""What the reader knows of a sentence as an answer to a question: one row of numbers each.

A sentence is seen through each of its *views*: as it stands, and through its translation. Rows of
a view are alike in meaning whatever the languages, so one model reads them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.answer_kind import Present, present
from assistant.matching import Asked, WordMatcher
from assistant.question import Kind, Question
from index.transliterate import script

Floats = NDArray[np.float32]

NAMES = (
    "dense", "dense_around", "dense_paragraph", "late", "late_around", "late_paragraph",
    "cover", "cover_rare", "cover_around", "cover_paragraph", "cover_article",
    "worst", "worst_paragraph", "worst_article", "names", "names_paragraph", "numbers",
    "numbers_paragraph", "reverse", "dense_z", "late_z", "cover_z", "dense_rank", "late_rank",
    "cover_rank", "kind_asked", "kind_met", "kind_missed", "figure_asked", "figure_present",
    "date_asked", "date_present", "name_asked", "name_present", "list_asked", "list_length",
    "why_asked", "why_present", "year_other", "is_question", "heading", "length", "place",
    "same_script", "asked_words",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """A sentence in one language, with the paragraph, neighbours and article it stands in.

    `paragraph` and `article` number texts that are alike, so that they are read once.
    """

    text: str
    around: str
    paragraph: str
    article: str
    place: int = 0
    heading: bool = False


def features(
    question: Question, views: Sequence[View], matcher: WordMatcher
) -> tuple[Floats, Asked, Floats]:
    """Return the rows of all views, the words asked, and how each is met in each view."""
    asked = matcher.asked(question.text, question.content)
    texts = [view.text for view in views]
    around = [view.around for view in views]
    paragraphs = [view.paragraph for view in views]
    articles = [view.article for view in views]
    met = matcher.matches(asked, texts)
    met_around = matcher.matches(asked, around)
    met_paragraph, met_article = (
        _once(matcher, asked, paragraphs),
        _once(matcher, asked, articles),
    )
    weights = asked.weights / max(float(asked.weights.sum()), 1e-9)
    rarity = np.log1p(len(views) / (1.0 + (met > 0.6).sum(axis=1)))
    rare = asked.weights * rarity
    rare = rare / max(float(rare.sum()), 1e-9)
    dense = _dense(matcher, question.text, [texts, around, paragraphs])
    late = _late(matcher, question.text, [texts, around, paragraphs])
    columns = {
        "dense": dense[0], "dense_around": dense[1], "dense_paragraph": dense[2],
        "late": late[0], "late_around": late[1], "late_paragraph": late[2],
        "cover": weights @ met, "cover_rare": rare @ met, "cover_around": weights @ met_around,
        "cover_paragraph": rare @ met_paragraph, "cover_article": rare @ met_article,
        "worst": _worst(met, rare), "worst_paragraph": _worst(met_paragraph, rare),
        "worst_article": _worst(met_article, rare),
        "names": _share(met, asked.named), "names_paragraph": _share(met_paragraph, asked.named),
        "numbers": _share(met, asked.number),
        "numbers_paragraph": _share(met_paragraph, asked.number),
        "reverse": _reverse(matcher, question.text, texts),
    }  # fmt: skip
    for name, source in (("dense", "dense"), ("late", "late"), ("cover", "cover_rare")):
        column = columns[source]
        columns[f"{name}_z"] = (column - column.mean()) / (column.std() + 0.02)
        columns[f"{name}_rank"] = 1.0 / (1.0 + np.argsort(np.argsort(-column)))
    columns |= _kinds(question, [present(text) for text in texts], views)
    rows = np.stack([np.asarray(columns[name], np.float32) for name in NAMES], axis=1)
    return rows, asked, met


def _once(matcher: WordMatcher, asked: Asked, texts: Sequence[str]) -> Floats:
    """Match each different text once."""
    unique = list(dict.fromkeys(texts))
    place = {text: i for i, text in enumerate(unique)}
    return matcher.matches(asked, unique)[:, [place[text] for text in texts]]


def _dense(matcher: WordMatcher, question: str, groups: list[list[str]]) -> list[Floats]:
    own = matcher.vectors([question])[0]
    return [matcher.vectors(group) @ own for group in groups]


def _late(matcher: WordMatcher, question: str, groups: list[list[str]]) -> list[Floats]:
    """Return the weighted mean of each question piece's best squared cosine (`index.late`)."""
    encoder = matcher.encoder
    (asked,) = matcher.pieces([question])
    if not len(asked):
        return [np.zeros(len(group), np.float32) for group in groups]
    weight = encoder.weight[asked] / encoder.weight[asked].sum()
    table, best = _cosines(matcher, asked, [text for group in groups for text in group])
    seen: dict[str, float] = {}
    for text in dict.fromkeys(text for group in groups for text in group):
        (found,) = matcher.pieces([text])
        seen[text] = float(weight @ best[:, table[found]].max(axis=1)) if len(found) else 0.0
    return [np.array([seen[text] for text in group], np.float32) for group in groups]


def _reverse(matcher: WordMatcher, question: str, texts: Sequence[str]) -> Floats:
    """Return the share of each sentence that the question speaks of."""
    (asked,) = matcher.pieces([question])
    result = np.zeros(len(texts), np.float32)
    if not len(asked):
        return result
    table, cosines = _cosines(matcher, asked, texts)
    best = cosines.max(axis=0)
    for row, found in enumerate(matcher.pieces(texts)):
        if len(found):
            weight = matcher.encoder.weight[found]
            result[row] = float(weight @ best[table[found]] / weight.sum())
    return result


def _cosines(
    matcher: WordMatcher, asked: NDArray[np.int32], texts: Sequence[str]
) -> tuple[NDArray[np.int32], Floats]:
    """Return squared cosines of the question's pieces with all pieces of the texts, and where."""
    encoder = matcher.encoder
    pool = np.unique(np.concatenate([asked, *matcher.pieces(list(dict.fromkeys(texts)))]))
    table = np.zeros(len(encoder.unit), np.int32)
    table[pool] = np.arange(len(pool), dtype=np.int32)
    cosine: Floats = np.clip(encoder.unit[asked] @ encoder.unit[pool].T, 0, 1) ** 2
    return table, cosine


def _worst(met: Floats, weights: Floats) -> Floats:
    """Return the weight of the worst-met word: what a question on something else asks for."""
    if not len(weights):
        return np.zeros(met.shape[1], np.float32)
    missing: Floats = ((1 - met) * (weights / weights.max())[:, None]).max(axis=0)
    return missing


def _share(met: Floats, which: NDArray[np.bool_]) -> Floats:
    if not which.any():
        return np.full(met.shape[1], -1, np.float32)
    share: Floats = met[which].mean(axis=0)
    return share


def _kinds(
    question: Question, found: Sequence[Present], views: Sequence[View]
) -> dict[str, Sequence[float] | Floats]:
    kind = question.kind
    figure = kind in (Kind.QUANTITY, Kind.SHARE)
    years = {d.year for d in question.years}
    own = {f.value for f in question.figures}
    figures_new = [
        sum(f.value not in own and (kind is not Kind.SHARE or f.unit == "%") for f in p.figures)
        for p in found
    ]
    dates_new = [sum(d.year not in years for d in p.dates) + len(p.relative) for p in found]
    names_new = [p.names_beyond(question) for p in found]
    met = [
        _met(kind, p, f, d, n)
        for p, f, d, n in zip(found, figures_new, dates_new, names_new, strict=True)
    ]
    checkable = kind in (Kind.QUANTITY, Kind.SHARE, Kind.WHEN, Kind.WHO, Kind.WHERE, Kind.WHY)
    scripts = script(question.text)
    count = len(views)
    return {
        "kind_asked": [float(checkable)] * count,
        "kind_met": [float(checkable and m) for m in met],
        "kind_missed": [float(checkable and not m) for m in met],
        "figure_asked": [float(figure)] * count,
        "figure_present": [min(3.0, f) for f in figures_new],
        "date_asked": [float(kind is Kind.WHEN)] * count,
        "date_present": [min(3.0, d) for d in dates_new],
        "name_asked": [float(kind in (Kind.WHO, Kind.WHERE))] * count,
        "name_present": [min(4.0, n) for n in names_new],
        "list_asked": [float(kind is Kind.LIST)] * count,
        "list_length": [min(6.0, p.listed) for p in found],
        "why_asked": [float(kind is Kind.WHY)] * count,
        "why_present": [float(p.cause) for p in found],
        "year_other": [float(bool(years) and bool(p.years) and not years & p.years) for p in found],
        "is_question": [float(view.text.rstrip().endswith(("?", "؟"))) for view in views],
        "heading": [float(view.heading) for view in views],
        "length": [np.log1p(len(view.text)) for view in views],
        "place": [min(5.0, view.place) for view in views],
        "same_script": [float(script(view.text) == scripts) for view in views],
        "asked_words": [min(12.0, len(question.content))] * count,
    }


def _met(kind: Kind, found: Present, figures: int, dates: int, names: int) -> bool:
    if kind in (Kind.QUANTITY, Kind.SHARE):
        return figures > 0
    if kind is Kind.WHEN:
        return dates > 0
    if kind in (Kind.WHO, Kind.WHERE):
        return names > 0
    return found.cause if kind is Kind.WHY else True
