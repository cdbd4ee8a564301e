"""Features from the encoder's table: whole vectors, and the best partner of each piece."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assistant.matching import WordMatcher
from assistant.views import Groups

Floats = NDArray[np.float32]


def dense(matcher: WordMatcher, question: str, groups: Groups) -> dict[str, Floats]:
    """Return cosines; a context's vector is the sum of its sentences', as the encoder sums."""
    own = matcher.table.sums([question])[0]
    sums = matcher.table.sums(groups.texts)
    own /= max(float(np.linalg.norm(own)), 1e-9)
    columns = {}
    for name in ("", "_before", "_after", "_around", "_paragraph"):
        total = np.stack([sums[members].sum(axis=0) for members in groups.members[name]])
        norms = np.maximum(np.linalg.norm(total, axis=1), 1e-9)
        columns[f"dense{name}"] = (total @ own) / norms
    return columns


def late(matcher: WordMatcher, question: str, groups: Groups) -> dict[str, Floats]:
    """Return the weighted mean of each question piece's best squared cosine (`index.late`).

    `reverse` is the same the other way: the share of a sentence that the question speaks of.
    """
    table = matcher.table
    (asked,) = table.pieces([question])
    count = len(groups.members[""])
    names = ("", "_before", "_after", "_around", "_paragraph")
    if not len(asked):
        return {n: np.zeros(count, np.float32) for n in ("reverse", *(f"late{x}" for x in names))}
    pieces = table.pieces(groups.texts)
    pool = np.unique(np.concatenate([asked, *pieces]))
    unit, weight = table.encoder.unit, table.encoder.weight
    cosine = np.clip(unit[asked] @ unit[pool].T, 0, 1) ** 2
    best = np.zeros((len(asked), len(pieces)), np.float32)
    reverse = np.zeros(len(pieces), np.float32)
    filled = [column for column, found in enumerate(pieces) if len(found)]
    if filled:
        flat = np.concatenate([pieces[column] for column in filled])
        starts = np.cumsum([0, *(len(pieces[column]) for column in filled[:-1])])
        at = np.searchsorted(pool, flat)
        best[:, filled] = np.maximum.reduceat(cosine[:, at], starts, axis=1)
        spoken = np.add.reduceat(weight[flat] * cosine.max(axis=0)[at], starts)
        reverse[filled] = spoken / np.add.reduceat(weight[flat], starts)
    share = weight[asked] / weight[asked].sum()
    bests = groups.best_of(best)
    columns = {f"late{name}": share @ bests[name] for name in names}
    columns["reverse"] = reverse[[members[0] for members in groups.members[""]]]
    return columns
