"""A real server over HTTP under 1 to 200 users: answers a second, waiting times, memory.

Twice for each number: users who read for a while between questions, and users who don't, which is
more than the server takes from about 36 on; what is over is answered 503 with Retry-After.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from assistant.settings import Settings
from eval.benchmarks.machine import circumstances
from eval.benchmarks.server_process import ServerProcess, serving
from eval.collection import CORPUS, temporary_index
from eval.dataset import read_questions, shipped_files
from eval.errors import EvaluationError
from eval.metrics.latency import percentile

_SHARES: Final = (50, 95, 99)


def measure_serving(
    users: Sequence[int], *, seconds: float = 30, pause: float = 10
) -> dict[str, Any]:
    """Return a row for each number of users and each way to behave."""
    questions = sorted({each.question for each in read_questions(shipped_files())})
    rows: list[dict[str, Any]] = []
    with (
        temporary_index([Settings.load().docs, CORPUS]) as (docs, index),
        serving(docs, index) as server,
    ):
        rss = _memory(server)
        for rest in (pause, 0.0) if pause else (0.0,):
            for count in users:
                rows.append(measured_load(server, questions, count, seconds, rest))
        ready = round(server.seconds, 2)
    return {
        **circumstances("c5-assistant", "uvicorn", "fastapi", "aiohttp"),
        "questions": len(questions),
        "seconds_each": seconds,
        "ready_after_seconds": ready,
        "memory_mb_at_start": rss,
        "rows": rows,
    }


def measured_load(
    server: ServerProcess, questions: Sequence[str], users: int, seconds: float, pause: float
) -> dict[str, Any]:
    """Load a server and return what its users saw and what it cost."""
    processor, started = _processor(server), time.perf_counter()
    command = [sys.executable, "-m", "eval.benchmarks.load", server.url, str(users)]
    done = subprocess.run(
        [*command, str(seconds), str(pause)],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no word"]
        raise EvaluationError(f"the load of {users} users failed: {last[0]}")
    told = json.loads(done.stdout)
    statuses, times = told["statuses"], told["times"]
    refused = statuses.get("503", 0)
    took = time.perf_counter() - started
    return {
        "users": users,
        "pause_seconds": pause,
        "answers_per_second": round(len(times) / took, 1),
        **{f"p{share}_ms": _rounded(percentile(times, share)) for share in _SHARES},
        "answered": len(times),
        "refused_503": refused,
        "refused_without_retry_after": told["without_retry"],
        "errors": sum(statuses.values()) - len(times) - refused,
        "statuses": statuses,
        "memory_mb": _memory(server),
        "server_processor_seconds": round(_processor(server) - processor, 1),
    }


def as_text(measured: Mapping[str, Any]) -> str:
    """Return the figures as a table."""
    columns = {
        "users": "users", "pause_seconds": "pause s", "answers_per_second": "answers/s",
        "p50_ms": "p50 ms", "p95_ms": "p95 ms", "p99_ms": "p99 ms", "answered": "answered",
        "refused_503": "503", "errors": "errors", "memory_mb": "MB",
    }  # fmt: skip
    lines = ["".join(f"{name:>11}" for name in columns.values())]
    for row in measured["rows"]:
        lines.append("".join(f"{row[key] if row[key] is not None else '-':>11}" for key in columns))
    lines.append(f"{measured['machine']}, load {measured['load'][0]}, commit {measured['commit']}")
    return "\n".join(lines)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _memory(server: ServerProcess) -> float:
    import psutil

    return round(psutil.Process(server.process.pid).memory_info().rss / 1e6, 1)


def _processor(server: ServerProcess) -> float:
    import psutil

    times = psutil.Process(server.process.pid).cpu_times()
    return float(times.user + times.system)
