"""What a loader gives back, its bounds, and how the loaders of formats write Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

MAX_BYTES = 20_000_000  # of a file
MAX_UNPACKED = 200_000_000  # of what a file unpacks to
MAX_TEXT = 5_000_000  # characters; a long book has one million

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


class LoadError(ValueError):
    """A file cannot be read as an article; the message says why, without the file's name."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A text and what its file says about it, by the names of the front matter."""

    text: str
    values: dict[str, str] = field(default_factory=dict)


def clean(text: str) -> str:
    r"""Drop control characters, which formats carry and articles may not.

    >>> clean("a\r\nb\x0c\x00c")
    'a\nb\nc'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    return _CONTROL.sub("", text)


def one_line(text: str) -> str:
    """Return the text on one line, with single spaces."""
    return " ".join(clean(text).split())


def heading(text: str, level: int) -> str:
    """Return a Markdown heading, nothing for nothing."""
    line = one_line(text)
    return f"{'#' * min(max(level, 1), 6)} {line}" if line else ""


def bullets(items: Sequence[str], *, numbered: bool = False) -> str:
    r"""Return a Markdown list.

    >>> bullets(["نعم", "", "لا"], numbered=True)
    '1. نعم\n2. لا'
    """
    lines = [one_line(item) for item in items if one_line(item)]
    return "\n".join(f"{f'{n}.' if numbered else '-'} {line}" for n, line in enumerate(lines, 1))


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table whose first row is its head."""
    lines = [f"| {' | '.join(map(one_line, row))} |" for row in rows if any(map(one_line, row))]
    if lines:
        lines.insert(1, "|" + "---|" * len(rows[0]))
    return "\n".join(lines)
