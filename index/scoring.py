"""From a query to fused scores: the one path that both serving and measuring take.

A corpus of up to `LIMIT` passages is scored whole. In a larger one the parts that are cheap for
every passage choose `LIMIT` candidates first, then late interaction and fusion order those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder, StaticEncoder
from index.fusion import Floats, Parts, fuse
from index.late import late_scores
from index.lexical import LexicalIndex
from index.transliterate import script

Places = NDArray[np.int64]
LIMIT: Final = 256


@dataclass(frozen=True, slots=True)
class Scored:
    """Fused scores of some passages and what they are made of; `places` count in the corpus."""

    places: Places
    scores: Floats
    parts: Parts

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

    def score(
        self, query: str, *, near: Places | None = None, among: Places | None = None
    ) -> Scored:
        """Score the passages `among` those given (default: all), the best of them if many.

        `near` are the nearest passages by an index of vectors; with them the dense part is
        computed only for candidates, without them for every passage.
        """
        vector = self.encoder.encode([query], query=True)[0]
        lexical, skeleton = self.lexical.shares(query), self.skeleton.shares(query)
        same = self.scripts == script(query)
        places = np.arange(len(self.scripts)) if among is None else np.asarray(among)
        if len(places) > LIMIT:
            places = self._candidates(query, vector, lexical, skeleton, same, places, near)
        parts = Parts(
            dense=self.vectors[places] @ vector,
            lexical=lexical[places],
            skeleton=skeleton[places],
            late=self._late(query, places),
        )
        return Scored(places, fuse(query, same[places], parts, self.without), parts)

    def _candidates(
        self,
        query: str,
        vector: Floats,
        lexical: Floats,
        skeleton: Floats,
        same: NDArray[np.bool_],
        places: Places,
        near: Places | None,
    ) -> Places:
        if near is not None:
            third = LIMIT // 3
            best = [_top(part[places], third) for part in (lexical, skeleton)]
            near = near[np.isin(near, places)][:third]
            return np.unique(np.concatenate([near, *(places[each] for each in best)]))
        parts = Parts(self.vectors[places] @ vector, lexical[places], skeleton[places])
        return np.sort(places[_top(fuse(query, same[places], parts, self.without), LIMIT)])

    def _late(self, query: str, places: Places) -> Floats | None:
        if self.ids is None or not isinstance(self.encoder, StaticEncoder):
            return None
        if "late" in self.without:
            return None
        asked = self.encoder.token_ids([query])[0]
        return late_scores(asked, [self.ids[place] for place in places], self.encoder)


def _top(scores: Floats, count: int) -> Places:
    if len(scores) <= count:
        return np.arange(len(scores))
    return np.argpartition(-scores, count)[:count]
