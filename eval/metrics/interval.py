"""How sure a mean is, and whether a difference is more than noise.

Intervals are percentile bootstrap (Efron 1979): the questions are drawn anew with replacement 2,000
times and the middle 95 % of the means kept. What is drawn is whole facts with all their languages
and wordings, since those succeed and fail together (a cluster bootstrap); intervals over single
questions would be too narrow. Seeds are fixed, so a report does not change by being made again.

The paired test of two runs draws the differences question by question in the same way. McNemar's
exact test looks only at questions that one run gets right and the other wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

DRAWS = 2000


def bootstrap_interval(
    values: Sequence[float], groups: Sequence[str], draws: int = DRAWS
) -> tuple[float, float] | None:
    """Return the 95 % interval of the mean of values, drawn by group; None for no values."""
    if not values:
        return None
    means = _drawn_means(np.asarray(values, float), groups, draws)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def mcnemar(before: Sequence[bool], after: Sequence[bool]) -> float:
    """Return the p-value of McNemar's exact test on paired right/wrong outcomes."""
    pairs = list(zip(before, after, strict=True))
    lost, won = pairs.count((True, False)), pairs.count((False, True))
    return float(binomtest(lost, lost + won).pvalue) if lost + won else 1.0


def _drawn_means(
    values: NDArray[np.float64], groups: Sequence[str], draws: int
) -> NDArray[np.float64]:
    _, place = np.unique(np.asarray(groups), return_inverse=True)
    sums = np.bincount(place, weights=values)
    counts = np.bincount(place).astype(float)
    chosen = np.random.default_rng(0).integers(0, len(sums), (draws, len(sums)))
    means: NDArray[np.float64] = sums[chosen].sum(axis=1) / counts[chosen].sum(axis=1)
    return means
