"""Every word and text met so far, as arrays: vectors from the encoder's table, trigrams, script.

Grows with what is read and starts anew when it is full, so a long-running server stays bounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from assistant.figures import parse_number
from assistant.tokens import bare, tokens
from index.encoder import StaticEncoder
from index.skeleton import skeleton
from index.transliterate import script

Floats = NDArray[np.float32]
Rows = NDArray[np.int32]
SLOTS = 1 << 15
_MOST_GRAMS = 24
_FULL = 60_000


class WordTable:
    """Words in rows. `vectors` are unit length, `norms` their length before (the weight)."""

    def __init__(self, encoder: StaticEncoder) -> None:
        self.encoder = encoder
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.words: list[str] = []
        self.scripts: list[str] = []
        self.skeletons: list[str] = []
        self.values: dict[int, Decimal] = {}  # of the rows that are numbers
        self.vectors = np.zeros((1024, self.encoder.dimension), np.float32)
        self.norms = np.zeros(1024, np.float32)
        self.grams = np.zeros((1024, _MOST_GRAMS), np.int32)
        self.sizes = np.zeros(1024, np.float32)
        self.digits = np.zeros(1024, bool)
        self._row: dict[str, int] = {}
        self._texts: dict[str, Rows] = {}
        self._pieces: dict[str, Rows] = {}
        self._whole: dict[str, Floats] = {}

    def rows(self, words: Sequence[str]) -> Rows:
        """Return the row of each word."""
        self._learn(words)
        return np.array([self._row[word] for word in words], np.int32)

    def text_rows(self, texts: Sequence[str]) -> list[Rows]:
        """Return the rows of each text's words, in order."""
        if len(self.words) > _FULL:
            self.clear()
        new = [text for text in dict.fromkeys(texts) if text not in self._texts]
        words = {text: [t.word for t in tokens(text) if t.kind != "sign"] for text in new}
        self._learn([word for found in words.values() for word in found])
        for text, found in words.items():
            self._texts[text] = np.array([self._row[word] for word in found], np.int32)
        return [self._texts[text] for text in texts]

    def pieces(self, texts: Sequence[str]) -> list[Rows]:
        """Return the different pieces of each text: rows of the encoder's table."""
        self._read(texts)
        return [self._pieces[text] for text in texts]

    def sums(self, texts: Sequence[str]) -> Floats:
        """Return the sum of the vectors of each text's pieces: the encoder's row, not yet unit."""
        self._read(texts)
        return np.stack([self._whole[text] for text in texts])

    def _read(self, texts: Sequence[str]) -> None:
        if len(self._pieces) > _FULL // 4:
            self._pieces.clear()
            self._whole.clear()
        new = [text for text in dict.fromkeys(texts) if text not in self._pieces]
        if not new:
            return
        for text, ids in zip(new, self.encoder.token_ids(new), strict=True):
            unit, weight = self.encoder.unit[ids], self.encoder.weight[ids]
            self._whole[text] = weight @ unit
            self._pieces[text] = np.unique(ids)

    def _learn(self, words: Sequence[str]) -> None:
        new = [word for word in dict.fromkeys(words) if word not in self._row]
        if not new:
            return
        while len(self.words) + len(new) > len(self.vectors):
            for name in ("vectors", "norms", "grams", "sizes", "digits"):
                old = getattr(self, name)
                setattr(self, name, np.concatenate([old, np.zeros_like(old)]))
        for word, ids in zip(new, self.encoder.token_ids(new), strict=True):
            row = len(self.words)
            self._row[word] = row
            self.words.append(word)
            self.scripts.append(script(word))
            self.skeletons.append("" if word[0].isdigit() else skeleton(word))
            if word[0].isdigit():
                self.digits[row] = True
                self.values[row] = parse_number(word)
            total = (self.encoder.unit[ids] * self.encoder.weight[ids, None]).sum(axis=0)
            self.norms[row] = np.linalg.norm(total)
            self.vectors[row] = total / max(float(self.norms[row]), 1e-12)
            grams = _trigrams(word)
            self.grams[row, : len(grams)] = grams
            self.sizes[row] = len(grams)


def _trigrams(word: str) -> list[int]:
    padded = f"^{bare(word)}$"
    grams = dict.fromkeys(padded[at : at + 3] for at in range(max(1, len(padded) - 2)))
    return [crc32(gram.encode()) % (SLOTS - 1) + 1 for gram in grams][:_MOST_GRAMS]
