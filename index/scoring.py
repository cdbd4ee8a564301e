"""From a query to fused scores: the one path that both serving and measuring take.

A corpus of up to `LIMIT` passages is scored whole. In a larger one the parts that are cheap for
every passage choose `LIMIT` candidates first, then late interaction and fusion order those.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder, StaticEncoder
from index.fusion import Floats, Parts, fuse
from index.glossary import open_glossary
from index.late import Late, late_parts
from index.lexical import LexicalIndex
from index.skeleton import name_terms
from index.transliterate import script

Places = NDArray[np.int64]
LIMIT: Final = 200
SHORT: Final = 100  # terms of a passage below which it is not taken for shorter


@dataclass(frozen=True, slots=True)
class Scored:
    """Fused scores of some passages and what they are made of; `places` count in the corpus."""

    places: Places
    scores: Floats
    parts: Parts
    same: NDArray[np.bool_]  # is the passage in the query's script?

    def best(self, count: int) -> list[int]:
        """Return the rows (of these arrays) of the best passages; ties in corpus order."""
        return [int(row) for row in np.argsort(-self.scores, kind="stable")[:count]]


@dataclass(frozen=True, slots=True)
class Scorer:
    """What is known of every passage, in one order. `ids` are the pieces of a `StaticEncoder`.

    Without `owners` every passage is a document of its own.
    """

    encoder: Encoder
    vectors: NDArray[np.float32]
    lexical: LexicalIndex
    skeleton: LexicalIndex
    scripts: NDArray[np.str_]
    ids: Sequence[NDArray[np.int32]] | None = None
    owners: NDArray[np.integer[Any]] | None = None  # each passage's document, ascending
    without: frozenset[str] = frozenset()  # parts left out of the sum: to measure what they bring
    _written: list[str] = field(init=False, repr=False)
    _script: NDArray[np.int8] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        written, numbers = np.unique(self.scripts, return_inverse=True)
        object.__setattr__(self, "_written", written.tolist())
        object.__setattr__(self, "_script", numbers.astype(np.int8))

    def score(
        self,
        query: str,
        *,
        near: Callable[[Floats], Places] | None = None,
        among: Places | None = None,
    ) -> Scored:
        """Score the passages `among` those given (default: all), the best of them if many.

        `near` finds the passages nearest to a vector in an index of vectors; with it the dense
        part is computed only for candidates, without it for every passage.
        """
        vector = self.encoder.encode([query], query=True)[0]
        # every passage is a slice, which unlike a list of places copies nothing
        chosen = slice(None) if among is None else np.asarray(among)
        places = np.arange(len(self.scripts))[chosen]
        asked = script(query)
        number = self._written.index(asked) if asked in self._written else -1
        same = self._script[chosen] == number
        ways = self._ways(query)
        parts = Parts(
            dense=np.zeros(len(places), dtype=np.float32),
            lexical=self.lexical.shares(query)[chosen],
            skeleton=self.skeleton.shares(query)[chosen],
            brevity=-np.log(np.maximum(self.lexical.lengths[chosen], SHORT)),
        )
        if near is None:
            dense = self.vectors[chosen] @ vector
            parts = replace(parts, dense=dense, article=self._article(places, places, dense))
        if len(places) > LIMIT:
            roughly = " ".join(usual for usual, *_ in ways)
            parts = replace(parts, glossary=self.lexical.shares(roughly)[chosen])
            left_out = self.without if near is None else self.without | {"dense", "article"}
            kept = _top(
                fuse(query, same, parts, left_out, late_follows=self.ids is not None), LIMIT
            )
            if near is not None:
                nearest = np.flatnonzero(np.isin(places, near(vector)))
                kept = np.concatenate([kept[: LIMIT // 2], nearest])
            kept = np.unique(kept)
            places, same, parts = places[kept], same[kept], parts.take(kept)
        if near is not None:
            rows = self._of_documents(places)
            article = self._article(places, rows, self.vectors[rows] @ vector)
            parts = replace(parts, dense=self.vectors[places] @ vector, article=article)
        late = self._late(query, places)
        if late is not None:
            parts = replace(parts, late=late.plain, rare=late.rare, near=late.near)
        parts = replace(parts, glossary=self.lexical.shares_of_any(ways, places))
        return Scored(places, fuse(query, same, parts, self.without), parts, same)

    def _article(self, places: Places, rows: Places, dense: Floats) -> Floats:
        """Return for each place the mean of `dense` over the rows of its document and script."""
        if self.owners is None:
            return dense
        kinds = len(self._written)
        documents = self.owners[rows]
        first = int(documents[0]) if len(documents) else 0
        groups = (documents - first).astype(np.int64) * kinds + self._script[rows]
        mean = np.bincount(groups, dense) / np.maximum(np.bincount(groups), 1)
        own = (self.owners[places] - first).astype(np.int64) * kinds + self._script[places]
        article: Floats = mean[own].astype(np.float32)
        return article

    def _of_documents(self, places: Places) -> Places:
        """Return all rows of the documents that these rows are of."""
        if self.owners is None:
            return places
        documents = np.unique(self.owners[places])
        first = np.searchsorted(self.owners, documents)
        size = np.searchsorted(self.owners, documents, side="right") - first
        rows: Places = np.repeat(first - (np.cumsum(size) - size), size)
        return rows + np.arange(len(rows))

    def _ways(self, query: str) -> list[tuple[str, ...]]:
        """Return the ways to write what the query names, in the scripts the passages are in."""
        if "glossary" in self.without:
            return []
        return open_glossary().ways(query, self._written)

    def _late(self, query: str, places: Places) -> Late | None:
        if self.ids is None or not isinstance(self.encoder, StaticEncoder):
            return None
        if {"rare", "near"} <= self.without:
            return None
        asked = self.encoder.token_ids([query])[0]
        return late_parts(asked, [self.ids[place] for place in places], self.encoder)


def build_scorer(
    texts: Sequence[str], encoder: Encoder, owners: NDArray[np.int64] | None = None
) -> Scorer:
    """Encode and index passages in memory; `owners` are their documents, ascending."""
    return Scorer(
        encoder=encoder,
        vectors=encoder.encode(texts),
        lexical=LexicalIndex.build(texts),
        skeleton=LexicalIndex.build(texts, analyser=name_terms),
        scripts=np.array([script(text) for text in texts]),
        ids=encoder.token_ids(texts) if isinstance(encoder, StaticEncoder) else None,
        owners=owners,
    )


def _top(scores: Floats, count: int) -> Places:
    if len(scores) <= count:
        return np.arange(len(scores))
    best = np.argpartition(-scores, count)[:count]
    return best[np.argsort(-scores[best], kind="stable")]
