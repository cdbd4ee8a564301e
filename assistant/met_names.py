"""Whether a source has a name that a statement gives, in whatever script and grammatical case.

A name is met by its letters, its sound, the glossary, or, for the common words that names of
institutions are made of ("National Bank"), by its meaning in the encoder's table. A word that can
only be the name of a person, place or company is never met by meaning: Kenya is near Uganda there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache
from itertools import pairwise

import regex

from assistant.asking import is_stop
from assistant.concepts import concepts, is_name, is_place, name_words, named
from assistant.tokens import Token, bare, tokens
from index.fold import fold_text
from index.same_name import same_name
from index.transliterate import script

# how near a word is in meaning to the nearest word of a text
Meaning = Callable[[str, str], float]
_SAME_MEANING = 0.5  # names of the glossary that differ reach 0.3 across scripts, translations 0.5
_LONGEST = 4
_ACROSS = ("trans", "транс")  # the Trans-Caspian route crosses the Caspian
# cases and possessives of Kazakh, then cases of Russian; three letters must be left
_ENDINGS = (
    regex.compile(
        "(?<=...)(?:[дт]ағы|[дт]егі|[ндт]ың|[ндт]ің|[дтн]ан|[дтн]ен|[мбп]ен|[дт]а|[дт]е|[ғқн]а"
        "|[гкн]е|[ндт]ы|[ндт]і|сы|сі|ы|і)$"
    ),
    regex.compile("(?<=...)(?:ого|ому|ыми|ой|ою|ый|ая|ую|ые|ых|ым|ом|ем|ей|ею|а|я|у|ю|е|ы|и|ь)$"),
)


def names_met(name: str, source: str, meaning: Meaning | None = None) -> bool:
    """Tell whether a source has a name, in any script, or what the glossary has for it.

    Every word must be met, alone or as a part of a known longer name.

    >>> names_met("Banque Populaire", "البنك الشعبي")
    False
    """
    words = [(t.start, t.end) for t in tokens(name) if not _joins(name, t)]
    common = any(_is_common(name[start:end]) for start, end in words)
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST, len(words) - place), 0, -1):
            run = name[words[place][0] : words[place + length - 1][1]]
            if _met(run, source):
                break
            if length > 1 and _known_whole(run) and not _together(run, source, meaning):
                return False  # the United Kingdom is not met by the United States and a kingdom
        else:
            word = name[slice(*words[place])]
            if meaning is None or not _means(word, source, meaning, among_common=common):
                return False
            length = 1
        place += length
    return True


@lru_cache(maxsize=1 << 14)
def _known_whole(run: str) -> bool:
    """Tell a place that the glossary knows by this name and not by a part of it."""
    spans = [(t.start, t.end) for t in tokens(run)]
    parts = named(run[: spans[-2][1]]) | named(run[spans[1][0] :])
    return is_place(named(run) - parts)


def _together(run: str, source: str, meaning: Meaning | None) -> bool:
    """Tell whether a source has the words of a name side by side."""
    words = [run[t.start : t.end] for t in tokens(run)]
    found = tokens(source)
    size = len(words)
    return any(
        all(
            _met(word, near)
            or (meaning is not None and _means(word, near, meaning, among_common=True))
            for word in words
        )
        for near in (
            source[found[at].start : found[at + size - 1].end]
            for at in range(len(found) - size + 1)
        )
    )


def _has_digit(word: str) -> bool:
    return word[0].isalpha() and any(sign.isdigit() for sign in word)


def _joins(name: str, token: Token) -> bool:
    """Tell what only joins the words of a name: "of the", "Trans-"."""
    written = name[token.start : token.end]
    return (written.islower() and is_stop(name, token)) or (
        written.casefold() in _ACROSS and name[token.end : token.end + 1] == "-"
    )


def one_person(told: str, held: str, meaning: Meaning | None = None) -> bool:
    """Tell whether a speaker as a statement names him is the one that an article names.

    A surname is enough where one of the two gives no more; two full names must agree on both.
    What follows the name as told ("Jane Roe at the opening") does not count.
    """
    mine, theirs = told.split(), held.split()
    if not mine or not theirs:
        return False
    if _same_word(told, held):
        return True
    surname = any(_same_word(word, theirs[-1]) for word in (mine[1:] or mine))
    if len(mine) > 1 and len(theirs) > 1:
        surname = surname and any(_same_word(word, theirs[0]) for word in mine[:-1])
    return surname or names_met(told, held, meaning)


@lru_cache(maxsize=1 << 14)
def _met(name: str, source: str) -> bool:
    own = [token.word for token in tokens(name)]
    words = _words(source)
    if all(word in words for word in own):
        return True
    if any(map(_has_digit, own)) and any(map(_has_digit, words)):
        return False  # C5 is not met by C6
    entries = named(name)
    if len(own) > 1:  # what its single words are known for does not make the whole known
        entries -= frozenset().union(*(named(name[t.start : t.end]) for t in tokens(name)))
    if entries and any(not entries.isdisjoint(concepts(each)) for each in (source, *words)):
        return True
    if any(_inflected(name, word) for word in words):
        return True
    parts = name_words(concepts(source)) if len(own) == 1 and len(own[0]) > 3 else frozenset()
    for form in {name, *(name[len(a) :] for a in _ACROSS if name.casefold().startswith(a))}:
        if len(form) > 3 and any(_inflected(fold_text(form), part) for part in parts):
            return True
    return any(_sounds(form, source) for form in without_endings(name))


@lru_cache(maxsize=1 << 14)
def _sounds(name: str, source: str) -> bool:
    entries = named(name)
    if " " not in name and entries and not entries.isdisjoint(concepts(source)):
        return True
    return any(same_name(name, word) for word in (*_words(source), *_pairs(source)))


@lru_cache(maxsize=512)
def _words(source: str) -> frozenset[str]:
    folded = {token.word for token in tokens(source)}
    return frozenset(folded | {bare(word) for word in folded})


@lru_cache(maxsize=512)
def _pairs(source: str) -> frozenset[str]:
    """Return neighbouring words as one: one script writes a name in two words, another in one."""
    found = [token for token in tokens(source) if token.kind == "word"]
    return frozenset(
        a.word + b.word
        for a, b in pairwise(found)
        if b.start - a.end == 1 and len(a.word) > 2 and len(b.word) > 1
    )


def _means(word: str, source: str, meaning: Meaning, *, among_common: bool) -> bool:
    """Meet a common word of an institution's name by its meaning."""
    if is_name(named(word)) or not (among_common or _is_common(word)):
        return False
    return any(meaning(form, source) >= _SAME_MEANING for form in without_endings(word))


def _is_common(word: str) -> bool:
    known = named(word)
    return bool(known) and not is_name(known)


def without_endings(name: str) -> Collection[str]:
    """Return a Cyrillic name as it stands, then without the endings it may have.

    >>> list(without_endings("Астанадан"))
    ['Астанадан', 'Астана', 'Астан']
    """
    found = {name: None}
    if script(name) != "cyrillic":
        return tuple(found)
    for ending in (_ENDINGS[0], *_ENDINGS):
        for form in tuple(found):
            found.setdefault(ending.sub("", form), None)
    return tuple(found)


def _same_word(told: str, held: str) -> bool:
    return any(
        same_name(own, other) for own in without_endings(told) for other in without_endings(held)
    )


def _inflected(name: str, form: str) -> bool:
    """Tell one name with another ending: Астаны, Астана; Kazakhstan's."""
    own = name.casefold().removesuffix("'s").removesuffix("’s")
    if own[:2] != form[:2] or script(own) != script(form):
        return False
    shared = next((i for i, (a, b) in enumerate(zip(own, form, strict=False)) if a != b), None)
    shared = min(len(own), len(form)) if shared is None else shared
    return shared >= 3 and max(len(own), len(form)) - shared <= 3 and shared >= len(own) - 3
