"""The search form of a text, with an exact map back to the original.

Folded text is for matching only: it is never shown and never carries offsets of a citation. Each
fold is a switch of `fold_tables.Folds`, so that what it is worth can be measured.

How the map stays exact: a text falls into clusters (a character and whatever may combine with it,
see `_JOINS`), and every step of folding works inside one cluster. Folding a text is therefore the
same as folding its clusters one by one, and each folded character knows its cluster's range.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import regex
from numpy.typing import NDArray

from index.fold_tables import DEFAULT_FOLDS, Folds, tables

__all__ = [
    "DEFAULT_FOLDS",
    "FOLD_VERSION",
    "Folded",
    "Folds",
    "find",
    "find_all",
    "fold",
    "fold_text",
    "words",
]

FOLD_VERSION = 1

# Characters that may melt into the one before them: marks, what folding drops from inside a word
# (tatweel, format characters), jamo, half-width voicing marks. `test_index_fold` goes through all
# of Unicode to show that nothing is missing here.
_JOINS = (
    r"\p{M}\p{Cf}\p{DI}\u0640\uFCF2-\uFCF4\uFE70-\uFE7F"
    r"\u0E33\u0EB3\u1160-\u11FF\u3131-\u318E\uFF9E-\uFFDC"
)
_CLUSTER = regex.compile(rf"[^{_JOINS}][{_JOINS}]*+|[{_JOINS}]++")
_WORD = regex.compile(r"\p{N}++(?:[.,]\p{N}++)++(?![\p{L}\p{M}\p{N}])|[\p{L}\p{M}\p{N}]++")


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """A folded text. `starts[i]`, `ends[i]` is the original range that character i came from."""

    text: str
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    length: int  # of the original

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Map a span of the folded text to the span of the original that it came from.

        >>> folded = fold("في عام ٢٠١٥")
        >>> folded.original(7, 11)
        (7, 11)
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"No span {start}-{end} in a folded text of {len(self.text)}")
        if start == end:
            at = int(self.starts[start]) if start < len(self.text) else self.length
            return at, at
        return int(self.starts[start]), int(self.ends[end - 1])


def fold(text: str, folds: Folds = DEFAULT_FOLDS) -> Folded:
    """Fold a text and keep the way back.

    >>> fold("كازاخســـتان").text
    'كازاخستان'
    """
    clusters: list[str] = _CLUSTER.findall(text)
    memo = _memo(folds)
    pieces = [memo[cluster] for cluster in clusters]
    sizes = np.fromiter(map(len, clusters), np.int32, len(clusters))
    widths = np.fromiter(map(len, pieces), np.int32, len(pieces))
    ends = np.cumsum(sizes, dtype=np.int32)
    return Folded(
        "".join(pieces), np.repeat(ends - sizes, widths), np.repeat(ends, widths), len(text)
    )


def fold_text(text: str, folds: Folds = DEFAULT_FOLDS) -> str:
    """Fold a text without the map; the same as ``fold(text).text`` and idempotent.

    >>> fold_text("شركةُ «الطاقـة» أُسِّست عام ٢٠١٥")
    'شركه "الطاقه" اسست عام 2015'
    >>> fold_text("Ещё “Q”")
    'еще "q"'
    """
    form: Literal["NFKC", "NFC"] = "NFKC" if folds.compatibility else "NFC"
    first, last = tables(folds)
    while True:
        if not text.isascii():
            text = unicodedata.normalize(form, text.translate(first))
        if folds.case:
            text = text.casefold()
        if text.isascii():
            return text.translate(last) if "`" in text else text
        text = unicodedata.normalize(form, text).translate(last)
        # A dropped mark may have kept its neighbours from composing; then once more.
        if unicodedata.is_normalized(form, text):
            return text


def words(text: str, folds: Folds = DEFAULT_FOLDS) -> list[str]:
    """Return the words of the folded text: runs of letters and digits; 4.2 is one word.

    >>> words("بلغ ٤٫٢ مليار – C5+1")
    ['بلغ', '4.2', 'مليار', 'c5', '1']
    """
    return _WORD.findall(fold_text(text, folds))


def find(
    needle: str, haystack: Folded, *, start: int = 0, whole_words: bool = False
) -> tuple[int, int] | None:
    """Find a text in another, both folded, white space of any length being equal.

    Returns the span in the original of `haystack`; `start` counts in its folded text.

    >>> find("عام 2015", fold("في عامِ ٢٠١٥ م"))
    (3, 12)
    """
    return next(_found(needle, haystack, start, whole_words), None)


def find_all(
    needle: str, haystack: Folded, *, whole_words: bool = False
) -> tuple[tuple[int, int], ...]:
    """Find every occurrence that does not overlap an earlier one, as `find` does."""
    return tuple(_found(needle, haystack, 0, whole_words))


def _found(
    needle: str, haystack: Folded, start: int, whole_words: bool
) -> Iterator[tuple[int, int]]:
    parts = fold_text(needle).split()
    if not parts:
        return
    pattern = r"\s++".join(map(regex.escape, parts))
    if whole_words:
        pattern = rf"(?<![\p{{L}}\p{{M}}\p{{N}}]){pattern}(?![\p{{L}}\p{{M}}\p{{N}}])"
    for match in regex.compile(pattern).finditer(haystack.text, start):
        yield haystack.original(*match.span())


class _Memo(dict[str, str]):
    """Clusters already folded; a text has few different ones."""

    def __init__(self, folds: Folds) -> None:
        self.folds = folds

    def __missing__(self, cluster: str) -> str:
        folded = fold_text(cluster, self.folds)
        if len(cluster) <= 8 and len(self) < 100_000:
            self[cluster] = folded
        return folded


@lru_cache(maxsize=64)
def _memo(folds: Folds) -> _Memo:
    return _Memo(folds)
