"""The files of a generation as a build writes them, one document after another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from index.arrays import GrowingArray
from index.documents import NAME, to_line
from index.generation import TOKEN_ENDS, TOKENS, VECTORS, Generation
from index.searched import Searched
from index.table import Table
from index.transliterate import script

_COLUMNS: Final = ("document", "start", "end", "section", "passage", "kind", "script")
Ints = NDArray[np.int32]
Floats = NDArray[np.float32]
Ids = Sequence[NDArray[np.int32]]


class Names:
    """Numbers for strings, in the order they first come."""

    def __init__(self, *first: str) -> None:
        self._numbers = {name: number for number, name in enumerate(first)}

    def number(self, name: str) -> int:
        """Return the number of a string, a new one if need be."""
        return self._numbers.setdefault(name, len(self._numbers))

    def renumbered(self, numbers: Ints, names: Sequence[str]) -> Ints:
        """Return our numbers for numbers that stand for these names elsewhere."""
        ours = np.zeros(len(names), np.int32)
        for number in np.unique(numbers):
            ours[number] = self.number(names[number])
        return ours[numbers]

    def all(self) -> tuple[str, ...]:
        """Return the strings by number."""
        return tuple(self._numbers)


class GenerationFiles:
    """Takes documents in order and writes all but the Chroma and lexical folders."""

    def __init__(self, folder: Path, dimension: int, *, tokens: bool) -> None:
        self._folder = folder
        self._lines = (folder / NAME).open("wb")
        self._vectors = GrowingArray(folder / VECTORS, np.float32, dimension)
        self._tokens = GrowingArray(folder / TOKENS, np.int32) if tokens else None
        self._token_ends = GrowingArray(folder / TOKEN_ENDS, np.int64) if tokens else None
        self._columns: dict[str, list[Ints]] = {name: [] for name in _COLUMNS}
        self._line_ends: list[NDArray[np.int64]] = []
        self._ids: list[str] = []
        self._passages = 0
        self._sections, self._kinds, self._scripts = Names(), Names(""), Names()

    def add(self, searched: Searched, vectors: Floats, ids: Ids | None) -> range:
        """Write a document, its passages, and the vectors and pieces of its rows; return these."""
        passages, rows = searched.passages, searched.rows
        number = len(self._ids)
        self._ids.append(searched.document.id)
        self._lines.write(to_line(searched.document))
        self._line_ends.append(np.array([self._lines.tell()], np.int64))
        sections, kinds, scripts = self._sections, self._kinds, self._scripts
        self._extend(
            document=[number] * len(passages),
            start=[each.start for each in passages],
            end=[each.end for each in passages],
            section=[sections.number(each.section) for each in passages],
            passage=[self._passages + row.passage for row in rows],
            kind=[kinds.number(row.kind) for row in rows],
            script=[scripts.number(script(row.text)) for row in rows],
        )
        self._passages += len(passages)
        if self._tokens and self._token_ends and ids is not None:
            ends = np.cumsum([len(each) for each in ids], dtype=np.int64)
            self._token_ends.append(ends + self._tokens.rows)
            self._tokens.append(np.concatenate(ids))
        return self._append(vectors)

    def copy(self, before: Generation, documents: range) -> tuple[range, range]:
        """Take consecutive documents over; return the rows that were theirs and that are now."""
        table = before.table
        passages = table.passages_of(documents)
        rows = table.rows_of(passages)
        old, part = slice(passages.start, passages.stop), slice(rows.start, rows.stop)
        numbers = table.document[old] - documents.start + len(self._ids)
        self._ids.extend(table.documents[documents.start : documents.stop])
        start = self._lines.tell()
        for piece in before.documents.pieces(documents):
            self._lines.write(piece)
        self._line_ends.append(before.documents.ends(documents) + start)
        self._extend(
            document=numbers,
            start=table.start[old],
            end=table.end[old],
            section=self._sections.renumbered(table.section[old], table.sections),
            passage=table.passage[part] - passages.start + self._passages,
            kind=self._kinds.renumbered(table.kind[part], table.kinds),
            script=self._scripts.renumbered(table.script[part], table.scripts),
        )
        self._passages += len(passages)
        if self._tokens and self._token_ends and before.tokens is not None:
            flat, ends = before.tokens.range(rows)
            self._token_ends.append(ends + self._tokens.rows)
            self._tokens.append(flat)
        return rows, self._append(before.vectors[part])

    def close(self) -> Table:
        """Finish all files and return the table."""
        self._lines.close()
        self._vectors.close()
        if self._tokens and self._token_ends:
            self._tokens.close()
            self._token_ends.close()
        table = Table(
            **{name: np.concatenate(parts) for name, parts in self._columns.items()},
            document_end=np.concatenate(self._line_ends),
            documents=tuple(self._ids),
            sections=self._sections.all(),
            kinds=self._kinds.all(),
            scripts=self._scripts.all(),
        )
        table.save(self._folder)
        return table

    def _extend(self, **columns: ArrayLike) -> None:
        for name, values in columns.items():
            self._columns[name].append(np.asarray(values, np.int32))

    def _append(self, vectors: Floats) -> range:
        start = self._vectors.rows
        self._vectors.append(vectors)
        return range(start, self._vectors.rows)
