"""Names in a worded statement, and whether a source has them: by sound, letters or glossary."""

from __future__ import annotations

from functools import lru_cache

from assistant.concepts import concepts, is_name, named
from assistant.tokens import Token, bare, tokens
from assistant.vocabulary import phrase_book
from index.same_name import same_name
from index.transliterate import script

Range = tuple[int, int]


def named_words(text: str) -> tuple[Range, ...]:
    """Return where names stand in a statement.

    In scripts with capitals: capitalised words, a sentence's first one only beside another or if
    the glossary knows it. In Arabic: what the glossary knows, and what follows a role.
    """
    found = [token for token in tokens(text) if token.kind == "word"]
    if script(text) == "arabic":
        return tuple(dict.fromkeys([*_known(text, found), *_after_roles(text, found)]))
    result: list[Range] = []
    for place, token in enumerate(found):
        written = text[token.start : token.end]
        if not written[0].isupper():
            continue
        opens = not text[: token.start].strip(" «“„\"'(") or text[: token.start].rstrip(
            " «“„\"'("
        ).endswith((".", "!", "?", "…", ":", "\n"))
        following = found[place + 1] if place + 1 < len(found) else None
        beside = following is not None and (
            text[following.start].isupper() and following.start - token.end == 1
        )
        if opens and not beside and not is_name(named(written)):
            continue
        if opens and beside and not _maybe_name(token):
            continue
        if phrase_book("dates", "months").at(found, place) is not None:
            continue
        if result and text[result[-1][1] : token.start] in {" ", "-", " of ", " of the "}:
            result[-1] = (result[-1][0], token.end)
        else:
            result.append((token.start, token.end))
    return tuple(result)


def _maybe_name(token: Token) -> bool:
    """Tell a sentence's first word that is no name: a word of speech, asking or joining."""
    books = (
        ("speech", "roles"), ("speech", "sources"), ("speech", "not_names"), ("questions", "stop"),
    )  # fmt: skip
    return all(phrase_book(name, key).at([token], 0) is None for name, key in books)


def _known(text: str, found: list[Token]) -> list[Range]:
    known = []
    for token in found:
        if len(token.word) > 2 and is_name(named(text[token.start : token.end])):
            known.append((token.start, token.end))
    return known


def _after_roles(text: str, found: list[Token]) -> list[Range]:
    book = phrase_book("speech", "roles")
    stops = phrase_book("speech", "that")
    result = []
    for place, token in enumerate(found):
        if book.at(found, place) is None:
            continue
        for following in found[place + 1 : place + 5]:
            if text[token.end : following.start].strip(" ") or stops.at([following], 0):
                break
            if not following.word.startswith("ال") and book.at([following], 0) is None:
                result.append((following.start, following.end))
            token = following
    return result


@lru_cache(maxsize=1 << 12)
def names_met(name: str, source: str) -> bool:
    """Tell whether a source has a name, in any script, or what the glossary has for it."""
    own = [token.word for token in tokens(name)]
    if len(own) > 1 and _met(name, source):
        return True
    return all(_met(word, source) for word in (name[t.start : t.end] for t in tokens(name)))


def _met(name: str, source: str) -> bool:
    own = [token.word for token in tokens(name)]
    theirs = {token.word for token in tokens(source)}
    if all(word in theirs for word in own):
        return True
    entries = named(name)
    if entries and any(not entries.isdisjoint(concepts(each)) for each in (source, *theirs)):
        return True
    forms = theirs | {bare(word) for word in theirs}
    return any(same_name(name, form) or _inflected(name, form) for form in forms)


def _inflected(name: str, form: str) -> bool:
    """Tell one name with another ending: Астаны, Астана; Kazakhstan's."""
    own = name.casefold().removesuffix("'s").removesuffix("’s")
    if script(own) != script(form):
        return False
    shared = next((i for i, (a, b) in enumerate(zip(own, form, strict=False)) if a != b), None)
    shared = min(len(own), len(form)) if shared is None else shared
    return shared >= 3 and max(len(own), len(form)) - shared <= 3 and shared >= len(own) - 3
