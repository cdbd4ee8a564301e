"""Ask every question, score every answer, sum up: one run of the evaluation."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from assistant.schema import Mode, Turn
from eval.dataset import Question
from eval.journal import Journal
from eval.scores import is_right, score
from eval.summary import summarise

if TYPE_CHECKING:
    from assistant.schema import Answer


class Asked(Protocol):
    """What is evaluated: the assistant, or a peer behind the same call."""

    def ask(self, question: str, history: Sequence[Turn] = (), *, mode: Mode = ...) -> Answer:
        """Answer a question."""
        ...


def run(
    assistant: Asked,
    questions: Sequence[Question],
    texts: Mapping[str, str],
    *,
    settings: Mapping[str, Any],
    mode: Mode = Mode.AUTO,
    progress: Callable[[Iterable[Question]], Iterable[Question]] = iter,
    look_again: Callable[[list[dict[str, Any]]], None] = lambda rows: None,
    journal: Path | None = None,
) -> dict[str, Any]:
    """Return the result of a run: questions, settings, metrics (with more detail), rows.

    `look_again` may add scores to the rows once the clock has stopped. With a `journal` (where the
    result will be), a run of the same questions and settings that was interrupted is gone on with.
    """
    described = describe(questions)
    lasting = {key: value for key, value in settings.items() if key != "when"}
    kept = Journal(journal, {"questions": described, "settings": lasting})
    assistant.ask(questions[0].question, mode=mode)  # the first call also loads and warms up
    rows = []
    for question in progress(questions):
        row = kept.rows.get(question.id)
        if row is None:
            row = _row(assistant, question, texts, mode)
            kept.add(row)
        rows.append(row)
    look_again(rows)
    kept.close()
    return {
        "questions": described,
        "settings": dict(settings),
        **summarise(rows),
        "modes": modes(rows),
        "rows": rows,
    }


def modes(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Count the answers by who worded them, and those whose reader was told of something.

    With a language model: how many are in its words, how many fell back to the articles', and how
    many came with a note (a statement left out, the model down).
    """
    given = [row["answer"] for row in rows if row["scores"]["answered"]]
    counted = Counter(str(answer["mode"]) for answer in given)
    return {
        "generative": counted["generative"],
        "extractive": counted["extractive"],
        "with_notes": sum(bool(answer.get("notes")) for answer in given),
    }


def describe(questions: Sequence[Question]) -> dict[str, Any]:
    """Say which questions were asked, so that two runs can be told comparable."""
    told = "\n".join(repr((q.id, q.question, q.history, q.gold, q.answerable)) for q in questions)
    return {
        "files": sorted({question.file for question in questions}),
        "count": len(questions),
        "answerable": sum(question.answerable for question in questions),
        "sha256": hashlib.sha256(told.encode()).hexdigest(),
    }


def row_of(
    question: Question, answer: Mapping[str, Any], texts: Mapping[str, str], elapsed_ms: float
) -> dict[str, Any]:
    """Join a question, the answer it got and the scores of that answer."""
    scores = score(question, answer, texts)
    asked = asdict(question)
    for key in ("line", "file", "fact"):
        del asked[key]
    return asked | {
        "group": question.group,
        "right": is_right(question, scores),
        "scores": scores,
        "elapsed_ms": round(elapsed_ms, 2),
        "answer": {key: value for key, value in answer.items() if key != "index"},
    }


def _row(
    assistant: Asked, question: Question, texts: Mapping[str, str], mode: Mode
) -> dict[str, Any]:
    history = tuple(Turn(asked, told) for asked, told in question.history)
    start = time.perf_counter()
    answer = assistant.ask(question.question, history, mode=mode)
    elapsed = (time.perf_counter() - start) * 1000
    return row_of(question, answer.as_dict(), texts, elapsed)
