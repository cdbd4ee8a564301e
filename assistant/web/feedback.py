"""What readers say of answers, kept in an SQLite file for the editors (`C5_FEEDBACK`).

Off unless the setting is there. Kept are the answer, the verdict, the word of why and the passage
that the reader pointed to; not who it was. `c5 eval import-feedback` makes evaluation cases of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from assistant.schema import Answer
from assistant.web.state import database

WHY_LENGTH = 1000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, verdict TEXT NOT NULL, why TEXT NOT NULL,
  question TEXT NOT NULL, language TEXT NOT NULL, status TEXT NOT NULL,
  answer TEXT NOT NULL, passage TEXT
);
"""


class Verdict(StrEnum):
    """What a reader says of an answer."""

    GOOD = "good"
    WRONG = "wrong"
    NOT_IN_SOURCE = "not_in_source"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Passage:
    """The passage a reader pointed to: ``document.text[start:end] == text``."""

    document: str
    start: int
    end: int
    text: str


def keep_feedback(
    path: Path, answer: Answer, verdict: Verdict, why: str, passage: Passage | None
) -> None:
    """Add one word of feedback to the file."""
    pointed = None
    if passage:
        pointed = {
            "document": passage.document,
            "start": passage.start,
            "end": passage.end,
            "text": passage.text,
        }
    row = (
        datetime.now(UTC).isoformat(timespec="seconds"),
        verdict.value,
        why,
        answer.standalone_question or answer.question,
        answer.language,
        answer.status.value,
        json.dumps(answer.as_dict(), ensure_ascii=False),
        json.dumps(pointed, ensure_ascii=False) if pointed else None,
    )
    with database(path, _SCHEMA) as kept:
        kept.execute(
            "INSERT INTO feedback (at, verdict, why, question, language, status, answer, passage)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
