"""One generation of an index opened for search; it stays what it is while newer ones come."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index import sources
from index.encoder import Encoder
from index.errors import StoreError
from index.fold import words
from index.generation import Generation
from index.schema import Document, Hit, Passage
from index.scoring import Scorer
from index.store import Vectors
from index.table import Rows
from index.vectors import check_database, open_vectors

log = logging.getLogger(__name__)
LONGEST: Final = 2000  # characters of a query that are looked at
EXACT: Final = 100_000  # rows up to which all vectors are compared: 12 ms, and nothing is missed
NEAR: Final = 200  # rows asked of Chroma
_NOT_TEXT: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
Floats = NDArray[np.float32]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One generation, opened: what is searched and what is quoted belong together."""

    generation: Generation
    encoder: Encoder
    vectors: Vectors | None
    scorer: Scorer
    rows: Rows

    @classmethod
    def open(cls, folder: Path, encoder: Encoder, url: str | None) -> Snapshot:
        """Open a generation's folder; all checks are made here."""
        generation = Generation.open(folder)
        generation.check_encoder(encoder)
        table = generation.table
        vectors = open_vectors(folder, generation.manifest, table, generation.vectors, url)
        scorer = Scorer(
            encoder=encoder,
            vectors=generation.vectors,
            lexical=generation.lexical,
            skeleton=generation.skeleton,
            scripts=np.array(table.scripts, dtype=np.str_)[table.script],
            ids=generation.tokens,
            owners=table.document[table.passage],
        )
        return cls(generation, encoder, vectors, scorer, Rows(table))

    @property
    def documents(self) -> Mapping[str, Document]:
        """Return the articles as they were indexed, by id."""
        return self.generation.documents

    @property
    def passages(self) -> Sequence[Passage]:
        """Return all passages, in the order of their documents."""
        return self.generation.passages

    @property
    def build(self) -> str:
        """Return the id of the build."""
        return self.generation.manifest.build

    @property
    def built_at(self) -> str:
        """Return when the build was finished, in UTC as ISO 8601."""
        return self.generation.manifest.built_at

    def search(
        self, query: str, k: int = 5, *, documents: Collection[str] | None = None
    ) -> list[Hit]:
        """Return the `k` best passages, of the given documents or of all.

        A query without a word, or one that shares nothing with any passage, finds nothing.
        """
        text = _NOT_TEXT.sub(" ", query[:LONGEST]).strip()
        among = None if documents is None else self._rows_of(documents)
        if not words(text) or k < 1 or (among is not None and not len(among)):
            return []
        near = self._near if among is None and len(self.generation.vectors) > EXACT else None
        scored = self.scorer.score(text, near=near, among=among)
        parts = scored.parts
        if not (parts.dense.any() or parts.lexical.any() or parts.skeleton.any()):
            return []
        hits: dict[int, Hit] = {}
        for place in scored.best(len(scored.places)):
            passage = int(self.generation.table.passage[scored.places[place]])
            if passage not in hits:
                score = float(scored.scores[place])
                found = self.generation.passages[passage]
                hits[passage] = Hit(found, score, len(hits) + 1, parts.at(place))
            if len(hits) == k:
                break
        return list(hits.values())

    def verify(self) -> None:
        """Read every file to the end and compare; `StoreError` names the first that is damaged."""
        self.generation.manifest.check_files(self.generation.folder, whole=True)
        if not self.generation.manifest.on_server:
            check_database(self.generation.folder)

    def differs(self, docs: Path) -> bool:
        """Say whether docs/ has changed since it was read; not so where there is no docs/ here."""
        return bool(self.changed(docs))

    def changed(self, docs: Path) -> frozenset[str]:
        """Return the documents that are new (by their folder), gone or not what they were."""
        if not docs.is_dir():
            return frozenset()
        try:
            then, read_at = sources.load(self.generation.folder)
        except (OSError, StoreError):
            # cleared away, as there are two newer generations; or of an older version
            return frozenset(self.documents)
        names = sources.changed(docs, then, read_at)
        return frozenset(then[name].document if name in then else name for name in names)

    def _rows_of(self, documents: Collection[str]) -> Places:
        table, numbers = self.generation.table, self.generation.documents.numbers
        wanted = sorted({numbers[each] for each in documents if each in numbers})
        found = [table.rows_of(table.passages_of(range(each, each + 1))) for each in wanted]
        return np.concatenate([np.arange(0), *(np.arange(each.start, each.stop) for each in found)])

    def _near(self, vector: Floats) -> Places:
        """Return the rows nearest to a vector, by Chroma; exactly where there is no Chroma."""
        if self.vectors is not None:
            try:
                return self.rows.find(self.vectors.nearest(vector, NEAR)[0])
            except StoreError as error:
                log.warning("%s: searching exactly", error)
        cosines = self.generation.vectors @ vector
        return np.argpartition(-cosines, NEAR)[:NEAR]
