"""From a query to fused scores: the one path that both serving and measuring take.

A corpus of up to `LIMIT` passages is scored whole. In a larger one the parts that are cheap for
every passage choose `LIMIT` candidates first, then late interaction and fusion order those.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder, StaticEncoder
from index.fusion import Floats, Parts, fuse
from index.glossary import open_glossary
from index.late import late_and_rare
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
    """What is known of every passage, in one order. `ids` are the pieces of a `StaticEncoder`."""

    encoder: Encoder
    vectors: NDArray[np.float32]
    lexical: LexicalIndex
    skeleton: LexicalIndex
    scripts: NDArray[np.str_]
    ids: Sequence[NDArray[np.int32]] | None = None
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
        if len(places) > LIMIT:
            roughly = " ".join(usual for usual, *_ in ways)
            parts = replace(parts, glossary=self.lexical.shares(roughly)[chosen])
            if near is None:
                parts = replace(parts, dense=self.vectors[chosen] @ vector)
            left_out = self.without if near is None else self.without | {"dense"}
            kept = _top(fuse(query, same, parts, left_out), LIMIT)
            if near is not None:
                nearest = np.flatnonzero(np.isin(places, near(vector)))
                kept = np.concatenate([kept[: LIMIT // 2], nearest])
            kept = np.unique(kept)
            places, same, parts = places[kept], same[kept], parts.take(kept)
        late, rare = self._late(query, places)
        parts = replace(
            parts,
            dense=self.vectors[places] @ vector,
            glossary=self.lexical.shares_of_any(ways, places),
            late=late,
            rare=rare,
        )
        return Scored(places, fuse(query, same, parts, self.without), parts, same)

    def _ways(self, query: str) -> list[tuple[str, ...]]:
        """Return the ways to write what the query names, in the scripts the passages are in."""
        if "glossary" in self.without:
            return []
        return open_glossary().ways(query, self._written)

    def _late(self, query: str, places: Places) -> tuple[Floats, Floats] | tuple[None, None]:
        if self.ids is None or not isinstance(self.encoder, StaticEncoder):
            return None, None
        if "rare" in self.without:
            return None, None
        asked = self.encoder.token_ids([query])[0]
        return late_and_rare(asked, [self.ids[place] for place in places], self.encoder)


def build_scorer(texts: Sequence[str], encoder: Encoder) -> Scorer:
    """Encode and index passages in memory."""
    return Scorer(
        encoder=encoder,
        vectors=encoder.encode(texts),
        lexical=LexicalIndex.build(texts),
        skeleton=LexicalIndex.build(texts, analyser=name_terms),
        scripts=np.array([script(text) for text in texts]),
        ids=encoder.token_ids(texts) if isinstance(encoder, StaticEncoder) else None,
    )


def _top(scores: Floats, count: int) -> Places:
    if len(scores) <= count:
        return np.arange(len(scores))
    best = np.argpartition(-scores, count)[:count]
    return best[np.argsort(-scores[best], kind="stable")]
