"""A file of questions in, a file of answers out, one JSON object a line.

The whole input is checked before the first question is answered, and the output is written beside
its final name and moved there at the end, so a fault or an interruption leaves no half file.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError, QuestionError
from assistant.schema import LANGUAGES, Mode, Turn

if TYPE_CHECKING:
    from assistant.assistant import Assistant


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """One line of a question file. `id` is handed through as it came."""

    line: int
    id: Any
    question: str
    history: tuple[Turn, ...] = ()
    language: str | None = None


def read_questions(path: Path) -> list[BatchQuestion]:
    """Read a question file; AssistantError names the first broken line."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise AssistantError(f"{path}: {error.strerror or error}") from None
    questions = []
    for number, line in enumerate(raw.split(b"\n"), 1):
        if line.strip():
            questions.append(_parse(path, number, line))
    if not questions:
        raise AssistantError(f"{path}: no questions; one JSON object a line is expected")
    return questions


def _parse(path: Path, number: int, line: bytes) -> BatchQuestion:
    where = f"{path}:{number}"
    try:
        row = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError:
        raise AssistantError(f"{where}: not UTF-8") from None
    except json.JSONDecodeError as error:
        raise AssistantError(f"{where}: not JSON: {error.msg} at column {error.colno}") from None
    if not isinstance(row, dict) or not isinstance(row.get("question"), str):
        raise AssistantError(f"{where}: an object with a text 'question' is expected")
    history = row.get("history") or []
    pairs = isinstance(history, list) and all(
        isinstance(turn, list) and len(turn) == 2 and all(isinstance(part, str) for part in turn)
        for turn in history
    )
    if not pairs:
        raise AssistantError(f"{where}: 'history' must be a list of [question, answer] pairs")
    language = row.get("answer_language")
    if language is not None and language not in LANGUAGES:
        raise AssistantError(f"{where}: 'answer_language' must be one of {', '.join(LANGUAGES)}")
    turns = tuple(Turn(question, answer) for question, answer in history)
    return BatchQuestion(number, row.get("id", number), row["question"], turns, language)


def answer_file(
    questions: Path,
    output: Path | None,
    open_assistant: Callable[[], Assistant],
    *,
    language: str | None = None,
    mode: Mode = Mode.AUTO,
) -> None:
    """Answer every question of a file into `output` (standard output where None)."""
    from tqdm import tqdm

    asked = read_questions(questions)
    assistant = open_assistant()
    if output is None:
        for row in asked:
            sys.stdout.write(_answer_line(questions, assistant, row, language, mode))
        return
    partial = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with partial.open("w", encoding="utf-8") as file:
            for row in tqdm(asked, desc="answering", unit="question", disable=None):
                file.write(_answer_line(questions, assistant, row, language, mode))
        partial.replace(output)
    except OSError as error:
        raise AssistantError(f"{output}: {error.strerror or error}") from None
    finally:
        partial.unlink(missing_ok=True)


def _answer_line(
    path: Path, assistant: Assistant, row: BatchQuestion, language: str | None, mode: Mode
) -> str:
    try:
        answer = assistant.ask(
            row.question, row.history, language=row.language or language, mode=mode
        )
    except QuestionError as error:
        raise QuestionError(f"{path}:{row.line}: {error}") from None
    return json.dumps({"id": row.id} | answer.as_dict(), ensure_ascii=False) + "\n"
