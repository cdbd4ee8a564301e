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
    """A sum of trees. Node i of a tree asks whether feature[i] <= threshold[i]; leaves have -1.

    All trees are padded to one size, so that all rows walk all trees together.
    """

    bias: float
    feature: NDArray[np.int32]
    threshold: Floats
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: Floats
    depth: int

    @classmethod
    def from_json(cls, model: Mapping[str, Any]) -> Trees:
        """Read trees written by `as_json`."""
        trees: Sequence[Mapping[str, Sequence[float]]] = model["trees"]
        size = max(len(tree["feature"]) for tree in trees)

        def padded(key: str, kind: type[np.generic], fill: float) -> NDArray[Any]:
            rows = [list(tree[key]) + [fill] * (size - len(tree[key])) for tree in trees]
            return np.array(rows, kind)

        return cls(
            float(model["bias"]),
            padded("feature", np.int32, -1),
            padded("threshold", np.float32, 0),
            padded("left", np.int32, 0),
            padded("right", np.int32, 0),
            padded("value", np.float32, 0),
            int(model["depth"]),
        )

    def score(self, rows: Floats) -> Floats:
        """Return the summed leaves of each row: log-odds."""
        count, trees = len(rows), np.arange(len(self.feature))[None, :]
        node = np.zeros((count, len(self.feature)), np.int32)
        lines = np.arange(count)[:, None]
        for _ in range(self.depth):
            feature = self.feature[trees, node]
            goes_left = rows[lines, np.maximum(feature, 0)] <= self.threshold[trees, node]
            following = np.where(goes_left, self.left[trees, node], self.right[trees, node])
            node = np.where(feature >= 0, following, node)
        total: Floats = self.value[trees, node].sum(axis=1) + np.float32(self.bias)
        return total


def sigmoid(log_odds: Floats) -> Floats:
    """Return probabilities; clipped, so that nothing overflows."""
    probability: Floats = (1.0 / (1.0 + np.exp(-np.clip(log_odds, -30, 30)))).astype(np.float32)
    return probability
