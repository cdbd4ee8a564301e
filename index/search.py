"""Search: a query in any language, and the passages of the articles that fit it best.

`Index` is what the rest of the house opens. It moves to a newer generation when told to; whoever
needs hits and documents that agree takes one `snapshot` and asks that.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

from index import generations
from index.encoder import Encoder, open_encoder
from index.errors import IndexingError, StoreError
from index.schema import Document, Hit, Passage
from index.snapshot import Snapshot

log = logging.getLogger(__name__)
_TRIES: Final = 5
_REST: Final = 20  # a look at docs/ is good for this many times as long as it took


class Index:
    """An index on disk, open for search from any number of threads."""

    def __init__(self, folder: Path, snapshot: Snapshot, url: str | None) -> None:
        self._folder = folder
        self._url = url
        self._snapshot = snapshot
        self._refused: str | None = None
        self._next: Snapshot | None = None
        self._moving = threading.Lock()
        self._looked: tuple[Path, str, float, bool] | None = None

    @classmethod
    def open(
        cls, index: Path, *, encoder: str | None = None, chroma_url: str | None = None
    ) -> Index:
        """Open what serves now; `StoreError` or `EncoderError` says what is wrong and what to do.

        Checked are the manifest, the files, the encoder, the number of vectors, and that texts
        and vectors known from the build still find what they found then.
        """
        index = index.resolve()
        generations.current(index)  # before the encoder is loaded: is there an index at all?
        return cls(index, _newest(index, open_encoder(encoder), chroma_url), chroma_url)

    @property
    def snapshot(self) -> Snapshot:
        """Return the generation that serves now; it goes on working after a `refresh`."""
        return self._snapshot

    @property
    def documents(self) -> Mapping[str, Document]:
        """Return the articles as they were indexed, by id."""
        return self._snapshot.documents

    @property
    def passages(self) -> Sequence[Passage]:
        """Return all passages, in the order of their documents."""
        return self._snapshot.passages

    @property
    def build(self) -> str:
        """Return the id of the build that serves."""
        return self._snapshot.build

    @property
    def built_at(self) -> str:
        """Return when that build was finished, in UTC as ISO 8601."""
        return self._snapshot.built_at

    @property
    def encoder(self) -> Encoder:
        """Return the encoder of queries."""
        return self._snapshot.encoder

    def search(
        self, query: str, k: int = 5, *, documents: Collection[str] | None = None
    ) -> list[Hit]:
        """Return the `k` best passages, of the given documents or of all."""
        return self._snapshot.search(query, k, documents=documents)

    def is_stale(self, docs: Path) -> bool:
        """Say whether docs/ has changed since it was read; not so where there is no docs/ here.

        With ten thousand articles a look takes a tenth of a second, so an answer is kept a while.
        """
        snapshot, now = self._snapshot, time.monotonic()
        if self._looked is not None and self._looked[:2] == (docs, snapshot.build):
            until, stale = self._looked[2:]
            if now < until:
                return stale
        stale = snapshot.differs(docs)
        took = time.monotonic() - now
        self._looked = (docs, snapshot.build, now + _REST * took, stale)
        return stale

    def changed(self, docs: Path) -> frozenset[str]:
        """Return the documents of docs/ that are new, gone or not what they were when indexed."""
        return self._snapshot.changed(docs)

    def verify(self) -> None:
        """Read every file to the end and compare; `StoreError` names the first that is damaged."""
        self._snapshot.verify()

    def refresh(self) -> bool:
        """Move to a newer generation if there is one; searches that are running finish on the old.

        A new generation that can't be opened is told once in the log, and the old goes on serving.
        """
        self.prepare()
        return self.turn()

    def prepare(self) -> None:
        """Open a newer generation if there is one, without serving it yet."""
        with self._moving:
            newest = None
            try:
                newest = generations.current(self._folder).name
                opened = self._next.build if self._next is not None else self._snapshot.build
                if newest not in (opened, self._refused):
                    self._next = _newest(self._folder, self._snapshot.encoder, self._url)
            except IndexingError as error:
                self._refused = newest
                log.error("still serving build %s: %s", self._snapshot.build, error)

    def turn(self) -> bool:
        """Serve what `prepare` has opened; say whether that is another generation."""
        with self._moving:
            found, self._next = self._next, None
            if found is None or found.build == self._snapshot.build:
                return False
            self._snapshot = found
        log.info("now serving build %s", self._snapshot.build)
        return True


def _newest(index: Path, encoder: Encoder, url: str | None) -> Snapshot:
    """Open the generation that the pointer names, again if it moves in the meantime."""
    for _ in range(_TRIES - 1):
        folder = generations.current(index)
        try:
            return Snapshot.open(folder, encoder, url)
        except StoreError:
            if generations.current(index) == folder:
                raise
    return Snapshot.open(generations.current(index), encoder, url)
