"""From a plan to the folder of a new generation, everything but the pointer to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index import generations, sources
from index.encoder import Encoder, StaticEncoder, open_encoder
from index.engines import map_batches
from index.errors import StoreError
from index.generation import CANARY_VECTORS, LEXICAL, SKELETON, VECTORS, Generation
from index.manifest import CANARIES, Manifest, describe, libraries
from index.plan import Plan
from index.schema import Document
from index.searched import Searched, prepare
from index.table import Table
from index.vectors import Change, unsettled, write_embedded, write_to_server
from index.words import WordsOfRows
from index.written import GenerationFiles, Ids

_BATCH: Final = 16  # documents encoded at a time
Floats = NDArray[np.float32]
Prepared = tuple[Searched, Floats, Ids | None]


class Preparer:
    """Splits and encodes documents; made where the work is done."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def __call__(self, documents: Sequence[Document]) -> list[Prepared]:
        """Return each document split, with the vectors and the pieces of its rows."""
        found = [prepare(document) for document in documents]
        texts = [row.text for each in found for row in each.rows]
        ids = None
        if isinstance(self._encoder, StaticEncoder):
            ids = self._encoder.token_ids(texts)  # most of the work; once is enough
            vectors = self._encoder.vectors_of(ids)
        else:
            vectors = self._encoder.encode(texts)
        done: list[Prepared] = []
        start = 0
        for each in found:
            part = slice(start, start + len(each.rows))
            done.append((each, vectors[part], ids[part] if ids is not None else None))
            start = part.stop
        return done


def open_preparer(encoder: str | None) -> Preparer:
    """Open the encoder where the work is done."""
    return Preparer(open_encoder(encoder))


@dataclass(frozen=True, slots=True)
class Writing:
    """How generations are written."""

    encoder: Encoder
    make: Callable[[], Preparer]
    engine: str
    url: str | None
    versions: Mapping[str, int]
    progress: bool

    def write(
        self, index: Path, folder: Path, plan: Plan, before: Generation | None
    ) -> tuple[Manifest, int]:
        """Write a generation; return its manifest and how many texts were encoded."""
        table, places, new = self._rows(folder, plan, before)
        np.save(folder / CANARY_VECTORS, self.encoder.encode(CANARIES))
        sources.save(folder, plan.sources, plan.read_at)
        vectors = np.asarray(np.load(folder / VECTORS, mmap_mode="r"))
        owner = generations.identity(index)
        churn = 0
        if self.url is not None:
            name = Manifest.collection_of(folder.name)
            write_to_server(self.url, name, owner, table, vectors, progress=self.progress)
        else:
            change = None
            if before is not None and before.manifest.libraries == libraries():
                gone = before.table.row_ids(np.flatnonzero(places < 0))
                change = Change(before.folder, before.manifest.churn, gone, new)
            churn = write_embedded(folder, table, vectors, change, progress=self.progress)
        manifest = Manifest(
            build=folder.name,
            built_at=datetime.now(UTC).isoformat(timespec="seconds"),
            previous=_serving(index),
            index=owner,
            encoder=self.encoder.name,
            fingerprint=self.encoder.fingerprint,
            dimension=self.encoder.dimension,
            versions=self.versions,
            corpus_hash=plan.corpus_hash,
            documents=len(table.documents),
            passages=len(table.document),
            rows=len(table.passage),
            tokens=isinstance(self.encoder, StaticEncoder),
            on_server=self.url is not None,
            churn=churn,
            libraries=libraries(),
            files=describe(folder, leave_out=unsettled(folder)),
        )
        manifest.write(folder)
        return manifest, len(new)

    def _rows(
        self, folder: Path, plan: Plan, before: Generation | None
    ) -> tuple[Table, NDArray[np.int64], NDArray[np.int64]]:
        """Write all but the vectors in Chroma.

        Return the table, where each row of `before` is now (-1: gone), and which rows are new.
        """
        tokens = isinstance(self.encoder, StaticEncoder)
        files = GenerationFiles(folder, self.encoder.dimension, tokens=tokens)
        words = WordsOfRows()
        places = np.full(len(before.vectors) if before is not None else 0, -1, np.int64)
        new: list[int] = []
        fresh = self._prepared([each for each in plan.documents if each.id not in plan.kept])
        for kept, group in groupby(plan.documents, lambda document: document.id in plan.kept):
            if before is not None and kept:
                numbers = [before.documents.numbers[document.id] for document in group]
                for run in _runs(numbers):
                    old, now = files.copy(before, run)
                    places[old.start : old.stop] = now
            else:
                for _ in group:
                    searched, vectors, ids = next(fresh)
                    rows = files.add(searched, vectors, ids)
                    words.add(rows.start, [row.text for row in searched.rows])
                    new.extend(rows)
        next(fresh, None)  # past the last one, where the progress bar ends
        known = (before.lexical, before.skeleton) if before is not None else None
        lexical, skeleton = words.finish(known, places)
        lexical.save(folder / LEXICAL)
        skeleton.save(folder / SKELETON)
        return files.close(), places, np.array(new, np.int64)

    def _prepared(self, documents: Sequence[Document]) -> Iterator[Prepared]:
        for batch in map_batches(
            self.make,
            documents,
            size=_BATCH,
            engine=self.engine,
            label="encoding",
            unit="articles",
            progress=self.progress,
        ):
            yield from batch


def _runs(numbers: Sequence[int]) -> Iterator[range]:
    """Yield the runs of consecutive numbers.

    >>> list(_runs([1, 2, 5, 6, 7]))
    [range(1, 3), range(5, 8)]
    """
    start = 0
    for place in range(1, len(numbers) + 1):
        if place == len(numbers) or numbers[place] != numbers[place - 1] + 1:
            yield range(numbers[start], numbers[place - 1] + 1)
            start = place


def _serving(index: Path) -> str | None:
    try:
        return generations.current(index).name
    except StoreError:
        return None
