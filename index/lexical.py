"""BM25 over hashed terms, on numpy arrays that are mapped into memory rather than read.

The formula is Lucene's as in bm25s (k1 1.5, b 0.75; Kamphuis et al. 2020, "Which BM25 do you
mean?"); a test compares the two. bm25s itself isn't imported, because it and scipy cost more time
at the start than a whole answer takes.

An analyser turns texts into terms: `index.ngrams.ngrams` (character n-grams of folded words) and
`index.skeleton.name_terms` (names and numbers across scripts) share this class.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index import postings
from index.ngrams import ngrams

Floats = NDArray[np.float32]
Analyser = Callable[[Sequence[str]], tuple[NDArray[np.uint64], NDArray[np.int64]]]

K1: Final = 1.5
B: Final = 0.75
BATCH: Final = 4096  # passages analysed at a time: bounds the memory of a build
_ARRAYS: Final = ("terms", "ends", "passages", "counts", "lengths")


class LexicalIndex:
    """For every term the passages that hold it and how often: postings in five flat arrays."""

    def __init__(self, arrays: dict[str, NDArray[np.generic]], analyser: Analyser) -> None:
        self._arrays = arrays
        self._terms = np.asarray(arrays["terms"])  # sorted; read at once, searched for each query
        self._ends = np.asarray(arrays["ends"])
        self._passages = np.asarray(arrays["passages"])  # plain views of mapped files: quicker
        self._counts = np.asarray(arrays["counts"])
        self.lengths = np.asarray(arrays["lengths"], dtype=np.float32)
        self._analyser = analyser
        self.size = len(self.lengths)
        mean = self.lengths.mean() if self.lengths.any() else 1.0
        self._damping = (K1 * (1 - B + B * self.lengths / mean)).astype(np.float32)

    @classmethod
    def build(cls, texts: Sequence[str], *, analyser: Analyser = ngrams) -> LexicalIndex:
        """Index the texts; the place of a text in the sequence is its place in `scores`."""
        parts = [
            _postings(analyser, texts[start : start + BATCH], start)
            for start in range(0, len(texts), BATCH)
        ]
        owners, terms, counts, lengths = (
            np.concatenate([part[place] for part in parts] or [np.empty(0, dtype=kind)])
            for place, kind in enumerate((np.int32, np.uint64, np.uint8, np.int32))
        )
        found = postings.arranged(terms, owners, counts)
        return cls(dict(zip(_ARRAYS, (*found, lengths), strict=True)), analyser)

    @classmethod
    def merged(
        cls, parts: Sequence[tuple[LexicalIndex, NDArray[np.int64]]], *, analyser: Analyser = ngrams
    ) -> LexicalIndex:
        """Join indexes without reading a text again, as if one had been built.

        With each index come the new places of its passages, -1 for those to leave out.
        """
        size = sum(int((places >= 0).sum()) for _, places in parts)
        lengths = np.zeros(size, dtype=np.int32)
        for index, places in parts:
            kept = places >= 0
            lengths[places[kept]] = np.asarray(index._arrays["lengths"])[kept]
        first, *others = (
            postings.moved(each._terms, each._ends, each._passages, each._counts, places)
            for each, places in parts
        )
        found = postings.joined(first, others)
        return cls(dict(zip(_ARRAYS, (*found, lengths), strict=True)), analyser)

    def save(self, folder: Path) -> None:
        """Write one ``.npy`` file an array into the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, array in self._arrays.items():
            np.save(folder / f"{name}.npy", array)

    @classmethod
    def load(cls, folder: Path, *, analyser: Analyser = ngrams) -> LexicalIndex:
        """Open what `save` wrote; postings are paged in as queries ask for them."""
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS}
        return cls(arrays, analyser)

    def scores(self, query: str) -> Floats:
        """Return the BM25 of every passage; 0 = no term in common."""
        scores: Floats = self._scored([query])[0][0]
        return scores

    def shares(self, query: str) -> Floats:
        """Return `scores` as a share of what the query itself would score as a passage.

        Unlike BM25, which grows with the query, this says how much of the query is there: about 0
        to 1, weighted by how rare each term is; terms that no passage has weigh most.
        """
        scores, wholes = self._scored([query])
        shares: Floats = scores[0] / np.float32(wholes[0] or 1)
        return shares

    def shares_of_any(self, groups: Sequence[Sequence[str]], among: NDArray[np.int64]) -> Floats:
        """Return the share of all groups together for some passages.

        A group holds ways to say one thing: a passage scores by the best of them.
        """
        ways = [way for group in groups for way in group]
        if not ways:
            return np.zeros(len(among), dtype=np.float32)
        starts = np.cumsum([0, *(len(group) for group in groups)])[:-1]
        scores, wholes = self._scored(ways, among)
        best: Floats = np.maximum.reduceat(scores, starts, axis=0).sum(axis=0)
        return best / np.float32(np.maximum.reduceat(wholes, starts).sum() or 1)

    def _scored(
        self, queries: Sequence[str], among: NDArray[np.int64] | None = None
    ) -> tuple[Floats, NDArray[np.float64]]:
        """Return a row of scores for each query, and what each query scores against itself."""
        size = self.size if among is None else len(among)
        wholes = np.zeros(len(queries))
        terms, owners = self._analyser(queries)
        if not len(terms) or not len(self._terms):
            return np.zeros((len(queries), size), dtype=np.float32), wholes
        terms, codes = np.unique(terms, return_inverse=True)
        keys, counts = np.unique(owners * len(terms) + codes, return_counts=True)
        query, code = keys // len(terms), keys % len(terms)
        places = np.minimum(np.searchsorted(self._terms, terms), len(self._terms) - 1)
        known = self._terms[places] == terms
        first, last = self._ends[places], self._ends[places + 1]
        holders = np.where(known, last - first, 0)
        weights = np.log1p((self.size - holders + 0.5) / (holders + 0.5))[code] * counts
        np.add.at(wholes, query, weights * counts / (counts + K1))

        kept = np.flatnonzero(known[code])
        ranges = [slice(first[at], last[at]) for at in code[kept]]
        passages = np.concatenate([self._passages[:0], *(self._passages[each] for each in ranges)])
        often = np.concatenate([self._counts[:0], *(self._counts[each] for each in ranges)])
        spread = np.repeat(weights[kept].astype(np.float32), holders[code[kept]])
        parts = spread * often / (often + self._damping[passages])
        cells: NDArray[np.int64] = passages
        if among is not None:
            cell = np.full(self.size, size, dtype=np.int64)
            cell[among] = np.arange(size)
            cells = cell[passages]
        if len(queries) > 1:
            cells = cells + np.repeat(query[kept] * (size + 1), holders[code[kept]])
        table = np.bincount(cells, parts, minlength=len(queries) * (size + 1))
        # the last cell of a row takes the passages that were not asked for
        return table.reshape(len(queries), size + 1)[:, :size].astype(np.float32), wholes


def _postings(
    analyser: Analyser, texts: Sequence[str], start: int
) -> tuple[NDArray[np.int32], NDArray[np.uint64], NDArray[np.uint8], NDArray[np.int32]]:
    """Return passage, term and count of every posting, and the length of every passage."""
    terms, owners = analyser(texts)
    lengths = np.bincount(owners, minlength=len(texts)).astype(np.int32)
    vocabulary, codes = np.unique(terms, return_inverse=True)
    keys, counts = np.unique(codes * len(texts) + owners, return_counts=True)
    return (
        (keys % len(texts) + start).astype(np.int32),
        vocabulary[keys // len(texts)],
        np.minimum(counts, 255).astype(np.uint8),
        lengths,
    )
