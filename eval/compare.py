"""Two runs of the same questions: what changed, and whether it is more than noise.

A measure counts as worse where the whole 95 % interval of its mean difference (paired bootstrap by
fact) lies on the wrong side of zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.errors import EvaluationError
from eval.metrics.interval import bootstrap_interval, mcnemar
from eval.summary import Row, value_of

HEADLINES = (
    "right", "citation_recall", "first_citation", "answer_f1", "refusal_rate", "error_rate",
    "offsets_right", "quotations_right", "figures_right", "dates_right", "names_right",
    "alce_recall", "alce_precision", "speaker_right", "language_right",
)  # fmt: skip
LOWER_IS_BETTER = frozenset(
    {"error_rate", "hallucination_rate", "calibration_error", "brier", "p50_ms", "p95_ms"}
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure in both runs, over the questions that both have."""

    metric: str
    before: float
    after: float
    interval: tuple[float, float]
    questions: int

    @property
    def verdict(self) -> str:
        """Return better, worse or noise."""
        low, high = self.interval
        if low <= 0.0 <= high:
            return "noise"
        return "better" if (low > 0.0) != (self.metric in LOWER_IS_BETTER) else "worse"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one run to another."""

    common: int
    only_before: int
    only_after: int
    lost: tuple[Row, ...]
    won: tuple[Row, ...]
    p_value: float
    differences: tuple[Difference, ...]

    @property
    def worse(self) -> tuple[Difference, ...]:
        """Return the measures that got worse by more than noise."""
        return tuple(d for d in self.differences if d.verdict == "worse")


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """Compare two results on the questions that both answered."""
    old = {row["id"]: row for row in before["rows"]}
    new = {row["id"]: row for row in after["rows"]}
    pairs = [(old[name], new[name]) for name in old if name in new]
    if not pairs:
        raise EvaluationError("the two results have no question in common")
    return Comparison(
        common=len(pairs),
        only_before=len(old) - len(pairs),
        only_after=len(new) - len(pairs),
        lost=tuple(b for a, b in pairs if a["right"] and not b["right"]),
        won=tuple(b for a, b in pairs if b["right"] and not a["right"]),
        p_value=mcnemar([bool(a["right"]) for a, _ in pairs], [bool(b["right"]) for _, b in pairs]),
        differences=tuple(d for name in HEADLINES if (d := difference(name, pairs)) is not None),
    )


def difference(name: str, pairs: Sequence[tuple[Row, Row]]) -> Difference | None:
    """Return how a measure differs over pairs of rows; None where no pair has it."""
    both = [
        (a, b, row["group"])
        for before, row in pairs
        if (a := value_of(before, name)) is not None and (b := value_of(row, name)) is not None
    ]
    interval = bootstrap_interval([b - a for a, b, _ in both], [group for _, _, group in both])
    if interval is None:
        return None
    count = len(both)
    return Difference(
        metric=name,
        before=sum(a for a, _, _ in both) / count,
        after=sum(b for _, b, _ in both) / count,
        interval=interval,
        questions=count,
    )


def as_text(comparison: Comparison) -> str:
    """Return a comparison as a person reads it in a terminal."""
    lines = [
        f"{comparison.common} questions in both"
        f" ({comparison.only_before} only in the first,"
        f" {comparison.only_after} only in the second)",
        f"{'':<18}{'before':>8}{'after':>8}{'change':>9}   95 % interval",
    ]
    for d in comparison.differences:
        low, high = d.interval
        lines.append(
            f"{d.metric:<18}{d.before:>8.3f}{d.after:>8.3f}{d.after - d.before:>+9.3f}"
            f"   {low:+.3f} … {high:+.3f}  {d.verdict}"
        )
    lines.append(
        f"right before and wrong now: {len(comparison.lost)}; wrong before and right now:"
        f" {len(comparison.won)} (McNemar p = {comparison.p_value:.3f})"
    )
    lines.extend(f"- {row['id']}  {row['question']}" for row in comparison.lost)
    lines.extend(f"+ {row['id']}  {row['question']}" for row in comparison.won)
    return "\n".join(lines)
