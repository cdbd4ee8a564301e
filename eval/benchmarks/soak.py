"""A real server under users for a long time: whether its memory grows, whether anything fails."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any, Final

from assistant.settings import Settings
from eval.benchmarks.machine import circumstances
from eval.benchmarks.serve import measured_load
from eval.benchmarks.server_process import serving
from eval.collection import CORPUS, temporary_index
from eval.dataset import read_questions, shipped_files

ROUNDS: Final = 12
_WARM: Final = 3  # rounds in which caches fill
_GROWTH: Final = 1.1


def measure_soak(minutes: float, *, users: int = 50, pause: float = 5.0) -> dict[str, Any]:
    """Ask for so many minutes; memory is compared between the first and the last rounds."""
    questions = sorted({each.question for each in read_questions(shipped_files())})
    with (
        temporary_index([Settings.load().docs, CORPUS]) as (docs, index),
        serving(docs, index) as server,
    ):
        seconds = minutes * 60 / ROUNDS
        rows = [measured_load(server, questions, users, seconds, pause) for _ in range(ROUNDS)]
    memory = [row["memory_mb"] for row in rows]
    early, late = memory[_WARM : 2 * _WARM], memory[-_WARM:]
    growth = round(statistics.median(late) / statistics.median(early), 3)
    errors = sum(row["errors"] for row in rows)
    return {
        **circumstances("c5-assistant", "uvicorn", "fastapi"),
        "minutes": minutes,
        "users": users,
        "pause_seconds": pause,
        "answered": sum(row["answered"] for row in rows),
        "refused_503": sum(row["refused_503"] for row in rows),
        "errors": errors,
        "memory_mb": memory,
        "growth": growth,
        "passed": growth <= _GROWTH and not errors,
    }


def as_text(measured: Mapping[str, Any]) -> str:
    """Return the figures as lines."""
    return (
        f"{measured['minutes']:g} minutes, {measured['users']} users:"
        f" {measured['answered']} answers, {measured['refused_503']} refused (503),"
        f" {measured['errors']} errors\n"
        f"memory in MB: {', '.join(f'{each:.0f}' for each in measured['memory_mb'])};"
        f" late over early {measured['growth']} (at most {_GROWTH})\n"
        f"{measured['machine']}, load {measured['load'][0]}, commit {measured['commit']}"
    )
