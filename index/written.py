"""The files of a generation as a build writes them, one document after another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.arrays import GrowingArray
from index.documents import NAME, to_line
from index.generation import TOKEN_ENDS, TOKENS, VECTORS, Generation
from index.searched import Searched
from index.table import Table
from index.transliterate import script

_COLUMNS: Final = ("document", "start", "end", "section", "passage", "kind", "script")
Floats = NDArray[np.float32]
Ids = Sequence[NDArray[np.int32]]


class Names:
    """Numbers for strings, in the order they first come."""

    def __init__(self, *first: str) -> None:
        self._numbers = {name: number for number, name in enumerate(first)}

    def number(self, name: str) -> int:
        """Return the number of a string, a new one if need be."""
        return self._numbers.setdefault(name, len(self._numbers))

    def all(self) -> tuple[str, ...]:
        """Return the strings by number."""
        return tuple(self._numbers)


class GenerationFiles:
    """Takes documents in order and writes all but the Chroma and lexical folders."""

    def __init__(self, folder: Path, dimension: int, *, tokens: bool) -> None:
        self._folder = folder
        self._documents = (folder / NAME).open("wb")
        self._vectors = GrowingArray(folder / VECTORS, np.float32, dimension)
        self._tokens = GrowingArray(folder / TOKENS, np.int32) if tokens else None
        self._token_ends = GrowingArray(folder / TOKEN_ENDS, np.int64) if tokens else None
        self._columns: dict[str, list[int]] = {
            name: []
            for name in ("document", "start", "end", "section", "passage", "kind", "script")
        }
        self._ends: list[int] = []
        self._ids: list[str] = []
        self._sections, self._kinds, self._scripts = Names(), Names(""), Names()

    def add(self, searched: Searched, vectors: Floats, ids: Ids | None) -> range:
        """Write a document, its passages, and the vectors and pieces of its rows; return these."""
        columns = self._columns
        start = len(columns["passage"])
        number, first = len(self._ids), len(columns["document"])
        self._ids.append(searched.document.id)
        self._documents.write(to_line(searched.document))
        self._ends.append(self._documents.tell())
        for passage in searched.passages:
            columns["document"].append(number)
            columns["start"].append(passage.start)
            columns["end"].append(passage.end)
            columns["section"].append(self._sections.number(passage.section))
        for row in searched.rows:
            columns["passage"].append(first + row.passage)
            columns["kind"].append(self._kinds.number(row.kind))
            columns["script"].append(self._scripts.number(script(row.text)))
        self._vectors.append(vectors)
        if self._tokens and self._token_ends and ids is not None:
            for each in ids:
                self._tokens.append(each)
                self._token_ends.append(np.array([self._tokens.rows]))
        return range(start, len(columns["passage"]))

    def copy(self, before: Generation, number: int) -> tuple[range, int]:
        """Take a document over; return the rows it had and the place of the first one now."""
        table, columns = before.table, self._columns
        new, first = len(self._ids), len(columns["document"])
        self._ids.append(table.documents[number])
        self._documents.write(before.documents.line(number))
        self._ends.append(self._documents.tell())
        passages = table.passages_of(number)
        rows = table.rows_of(passages)
        start = len(columns["passage"])
        old, part = slice(passages.start, passages.stop), slice(rows.start, rows.stop)
        columns["document"].extend([new] * len(passages))
        columns["start"].extend(table.start[old].tolist())
        columns["end"].extend(table.end[old].tolist())
        for name, numbers in (
            ("section", [self._sections.number(table.sections[n]) for n in table.section[old]]),
            ("passage", (table.passage[part] - passages.start + first).tolist()),
            ("kind", [self._kinds.number(table.kinds[n]) for n in table.kind[part]]),
            ("script", [self._scripts.number(table.scripts[n]) for n in table.script[part]]),
        ):
            columns[name].extend(numbers)
        self._vectors.append(before.vectors[part])
        if self._tokens and self._token_ends and before.tokens is not None:
            flat, ends = before.tokens.range(rows)
            self._token_ends.append(ends + self._tokens.rows)
            self._tokens.append(flat)
        return rows, start

    def close(self) -> Table:
        """Finish all files and return the table."""
        self._documents.close()
        self._vectors.close()
        if self._tokens and self._token_ends:
            self._tokens.close()
            self._token_ends.close()
        table = Table(
            **{name: np.array(values, np.int32) for name, values in self._columns.items()},
            document_end=np.array(self._ends, np.int64),
            documents=tuple(self._ids),
            sections=self._sections.all(),
            kinds=self._kinds.all(),
            scripts=self._scripts.all(),
        )
        table.save(self._folder)
        return table
