"""From a thousand passages to a million: how building, asking and memory grow.

Articles are generated (`generated_articles`); each stage runs in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from eval.benchmarks.generated_articles import PASSAGES, write_articles
from eval.benchmarks.machine import circumstances
from eval.benchmarks.plot import panels
from eval.errors import EvaluationError

SIZES: Final = (1_000, 10_000, 100_000)
_BYTES: Final = 12_000  # of disk and of memory that a passage takes while measuring, generously
_CHARTS: Final = {
    "seconds of the processor": {
        "building": "build_processor_seconds",
        "one changed article": "change_processor_seconds",
        "opening, first answer": "open_processor_seconds",
    },
    "milliseconds a query": {"median": "query_ms_p50", "95th percentile": "query_ms_p95"},
    "megabytes": {
        "memory, building": "build_peak_mb",
        "memory, serving": "serve_peak_mb",
        "on disk": "megabytes",
    },
    "nearest 200, ms of the processor": {
        "Chroma's graph": "graph_processor_ms",
        "exact": "exact_processor_ms",
    },
}


def measure_scale(
    sizes: Sequence[int] = SIZES, *, graphs: int | None = None, folder: Path | None = None
) -> dict[str, Any]:
    """Measure each size; `graphs` is the size at which settings of the graph are compared."""
    rows, settings = [], []
    for size in sizes:
        with TemporaryDirectory(prefix="c5-scale-", dir=folder) as name:
            place = Path(name)
            _check_room(place, size)
            articles = max(1, size // PASSAGES)
            write_articles(place / "docs", articles)
            docs, index = str(place / "docs"), str(place / "index")
            row: dict[str, Any] = {"articles": articles, **_stage("build", docs, index)}
            row["megabytes"] = round(row["bytes"] / 1e6, 1)
            row |= _stage("ask", index, str(articles))
            row |= _stage("change", docs, index)
            rows.append(row)
            if size == graphs:
                settings = _stage("graph", index, str(articles))
    return {
        **circumstances("c5-assistant", "chromadb", "numpy", "tokenizers"),
        "sizes": rows,
        "graphs": settings,
    }


def as_text(measured: Mapping[str, Any]) -> str:
    """Lay the figures out for reading."""
    columns = {
        "passages": "passages", "build_seconds": "build s", "build_processor_seconds": "CPU s",
        "build_peak_mb": "peak MB", "megabytes": "disk MB", "open_seconds": "open s",
        "serve_peak_mb": "serve MB", "query_ms_p50": "p50 ms", "query_ms_p95": "p95 ms",
        "recall@200": "recall", "hits_as_exact": "same hits", "change_seconds": "change s",
        "change_processor_seconds": "CPU s",
    }  # fmt: skip
    lines = ["".join(f"{name:>10}" for name in columns.values())]
    for row in measured["sizes"]:
        lines.append("".join(f"{row.get(key, ''):>10}" for key in columns))
    if measured["graphs"]:
        names = list(measured["graphs"][0])
        lines += ["", "  ".join(names)]
        for row in measured["graphs"]:
            lines.append("  ".join(f"{row[name]!s:>{len(name)}}" for name in names))
    lines += ["", f"{measured['machine']}, load {measured['load'][0]}, commit {measured['commit']}"]
    return "\n".join(lines)


def as_svg(measured: Mapping[str, Any]) -> str:
    """Draw how the figures grow."""
    charts = {
        title: {
            name: [(row["passages"], row[key]) for row in measured["sizes"] if row.get(key)]
            for name, key in lines.items()
        }
        for title, lines in _CHARTS.items()
    }
    return panels(charts, "passages")


def _check_room(place: Path, size: int) -> None:
    """Refuse a size that this machine has no memory or disk for."""
    disk = os.statvfs(place)
    room = {
        "disk": disk.f_bavail * disk.f_frsize,
        "memory": os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
    }
    for what, left in room.items():
        if left < size * _BYTES:
            raise EvaluationError(
                f"{size} passages need about {size * _BYTES >> 20} MB of {what},"
                f" there are {left >> 20}; give smaller --sizes"
            )


def _stage(*arguments: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "eval.benchmarks.scale_stage", *arguments],
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
        env=os.environ | {"ANONYMIZED_TELEMETRY": "False"},
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no word"]
        raise EvaluationError(f"{arguments[0]} failed: {last[0]}")
    return json.loads(done.stdout.splitlines()[-1])
