"""Links to an answer: it and its quotes as they were, kept only when a reader asks for one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from assistant.web.problems import Problem
from assistant.web.shelf import new_name
from assistant.web.sources import Kept, Source, text_version
from assistant.web.state import database
from assistant.web.thaw import frozen, thawed
from index.schema import Document

LARGEST = 256 * 1024  # bytes of one kept answer
MOST = 100_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS links (name TEXT PRIMARY KEY, made_at TEXT NOT NULL, kept TEXT NOT NULL);
"""


class Now(StrEnum):
    """How a frozen quote stands to the article as it is now."""

    SAME = "same"  # the article has not changed at all
    HERE = "here"  # the article has changed, the quote is where it was
    MOVED = "moved"  # the quote stands elsewhere in the article
    CHANGED = "changed"  # the article no longer says this
    GONE = "gone"  # there is no such article any more


@dataclass(frozen=True, slots=True)
class Standing:
    """A frozen quote today; `start` and `end` say where it is, if it is anywhere."""

    now: Now
    start: int = 0
    end: int = 0


class Permalinks:
    """The links of one folder of state."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "links.sqlite"

    def make(self, kept: Kept) -> str:
        """Keep an answer and return the name it is found by."""
        name = new_name()
        text = json.dumps(frozen(kept), ensure_ascii=False)
        if len(text.encode()) > LARGEST:
            raise Problem(413, "this answer is too long for a link")
        with database(self.path, _SCHEMA) as links:
            (many,) = links.execute("SELECT count(*) FROM links").fetchone()
            if many >= MOST:
                raise Problem(507, "there is no room for more links")
            links.execute("INSERT INTO links VALUES (?, ?, ?)", (name, kept.at.isoformat(), text))
        return name

    def find(self, name: str) -> Kept:
        """Return what a link was made of; Problem 404 where there is none."""
        found = None
        if self.path.exists():
            with database(self.path, _SCHEMA) as links:
                row = links.execute("SELECT kept FROM links WHERE name = ?", (name,)).fetchone()
                found = row and row[0]
        if found is None:
            raise Problem(404, "there is no such link")
        return thawed(json.loads(found))


def standing(source: Source, kept: Kept, documents: Mapping[str, Document]) -> Standing:
    """Return what has become of a quote since it was frozen."""
    document = documents.get(source.document)
    if document is None:
        return Standing(Now.GONE)
    text, start, end = document.text, source.start, source.end
    here = text[start:end] == source.quote
    if here and kept.versions.get(source.document) == text_version(document):
        return Standing(Now.SAME, start, end)
    if here:
        return Standing(Now.HERE, start, end)
    # the nearest of several places is the likeliest
    places = _places(text, source.quote)
    if places:
        start = min(places, key=lambda place: abs(place - source.start))
        return Standing(Now.MOVED, start, start + len(source.quote))
    return Standing(Now.CHANGED)


def _places(text: str, quote: str) -> list[int]:
    found, at = [], text.find(quote)
    while at >= 0:
        found.append(at)
        at = text.find(quote, at + 1)
    return found
