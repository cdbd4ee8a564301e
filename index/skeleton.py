"""Names and numbers in any of three scripts as the same terms: consonant skeletons.

A skeleton keeps the consonants of a word, with those that languages confuse made one. Words that
may be names (capitalised ones; every word in Arabic, which has no capitals) and numbers become
terms for `index.lexical.LexicalIndex`: the whole skeleton and its 4-grams, which forgive an ending.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.stopwords import STOPWORDS
from index.transliterate import script, sounds

_MERGED: Final = str.maketrans("xz", "hs", "aiuw")
_WORD: Final = re.compile(r"\d+(?:[.,٫٬]\d+)*|[^\W\d_](?:[^\W\d_]|[\u064b-\u065f\u0670\u0640'’ʼ])*")
_GROUPS: Final = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
_ARTICLE: Final = re.compile("^(?:[وفبكل]?ال|لل)(?=...)")
_CLITIC: Final = re.compile("^[وفبكل](?=...)")
_GRAM: Final = 4


@dataclass(frozen=True, slots=True)
class Name:
    """A word that may be (part of) a name, or a number: ``text[start:end]``."""

    text: str
    start: int
    end: int
    skeleton: str


def skeleton(word: str) -> str:
    """Return the word's consonants in one alphabet; a number's plain digits.

    >>> skeleton("نزارباييف"), skeleton("Nazarbayev"), skeleton("Назарбаев"), skeleton("٢٠١٥")
    ('nsrbf', 'nsrbf', 'nsrbf', '2015')
    """
    if word[:1].isdecimal():
        return number(word)
    return sounds(word).translate(_MERGED)


def number(text: str) -> str:
    """Return a number's digits in ASCII with a point for decimals and nothing between thousands.

    >>> number("٤٫٢"), number("12,500"), number("3,5")
    ('4.2', '12500', '3.5')
    """
    plain = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text)
    plain = plain.replace("٬", ",").replace("٫", ".")
    if re.fullmatch(r"[1-9]\d{0,2}(?:[,.]\d{3})+", plain):
        return re.sub("[,.]", "", plain)
    return plain.replace(",", ".")


def names(text: str) -> tuple[Name, ...]:
    """Return the words of a text that may be names, and its numbers, in order.

    Function words are left out. A text without a capital was typed in haste: all its words count.
    """
    text = _GROUPS.sub("\u066c", text)  # one character for one: offsets stay
    found = [(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]
    cased = any(_capital(word) for word, _, _ in found)
    return tuple(
        Name(word, start, end, skeleton(word))
        for word, start, end in found
        if word[0].isdecimal()
        or (
            len(word) > 1
            and word.lower() not in STOPWORDS
            and (not cased or _capital(word) or script(word) == "arabic")
        )
    )


def name_terms(texts: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the hashed terms of all texts one after another, and each term's text's place."""
    terms: list[int] = []
    counts = []
    for text in texts:
        before = len(terms)
        for name in names(text):
            terms.extend(_terms(name.text))
        counts.append(len(terms) - before)
    return np.array(terms, dtype=np.uint64), np.repeat(np.arange(len(texts)), counts)


def _capital(word: str) -> bool:
    return word[0].isupper()


@lru_cache(maxsize=1 << 17)
def _terms(word: str) -> tuple[int, ...]:
    if word[0].isdecimal():
        return (zlib.crc32(f"#{number(word)}".encode()),)
    return tuple(zlib.crc32(term.encode()) for term in _spell(word))


def _spell(word: str) -> Iterator[str]:
    readings = dict.fromkeys((word, _ARTICLE.sub("", word), _CLITIC.sub("", word)))
    found: dict[str, None] = {}
    for each in filter(None, map(skeleton, readings)):
        padded = f"^{each}$"
        if len(each) > 1:
            found[f"={each}"] = None
        found.update(dict.fromkeys(padded[at : at + _GRAM] for at in range(len(each) + 3 - _GRAM)))
    yield from found
