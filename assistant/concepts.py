"""What the glossary knows of a text: numbers of entries, countries being kin to their adjectives.

"Chinese" and "China" are two entries, as in any dictionary, but one when a question about the
one is met by a sentence about the other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache, lru_cache
from itertools import combinations

from assistant.tokens import bare, tokens
from index.fold import fold_text
from index.glossary import LANGUAGES, Entry, open_glossary

_NAMES = ("places", "people", "organisations")
_PREFIX = 4
_AGREEING = 3  # of the four languages


@lru_cache(maxsize=1 << 14)
def named(text: str) -> frozenset[int]:
    """Return the entries that a text names."""
    numbers = _numbers()
    return frozenset(numbers[id(entry)] for entry in open_glossary().find(text))


@lru_cache(maxsize=1 << 14)
def concepts(text: str) -> frozenset[int]:
    """Return the entries that a text names, and their kin."""
    kin = _kin()
    own = named(text)
    return own.union(*(kin.get(entry, ()) for entry in own))


def kin_of(entry: int) -> frozenset[int]:
    """Return the entries that mean the same place: "China" and "Chinese"."""
    return frozenset(_kin().get(entry, ()))


def is_place(entries: frozenset[int]) -> bool:
    """Tell whether any of the entries is a place, its adjective apart."""
    known = open_glossary().entries
    return any(known[entry].kind == "places" and not _adjective(entry) for entry in entries)


def places(entries: frozenset[int]) -> frozenset[int]:
    """Return those of the entries that are places or belong to one ("Chinese")."""
    known = open_glossary().entries
    return frozenset(entry for entry in entries if known[entry].kind == "places")


def is_name(entries: frozenset[int]) -> bool:
    """Tell whether the entries can only be a place, a person or an organisation."""
    known = open_glossary().entries
    return bool(entries) and all(_proper(known[entry]) for entry in entries)


def is_named(word: str, entries: frozenset[int]) -> bool:
    """Tell whether a folded Arabic word is to the letter a name among entries that share a stem."""
    forms = {word, bare(word)}
    known = (open_glossary().entries[entry] for entry in entries)
    return any(
        _proper(entry) and any(fold_text(form) in forms for form in entry.forms.get("ar", ()))
        for entry in known
    )


@lru_cache(maxsize=512)
def name_words(entries: frozenset[int]) -> frozenset[str]:
    """Return the folded words that names of several words are made of, common nouns apart.

    "Caspian" of "Caspian Sea": what a text calls by the whole, another calls by the part.
    """
    known = open_glossary().entries
    forms = [
        form
        for entry in entries
        if _proper(known[entry])
        for spellings in known[entry].forms.values()
        for form in spellings
    ]
    words = [[token.word for token in tokens(form)] for form in forms]
    return frozenset(
        word
        for each in words
        if len(each) > 1
        for word in each
        if len(word) > 3 and (not named(word) or is_name(named(word)))
    )


def _proper(entry: Entry) -> bool:
    """Tell a name from a common noun that the list of places also holds ("steppe")."""
    english = entry.forms.get("en") or ("",)
    return entry.kind in _NAMES and english[0][:1].isupper()


@cache
def _numbers() -> dict[int, int]:
    return {id(entry): number for number, entry in enumerate(open_glossary().entries)}


@cache
def _kin() -> dict[int, set[int]]:
    """Join places whose names begin alike in most languages: Китай, китайский."""
    begins: dict[tuple[str, str], set[int]] = defaultdict(set)
    for number, entry in enumerate(open_glossary().entries):
        if entry.kind != "places":
            continue
        for language in LANGUAGES:
            for form in entry.forms.get(language, ()):
                if " " not in form:
                    prefix = bare(fold_text(form))[:_PREFIX]
                    begins[language, prefix].add(number)
    alike: Counter[tuple[int, int]] = Counter()
    for language in LANGUAGES:
        pairs = {
            pair
            for (own, _), numbers in begins.items()
            if own == language
            for pair in combinations(sorted(numbers), 2)
        }
        alike.update(pairs)
    kin: dict[int, set[int]] = defaultdict(set)
    for (a, b), languages in alike.items():
        if languages >= _AGREEING and _adjective(a) != _adjective(b):
            kin[a].add(b)
            kin[b].add(a)
    return dict(kin)


def _adjective(entry: int) -> bool:
    """Tell by the Arabic ending whether an entry is "Chinese" rather than "China"."""
    forms = open_glossary().entries[entry].forms.get("ar", ("",))
    return fold_text(forms[0]).endswith(("ي", "يه"))
