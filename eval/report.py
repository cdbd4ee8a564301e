"""A result as one HTML page that needs nothing beside it: no network, no script, fit for print."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from assistant.schema import LANGUAGES
from eval.charts import bars, reliability_curve
from eval.compare import Comparison, compare
from eval.floors import Shortfall, read_floors, shortfalls
from eval.results import BASELINE, read_result
from eval.told import expected, faults, got
from eval.words import name as name_in
from eval.words import say, words

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
Row = Mapping[str, Any]


def report_html(
    result: Mapping[str, Any],
    *,
    name: str = "",
    comparison: Comparison | None = None,
    short: tuple[Shortfall, ...] = (),
    language: str = "en",
) -> str:
    """Return the page, in one of the four languages."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["share"] = _share
    templates.filters["thing"] = lambda key, family: name_in(language, family, key)
    metrics = result["metrics"]
    failures = [row for row in result["rows"] if not row["right"]]
    measured = {key: metrics.get(key) for key in HEADLINES}
    label = partial(name_in, language, "metric")
    page: str = templates.get_template("report.html.j2").render(
        name=name,
        language=language,
        say=partial(say, language),
        result=result,
        metrics=metrics,
        overall=bars(measured, result["intervals"], label),
        reliability=reliability_curve(
            result.get("reliability", ()), say(language, "report.confidence")
        ),
        groups={key: _rows_of(result["by"][key]) for key in result["by"]},
        kinds=kinds_by_language(result["rows"]),
        languages=[each for each in LANGUAGES if each in result["by"].get("lang", {})],
        columns=COLUMNS,
        comparison=comparison,
        shortfalls=[_fall(fall, language) for fall in short],
        failures=sorted(failures, key=_order),
        expected=partial(expected, words=words(language)),
        got=partial(got, words=words(language)),
        faults=faults,
        has_gold=_has_gold,
        judged=[row for row in result["rows"] if row.get("judge")],
    )
    return page


def report_of(path: Path, language: str = "en") -> str:
    """Return the page of a result on disk, beside the committed baseline and the floors."""
    shown = read_result(path)
    comparison = None
    if BASELINE.is_file() and path.resolve() != BASELINE:
        ids = {row["id"] for row in shown["rows"]}
        before = read_result(BASELINE)
        if any(row["id"] in ids for row in before["rows"]):
            comparison = compare(before, shown)
    return report_html(
        shown,
        name=path.stem,
        comparison=comparison,
        short=shortfalls(shown, read_floors()),
        language=language,
    )


def kinds_by_language(rows: Sequence[Row]) -> dict[str, dict[str, tuple[float, int]]]:
    """Return for each kind and language (and "all") the share that is right, and of how many."""
    cells: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        for language in (row["lang"], "all"):
            cells[row["kind"] or "-"][language].append(bool(row["right"]))
    return {
        kind: {language: (sum(each) / len(each), len(each)) for language, each in found.items()}
        for kind, found in sorted(cells.items(), key=lambda item: -len(item[1]["all"]))
    }


def _has_gold(row: Row, text: str) -> bool:
    return any(part in text for alternative in row.get("gold", ()) for part in alternative)


def _fall(fall: Shortfall, language: str) -> str:
    return say(
        language,
        "report.below" if fall.least else "report.above",
        group=name_in(language, "group", fall.group),
        metric=name_in(language, "metric", fall.metric),
        value=f"{100 * fall.value:.1f}",
        bound=f"{100 * fall.bound:g}",
    )


def _rows_of(group: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    order = {language: place for place, language in enumerate(LANGUAGES)}
    return sorted(group.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))


def _order(row: Row) -> tuple[int, str]:
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
