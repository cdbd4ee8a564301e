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

# What `late_and_rare` takes as seen before any passage: so many, and this share with the piece.
_USUAL = 30
_HELD = 0.03


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
    return late_and_rare(query_ids, passages_ids, encoder)[0]


def late_and_rare(
    query_ids: NDArray[np.int32], passages_ids: Sequence[NDArray[np.int32]], encoder: StaticEncoder
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return `late_scores`, and the same with each query piece weighted by its rarity here too.

    Rarity is the idf of BM25 with a soft count: a passage has a piece to the degree that its
    nearest piece is like it. It is damped as if `_USUAL` more passages had been seen, of which
    few have the piece, so that one passage or ten don't make every piece common.
    """
    late = np.zeros(len(passages_ids), np.float32)
    rare = late.copy()
    query = np.unique(query_ids)
    weight = encoder.weight[query]
    filled = [n for n, ids in enumerate(passages_ids) if len(ids)]
    if not filled or weight.sum() <= 0:
        return late, rare
    flat = np.concatenate([passages_ids[n] for n in filled])
    starts = np.cumsum([0] + [len(passages_ids[n]) for n in filled[:-1]])
    # Passages share most of their pieces: each piece is compared once.
    seen = np.zeros(len(encoder.weight), bool)
    seen[flat] = True
    pieces = np.flatnonzero(seen)
    place = np.empty(len(encoder.weight), np.int32)
    place[pieces] = np.arange(len(pieces), dtype=np.int32)
    cosines = encoder.unit[pieces] @ encoder.unit[query].T
    # A row holds one piece against the whole query, so gathering reads memory in order.
    best = np.maximum.reduceat(cosines.take(place[flat], axis=0), starts, axis=0).clip(min=0).T
    match = best * best
    late[filled] = weight @ match / weight.sum()
    count = np.square(match).sum(axis=1) + _USUAL * _HELD
    weight = weight * np.log1p((len(filled) + _USUAL - count + 0.5) / (count + 0.5))
    rare[filled] = weight @ match / weight.sum()
    return late, rare


def align(query: str, passage: str, encoder: StaticEncoder) -> Alignment:
    """Say, for each distinct word of the query, which word of the passage is nearest to it.

    A word's pieces may match pieces of several words: the word shown is the one that the piece of
    largest weight matched. `score` is what `late_scores` gives for the two texts.
    """
    asked, found = encoder.words(query), encoder.words(passage)
    if not asked:
        return Alignment((), 0.0)
    ids = np.array([piece for piece, _ in asked], np.int32)
    others = np.array([piece for piece, _ in found], np.int32)
    score = float(late_scores(ids, [others], encoder)[0])
    weights = encoder.weight[ids]
    cosines = encoder.unit[ids] @ encoder.unit[others].T if found else np.zeros((len(ids), 0))
    words: dict[Span, list[int]] = {}
    for row, (_, span) in enumerate(asked):
        words.setdefault(span, []).append(row)
    matches: list[Match] = []
    seen: set[tuple[int, ...]] = set()
    for span, rows in words.items():
        key = tuple(ids[rows].tolist())
        if key in seen:
            continue
        seen.add(key)
        total = float(weights[rows].sum())
        if not found or total <= 0:
            matches.append(Match(span, None, 0.0, total))
            continue
        best = cosines[rows].max(axis=1).clip(min=0)
        heaviest = rows[int(weights[rows].argmax())]
        partner = found[int(cosines[heaviest].argmax())][1]
        cosine = float(weights[rows] @ best / total)
        matches.append(Match(span, partner if cosine > 0 else None, cosine, total))
    return Alignment(tuple(matches), score)
