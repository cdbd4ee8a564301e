"""What an evaluation folder of the server holds: results to read, question files to ask."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from eval.editors import read_table
from eval.errors import EvaluationError
from eval.results import read_result
from index.schema import Document

NAME = re.compile(r"[\w-]{1,80}")
_ENDINGS = (".csv", ".xlsx")


class Shelf:
    """Reads and keeps; every name is checked, so none leads out of the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.questions = folder / "questions"

    def results(self) -> list[dict[str, Any]]:
        """Return what a list shows of each result, the newest first."""
        found = []
        for path in sorted(self.folder.glob("*.json"), key=_changed, reverse=True):
            try:
                result = read_result(path)
            except EvaluationError:
                continue  # half written, or none of ours
            right = sum(bool(row["right"]) for row in result["rows"])
            found.append(
                {
                    "name": path.stem,
                    "when": str(result["settings"].get("when", ""))[:16].replace("T", " "),
                    "count": len(result["rows"]),
                    "right": right,
                }
            )
        return found

    def result(self, name: str) -> Path | None:
        """Return the file of a result; None where there is none of that name."""
        return _known(self.folder, name, ".json")

    def own(self) -> list[str]:
        """Return the names of the question files that editors added."""
        return sorted(path.stem for path in self.questions.glob("*.jsonl"))

    def own_file(self, name: str) -> Path | None:
        """Return a question file; None where there is none of that name."""
        return _known(self.questions, name, ".jsonl")

    def keep(self, title: str, table: bytes, documents: Mapping[str, Document]) -> tuple[str, int]:
        """Check an editor's table and keep it as questions; return their name and number.

        EvaluationError names the lines that do not fit. A file of the same name is replaced.
        """
        given = Path(title)
        name = re.sub(r"[^\w-]+", "-", given.stem).strip("-")[:60]
        if given.suffix.lower() not in _ENDINGS or not name:
            raise EvaluationError("a table is a file .csv or .xlsx")
        with TemporaryDirectory(prefix="c5-table-") as folder:
            path = Path(folder) / f"{name}{given.suffix.lower()}"
            path.write_bytes(table)
            rows = read_table(path, documents)
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        try:
            self.questions.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial = self.questions / f".{name}.part"
            partial.write_text(text, "utf-8")
            partial.replace(self.questions / f"{name}.jsonl")
        except OSError as error:
            raise EvaluationError(f"{self.questions}: {error.strerror or error}") from None
        return name, len(rows)

    def name_of_run(self, chosen: str) -> str:
        """Return the name of the run of these questions that was stopped, or a new one."""
        stopped = sorted(self.folder.glob(f".{chosen}-*.json.rows"), key=_changed)
        if stopped:
            return stopped[-1].name.removeprefix(".").removesuffix(".json.rows")
        return f"{chosen}-{datetime.now(UTC):%Y%m%d-%H%M%S}"


def _known(folder: Path, name: str, ending: str) -> Path | None:
    path = folder / f"{name}{ending}"
    return path if NAME.fullmatch(name) and path.is_file() else None


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
