"""Tables in Markdown files that a command writes, between two marks that name the table."""

from __future__ import annotations

import re
from pathlib import Path

from eval.errors import EvaluationError


def marks(name: str) -> tuple[str, str]:
    """Return the lines before and after a table."""
    return f"<!-- {name}:begin -->", f"<!-- {name}:end -->"


def written_table(readme: Path, name: str) -> str | None:
    """Return the table that stands in a file; None where it has no place for one."""
    found = _between(name).search(_read(readme))
    return found.group(1) if found else None


def write_table(readme: Path, name: str, table: str) -> None:
    """Put a table between its marks."""
    text = _read(readme)
    begin, end = marks(name)
    if not _between(name).search(text):
        raise EvaluationError(f"{readme}: no lines {begin} and {end} to write the table between")
    # a function, so that a backslash of the table stays one
    replaced = _between(name).sub(lambda _: f"{begin}\n{table}{end}", text)
    try:
        readme.write_text(replaced, "utf-8")
    except OSError as error:
        raise EvaluationError(f"{readme}: {error.strerror or error}") from None


def _between(name: str) -> re.Pattern[str]:
    begin, end = map(re.escape, marks(name))
    return re.compile(f"{begin}\n(.*?){end}", re.DOTALL)


def _read(readme: Path) -> str:
    try:
        return readme.read_text("utf-8")
    except OSError as error:
        raise EvaluationError(f"{readme}: {error.strerror or error}") from None
