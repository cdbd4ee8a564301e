"""How many questions a second one process answers, from one thread and from several."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from eval.answer_run import Wanted, opened
from eval.benchmarks.machine import circumstances
from eval.dataset import Question, read_questions, shipped_files
from eval.metrics.latency import percentile

if TYPE_CHECKING:
    from assistant.assistant import Assistant

_THREADS = (1, 4)


def measure_answers() -> dict[str, Any]:
    """Return questions a second and the time of one, by number of threads."""
    questions = read_questions(shipped_files())
    with opened(questions, Wanted()) as assistant:
        assistant.ask(questions[0].question)
        rows = {str(threads): _measured(assistant, questions, threads) for threads in _THREADS}
    return {**circumstances("c5-assistant", "numpy"), "questions": len(questions), "threads": rows}


def _measured(
    assistant: Assistant, questions: tuple[Question, ...], threads: int
) -> dict[str, float | None]:
    def timed(question: Question) -> float:
        begun = time.perf_counter()
        assistant.ask(question.question)
        return (time.perf_counter() - begun) * 1000

    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        taken = list(pool.map(timed, questions))
    seconds = time.perf_counter() - start
    return {
        "answers_per_second": round(len(questions) / seconds, 1),
        "p50_ms": percentile(taken, 50),
        "p95_ms": percentile(taken, 95),
    }


def as_text(figures: Mapping[str, Any]) -> str:
    """Return the figures as a table."""
    lines = [f"{'threads':<8}{'answers/s':>10}{'p50 ms':>9}{'p95 ms':>9}"]
    for threads, row in figures["threads"].items():
        lines.append(
            f"{threads:<8}{row['answers_per_second']:>10.1f}"
            f"{row['p50_ms']:>9.1f}{row['p95_ms']:>9.1f}"
        )
    lines.append(f"{figures['questions']} questions")
    lines.append(f"{figures['machine']}, load {figures['load'][0]}, commit {figures['commit']}")
    return "\n".join(lines)
