"""A generation opened for reading: everything but Chroma, checked against its manifest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, overload

import numpy as np
from numpy.typing import NDArray

from index.documents import StoredDocuments
from index.encoder import Encoder
from index.errors import EncoderError, StoreError
from index.generations import REBUILD
from index.lexical import LexicalIndex
from index.manifest import CANARIES, Manifest
from index.skeleton import name_terms
from index.table import PassageTable, Table

VECTORS: Final = "vectors.npy"
TOKENS: Final = "tokens.npy"
TOKEN_ENDS: Final = "token_ends.npy"
LEXICAL: Final = "lexical"
SKELETON: Final = "skeleton"
CANARY_VECTORS: Final = "canaries.npy"
_SAME: Final = 0.999  # cosine of a canary then and now
Floats = NDArray[np.float32]


class TokenRows(Sequence[NDArray[np.int32]]):
    """The encoder's pieces of each row."""

    def __init__(self, flat: NDArray[np.int32], ends: NDArray[np.int64]) -> None:
        self._flat = flat
        self._bounds = np.concatenate([[0], ends])
        self._starts: Any = memoryview(self._bounds)  # type: ignore[arg-type]  # quick, one by one

    def __len__(self) -> int:
        return len(self._bounds) - 1

    @overload
    def __getitem__(self, row: int) -> NDArray[np.int32]: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[NDArray[np.int32]]: ...
    def __getitem__(self, row: int | slice) -> NDArray[np.int32] | Sequence[NDArray[np.int32]]:
        if isinstance(row, slice):
            return [self[each] for each in range(*row.indices(len(self)))]
        return self._flat[self._starts[row] : self._starts[row + 1]]

    def range(self, rows: range) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return the pieces of consecutive rows in one array, and where each row's end in it."""
        bounds = self._bounds[rows.start : rows.stop + 1]
        return self._flat[bounds[0] : bounds[-1]], bounds[1:] - bounds[0]

    def __iter__(self) -> Iterator[NDArray[np.int32]]:
        return (self[row] for row in range(len(self)))


@dataclass(frozen=True, slots=True)
class Generation:
    """The files of one build; large arrays are mapped, not read."""

    folder: Path
    manifest: Manifest
    table: Table
    documents: StoredDocuments
    passages: PassageTable
    vectors: Floats
    tokens: TokenRows | None
    lexical: LexicalIndex
    skeleton: LexicalIndex

    @classmethod
    def open(cls, folder: Path) -> Generation:
        """Check the files and open them; `StoreError` says what is wrong with which."""
        manifest = Manifest.read(folder)
        manifest.check_files(folder)
        try:
            table = Table.load(folder)
            documents = StoredDocuments(folder, table.documents, table.document_end)
            tokens = None
            if manifest.tokens:
                tokens = TokenRows(_mapped(folder / TOKENS), _mapped(folder / TOKEN_ENDS))
            opened = cls(
                folder=folder,
                manifest=manifest,
                table=table,
                documents=documents,
                passages=PassageTable(table, documents),
                vectors=_mapped(folder / VECTORS),
                tokens=tokens,
                lexical=LexicalIndex.load(folder / LEXICAL),
                skeleton=LexicalIndex.load(folder / SKELETON, analyser=name_terms),
            )
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise StoreError(f"{folder}: cannot be read ({error}); {REBUILD}") from error
        told = (manifest.documents, manifest.passages, manifest.rows, manifest.rows)
        found = (len(documents), len(opened.passages), len(table.passage), len(opened.vectors))
        if told != found:
            raise StoreError(f"{folder}: holds other counts than its manifest says; {REBUILD}")
        return opened

    def check_encoder(self, encoder: Encoder) -> None:
        """Refuse an encoder that is not the one of the build, or no longer gives its vectors."""
        manifest = self.manifest
        if encoder.fingerprint != manifest.fingerprint:
            raise EncoderError(
                f"the index was built with encoder {manifest.encoder!r}"
                f" ({manifest.fingerprint[:8]}), you asked for {encoder.name!r}"
                f" ({encoder.fingerprint[:8]}); {REBUILD}"
            )
        now = encoder.encode(CANARIES)
        then = np.load(self.folder / CANARY_VECTORS)
        if now.shape != then.shape or float((now * then).sum(axis=1).min()) <= _SAME:
            raise EncoderError(
                f"the encoder {encoder.name!r} no longer gives the vectors that the index was"
                f" built with; {REBUILD}"
            )


def _mapped(path: Path) -> NDArray[Any]:
    """Map an array; a plain view, because numpy's own class for it is slow to slice."""
    return np.asarray(np.load(path, mmap_mode="r"))
