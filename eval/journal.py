"""A run that was interrupted goes on where it stopped: its rows are kept beside its result.

The journal of `result.json` is `.result.json.rows`, one JSON object a line, the first naming the
questions and settings; a journal of other ones is begun anew. It is gone when the run is whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.errors import EvaluationError


class Journal:
    """The rows of one run that are already there; without a path, none and nowhere."""

    def __init__(self, result: Path | None, run: Mapping[str, Any]) -> None:
        self.path = result and journal_of(result)
        self.rows: dict[str, dict[str, Any]] = {}
        if self.path is None:
            return
        named = json.dumps(run, ensure_ascii=False, sort_keys=True)
        try:
            lines = self.path.read_text("utf-8").splitlines() if self.path.exists() else []
            if lines and lines[0] == named:
                self.rows = {row["id"]: row for row in map(_parsed, lines[1:]) if row}
            self.path.parent.mkdir(parents=True, exist_ok=True)
            kept = (json.dumps(row, ensure_ascii=False) for row in self.rows.values())
            # written anew, so that half a line of a killed run is gone
            self.path.write_text("".join(f"{line}\n" for line in (named, *kept)), "utf-8")
        except OSError as error:
            raise EvaluationError(f"{self.path}: {error.strerror or error}") from None

    def add(self, row: Mapping[str, Any]) -> None:
        """Keep a row."""
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Drop the journal: the run is whole."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def journal_of(result: Path) -> Path:
    """Return where the rows of a run are kept until it is whole."""
    return result.with_name(f".{result.name}.rows")


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        row: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    return row
