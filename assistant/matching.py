"""Which words of a question find a partner in which sentence, and how good a one.

A word is found by its letters (share of common trigrams, so inflections count), by its meaning
(cosine of word vectors from the shipped encoder's table, across languages), by the glossary, by
its sound (names in another spelling or script) or, for numbers, by its value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assistant.concepts import concepts, is_name, named
from assistant.figures import parse_number
from assistant.tokens import Token, bare, tokens
from assistant.word_table import SLOTS, Floats, Rows, WordTable
from index.encoder import StaticEncoder
from index.same_name import similarity
from index.skeleton import names, skeleton

_IN_GLOSSARY = 0.9
SOUNDS_ALIKE = 0.75
_ASIDE = 0.4  # weight of words that a follow-up borrowed: they stand in brackets


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a question that are looked for, with a weight each.

    `named` marks those that must be names, whatever the language; `number` those that are
    digits. `entries` are what the glossary knows of each word, alone or with its neighbours.
    """

    text: str
    words: tuple[Token, ...]
    weights: Floats
    named: NDArray[np.bool_]
    number: NDArray[np.bool_]
    aside: NDArray[np.bool_]
    entries: tuple[frozenset[int], ...]


class WordMatcher:
    """Matches the words of questions with those of texts."""

    def __init__(self, encoder: StaticEncoder) -> None:
        self.table = WordTable(encoder)

    def asked(self, text: str, content: Sequence[Token]) -> Asked:
        """Weigh the words of a question; the encoder's longest vectors tell texts apart best."""
        entries = _known(text, content)
        is_number = np.array([t.kind == "number" for t in content], bool)
        opening = text.find(" (")
        aside = np.array([0 < opening < t.start for t in content], bool)
        own = self._own(content)  # before the table's arrays are named: learning may renew them
        weights = np.where(is_number, 1.0, self.table.norms[own])
        weights = np.where(aside, weights * _ASIDE, weights).astype(np.float32)
        sure = _sure_names(text, content, entries) & ~is_number
        return Asked(text, tuple(content), weights, sure, is_number, aside, entries)

    def matches(self, asked: Asked, texts: Sequence[str]) -> Floats:
        """Return how well each word (row) is met in each text (column), 0 to 1."""
        return self.aligned(asked, texts)[0]

    def aligned(self, asked: Asked, texts: Sequence[str]) -> tuple[Floats, list[Floats]]:
        """Return `matches`, and for each text how well each word is met by each of its words.

        The glossary and names in two words speak of a text as a whole: they count only there.
        """
        result = np.zeros((len(asked.words), len(texts)), np.float32)
        rows = self.table.text_rows(texts)
        if not asked.words or not any(map(len, rows)):
            return result, [np.zeros((len(asked.words), len(found)), np.float32) for found in rows]
        own = self._own(asked.words)
        pool = np.unique(np.concatenate(rows))
        place = np.zeros(len(self.table.words), np.int32)
        place[pool] = np.arange(len(pool), dtype=np.int32)
        scores = np.maximum(self._letters(own, pool), self._meaning(own, pool))
        self._numbers(asked, pool, scores)
        self._names(asked, own, pool, scores)
        words = [scores[:, place[found]] for found in rows]
        for column, found in enumerate(words):
            if found.shape[1]:
                result[:, column] = found.max(axis=1)
        for row, entries in enumerate(asked.entries):
            if entries and not asked.number[row]:
                shared = [not entries.isdisjoint(concepts(text)) for text in texts]
                result[row, shared] = np.maximum(result[row, shared], _IN_GLOSSARY)
            if asked.named[row] and result[row].max() < SOUNDS_ALIKE:
                result[row] = np.maximum(result[row], _in_two_words(asked.words[row].word, texts))
        return result, words

    def nearness(self, word: str, text: str) -> float:
        """Return the cosine of a word and the nearest word of a text, prefixes left out too."""
        theirs = [t.word for t in tokens(text) if t.kind == "word"]
        own = self.table.rows([t.word for t in tokens(word)])
        rows = self.table.rows([*dict.fromkeys([*theirs, *map(bare, theirs)])])
        if not len(own) or not len(rows):
            return 0.0
        return float((self.table.vectors[own] @ self.table.vectors[rows].T).max())

    def _letters(self, own: Rows, pool: Rows) -> Floats:
        scores = np.zeros((len(own), len(pool)), np.float32)
        grams, sizes = self.table.grams[pool], self.table.sizes[pool]
        for place, row in enumerate(own):
            mine = self.table.grams[row]
            has = np.zeros(SLOTS, np.float32)
            has[mine[mine > 0]] = 1.0
            dice = 2 * has[grams].sum(axis=1) / np.maximum(1, sizes + self.table.sizes[row])
            scores[place] = np.clip((dice - 0.25) / 0.45, 0, 1)
        return scores

    def _meaning(self, own: Rows, pool: Rows) -> Floats:
        cosine = self.table.vectors[own] @ self.table.vectors[pool].T
        near: Floats = np.clip((cosine - 0.2) / 0.5, 0, 1).astype(np.float32)
        return near

    def _numbers(self, asked: Asked, pool: Rows, scores: Floats) -> None:
        columns = np.flatnonzero(self.table.digits[pool])
        values = [self.table.values[row] for row in pool[columns].tolist()]
        scores[np.ix_(~asked.number, columns)] = 0
        for place in np.flatnonzero(asked.number):
            value = parse_number(asked.words[place].word)
            scores[place] = 0
            scores[place, columns] = [float(value == other) for other in values]

    def _names(self, asked: Asked, own: Rows, pool: Rows, scores: Floats) -> None:
        """Meet names with words that sound alike; the first consonant must agree."""
        words, skeletons = self.table.words, self.table.skeletons
        for place in np.flatnonzero(asked.named):
            mine = skeletons[own[place]]
            if len(mine) < 2:
                continue
            sounds = set(mine)
            needed = 0.6 * len(sounds)
            for column, row in enumerate(pool):
                theirs = skeletons[row]
                if mine[0] not in theirs[:2] or abs(len(theirs) - len(mine)) > 3:
                    continue
                # most words are far off, and telling how alike two are takes its time
                if scores[place, column] > 0.9 or len(sounds.intersection(theirs)) < needed:
                    continue
                alike = _sound(words[own[place]], words[row])
                if alike >= SOUNDS_ALIKE:
                    scores[place, column] = max(scores[place, column], alike)

    def _own(self, found: Sequence[Token]) -> Rows:
        return self.table.rows([token.word for token in found])


@lru_cache(maxsize=1 << 16)
def _sound(a: str, b: str) -> float:
    return similarity(a, b, SOUNDS_ALIKE)


def _sure_names(
    text: str, content: Sequence[Token], entries: Sequence[frozenset[int]]
) -> NDArray[np.bool_]:
    """Mark words that can only be names: capitalised inside a sentence, or in the glossary.

    A text typed without capitals has only what the glossary knows, and so has Arabic.
    """
    capitals = {(n.start, n.end) for n in names(text) if n.text[0].isupper()}
    first = next((token.start for token in tokens(text)), 0)
    sure = []
    for token, known in zip(content, entries, strict=True):
        inside = any(start <= token.start and token.end <= end for start, end in capitals)
        sure.append(is_name(known) or (inside and token.start != first and len(token.word) > 1))
    return np.array(sure, bool)


@lru_cache(maxsize=1 << 14)
def _pairs(text: str) -> tuple[str, ...]:
    words = [token.word for token in tokens(text) if token.kind == "word"]
    return tuple(a + b for a, b in pairwise(words) if len(a) > 2 and len(b) > 1)


def _in_two_words(name: str, texts: Sequence[str]) -> Floats:
    """Meet a name that the text writes in two words."""
    mine = skeleton(name)
    if len(mine) < 4:
        return np.zeros(len(texts), np.float32)
    best = []
    for text in texts:
        near = (p for p in _pairs(text) if abs(len(skeleton(p)) - len(mine)) <= 2)
        alike = [_sound(name, pair) for pair in near if skeleton(pair)[:1] == mine[0]]
        best.append(max((a for a in alike if a >= SOUNDS_ALIKE), default=0.0))
    return np.array(best, np.float32)


def _known(text: str, content: Sequence[Token]) -> tuple[frozenset[int], ...]:
    """Return the glossary entries of each word: of the longest phrase of up to three it is in."""
    known: list[frozenset[int]] = [frozenset()] * len(content)
    for length in (3, 2, 1):
        for first in range(len(content) - length + 1):
            run = content[first : first + length]
            if any(b.start - a.end > 1 for a, b in pairwise(run)):
                continue
            found = named(text[run[0].start : run[-1].end])
            if length > 1:
                found -= frozenset().union(*(named(text[t.start : t.end]) for t in run))
            for place in range(first, first + length):
                known[place] = known[place] or found
    return tuple(known)
