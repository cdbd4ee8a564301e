"""What the reader knows of a sentence as an answer to a question: one row of numbers each.

A sentence is seen through each of its *views*: as it stands, and through its translation. Rows of
a view are alike in meaning whatever the languages, so one model reads them all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from assistant.kind_features import KINDS, kind_features
from assistant.matching import Asked, WordMatcher
from assistant.question import Question
from index.transliterate import script

Floats = NDArray[np.float32]

NAMES = (
    "dense", "dense_around", "dense_paragraph", "dense_before", "late", "late_around",
    "late_paragraph", "late_before", "cover", "cover_rare", "cover_around", "cover_paragraph",
    "cover_before", "cover_article", "worst", "worst_around", "worst_paragraph", "worst_article",
    "names", "names_paragraph", "numbers", "numbers_paragraph", "reverse", "dense_z", "late_z",
    "cover_z", "dense_rank", "late_rank", "cover_rank", *KINDS, "is_question", "heading", "length",
    "place", "same_script", "asked_words",
)  # fmt: skip


MET = 0.5
THEME = 0.12  # share of sentences that makes a name what the whole article is about


@dataclass(frozen=True, slots=True)
class View:
    """A sentence in one language, and the sentences around it: all that could give it context.

    `paragraph` begins with its heading, `article` with the title.
    """

    text: str
    before: tuple[str, ...]
    around: tuple[str, ...]
    paragraph: tuple[str, ...]
    article: tuple[str, ...]
    place: int = 0
    heading: bool = False
    published: date | None = None


def features(
    question: Question, views: Sequence[View], matcher: WordMatcher
) -> tuple[Floats, Asked, Floats]:
    """Return the rows of all views, the words asked, and how each is met in each view."""
    asked = matcher.asked(question.text, question.content)
    groups = _Groups(views)
    scores = matcher.matches(asked, groups.texts)
    met = groups.best_of(scores)
    columns = _met_columns(asked, met)
    columns["names_paragraph"] = _share(
        np.maximum(met["_paragraph"], groups.themes(scores)), asked.named
    )
    columns |= _dense(matcher, question.text, groups)
    columns |= _late(matcher, question.text, groups)
    for name, source in (("dense", "dense"), ("late", "late"), ("cover", "cover_rare")):
        column = columns[source]
        columns[f"{name}_z"] = (column - column.mean()) / (column.std() + 0.02)
        columns[f"{name}_rank"] = 1.0 / (1.0 + np.argsort(np.argsort(-column)))
    columns |= kind_features(question, views, asked, matcher)
    columns |= _place(question, views)
    rows = np.stack([np.asarray(columns[name], np.float32) for name in NAMES], axis=1)
    return rows, asked, met[""]


class _Groups:
    """The different sentences of all views, read once, and which of them make up each context.

    A context is the union of its sentences, so what it meets best is the best of theirs.
    """

    def __init__(self, views: Sequence[View]) -> None:
        parts: dict[str, list[tuple[str, ...]]] = {
            "": [(view.text,) for view in views],
            "_before": [view.before for view in views],
            "_around": [view.around for view in views],
            "_paragraph": [view.paragraph for view in views],
            "_article": [view.article for view in views],
        }
        named = (texts for lines in parts.values() for texts in dict.fromkeys(lines))
        self.texts = list(dict.fromkeys(text for texts in named for text in texts))
        place = {text: i for i, text in enumerate(self.texts)}
        self.members = {
            name: [np.array([place[text] for text in texts], np.int32) for texts in lines]
            for name, lines in parts.items()
        }

    def best_of(self, scores: Floats) -> dict[str, Floats]:
        """Return, for each context, the best score of its sentences in each row."""
        return {name: self._best(scores, rows) for name, rows in self.members.items()}

    def themes(self, scores: Floats) -> Floats:
        """Return 1 for words that the title or a good part of the article's sentences meet."""
        known: dict[bytes, Floats] = {}
        columns = np.zeros((len(scores), len(self.members["_article"])), np.float32)
        for column, own in enumerate(self.members["_article"]):
            key = own.tobytes()
            if key not in known:
                met = scores[:, own] >= MET
                known[key] = (met[:, 0] | (met.mean(axis=1) >= THEME)).astype(np.float32)
            columns[:, column] = known[key]
        return columns

    def _best(self, scores: Floats, members: Sequence[NDArray[np.int32]]) -> Floats:
        columns = np.zeros((len(scores), len(members)), np.float32)
        known: dict[bytes, Floats] = {}
        for column, own in enumerate(members):
            key = own.tobytes()
            if len(own) and key not in known:
                known[key] = scores[:, own].max(axis=1)
            if len(own):
                columns[:, column] = known[key]
        return columns


def _met_columns(asked: Asked, met: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return how much of the question is met, in shares of its weight, and what is met worst."""
    weights = asked.weights / max(float(asked.weights.sum()), 1e-9)
    count = met[""].shape[1]
    rarity = np.log1p(count / (1.0 + (met[""] > 0.6).sum(axis=1)))
    rare = asked.weights * rarity
    rare = (rare / max(float(rare.sum()), 1e-9)).astype(np.float32)
    return {
        "cover": weights @ met[""], "cover_rare": rare @ met[""],
        "cover_before": weights @ met["_before"], "cover_around": weights @ met["_around"],
        "cover_paragraph": rare @ met["_paragraph"], "cover_article": rare @ met["_article"],
        "worst": _worst(met[""], rare), "worst_around": _worst(met["_around"], rare),
        "worst_paragraph": _worst(met["_paragraph"], rare),
        "worst_article": _worst(met["_article"], rare),
        "names": _share(met[""], asked.named),
        "numbers": _share(met[""], asked.number),
        "numbers_paragraph": _share(met["_paragraph"], asked.number),
    }  # fmt: skip


def _dense(matcher: WordMatcher, question: str, groups: _Groups) -> dict[str, Floats]:
    """Return cosines; a context's vector is the sum of its sentences', as the encoder sums."""
    own = matcher.table.sums([question])[0]
    sums = matcher.table.sums(groups.texts)
    own /= max(float(np.linalg.norm(own)), 1e-9)
    columns = {}
    for name in ("", "_before", "_around", "_paragraph"):
        total = np.stack([sums[members].sum(axis=0) for members in groups.members[name]])
        norms = np.maximum(np.linalg.norm(total, axis=1), 1e-9)
        columns[f"dense{name}"] = (total @ own) / norms
    return columns


def _late(matcher: WordMatcher, question: str, groups: _Groups) -> dict[str, Floats]:
    """Return the weighted mean of each question piece's best squared cosine (`index.late`).

    `reverse` is the same the other way: the share of a sentence that the question speaks of.
    """
    table = matcher.table
    (asked,) = table.pieces([question])
    count = len(groups.members[""])
    names = ("", "_before", "_around", "_paragraph")
    if not len(asked):
        return {n: np.zeros(count, np.float32) for n in ("reverse", *(f"late{x}" for x in names))}
    pieces = table.pieces(groups.texts)
    pool = np.unique(np.concatenate([asked, *pieces]))
    unit, weight = table.encoder.unit, table.encoder.weight
    cosine = np.clip(unit[asked] @ unit[pool].T, 0, 1) ** 2
    best = np.zeros((len(asked), len(pieces)), np.float32)
    reverse = np.zeros(len(pieces), np.float32)
    spoken = cosine.max(axis=0)
    for column, found in enumerate(pieces):
        if len(found):
            at = np.searchsorted(pool, found)
            best[:, column] = cosine[:, at].max(axis=1)
            reverse[column] = float(weight[found] @ spoken[at] / weight[found].sum())
    share = weight[asked] / weight[asked].sum()
    bests = groups.best_of(best)
    columns = {f"late{name}": share @ bests[name] for name in names}
    columns["reverse"] = reverse[[members[0] for members in groups.members[""]]]
    return columns


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


def _place(question: Question, views: Sequence[View]) -> dict[str, Floats]:
    own = script(question.text)
    columns = {
        "is_question": [view.text.rstrip().endswith(("?", "؟")) for view in views],
        "heading": [view.heading for view in views],
        "length": [np.log1p(len(view.text)) for view in views],
        "place": [min(5, view.place) for view in views],
        "same_script": [script(view.text) == own for view in views],
        "asked_words": [min(12, len(question.content))] * len(views),
    }
    return {name: np.array(column, np.float32) for name, column in columns.items()}
