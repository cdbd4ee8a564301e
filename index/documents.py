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
_PIECE = 16 << 20


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

    def ends(self, numbers: range) -> NDArray[np.int64]:
        """Return where each of these documents' lines ends, counted from where the first begins."""
        return self._ends[numbers.start : numbers.stop] - self._start(numbers.start)

    def pieces(self, numbers: range) -> Iterator[bytes]:
        """Yield the lines of consecutive documents as they stand in the file, in large pieces."""
        start, end = self._start(numbers.start), self._start(numbers.stop)
        for at in range(start, end, _PIECE):
            yield self._bytes(at, min(at + _PIECE, end))

    def _start(self, number: int) -> int:
        return int(self._ends[number - 1]) if number else 0

    def _bytes(self, start: int, end: int) -> bytes:
        found = os.pread(self._file, end - start, start)
        if len(found) != end - start:
            raise StoreError(f"{self._path}: ends too early; run: c5 index --rebuild")
        return found

    def _parse(self, number: int) -> Document:
        return from_line(self._bytes(self._start(number), self._start(number + 1)))
