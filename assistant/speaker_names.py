"""Names and roles of speakers in a run of words: "the senior analyst Jane Roe of the Institute"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

import regex

from assistant.tokens import Token, bare, tokens
from assistant.vocabulary import word_lists
from index.transliterate import script

DETERMINERS = {"the", "a", "an", "this"}


def stops_name(text: str, token: Token, stops: frozenset[str]) -> bool:
    """Tell a word that ends a name; the name علي folds like the preposition على and is none."""
    return token.word in stops and not text[token.start : token.end].endswith("علي")


def split(text: str, words: list[Token], to: bool) -> tuple[str, str | None]:
    """Part "the expert Jane Roe" into name and role; an organisation is a name as a whole."""
    folded = [token.word for token in words]
    whole = _spelled(text, words, to)
    if is_organisation(folded):
        return whole, None
    roles = speech_words("roles")
    cut = 0
    opens = 1 if folded[0] in DETERMINERS and len(folded) > 2 else 0
    if folded[opens] in roles or bare(folded[opens]) in roles:
        cut = opens + 1
        arabic = script(folded[0]) == "arabic"
        while cut < len(words) - 1:
            written = text[words[cut].start : words[cut].end]
            joins = folded[cut].startswith("ال") if arabic else not written[0].isupper()
            if not joins and not (folded[cut] in roles or bare(folded[cut]) in roles):
                break
            cut += 1
    if not cut or cut >= len(words):
        return whole, None
    return _spelled(text, words[cut:], to and not cut), _spelled(text, words[:cut], to)


def _spelled(text: str, words: Sequence[Token], to: bool) -> str:
    """Return words as they stand; `to` takes off the Arabic "to" written on to the first."""
    written = text[words[0].start : words[-1].end]
    if to and written.startswith("لل"):
        return "ال" + written[2:]
    return written[1:] if to and written.startswith("ل") else written


def apposition(text: str, found: Sequence[Token], end: int) -> str | None:
    """Read a role set off by commas behind a name: ", senior expert of the institute,"."""
    match = regex.match(r"\s*[،,]\s*([^،,.؛:“«\n]{4,160})", text[end:])
    if match is None:
        return None
    first = next(iter(tokens(match[1])), None)
    role = match[1].strip()
    roles = speech_words("roles")
    if first is None or not any(t.word in roles or bare(t.word) in roles for t in tokens(role)[:4]):
        return None
    for token in tokens(role):
        if token.word in {"فان", "ان", "انه"}:
            return role[: token.start].strip() or None
    return role


def is_organisation(folded: Sequence[str]) -> bool:
    """Tell whether any of these folded words is one that organisations are called by."""
    return any(map(_names_an_organisation, folded))


@lru_cache(maxsize=1 << 14)
def _names_an_organisation(word: str) -> bool:
    known = speech_words("organisations")
    return (
        word in known
        or bare(word) in known
        or any(len(k) > 4 and word.startswith(k[:-1]) and len(word) < len(k) + 5 for k in known)
    )


def is_name(name: str) -> bool:
    """Tell a capitalised name; Arabic has no capitals, so two or three words pass for one."""
    if script(name) == "arabic":
        words = tokens(name)
        own = words and stops_name(name, words[0], speech_words("not_names"))
        return 2 <= len(words) <= 4 and not own and all(t.kind == "word" for t in words)
    return all(word[0].isupper() for word in name.split()) and not name.isdigit()


@cache
def speech_words(key: str) -> frozenset[str]:
    """Return the words of one list of `words/speech.json`, folded: of a phrase the telling one."""
    return frozenset(
        tokens(phrase)[-1].word if key != "verbs" else tokens(phrase)[0].word
        for phrase in word_lists("speech")[key]
        if tokens(phrase)
    )
