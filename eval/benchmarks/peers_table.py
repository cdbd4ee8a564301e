"""The short table of a run of `c5 bench peers`, for the README."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_COLUMNS: Final = {
    "cold_seconds": ("cold start to answer, s", "{:.1f}"),
    "per_second": ("answers a second", "{:.1f}"),
    "characters_per_second": ("indexed characters a second", "{:,.0f}"),
    "peak_mb": ("memory, MB", "{:,.0f}"),
    "right": ("right", "{:.1%}"),
}


def peers_table(measured: Mapping[str, Any]) -> str:
    """Return the Markdown: each system, and beside a peer's figure how much better ours is."""
    heads = [head for head, _ in _COLUMNS.values()]
    lines = ["Beside peers, in one run of `c5 bench peers`:", ""]
    lines += [f"| | {' | '.join(heads)} |", "|---|" + "---:|" * len(heads)]
    for name, row in measured["systems"].items():
        ratios = measured["ours_is_better_by"].get(name, {})
        cells = []
        for key, (_, form) in _COLUMNS.items():
            ratio = f" (× {ratios[key]:g})" if ratios.get(key) is not None else ""
            cells.append(form.format(row[key]) + ratio)
        lines.append(f"| {name} | {' | '.join(cells)} |")
    versions = [
        f"{name} {number}"
        for name, number in measured["versions"].items()
        if number != "not installed"
    ]
    left_out = "".join(f" {name} left out: {why}." for name, why in measured["left_out"].items())
    lines += [
        "",
        f"× is how much better the whole of ours is. {measured['questions']} questions of the split"
        f" `dev`, one run on {measured['machine']} (load {measured['load'][0]}), commit"
        f" `{measured['commit']}`; {', '.join(versions)}.{left_out} Peers show their four best"
        " passages and never refuse; right is the marked passage shown first, or nothing where no"
        " article answers.",
        "",
    ]
    return "\n".join(lines)
