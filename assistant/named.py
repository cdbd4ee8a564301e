"""Where a worded statement names someone or something; `met_names` tells whether a source does."""

from __future__ import annotations

import regex

from assistant.asking import is_stop
from assistant.concepts import is_name, is_named, named
from assistant.tokens import Token, tokens
from assistant.vocabulary import phrase_book
from index.transliterate import script

Range = tuple[int, int]
_BREAK = regex.compile(r"[^\p{L}\p{M} -]")
_LONGEST_TAIL = 3


def named_words(text: str) -> tuple[Range, ...]:
    """Return where names stand in a statement.

    In scripts with capitals: capitalised words, a sentence's first one only beside another or if
    the glossary knows it; titles ("Secretary of State") are no names. In Arabic: what the glossary
    knows, and what follows a role or a verb of speech.
    """
    found = [token for token in tokens(text) if token.kind == "word"]
    arabic = [token for token in found if script(token.word) == "arabic"]
    names = {*_known(text, arabic), *_after_roles(text, arabic), *_after_verbs(text, arabic)}
    return tuple(sorted({*names, *_capitalised(text, found)}))


def _capitalised(text: str, found: list[Token]) -> list[Range]:
    result: list[Range] = []
    titles = phrase_book("speech", "titles").all(found)
    for place, token in enumerate(found):
        written = text[token.start : token.end]
        if not written[0].isupper() or any(t.first <= place < t.after for t in titles):
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
    return [_whole(text, found, name) for name in result]


def _whole(text: str, found: list[Token], name: Range) -> Range:
    """Lengthen a name by the words without capitals that belong to it: Всемирный банк.

    Only what the glossary knows as a name, and no part of it.
    """
    words = [token for token in found if token.start >= name[0]]
    inside = sum(token.end <= name[1] for token in words)
    for more in range(min(_LONGEST_TAIL, len(words) - inside), 0, -1):
        end = words[inside + more - 1].end
        if _BREAK.search(text[name[1] : end]):
            continue
        for place in range(inside):
            start, second = words[place].start, words[place + 1].start
            shorter = named(text[start : words[inside + more - 2].end]) | named(text[second:end])
            if is_name(named(text[start:end]) - shorter):
                return name[0], end
    return name


def _maybe_name(token: Token) -> bool:
    """Tell a sentence's first word that is no name: a word of speech, asking or joining."""
    books = (
        ("speech", "roles"), ("speech", "sources"), ("speech", "not_names"), ("questions", "stop"),
    )  # fmt: skip
    return all(phrase_book(name, key).at([token], 0) is None for name, key in books)


def _known(text: str, found: list[Token]) -> list[Range]:
    known = []
    for token in found:
        entries = named(text[token.start : token.end])
        if len(token.word) > 2 and (is_name(entries) or is_named(token.word, entries)):
            known.append((token.start, token.end))
    return known


def _after_verbs(text: str, found: list[Token]) -> list[Range]:
    """Return the two words after an Arabic verb of speech: who spoke, if they are not particles."""
    roles, result = phrase_book("speech", "roles"), []
    for phrase in phrase_book("speech", "verbs").all(found):
        end = phrase.end
        for following in found[phrase.after : phrase.after + 2]:
            if text[end : following.start].strip(" ") or is_stop(text, following):
                break
            if phrase_book("speech", "that").at([following], 0) or len(following.word) < 3:
                break
            end = following.end
            if not following.word.startswith("ال") and roles.at([following], 0) is None:
                result.append((following.start, following.end))
    return result


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
