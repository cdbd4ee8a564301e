"""The vectors of a generation in Chroma: written by a build, opened and checked by a reader."""

from __future__ import annotations

import logging
import os
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index import store
from index.engines import progress_bar
from index.errors import StoreError
from index.generations import REBUILD
from index.manifest import Manifest
from index.store import Vectors
from index.table import Rows, Table

log = logging.getLogger(__name__)
CHROMA: Final = "chroma"
COLLECTION: Final = "passages"  # in a folder of its own
SMALL: Final = 2000  # rows up to which a new graph is as quick as a changed one
_CHURN: Final = 4  # a graph is made anew after changes to a quarter of its rows
_BATCH: Final = 2000
_PROBES: Final = 3
_BUSY: Final = 60.0  # seconds that a reader's short lock is waited for
_SAME: Final = 0.999
# SQLite's codes for a disk that takes nothing more; its files are as whole as they were
_NO_WRITING: Final = re.compile(r"\(code: (8|13)\)")
Floats = NDArray[np.float32]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Change:
    """How the rows of a new generation differ from those of an older one in `folder`."""

    folder: Path
    churn: int  # changed rows since the graph was made
    gone: list[str]
    new: Places

    def fits(self, rows: int) -> bool:
        """Say whether changing a copy is better than making a new graph."""
        return rows > SMALL and self.total * _CHURN <= rows

    @property
    def total(self) -> int:
        """Return the changes since the graph was made, with these."""
        return self.churn + len(self.gone) + len(self.new)


def write_embedded(
    folder: Path, table: Table, vectors: Floats, change: Change | None, *, progress: bool
) -> int:
    """Write the collection of a generation; return the changes since its graph was made."""
    target = folder / CHROMA
    rows = len(table.passage)
    if change is None or not change.fits(rows):
        made = store.create_embedded(target, COLLECTION, rows, {"vectors": "vectors.npy"})
        _add(made, table, vectors, np.arange(rows), progress=progress)
        _check(made, table, vectors, target)
        made.sync_every(2)  # holds from the next opening on, which is that of a copy to change
        made.close()
        _close_gaps(target)
        return 0
    _copy(change.folder / CHROMA, target)
    copy = store.open_embedded(target, COLLECTION)
    copy.delete(change.gone)
    _add(copy, table, vectors, change.new, progress=progress)
    _check(copy, table, vectors, target)
    copy.close()
    return change.total


def write_to_server(
    url: str, name: str, owner: str, table: Table, vectors: Floats, *, progress: bool
) -> None:
    """Write the collection of a generation to a server, with the name of the index it is of."""
    made = store.create_on_server(url, name, {"index": owner})
    _add(made, table, vectors, np.arange(len(table.passage)), progress=progress)
    _check(made, table, vectors, f"Chroma at {url}")
    made.close()


def unsettled(folder: Path) -> frozenset[str]:
    """Return the names of the files that reading changes, and that have no lasting checksum.

    That is the database, which each opening writes a number into, and the graph of a single row,
    which Chroma doesn't keep.
    """
    names = {store.DATABASE, f"{store.DATABASE}-journal"}
    if not any((folder / CHROMA).glob("*/index_metadata.pickle")):
        names |= {path.name for path in (folder / CHROMA).glob("*/*")}
    return frozenset(names)


def open_vectors(
    folder: Path, manifest: Manifest, table: Table, vectors: Floats, url: str | None
) -> Vectors | None:
    """Open and check the collection of a generation.

    None where Chroma cannot open it because the folder is read-only or its disk full: it writes
    into its database even to read. The exact search over `vectors.npy` then takes its place.
    """
    if manifest.on_server != (url is not None):
        where = "a Chroma server; set C5_CHROMA_URL" if manifest.on_server else "its own folder"
        hint = "" if manifest.on_server else "; unset C5_CHROMA_URL or run: c5 index"
        raise StoreError(f"the vectors of this index are in {where}{hint}")
    if url is not None:
        opened = store.open_on_server(url, Manifest.collection_of(manifest.build))
        _check(opened, table, vectors, f"Chroma at {url}")
        return opened
    target = folder / CHROMA
    database = target / store.DATABASE
    if not database.is_file():
        raise StoreError(f"{database}: missing; {REBUILD}")
    if not (os.access(target, os.W_OK) and os.access(database, os.W_OK)):
        log.warning("%s is read-only: searching exactly, without Chroma", target)
        return None
    try:
        opened = store.open_embedded(target, COLLECTION)
        _check(opened, table, vectors, target)
    except StoreError as error:
        if _NO_WRITING.search(str(error)):
            log.warning("%s: searching exactly, without Chroma", error)
            return None
        raise StoreError(f"{error}; {REBUILD}") from error
    return opened


def check_database(folder: Path) -> None:
    """Read Chroma's database to the end and let SQLite check it."""
    database = folder / CHROMA / store.DATABASE
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as opened:
            found = opened.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        found = str(error)
    if found != "ok":
        raise StoreError(f"{database}: damaged ({found}); {REBUILD}")


def _add(made: Vectors, table: Table, vectors: Floats, rows: Places, *, progress: bool) -> None:
    with progress_bar("storing", "vectors", len(rows), progress) as bar:
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            made.add(table.row_ids(batch), vectors[batch])
            bar.update(len(batch))


def _check(opened: Vectors, table: Table, vectors: Floats, where: object) -> None:
    """Compare the number of rows, and let a few stored vectors find themselves."""
    count = opened.count()
    if count != len(vectors):
        raise StoreError(f"{where}: {count} vectors instead of {len(vectors)}")
    places = Rows(table)
    for row in np.unique(np.linspace(0, len(vectors) - 1, _PROBES).astype(int)):
        vector = np.asarray(vectors[row])
        if not vector.any():
            continue  # a text without a known piece points nowhere
        ids, cosines = opened.nearest(vector, 1)
        found = places.find(ids)
        if not len(found) or cosines[0] < _SAME or float(vectors[found[0]] @ vector) < _SAME:
            raise StoreError(f"{where}: a stored vector does not find itself")


def _copy(source: Path, target: Path) -> None:
    """Copy a collection while others may read it: the database through SQLite, without its gaps."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(f"{store.DATABASE}*"))
    new = target / store.DATABASE
    try:
        with closing(sqlite3.connect(source / store.DATABASE, timeout=_BUSY)) as old:
            old.execute("VACUUM INTO ?", (str(new),))
    except sqlite3.Error as error:
        raise StoreError(f"{new}: cannot be written ({error})") from error


def _close_gaps(folder: Path) -> None:
    """Give back what Chroma's log of all vectors took in its database: most of it."""
    try:
        with closing(sqlite3.connect(folder / store.DATABASE, timeout=_BUSY)) as database:
            database.execute("VACUUM")
    except sqlite3.Error as error:  # it needs room for a copy, and is whole without
        log.warning("%s: stays larger than it need be (%s)", folder / store.DATABASE, error)
