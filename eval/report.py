"""A result as one HTML page that needs nothing beside it: no network, no script, fit for print."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.schema import LANGUAGES
from eval.charts import bars, reliability_curve
from eval.compare import Comparison
from eval.floors import Shortfall
from eval.told import expected, faults, got

HEADLINES = (
    "right", "found@10", "citation_recall", "first_citation", "citation_precision", "answer_f1",
    "answer_em",
    "refusal_rate", "error_rate", "f1_answered", "f1_refused", "auroc", "speaker_right",
    "coverage", "offsets_right", "quotations_right", "verbatim_right", "figures_right",
    "dates_right", "names_right", "alce_recall", "alce_precision", "language_right",
)  # fmt: skip
_ALTERED = frozenset({"offsets", "quotations", "verbatim", "figures", "dates", "names"})
COLUMNS = (
    "questions", "right", "found@10", "citation_recall", "first_citation", "answer_f1",
    "refusal_rate", "error_rate", "speaker_right", "p95_ms",
)  # fmt: skip


def report_html(
    result: Mapping[str, Any],
    *,
    name: str = "",
    comparison: Comparison | None = None,
    shortfalls: tuple[Shortfall, ...] = (),
) -> str:
    """Return the page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["share"] = _share
    metrics = result["metrics"]
    failures = [row for row in result["rows"] if not row["right"]]
    page: str = templates.get_template("report.html.j2").render(
        name=name,
        result=result,
        metrics=metrics,
        overall=bars({key: metrics.get(key) for key in HEADLINES}, result["intervals"]),
        reliability=reliability_curve(result.get("reliability", ())),
        groups={key: _rows_of(result["by"][key]) for key in result["by"]},
        columns=COLUMNS,
        comparison=comparison,
        shortfalls=shortfalls,
        failures=sorted(failures, key=_order),
        expected=expected,
        got=got,
        faults=faults,
    )
    return page


def _rows_of(group: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    order = {language: place for place, language in enumerate(LANGUAGES)}
    return sorted(group.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))


def _order(row: Mapping[str, Any]) -> tuple[int, str]:
    """Sort failures: altered text first, then answers without a source, then the rest."""
    named = faults(row)
    if not _ALTERED.isdisjoint(named):
        return 0, row["id"]
    return (1 if "answered without a source" in named else 2), row["id"]


def _share(value: float | None, column: str) -> str:
    if value is None:
        return "–"
    if column == "questions":
        return str(value)
    return f"{value:.0f}" if column.endswith("_ms") else f"{100 * value:.1f}"
