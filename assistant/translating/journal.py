"""Paragraphs translated so far, one JSON object a line: a run goes on where the last one ended.

A paragraph is known by its own text and the language: where the article has changed, only what
changed is asked for again. The file is locked while a run writes to it and gone when it has ended.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

from assistant.errors import AssistantError


class Journal:
    """What is done, and where more is written down."""

    def __init__(self, file: IO[str], path: Path) -> None:
        self._file = file
        self._path = path
        self._done: dict[str, tuple[str, str]] = {}
        for line in file:
            try:
                row = json.loads(line)
                self._done[row["key"]] = (row["text"], row["model"])
            except (ValueError, KeyError, TypeError):
                continue  # the last line of a run that was killed

    def get(self, original: str) -> tuple[str, str] | None:
        """Return a paragraph's translation and the model that made it."""
        return self._done.get(_key(original))

    def add(self, original: str, text: str, model: str) -> None:
        """Write a translation down, safe from a crash when this returns."""
        self._done[_key(original)] = (text, model)
        row = {"key": _key(original), "text": text, "model": model}
        self._file.write("\n" + json.dumps(row, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def remove(self) -> None:
        """Forget everything: the translation has been written."""
        self._path.unlink(missing_ok=True)


@contextmanager
def open_journal(folder: Path, language: str) -> Iterator[Journal]:
    """Open the journal of an article's translation; one run at a time."""
    path = folder / f".translation.{language}.jsonl"
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AssistantError(f"{path}: another c5 translate is at work on it") from None
        file.seek(0)
        yield Journal(file, path)


def _key(original: str) -> str:
    return sha256(original.encode()).hexdigest()
