"""Training batches: the pieces of every text in flat arrays, and which pairs to take next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.train.pairs import Group

Ints = NDArray[np.int64]

_CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Bags:
    """Texts as bags of pieces: the pieces in a row, and where each text begins."""

    pieces: Ints
    starts: Ints
    """One longer than the number of texts."""

    def take(self, rows: Ints) -> Bags:
        """Return the bags of these texts, in this order."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        place = np.arange(starts[-1]) + np.repeat(self.starts[rows] - starts[:-1], lengths)
        return Bags(self.pieces[place], starts)

    def __len__(self) -> int:
        return len(self.starts) - 1


@dataclass(frozen=True, slots=True)
class Encoded:
    """A group of pairs as pieces."""

    group: Group
    left: Bags
    right: Bags

    def __len__(self) -> int:
        return len(self.left)


def to_bags(tokenizer: Tokenizer, texts: Sequence[str], longest: int = 160) -> Bags:
    """Cut the texts into pieces, at most `longest` of each text."""
    parts: list[Ints] = []
    lengths: list[int] = []
    for start in range(0, len(texts), _CHUNK):
        for one in tokenizer.encode_batch_fast(
            list(texts[start : start + _CHUNK]), add_special_tokens=False
        ):
            ids = np.array(one.ids[:longest], np.int64)
            parts.append(ids)
            lengths.append(len(ids))
    pieces = np.concatenate(parts) if parts else np.zeros(0, np.int64)
    return Bags(pieces, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))


def encode_groups(tokenizer: Tokenizer, groups: Sequence[Group]) -> list[Encoded]:
    """Cut both sides of every group into pieces; pairs with an empty side are left out."""
    encoded = []
    for group in groups:
        left, right = to_bags(tokenizer, group.left), to_bags(tokenizer, group.right)
        full = np.flatnonzero((np.diff(left.starts) > 0) & (np.diff(right.starts) > 0))
        if len(full) > 1:
            encoded.append(Encoded(group, left.take(full), right.take(full)))
    return encoded


class Sampler:
    """Draws batches, each from one group; the batch of a step depends on nothing but the seed."""

    def __init__(self, groups: Sequence[Encoded], weights: Sequence[float], seed: int) -> None:
        self._groups = groups
        self._chances = np.array(weights, np.float64) / np.sum(weights)
        self._seed = seed

    def draw(self, step: int, size: int, tokens: int) -> tuple[Encoded, Ints]:
        """Return a group and at most `size` of its pairs, with about `tokens` pieces at most."""
        random = np.random.default_rng([self._seed, step])
        group = self._groups[int(random.choice(len(self._groups), p=self._chances))]
        mean = (len(group.left.pieces) + len(group.right.pieces)) / len(group)
        size = max(2, min(size, len(group), int(tokens / mean)))
        return group, random.choice(len(group), size, replace=False)
