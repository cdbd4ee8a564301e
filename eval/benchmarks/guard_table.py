"""The table of what the guard lets through, beside what was found in assistants in use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_PUBLISHED = {
    "a quotation altered": "13 % of quotations altered or not in the article [1]",
    "a digit changed": "19 % of answers with wrong statements, numbers or dates [1]",
    "an unknown citation": "31 % of answers with serious faults of sourcing [2]",
    "a speaker swapped": "20 % of answers with serious faults of accuracy [2]",
}


def guard_table(figures: Mapping[str, Any]) -> str:
    """Return the Markdown of a measurement."""
    lines = ["| false statements | tried | shown | assistants in news |", "|---|---:|---:|---|"]
    tried, shown = figures["false_tried"], figures["false_shown"]
    for deed, count in sorted(tried.items(), key=lambda item: -item[1]):
        lines.append(f"| {deed} | {count} | {shown[deed]} | {_PUBLISHED.get(deed, '')} |")
    lines.append(f"| **all** | **{sum(tried.values())}** | **{sum(shown.values())}** | |")
    lines += ["", "| honest statements | made | kept |", "|---|---:|---:|"]
    for name, counts in figures["honest"].items():
        share = counts["kept"] / counts["stated"]
        lines.append(f"| {name} | {counts['stated']} | {100 * share:.1f} % |")
    wrong = figures["wrong_by_other_measures"]
    lines += [
        "",
        f"{figures['replies']} replies over both protocols, streamed. Answers that the measures "
        f"above find wrong: quotations {wrong['quotations']}, offsets {wrong['offsets']}, figures "
        f"{wrong['figures']}, dates {wrong['dates']}. Replies of which nothing could be shown: "
        f"{figures['failing_models']}; ended in time in the quoted answer with a notice: "
        f"{figures['failing_models_quoted_in_time']}. Checking an answer of up to four statements "
        f"took a median of {figures['checking_ms_p50']:.1f} ms of processor time, 95th percentile "
        f"{figures['checking_ms_p95']:.1f} ms, on {figures['machine']}.",
        "",
    ]
    return "\n".join(lines)
