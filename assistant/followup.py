"""A follow-up question made to stand alone."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.schema import Turn


def stand_alone(question: str, history: Sequence[Turn]) -> str:
    """Return the question as it reads without the turns before it."""
    return question
