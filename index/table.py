"""Which passages there are and which rows are searched for each, as arrays.

A passage has one row for itself and one for each translation of it; rows of a passage stand
together, passages of a document too. A million passages are a few megabytes, and a `Passage` is
made when it is asked for.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from index.documents import StoredDocuments
from index.schema import Passage

Ints = NDArray[np.int32]
ARRAYS = "table.npz"
NAMES = "table.json"
ORIGINAL = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of passages and of rows; `names` of the numbers in `document`, `section`, `kind`."""

    document: Ints
    start: Ints
    end: Ints
    section: Ints
    passage: Ints  # of each row
    kind: Ints  # of each row: 0 the original, else a translation's language
    script: Ints  # of each row
    document_end: NDArray[np.int64]  # where each document's line ends in documents.jsonl
    documents: tuple[str, ...]
    sections: tuple[str, ...]
    kinds: tuple[str, ...]
    scripts: tuple[str, ...]

    def save(self, folder: Path) -> None:
        """Write two files into the folder."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        arrays: dict[str, Any] = {
            name: value for name, value in values.items() if isinstance(value, np.ndarray)
        }
        np.savez(folder / ARRAYS, **arrays)
        names = {name: value for name, value in values.items() if isinstance(value, tuple)}
        (folder / NAMES).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Table:
        """Read what `save` wrote."""
        with np.load(folder / ARRAYS) as arrays:
            names = json.loads((folder / NAMES).read_text(encoding="utf-8"))
            values: dict[str, Any] = {name: tuple(value) for name, value in names.items()}
            return cls(**arrays, **values)

    def row_id(self, row: int) -> str:
        """Name a row in Chroma: its passage's id, and the language of a translation."""
        passage = int(self.passage[row])
        document = self.documents[self.document[passage]]
        name = f"{document}#{self.start[passage]}-{self.end[passage]}"
        kind = self.kinds[self.kind[row]]
        return f"{name}@{kind}" if kind else name

    def row_ids(self, rows: Sequence[int] | NDArray[np.int64]) -> list[str]:
        """Name several rows."""
        return [self.row_id(int(row)) for row in rows]

    def passages_of(self, documents: range) -> range:
        """Return the places of the passages of consecutive documents."""
        first, last = np.searchsorted(self.document, [documents.start, documents.stop])
        return range(int(first), int(last))

    def rows_of(self, passages: range) -> range:
        """Return the places of the rows of consecutive passages."""
        first, last = np.searchsorted(self.passage, [passages.start, passages.stop])
        return range(int(first), int(last))


class Rows:
    """Finds rows by their ids, without a dictionary of all ids."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._documents = {name: number for number, name in enumerate(table.documents)}
        bounds = np.arange(len(table.documents) + 1)
        self._first = np.searchsorted(table.document, bounds).tolist()
        self._row = np.searchsorted(table.passage, np.arange(len(table.document) + 1))
        self._kinds = {name: number for number, name in enumerate(table.kinds)}

    def find(self, ids: Sequence[str]) -> NDArray[np.int64]:
        """Return the places of the rows that these ids name; ids of no row are left out."""
        found = [row for row in map(self._place, ids) if row is not None]
        return np.array(found, dtype=np.int64)

    def _place(self, name: str) -> int | None:
        document, _, rest = name.rpartition("#")
        span, _, kind = rest.partition("@")
        number, wanted = self._documents.get(document), self._kinds.get(kind)
        if number is None or wanted is None:
            return None
        first, last = self._first[number], self._first[number + 1]
        start = int(span.partition("-")[0])
        passage = bisect_left(self._table.start, start, first, last)
        if passage >= last:
            return None
        for row in range(self._row[passage], self._row[passage + 1]):
            if self._table.kind[row] == wanted:
                return row
        return None


class PassageTable(Sequence[Passage]):
    """The passages in order, made when asked for."""

    def __init__(self, table: Table, documents: StoredDocuments) -> None:
        self._table = table
        self._documents = documents

    def __len__(self) -> int:
        return len(self._table.document)

    @overload
    def __getitem__(self, place: int) -> Passage: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Passage]: ...
    def __getitem__(self, place: int | slice) -> Passage | Sequence[Passage]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        place %= len(self)
        table = self._table
        start, end = int(table.start[place]), int(table.end[place])
        document = self._documents.at(int(table.document[place]))
        section = table.sections[table.section[place]]
        return Passage(document.id, section, start, end, document.text[start:end])

    def __iter__(self) -> Iterator[Passage]:
        return (self[place] for place in range(len(self)))
