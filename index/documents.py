"""The documents of a generation as they were indexed: one JSON object a line, read when asked for.

Answers quote this snapshot, so offsets stay right while `docs/` is being edited.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreError
from index.schema import Document, Translation

NAME = "documents.jsonl"
_KEPT = 256


def to_line(document: Document) -> bytes:
    """Return a document as a line of JSON."""
    told = asdict(document)
    told["published"] = document.published.isoformat() if document.published else None
    return json.dumps(told, ensure_ascii=False).encode() + b"\n"


def from_line(line: bytes) -> Document:
    """Read what `to_line` wrote."""
    told = json.loads(line)
    published = told.pop("published")
    translations = tuple(
        Translation(each["language"], tuple(each["blocks"]), each["machine"])
        for each in told.pop("translations")
    )
    return Document(
        **told,
        published=date.fromisoformat(published) if published else None,
        translations=translations,
    )


class StoredDocuments(Mapping[str, Document]):
    """The documents of a generation by id; a few hundred stay in memory."""

    def __init__(self, folder: Path, ids: Sequence[str], ends: NDArray[np.int64]) -> None:
        self.ids = tuple(ids)
        self.numbers = {each: number for number, each in enumerate(self.ids)}
        self._ends = ends
        self._path = folder / NAME
        # kept open: the file may be deleted while this generation still serves
        self._file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        self._read = lru_cache(maxsize=_KEPT)(self._parse)

    def __getitem__(self, key: str) -> Document:
        return self._read(self.numbers[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            os.close(self._file)

    def at(self, number: int) -> Document:
        """Return the document with this place in the order of ids."""
        return self._read(number)

    def line(self, number: int) -> bytes:
        """Return a document's line as it stands in the file."""
        start = int(self._ends[number - 1]) if number else 0
        length = int(self._ends[number]) - start
        line = os.pread(self._file, length, start)
        if len(line) != length:
            raise StoreError(f"{self._path}: ends too early; run: c5 index --rebuild")
        return line

    def _parse(self, number: int) -> Document:
        return from_line(self.line(number))
