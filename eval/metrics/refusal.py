"""Whether the assistant answers what the articles say, and says so when they do not.

With "answered" as the positive class:

- hallucination rate = FP / (FP + TN): answered, of the questions that nothing answers;
- error rate = FN / (FN + TP): refused, of the questions that an article answers;

both as NoMIRACL defines them (Thakur et al. 2024, arXiv:2312.11361). F1 of each class and their
mean follow the grounded-refusal score of Trust-Score (Song et al. 2024, arXiv:2409.11242).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusals:
    """Counts of answered and refused questions, by whether an article answers them."""

    answered_right: int
    refused_wrong: int
    answered_wrong: int
    refused_right: int

    @property
    def hallucination_rate(self) -> float | None:
        """Return the share of unanswerable questions that were answered."""
        return _share(self.answered_wrong, self.answered_wrong + self.refused_right)

    @property
    def error_rate(self) -> float | None:
        """Return the share of answerable questions that were refused."""
        return _share(self.refused_wrong, self.refused_wrong + self.answered_right)

    @property
    def f1_answered(self) -> float | None:
        """Return F1 of the class "answered"."""
        return _f1(self.answered_right, self.answered_wrong, self.refused_wrong)

    @property
    def f1_refused(self) -> float | None:
        """Return F1 of the class "refused"."""
        return _f1(self.refused_right, self.refused_wrong, self.answered_wrong)


def count_refusals(answerable: Sequence[bool], answered: Sequence[bool]) -> Refusals:
    """Count the four outcomes."""
    pairs = list(zip(answerable, answered, strict=True))
    return Refusals(
        answered_right=pairs.count((True, True)),
        refused_wrong=pairs.count((True, False)),
        answered_wrong=pairs.count((False, True)),
        refused_right=pairs.count((False, False)),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _f1(hits: int, false: int, missed: int) -> float | None:
    return 2 * hits / (2 * hits + false + missed) if hits + false + missed else None
