"""Fitting boosted trees, and writing them as the plain JSON that `assistant.trees` walks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_COMMON = {
    "verbosity": -1, "num_threads": 1, "seed": 7, "deterministic": True, "force_col_wise": True,
    "bagging_freq": 1, "bagging_fraction": 0.7, "extra_trees": True, "lambda_l2": 5.0,
    "learning_rate": 0.08,
}  # fmt: skip
_RANKING = {
    "objective": "lambdarank", "lambdarank_truncation_level": 5, "num_leaves": 12,
    "min_data_in_leaf": 40,
}  # fmt: skip
# three rankers of two kinds, averaged: which sentence comes first hangs less on chance
_RANKERS: tuple[dict[str, Any], ...] = (
    {"num_boost_round": 400, "max_depth": 5, "feature_fraction": 0.7, "seed": 7},
    {"num_boost_round": 400, "max_depth": 5, "feature_fraction": 0.7, "seed": 8},
    {"num_boost_round": 260, "max_depth": 7, "feature_fraction": 0.4, "seed": 9,
     "extra_trees": False, "learning_rate": 0.06},
)  # fmt: skip
_DECIDING = {
    "objective": "binary", "max_depth": 4, "num_leaves": 8, "min_data_in_leaf": 25,
    "feature_fraction": 0.5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fitted:
    """One or more fitted models, as LightGBM holds them and as JSON; their scores are averaged."""

    boosters: tuple[Any, ...]

    def score(self, rows: Floats) -> Floats:
        """Return the sum of the leaves: a rank score, or log-odds."""
        each = [one.predict(rows, raw_score=True) for one in self.boosters]
        scores: Floats = np.mean(each, axis=0).astype(np.float32)
        return scores

    def stored(self) -> dict[str, Any]:
        """Return the trees as plain lists."""
        trees = [
            _flat(tree["tree_structure"], 1 / len(self.boosters))
            for one in self.boosters
            for tree in one.dump_model()["tree_info"]
        ]
        depth = max(tree.pop("depth") for tree in trees)
        return {"bias": 0.0, "depth": depth, "trees": trees}


def fit_ranker(
    sets: Sequence[tuple[Floats, Floats]], weights: Sequence[float],
    kinds: Sequence[Mapping[str, Any]] = _RANKERS,
) -> Fitted:  # fmt: skip
    """Fit trees that put the sentence that answers before the others of its set."""
    rows = np.concatenate([rows for rows, _ in sets])
    labels = np.concatenate([labels for _, labels in sets])
    sizes = [len(labels) for _, labels in sets]
    each = np.repeat(np.array(weights, np.float32), sizes)
    return Fitted(
        tuple(_fit({**_COMMON, **_RANKING, **kind}, rows, labels, each, sizes) for kind in kinds)
    )


def fit_decider(rows: Floats, labels: Floats, weights: Floats, rounds: int) -> Fitted:
    """Fit trees that tell how likely a row's label is 1."""
    params: dict[str, Any] = {**_COMMON, **_DECIDING, "num_boost_round": rounds}
    return Fitted((_fit(params, rows, labels, weights, None),))


def _fit(
    params: Mapping[str, Any], rows: Floats, labels: Floats, weights: Floats,
    sizes: Sequence[int] | None,
) -> Any:  # fmt: skip
    import lightgbm

    data = lightgbm.Dataset(rows, labels, weight=weights, group=sizes)
    own = dict(params)
    return lightgbm.train(own, data, own.pop("num_boost_round"))


def _flat(root: Mapping[str, Any], share: float) -> dict[str, Any]:
    """Put a tree's nodes into lists, the root first; a leaf's feature is -1, its value a share."""
    tree: dict[str, Any] = {key: [] for key in ("feature", "threshold", "left", "right", "value")}

    def add(node: Mapping[str, Any]) -> tuple[int, int]:
        place = len(tree["feature"])
        leaf = "leaf_value" in node
        tree["feature"].append(-1 if leaf else int(node["split_feature"]))
        tree["threshold"].append(0 if leaf else float(np.float32(node["threshold"])))
        tree["value"].append(round(share * float(node["leaf_value"]), 5) if leaf else 0)
        tree["left"].append(0)
        tree["right"].append(0)
        if leaf:
            return place, 0
        tree["left"][place], left = add(node["left_child"])
        tree["right"][place], right = add(node["right_child"])
        return place, 1 + max(left, right)

    tree["depth"] = add(root)[1]
    return tree
