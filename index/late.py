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

# What `late_parts` takes as seen before any passage: so many, and this share with the piece.
_USUAL = 30
_HELD = 0.03
# Pieces of a block; a window is two blocks that follow each other, two or three sentences.
_BLOCK = 24


@dataclass(frozen=True, slots=True)
class Late:
    """Three scores of the same passages, each from 0 to 1; 0 for an empty query or passage.

    `plain` is the formula above. In `rare` each query piece also weighs by its rarity among these
    passages. `near` is `rare` of the best window of the passage: words that answer together.
    """

    plain: NDArray[np.float32]
    rare: NDArray[np.float32]
    near: NDArray[np.float32]


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
    return late_parts(query_ids, passages_ids, encoder).plain


def late_parts(
    query_ids: NDArray[np.int32], passages_ids: Sequence[NDArray[np.int32]], encoder: StaticEncoder
) -> Late:
    """Return `late_scores`, with rarity, and within windows.

    Rarity is the idf of BM25 with a soft count: a passage has a piece to the degree that its
    nearest piece is like it. It is damped as if `_USUAL` more passages had been seen, of which
    few have the piece, so that one passage or ten don't make every piece common.
    """
    late = Late(*(np.zeros(len(passages_ids), np.float32) for _ in range(3)))
    query = np.unique(query_ids)
    weight = encoder.weight[query]
    lengths = np.fromiter(map(len, passages_ids), np.int64, len(passages_ids))
    filled = np.flatnonzero(lengths)
    if not len(filled) or weight.sum() <= 0:
        return late
    flat = np.concatenate(passages_ids)
    blocks = -(-lengths[filled] // _BLOCK)
    firsts = np.cumsum(blocks) - blocks  # of each passage, among the blocks
    within = np.arange(int(blocks.sum())) - np.repeat(firsts, blocks)
    starts = np.repeat((np.cumsum(lengths) - lengths)[filled], blocks) + _BLOCK * within
    # Passages share most of their pieces: each piece is compared once.
    seen = np.zeros(len(encoder.weight), bool)
    seen[flat] = True
    pieces = np.flatnonzero(seen)
    place = np.empty(len(encoder.weight), np.int32)
    place[pieces] = np.arange(len(pieces), dtype=np.int32)
    match = (encoder.unit[pieces] @ encoder.unit[query].T).clip(min=0)
    np.square(match, out=match)
    # A row holds one piece against the whole query, so gathering reads memory in order.
    best = np.maximum.reduceat(match.take(place[flat], axis=0), starts, axis=0)
    whole = np.maximum.reduceat(best, firsts, axis=0)
    late.plain[filled] = whole @ weight / weight.sum()
    count = np.square(whole).sum(axis=0) + _USUAL * _HELD
    weight = weight * np.log1p((len(filled) + _USUAL - count + 0.5) / (count + 0.5))
    weight /= weight.sum()
    late.rare[filled] = whole @ weight
    # A block and the next one of the same passage; the last of a passage counts alone.
    window = best.copy()
    inside = np.flatnonzero(within[1:])
    window[inside] = np.maximum(best[inside], best[inside + 1])
    late.near[filled] = np.maximum.reduceat(window @ weight, firsts)
    return late


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
