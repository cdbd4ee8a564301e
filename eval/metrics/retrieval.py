"""Measures of a ranking as TREC defines them (ir-measures), with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

METRICS = ("ndcg@10", "recall@1", "recall@5", "recall@10", "mrr@10")
_NAMES = {"ndcg@10": "nDCG@10", "recall@1": "R@1", "recall@5": "R@5", "recall@10": "R@10"}
_RESAMPLES = 2000

Run = Mapping[str, Mapping[str, float]]
Judgements = Mapping[str, Mapping[str, int]]


def per_query(relevant: Judgements, run: Run) -> dict[str, dict[str, float]]:
    """Return every measure of every judged query; a query without a ranking scores 0."""
    import ir_measures

    measures = {ir_measures.parse_measure(_NAMES.get(name, "RR@10")): name for name in METRICS}
    rows = {query: dict.fromkeys(METRICS, 0.0) for query in relevant}
    for found in ir_measures.iter_calc(list(measures), relevant, run):
        rows[found.query_id][measures[found.measure]] = float(found.value)
    return rows


def mean(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the mean of each measure over queries."""
    return {name: float(np.mean([row[name] for row in rows])) for name in METRICS}


def intervals(rows: Sequence[Mapping[str, float]], seed: int = 0) -> dict[str, list[float]]:
    """Return the 95 % interval of each mean: percentiles over queries drawn with replacement."""
    values = np.array([[row[name] for name in METRICS] for row in rows])
    draws = np.random.default_rng(seed)
    means = np.array(
        [values[draws.integers(len(values), size=len(values))].mean(0) for _ in range(_RESAMPLES)]
    )
    low, high = np.percentile(means, [2.5, 97.5], axis=0)
    return {name: [float(low[n]), float(high[n])] for n, name in enumerate(METRICS)}
