"""Character n-grams of folded words as 64-bit hashes, made with array operations.

A text becomes ``" word word "``; every window of 3 or 4 characters that has no blank inside is a
term, so a term may begin or end at a word's edge but never runs over it. Longer n-grams were
measured to change little and cost more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.fold import DEFAULT_FOLDS, Folds, words

Hashes = NDArray[np.uint64]
SIZES = (3, 4)
_BLANK = np.uint64(ord(" "))


def ngrams(texts: Sequence[str], folds: Folds = DEFAULT_FOLDS) -> tuple[Hashes, NDArray[np.int64]]:
    """Return the terms of all texts one after another, and for each term its text's place."""
    lines = [f" {' '.join(words(text, folds))} " for text in texts]
    letters = np.frombuffer("".join(lines).encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    owner = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    blank = letters == _BLANK
    terms, places = [], []
    for size in SIZES:
        count = len(letters) - size + 1
        if count <= 0:
            continue
        whole = np.ones(count, dtype=bool)
        for inside in range(1, size - 1):
            whole &= ~blank[inside : inside + count]
        starts = np.flatnonzero(whole)
        code = np.full(len(starts), size, dtype=np.uint64)
        for offset in range(size):
            # 21 bits hold any character: three fit side by side, a fourth is mixed in
            code = mix((code << np.uint64(21)) ^ (code >> np.uint64(43)) ^ letters[starts + offset])
        terms.append(code)
        places.append(owner[starts])
    if not terms:
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
    return np.concatenate(terms), np.concatenate(places)


def mix(code: Hashes) -> Hashes:
    """Scramble 64 bits so that different codes stay different (splitmix64's finaliser)."""
    code = (code ^ (code >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    code = (code ^ (code >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return code ^ (code >> np.uint64(31))
