"""The lexical side of a build: row texts in batches, joined with what an earlier build knew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.lexical import Analyser, LexicalIndex
from index.ngrams import ngrams
from index.skeleton import name_terms

_BATCH: Final = 20_000  # texts held at a time


class WordsOfRows:
    """Takes the texts of rows with their places, and gives the two lexical indexes of all rows."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._places: list[int] = []
        self._parts: dict[Analyser, list[tuple[LexicalIndex, NDArray[np.int64]]]] = {
            ngrams: [],
            name_terms: [],
        }

    def add(self, first: int, texts: Sequence[str]) -> None:
        """Take the texts of consecutive rows."""
        self._places.extend(range(first, first + len(texts)))
        self._texts.extend(texts)
        if len(self._texts) >= _BATCH:
            self._index()

    def finish(
        self, before: tuple[LexicalIndex, LexicalIndex] | None, places: NDArray[np.int64]
    ) -> tuple[LexicalIndex, LexicalIndex]:
        """Return n-grams and names of all rows.

        `before` are the indexes of an earlier build, whose rows are now at `places` (-1: gone).
        """
        self._index()
        for number, (analyser, parts) in enumerate(self._parts.items()):
            if before is not None:
                parts.insert(0, (before[number], places))
            if not parts:
                parts.append((LexicalIndex.build([], analyser=analyser), np.empty(0, np.int64)))
        words, names = (
            LexicalIndex.merged(parts, analyser=analyser) for analyser, parts in self._parts.items()
        )
        return words, names

    def _index(self) -> None:
        if self._texts:
            places = np.array(self._places, np.int64)
            for analyser, parts in self._parts.items():
                parts.append((LexicalIndex.build(self._texts, analyser=analyser), places))
        self._texts, self._places = [], []
