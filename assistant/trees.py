"""Gradient-boosted trees as plain JSON: read with numpy, safe to load, open to inspection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Trees:
    """A sum of trees whose nodes stand in one line; `roots` tells where each tree begins.

    Node i asks whether column[i] <= threshold[i], and goes to child[2 * i + 1] if so, else to
    child[2 * i]. A leaf leads to itself, so that all rows walk all trees together.
    """

    bias: float
    roots: NDArray[np.int32]
    column: NDArray[np.int32]
    threshold: Floats
    child: NDArray[np.int32]
    value: Floats
    depth: int

    @classmethod
    def from_json(cls, model: Mapping[str, Any]) -> Trees:
        """Read trees as `assistant.training.boosting` writes them; a leaf's feature is -1."""
        trees: Sequence[Mapping[str, Sequence[float]]] = model["trees"]
        sizes = [len(tree["feature"]) for tree in trees]
        roots = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)

        def line(key: str) -> NDArray[np.float64]:
            return np.concatenate([np.asarray(tree[key], np.float64) for tree in trees])

        feature = line("feature").astype(np.int32)
        offset = np.repeat(roots, sizes)
        own = np.arange(len(feature), dtype=np.int32)
        leaf = feature < 0
        left = np.where(leaf, own, line("left").astype(np.int32) + offset)
        right = np.where(leaf, own, line("right").astype(np.int32) + offset)
        child = np.stack([right, left], axis=1).ravel().astype(np.int32)
        return cls(
            float(model["bias"]), roots, np.maximum(feature, 0),
            line("threshold").astype(np.float32), child, line("value").astype(np.float32),
            int(model["depth"]),
        )  # fmt: skip

    def score(self, rows: Floats) -> Floats:
        """Return the summed leaves of each row: log-odds."""
        count, width = rows.shape
        flat = np.ascontiguousarray(rows, np.float32).ravel()
        first = (np.arange(count, dtype=np.int32) * width)[:, None]
        node = np.broadcast_to(self.roots, (count, len(self.roots)))
        for _ in range(self.depth):
            goes_left = flat.take(self.column.take(node) + first) <= self.threshold.take(node)
            node = self.child.take(2 * node + goes_left)
        total: Floats = self.value.take(node).sum(axis=1) + np.float32(self.bias)
        return total


def sigmoid(log_odds: Floats) -> Floats:
    """Return probabilities; clipped, so that nothing overflows."""
    probability: Floats = (1.0 / (1.0 + np.exp(-np.clip(log_odds, -30, 30)))).astype(np.float32)
    return probability
