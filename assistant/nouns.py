"""Someone as a sentence names him, before it is known who that is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

import regex

from assistant.tokens import Token, tokens
from assistant.vocabulary import word_lists

# a full name; one of a name's words, maybe; "the minister"; a ministry; whoever spoke last
Kind = Literal["person", "name", "role", "organisation", "last"]
_QUOTATION = regex.compile(r"«[^»]*(?:»|$)|“[^”]*(?:”|$)|„[^“”]*(?:[“”]|$)|\"[^\"]*(?:\"|$)")


@dataclass(frozen=True, slots=True)
class Noun:
    """`words` are folded, role and name alike; `told`: what follows shows that someone spoke."""

    kind: Kind
    name: str = ""
    role: str | None = None
    words: tuple[str, ...] = ()
    end: int = 0
    feminine: bool | None = None
    told: bool = True
    trailing: bool = False


@lru_cache(maxsize=1024)
def quotations(text: str) -> list[tuple[int, int]]:
    """Return where a text quotes, an unclosed quotation up to its end."""
    return [match.span() for match in _QUOTATION.finditer(text)]


def quotes_speech(text: str) -> bool:
    """Tell a quotation of someone's words from a name in quotation marks."""
    return any(
        len(tokens(text[start:end])) > 3 or text[:start].rstrip().endswith((":", "—"))
        for start, end in quotations(text)
    )


def outside(found: tuple[Token, ...], ranges: list[tuple[int, int]], place: int) -> bool:
    """Tell whether a token stands in no quotation."""
    return not any(start <= found[place].start < end for start, end in ranges)


@cache
def words(key: str) -> frozenset[str]:
    """Return the single words under a key of `saying.json`, folded."""
    return frozenset(
        found[0].word for phrase in word_lists("saying")[key] if len(found := tokens(phrase)) == 1
    )
