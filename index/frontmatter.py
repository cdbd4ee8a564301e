"""The lines between ``---`` at the head of an article, and the body below them, verbatim.

All values are read as the text that stands there: a title 2025 stays "2025", a language "no" is
Norwegian and not False.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import yaml

_FENCE = "---"
_LONGEST = 64_000
_MOST_BRACKETS = 200


class FrontMatterError(ValueError):
    """The front matter cannot be read; the message says why, without the file's name."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """Front matter and body of a file."""

    values: Mapping[str, str]
    body: str


def parse(text: str) -> Parsed:
    r"""Part a file into front matter and body.

    >>> parse("---\ntitle: قمة\n---\nنص\n")
    Parsed(values={'title': 'قمة'}, body='نص\n')
    """
    first, _, rest = text.partition("\n")
    if first.rstrip() != _FENCE:
        raise FrontMatterError(
            "no front matter; begin the file with a line ---, a line 'title: …' and a line ---"
        )
    at = 0
    while True:
        end = rest.find("\n", at)
        line = rest[at:] if end < 0 else rest[at:end]
        if line.rstrip() == _FENCE:
            return Parsed(read_values(rest[:at]), "" if end < 0 else rest[end + 1 :])
        if end < 0 or end > _LONGEST:
            raise FrontMatterError("the front matter is not closed; end it with a line ---")
        at = end + 1


def read_values(block: str) -> dict[str, str]:
    """Read the lines of a front matter; lists and nested values are left out."""
    if block.count("[") + block.count("{") > _MOST_BRACKETS:  # PyYAML takes minutes on them
        raise FrontMatterError("the front matter is not a list of lines 'name: value'")
    try:
        # BaseLoader makes nothing but text, lists and mappings.
        loaded = yaml.load(block, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 2}" if mark else "it"
        raise FrontMatterError(
            f"{where} of the front matter is not valid YAML; a value with ': ' or leading quotes, "
            "brackets or signs goes into quotation marks"
        ) from error
    if loaded in (None, ""):
        return {}
    if not isinstance(loaded, dict):
        raise FrontMatterError("the front matter is not a list of lines 'name: value'")
    return {str(key): " ".join(value.split()) for key, value in loaded.items() if _is_text(value)}


def read_date(value: str) -> date:
    """Read a day, also from a time stamp.

    >>> read_date("2025-11-06T09:30:00Z")
    datetime.date(2025, 11, 6)
    """
    try:
        return date.fromisoformat(value)
    except ValueError:
        return datetime.fromisoformat(value).date()


def write(values: Mapping[str, str | None], body: str) -> str:
    """Return the text of a file; values that are None or empty are left out."""
    kept = {key: value for key, value in values.items() if value}
    block = yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=10_000)
    return f"{_FENCE}\n{block}{_FENCE}\n{body}"


def _is_text(value: object) -> bool:
    return isinstance(value, str)
