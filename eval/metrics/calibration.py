"""Whether of questions with a confidence of 0.8 the articles answer eight in ten.

- reliability bins: questions by confidence, with mean confidence and observed share in each;
- expected calibration error: sum over bins of n_b / n * |share_b - confidence_b| (Naeini et al.
  2015; Guo et al. 2017, arXiv:1706.04599), with ten bins of equal width;
- Brier score: mean squared difference of confidence and outcome (Brier 1950);
- AUROC: the chance that an answerable question has a higher confidence than an unanswerable one,
  ties counting half (the Mann-Whitney statistic).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of the reliability curve."""

    low: float
    high: float
    count: int
    confidence: float
    share: float


def reliability(confidences: Sequence[float], outcomes: Sequence[bool]) -> tuple[Bin, ...]:
    """Return the bins that are not empty, from low to high."""
    values, truth = np.asarray(confidences, float), np.asarray(outcomes, float)
    place = np.minimum((values * BINS).astype(int), BINS - 1)
    return tuple(
        Bin(
            low=b / BINS,
            high=(b + 1) / BINS,
            count=int(chosen.sum()),
            confidence=float(values[chosen].mean()),
            share=float(truth[chosen].mean()),
        )
        for b in range(BINS)
        if (chosen := place == b).any()
    )


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Return the expected calibration error of reliability bins."""
    total = sum(b.count for b in bins)
    return sum(b.count * abs(b.share - b.confidence) for b in bins) / total if total else None


def brier(confidences: Sequence[float], outcomes: Sequence[bool]) -> float | None:
    """Return the mean squared error of the confidences."""
    if not confidences:
        return None
    return float(np.mean((np.asarray(confidences, float) - np.asarray(outcomes, float)) ** 2))


def auroc(confidences: Sequence[float], outcomes: Sequence[bool]) -> float | None:
    """Return the area under the ROC curve; None where one class is missing."""
    truth = np.asarray(outcomes, bool)
    positives, negatives = int(truth.sum()), int((~truth).sum())
    if not positives or not negatives:
        return None
    ranks = rankdata(np.asarray(confidences, float))
    return float((ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * negatives))
