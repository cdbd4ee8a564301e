"""From the rows of a run to its figures: overall, with intervals, and by group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from eval.metrics.calibration import auroc, brier, calibration_error, reliability
from eval.metrics.interval import bootstrap_interval
from eval.metrics.latency import percentile
from eval.metrics.refusal import count_refusals

Row = Mapping[str, Any]

# what is averaged over the rows that have it
MEANS = (
    "citation_recall", "first_citation", "citation_precision", "coverage",
    "alce_recall", "alce_precision",
    "found@1", "found@5", "found@10",
    "answer_em", "answer_f1", "offsets_right", "quotations_right", "verbatim_right",
    "figures_right", "dates_right", "names_right", "speaker_right", "language_right", "right",
)  # fmt: skip
GROUPS = ("lang", "kind", "form", "split", "article")


def summarise(rows: Sequence[Row]) -> dict[str, Any]:
    """Return `metrics`, their `intervals`, the same `by` group, and the `reliability` bins."""
    return {
        "metrics": metrics_of(rows),
        "intervals": _intervals(rows),
        "by": {
            name: {
                group: {"questions": len(part)} | metrics_of(part)
                for group, part in sorted(_grouped(rows, name).items())
            }
            for name in GROUPS
        },
        "reliability": [asdict(b) for b in reliability(*_confidences(rows))] if rows else [],
    }


def metrics_of(rows: Sequence[Row]) -> dict[str, float | None]:
    """Return every measure over some rows; None where no row has it."""
    counted = count_refusals(
        [row["answerable"] for row in rows], [bool(row["scores"]["answered"]) for row in rows]
    )
    confidences, outcomes = _confidences(rows)
    elapsed = [row["elapsed_ms"] for row in rows]
    measured: dict[str, float | None] = {
        name: _mean([value for _, value in _values(rows, name)]) for name in MEANS
    }
    return measured | {
        "refusal_rate": _complement(counted.hallucination_rate),
        "hallucination_rate": counted.hallucination_rate,
        "error_rate": counted.error_rate,
        "f1_answered": counted.f1_answered,
        "f1_refused": counted.f1_refused,
        "auroc": auroc(confidences, outcomes),
        "calibration_error": calibration_error(reliability(confidences, outcomes)),
        "brier": brier(confidences, outcomes),
        "p50_ms": percentile(elapsed, 50),
        "p95_ms": percentile(elapsed, 95),
    }


def value_of(row: Row, name: str) -> float | None:
    """Return one row's part in a measure that is a mean over rows; None if it has none.

    Only means can be compared row by row, so the rates of refusal are told here as means too.
    """
    if name == "hallucination_rate":
        return None if row["answerable"] else float(row["scores"]["answered"])
    if name == "refusal_rate":
        return None if row["answerable"] else 1.0 - float(row["scores"]["answered"])
    if name == "error_rate":
        return 1.0 - float(row["scores"]["answered"]) if row["answerable"] else None
    if name == "right":
        return float(row["right"])
    value = row["scores"].get(name)
    return None if value is None else float(value)


def _intervals(rows: Sequence[Row]) -> dict[str, tuple[float, float]]:
    intervals = {}
    for name in (*MEANS, "refusal_rate", "hallucination_rate", "error_rate"):
        values = _values(rows, name)
        interval = bootstrap_interval([v for _, v in values], [row["group"] for row, _ in values])
        if interval is not None:
            intervals[name] = interval
    return intervals


def _values(rows: Iterable[Row], name: str) -> list[tuple[Row, float]]:
    return [(row, value) for row in rows if (value := value_of(row, name)) is not None]


def _confidences(rows: Sequence[Row]) -> tuple[list[float], list[bool]]:
    """Return how sure the assistant was that the articles answer, and whether they do."""
    return [row["answer"]["confidence"] for row in rows], [row["answerable"] for row in rows]


def _grouped(rows: Iterable[Row], name: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[name] or "-"].append(row)
    return groups


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _complement(share: float | None) -> float | None:
    return None if share is None else 1.0 - share
