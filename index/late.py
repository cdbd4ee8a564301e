"""Late interaction over the static table: which word of the passage answers each query word.

For every distinct piece of the query, the largest cosine with any piece of the passage, negative
ones cut to 0, squared, averaged with the length of the query piece's vector as weight (the
training gives pieces that tell texts apart long vectors).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.encoder import StaticEncoder
from index.schema import Span


@dataclass(frozen=True, slots=True)
class Match:
    """A word of the query, the passage's nearest word, and the cosine of the two."""

    query: Span
    passage: Span | None
    score: float
    weight: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """Each distinct word of the query with its match, and the score they add up to."""

    matches: tuple[Match, ...]
    score: float


def late_scores(
    query_ids: NDArray[np.int32], passages_ids: Sequence[NDArray[np.int32]], encoder: StaticEncoder
) -> NDArray[np.float32]:
    """Return one score from 0 to 1 for each passage; 0 for an empty query or passage."""
    scores = np.zeros(len(passages_ids), np.float32)
    query = np.unique(query_ids)
    weight = encoder.weight[query]
    filled = [n for n, ids in enumerate(passages_ids) if len(ids)]
    if not filled or weight.sum() <= 0:
        return scores
    flat = np.concatenate([passages_ids[n] for n in filled])
    starts = np.cumsum([0] + [len(passages_ids[n]) for n in filled[:-1]])
    # Passages share most of their pieces: each piece is compared once.
    seen = np.zeros(len(encoder.weight), bool)
    seen[flat] = True
    pieces = np.flatnonzero(seen)
    place = np.empty(len(encoder.weight), np.int32)
    place[pieces] = np.arange(len(pieces), dtype=np.int32)
    cosines = encoder.unit[query] @ encoder.unit[pieces].T
    best = np.maximum.reduceat(cosines[:, place[flat]], starts, axis=1).clip(min=0)
    scores[filled] = weight @ (best * best) / weight.sum()
    return scores
