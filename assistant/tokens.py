"""Words, numbers and signs of a text with their offsets, and phrases found among them.

Offsets always count in the text as it stands; only `Token.word` is folded, for comparing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from index.fold import fold_text

_TOKEN = regex.compile(
    r"(?P<number>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:[.,٫]\d+)?|\d+(?:[.,٫٬]\d+)*)"
    r"|(?P<word>\p{Latin}{1,4}\d+(?:\+\d+)?|\p{L}[\p{L}\p{M}\u0640\u200c\u200d]*(?:['’ʼ]\p{L}+)?)"
    r"|(?P<sign>[%٪$€£₸₽¥؟?])"
)
# what Arabic writes together with the next word: and, so, by, to, as, the
_PREFIXES = ("وال", "بال", "فال", "كال", "لل", "ال", "و", "ف", "ب", "ل", "ك")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign. `word` is its folded form; `kind` is word, number or sign."""

    word: str
    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A known phrase found in a text: its key, its offsets, and the tokens it covers."""

    key: str
    start: int
    end: int
    first: int
    after: int


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[Token, ...]:
    """Split a text into tokens.

    >>> [token.word for token in tokens("بلغ 4,2 млрд $")]
    ['بلغ', '4,2', 'млрд', '$']
    """
    result = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        word = fold_text(match.group()) if kind == "word" else match.group()
        if word:
            result.append(Token(word, match.start(), match.end(), kind))
    return tuple(result)


class PhraseBook:
    """Known phrases, folded, with a key each; finds the longest at a place.

    Arabic words are also known with what is written on to them; for verbs (`forms` False) that is
    "and" and "so" only.
    """

    def __init__(self, phrases: Mapping[str, Sequence[str]], forms: bool = True) -> None:
        self._forms = _forms if forms else _joined
        self._keys: dict[tuple[str, ...], str] = {}
        for key, spellings in phrases.items():
            for spelling in spellings:
                words = tuple(token.word for token in tokens(spelling))
                self._keys.setdefault(words or (spelling,), key)
        self._longest = max(map(len, self._keys), default=0)
        self._first = {words[0] for words in self._keys}

    def at(self, found: Sequence[Token], place: int) -> Phrase | None:
        """Return the longest phrase that starts at a token."""
        for first in self._forms(found[place].word):
            if first not in self._first:
                continue
            for length in range(min(self._longest, len(found) - place), 0, -1):
                rest = tuple(token.word for token in found[place + 1 : place + length])
                key = self._keys.get((first, *rest))
                if key is not None:
                    after = place + length
                    return Phrase(key, found[place].start, found[after - 1].end, place, after)
        return None

    def all(self, found: Sequence[Token]) -> tuple[Phrase, ...]:
        """Return the phrases of a text from left to right, without overlaps."""
        phrases = []
        place = 0
        while place < len(found):
            phrase = self.at(found, place)
            if phrase is None:
                place += 1
                continue
            phrases.append(phrase)
            place = phrase.after
        return tuple(phrases)


@lru_cache(maxsize=65536)
def _forms(word: str) -> tuple[str, ...]:
    """Return a word as it stands, then without each Arabic prefix it may carry."""
    stripped = [word[len(p) :] for p in _PREFIXES if word.startswith(p) and len(word) > len(p) + 1]
    return (word, *stripped)


def _joined(word: str) -> tuple[str, ...]:
    """Return a word as it stands, then without "and" or "so" before it."""
    return (word, word[1:]) if word[:1] in "وف" and len(word) > 3 else (word,)


def bare(word: str) -> str:
    """Return an Arabic word without the article and conjunctions; others as they are."""
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) > len(prefix) + 2:
            return word[len(prefix) :]
    return word
