"""Which words of a question find a partner in which sentence, and how good a one.

A word is found by its letters (share of common trigrams, so inflections count), by its meaning
(cosine of word vectors from the shipped encoder's table, across languages), by its sound (names
in another script) or, for numbers, by its value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from assistant.figures import parse_number
from assistant.tokens import Token, bare, tokens
from index.encoder import StaticEncoder
from index.same_name import similarity
from index.skeleton import names, skeleton
from index.transliterate import script

Floats = NDArray[np.float32]
_SLOTS = 1 << 15
_MOST_GRAMS = 24
_FULL_TABLE = 60_000


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a question that are looked for, with a weight each.

    `named` marks those that may be names; `number` those that are digits.
    """

    words: tuple[Token, ...]
    weights: Floats
    named: NDArray[np.bool_]
    number: NDArray[np.bool_]


class WordMatcher:
    """Word vectors and trigrams of every word met so far, and the matches of a question."""

    def __init__(self, encoder: StaticEncoder) -> None:
        self.encoder = encoder
        self._clear()

    def _clear(self) -> None:
        self._row: dict[str, int] = {}
        self._words: list[str] = []
        self._scripts: list[str] = []
        self._vectors = np.zeros((1024, self.encoder.dimension), np.float32)
        self._norms = np.zeros(1024, np.float32)
        self._grams = np.zeros((1024, _MOST_GRAMS), np.int32)
        self._sizes = np.zeros(1024, np.float32)
        self._texts: dict[str, NDArray[np.int32]] = {}
        self._pieces: dict[str, NDArray[np.int32]] = {}
        self._whole: dict[str, Floats] = {}

    def pieces(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        """Return the different pieces of each text: rows of the encoder's table."""
        self._read(texts)
        return [self._pieces[text] for text in texts]

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Return the encoder's row for each text."""
        self._read(texts)
        return np.stack([self._whole[text] for text in texts])

    def _read(self, texts: Sequence[str]) -> None:
        if len(self._pieces) > _FULL_TABLE // 4:
            self._pieces.clear()
            self._whole.clear()
        new = [text for text in dict.fromkeys(texts) if text not in self._pieces]
        for text, ids in zip(new, self.encoder.token_ids(new), strict=True):
            unit, weight = self.encoder.unit[ids], self.encoder.weight[ids]
            total = weight @ unit
            self._whole[text] = total / max(float(np.linalg.norm(total)), 1e-12)
            self._pieces[text] = np.unique(ids)

    def rows(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        """Return the rows of each text's words; learns the new ones."""
        if len(self._words) > _FULL_TABLE:
            self._clear()
        new = [text for text in texts if text not in self._texts]
        words = {text: [t.word for t in tokens(text) if t.kind != "sign"] for text in new}
        self._learn([word for found in words.values() for word in found])
        for text, found in words.items():
            unique = dict.fromkeys(self._row[word] for word in found)
            self._texts[text] = np.fromiter(unique, np.int32, len(unique))
        return [self._texts[text] for text in texts]

    def asked(self, text: str, content: Sequence[Token]) -> Asked:
        """Weigh the words of a question; the table's longest vectors tell texts apart best."""
        named = {(name.start, name.end) for name in names(text)}
        if script(text) == "arabic":
            named = set()
        rows = self._rows_of(content)
        is_number = np.array([t.kind == "number" for t in content], bool)
        is_named = np.array(
            [any(s <= t.start and t.end <= e for s, e in named) for t in content], bool
        )
        weights = np.where(is_number, np.float32(1.0), self._norms[rows])
        return Asked(tuple(content), weights.astype(np.float32), is_named & ~is_number, is_number)

    def matches(self, asked: Asked, texts: Sequence[str]) -> Floats:
        """Return how well each word (row) is met in each text (column), 0 to 1."""
        result = np.zeros((len(asked.words), len(texts)), np.float32)
        rows = self.rows(texts)
        if not asked.words or not any(map(len, rows)):
            return result
        own = self._rows_of(asked.words)
        pool = np.unique(np.concatenate(rows))
        table = np.zeros(len(self._words), np.int32)
        table[pool] = np.arange(len(pool), dtype=np.int32)
        scores = np.maximum(self._letters(own, pool), self._meaning(own, pool))
        self._numbers(asked, pool, scores)
        self._names(asked, pool, scores)
        for column, found in enumerate(rows):
            if len(found):
                result[:, column] = scores[:, table[found]].max(axis=1)
        return result

    def _letters(self, own: NDArray[np.int32], pool: NDArray[np.int32]) -> Floats:
        scores = np.zeros((len(own), len(pool)), np.float32)
        grams, sizes = self._grams[pool], self._sizes[pool]
        for place, row in enumerate(own):
            has = np.zeros(_SLOTS, np.float32)
            has[self._grams[row][self._grams[row] > 0]] = 1.0
            dice = 2 * has[grams].sum(axis=1) / np.maximum(1, sizes + self._sizes[row])
            scores[place] = np.clip((dice - 0.25) / 0.45, 0, 1)
        return scores

    def _meaning(self, own: NDArray[np.int32], pool: NDArray[np.int32]) -> Floats:
        cosine = self._vectors[own] @ self._vectors[pool].T
        near: Floats = np.clip((cosine - 0.2) / 0.5, 0, 1).astype(np.float32)
        return near

    def _numbers(self, asked: Asked, pool: NDArray[np.int32], scores: Floats) -> None:
        digits = [self._words[row][0].isdigit() for row in pool]
        for place in np.flatnonzero(asked.number):
            value = parse_number(asked.words[place].word)
            scores[place] = [
                float(is_number and parse_number(self._words[row]) == value)
                for row, is_number in zip(pool, digits, strict=True)
            ]
        scores[np.ix_(~asked.number, np.array(digits))] = 0

    def _names(self, asked: Asked, pool: NDArray[np.int32], scores: Floats) -> None:
        """Meet names of one script with words of another by their sound."""
        foreign: dict[str, list[int]] = {}
        for place in np.flatnonzero(asked.named):
            word = asked.words[place].word
            own = script(word)
            if len(skeleton(word)) < 2:
                continue
            if own not in foreign:
                foreign[own] = [i for i, row in enumerate(pool) if self._scripts[row] != own]
            for column in foreign[own]:
                alike = _sound(word, self._words[pool[column]])
                if alike >= 0.7:
                    scores[place, column] = max(scores[place, column], alike)

    def _rows_of(self, found: Sequence[Token]) -> NDArray[np.int32]:
        self._learn([token.word for token in found])
        return np.array([self._row[token.word] for token in found], np.int32)

    def _learn(self, words: Sequence[str]) -> None:
        new = [word for word in dict.fromkeys(words) if word not in self._row]
        if not new:
            return
        needed = len(self._words) + len(new)
        while needed > len(self._vectors):
            for name in ("_vectors", "_norms", "_grams", "_sizes"):
                old = getattr(self, name)
                setattr(self, name, np.concatenate([old, np.zeros_like(old)]))
        for word, ids in zip(new, self.encoder.token_ids(new), strict=True):
            row = len(self._words)
            self._row[word] = row
            self._words.append(word)
            self._scripts.append(script(word))
            total = (self.encoder.unit[ids] * self.encoder.weight[ids, None]).sum(axis=0)
            self._norms[row] = np.linalg.norm(total)
            self._vectors[row] = total / max(float(self._norms[row]), 1e-12)
            grams = _trigrams(word)
            self._grams[row, : len(grams)] = grams
            self._sizes[row] = len(grams)


def _trigrams(word: str) -> list[int]:
    padded = f"^{bare(word)}$"
    grams = dict.fromkeys(padded[at : at + 3] for at in range(max(1, len(padded) - 2)))
    return [crc32(gram.encode()) % (_SLOTS - 1) + 1 for gram in grams][:_MOST_GRAMS]


@lru_cache(maxsize=1 << 16)
def _sound(a: str, b: str) -> float:
    one, other = skeleton(a), skeleton(b)
    if not one or not other or abs(len(one) - len(other)) > 2 or one[0] != other[0]:
        short = skeleton(bare(b))
        if not short or not one or one[0] != short[0] or abs(len(one) - len(short)) > 2:
            return 0.0
    return similarity(a, b)
