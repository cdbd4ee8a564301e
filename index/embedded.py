"""A Chroma collection in a folder, through Chroma's own Rust bindings.

`import chromadb` takes 1.4 s, most of a cold `c5 ask`, for clients of services that are not used
here; the bindings are what its `PersistentClient` calls underneath, and take 0.03 s. They are not
a documented interface: where those of another Chroma version differ, the calls below raise one of
`DIFFERENT`, and `index.store` turns to the official client.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.errors import StoreError

Floats = NDArray[np.float32]
DIFFERENT: Final = (ImportError, AttributeError, TypeError)
BATCH: Final = 5000  # Chroma takes at most 5461 rows a call
_OPEN_INDEXES: Final = 64  # how many collections stay in memory; we have one
_PLACE: Final = ("default_tenant", "default_database")


class Embedded:
    """One collection; safe to query from many threads, to be written by one process only."""

    def __init__(self, bindings: Any, collection: Any) -> None:
        self._bindings = bindings
        self._id = str(collection.id)

    @classmethod
    def create(
        cls, folder: Path, name: str, configuration: object, metadata: Mapping[str, str]
    ) -> Embedded:
        """Make a new collection in a folder."""
        bindings = _open(folder)
        text = json.dumps(configuration)
        made = bindings.create_collection(name, text, None, dict(metadata), False, *_PLACE)
        return cls(bindings, made)

    @classmethod
    def open(cls, folder: Path, name: str) -> Embedded:
        """Open a collection of a folder and ask it something, so that a difference shows here."""
        bindings = _open(folder)
        opened = cls(bindings, bindings.get_collection(name, *_PLACE))
        bindings.count(opened._id, *_PLACE)
        return opened

    def add(self, ids: Sequence[str], vectors: Floats) -> None:
        """Add rows; an id that is there already keeps one row."""
        with told("Chroma cannot add rows"):
            for start in range(0, len(ids), BATCH):
                part = slice(start, start + BATCH)
                rows = list(vectors[part])
                self._bindings.upsert(self._id, list(ids[part]), rows, None, None, None, *_PLACE)

    def delete(self, ids: Sequence[str]) -> None:
        """Delete rows; unknown ids are ignored."""
        with told("Chroma cannot delete rows"):
            for start in range(0, len(ids), BATCH):
                part = list(ids[start : start + BATCH])
                self._bindings.delete(self._id, part, None, None, None, *_PLACE)

    def count(self) -> int:
        """Return how many rows there are."""
        with told("Chroma cannot count"):
            return int(self._bindings.count(self._id, *_PLACE))

    def nearest(self, vector: Floats, count: int) -> tuple[list[str], Floats]:
        """Return the ids of the nearest rows and their cosines, best first."""
        with told("Chroma cannot search"):
            found = self._bindings.query(
                self._id, None, [vector], count, None, None, ["distances"], *_PLACE
            )
            return found.ids[0], 1 - np.array(found.distances[0], np.float32)

    def sync_every(self, changes: int) -> None:
        """Write the graph to disk after so many changes, instead of only to the log."""
        with told("Chroma cannot be configured"):
            text = json.dumps({"hnsw": {"sync_threshold": changes}})
            self._bindings.update_collection(self._id, None, None, text)

    def close(self) -> None:
        """Let go of the files; for the writer (a reader just drops its reference)."""
        self._bindings = None


def _open(folder: Path) -> Any:
    import chromadb_rust_bindings as rust  # type: ignore[import-untyped]

    database = rust.SqliteDBConfig(
        hash_type=rust.MigrationHash.MD5,
        migration_mode=rust.MigrationMode.Apply,
        url=str(folder / "chroma.sqlite3"),
    )
    return rust.Bindings(
        allow_reset=False,
        sqlite_db_config=database,
        persist_path=str(folder),
        hnsw_cache_size=_OPEN_INDEXES,
    )


@contextmanager
def told(what: str) -> Iterator[None]:
    """Turn whatever Chroma raises into a `StoreError` of one line."""
    try:
        yield
    except StoreError:
        raise
    except BaseException as error:
        # a panic of the Rust side isn't an Exception
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            lines = str(error).strip().splitlines() or [type(error).__name__]
            raise StoreError(f"{what}: {lines[0][:200]}") from error
        raise
