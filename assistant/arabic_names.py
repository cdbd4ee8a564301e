"""What of an Arabic noun phrase is a name: without capitals, what cannot be one ends it."""

from __future__ import annotations

import regex

from assistant.concepts import is_place, named
from assistant.nouns import quotations, words
from assistant.tokens import Token

_NAME = 4  # words of a name
_SUFFIXES = ("", "ه", "ها", "هم", "ته", "تها", "تهم", "ت")
PAUSE = regex.compile(r"[،,«»“”\"–—]")


def is_one_of(word: str, key: str) -> bool:
    """Tell a word of a list with or without article, feminine ending and possessive.

    >>> is_one_of("نظيرته", "roles_ar"), is_one_of("الخبيره", "roles_ar")
    (True, True)
    """
    bare = word[2:] if word.startswith("ال") and len(word) > 4 else word
    return any((bare.endswith(end) and bare[: len(bare) - len(end)] in words(key))
               or bare in words(key) for end in _SUFFIXES)  # fmt: skip


def in_name(text: str, token: Token) -> bool:
    """Tell a word that may stand in a name: no article, role, verb or quoted word."""
    written = text[token.start : token.end]
    return not (
        written.startswith(("ال", "لل", "وال", "بال", "فال"))
        or "\u064b" in written
        or (is_common(token.word) and not written.endswith("علي"))
        or is_verb(token.word)
        or is_one_of(token.word, "roles_ar")
        or is_one_of(token.word, "organisations_ar")
        or (token.word[:1] in "بلو" and is_one_of(token.word[1:], "organisations_ar"))
        or any(start <= token.start < end for start, end in quotations(text))
    )


def is_common(word: str) -> bool:
    """Tell a preposition or another word that no name begins with."""
    return word in words("prepositions_ar") | words("bounds_ar") | words("that_ar") | {"اما"}


def is_verb(word: str) -> bool:
    """Tell a verb of speech, "and" or "so" before it left out."""
    verbs = words("verbs_ar")
    return word in verbs or (word[:1] in "وف" and word[1:] in verbs)


def is_strong_verb(word: str) -> bool:
    """Tell a verb of speech that is no common noun as well."""
    return is_verb(word) and not {word, word[1:]} & words("weak_ar")


def name_run(text: str, region: list[Token], place: int) -> list[Token]:
    """Return the words from a place on that may all belong to one name."""
    run: list[Token] = []
    for token in region[place : place + _NAME + 2]:
        family = bool(run) and is_family_name(text, token)
        if not (family or in_name(text, token)):
            break
        if run and (
            PAUSE.search(text[run[-1].end : token.start])
            or (len(run) > 1 and _joined_on(token.word))
        ):
            break
        run.append(token)
        if family and token.word.endswith("ي"):
            break
    return run


def _joined_on(word: str) -> bool:
    """Tell "and …", "to …", "so he …" behind a name."""
    return len(word) > 4 and word.startswith(("و", "ل", "فت"))


def is_family_name(text: str, token: Token) -> bool:
    """Tell الحمداني, and what follows عبد, behind a first name."""
    named_so = token.word.endswith("ي") or token.word in words("of_names_ar")
    return text.startswith("ال", token.start) and named_so


def without_object(text: str, own: list[Token], region: list[Token]) -> list[Token]:
    """Keep two words of a longer run where nothing shows that the name ends with it."""
    after = text[own[-1].end :].lstrip()[:1]
    ended = (own[-1] is region[-1] and after not in {"«", "“", '"'}) or after in {"،", ",", ":"}
    if ended and (after in {"،", ",", ":"} or not own[-1].word.endswith("ه")):
        return own
    length = 2 + sum(token.word in words("of_names_ar") for token in own[:3])
    return own[:length]


def own_name(before: Token, text: str, first: Token, run: list[Token]) -> list[Token]:
    """Leave out what belongs to the role: "minister of trade of Ruritania Jane Roe"."""
    joined = not PAUSE.search(text[before.end : first.start])
    for place in (2, 1, 0):
        if (
            joined
            and len(run) > place + 2
            and is_place(named(text[run[place].start : run[place].end]))
        ):
            return run[place + 1 :][:_NAME]
    bare = not before.word.startswith("ال") and not is_one_of(before.word, "titles_ar")
    if joined and bare and before.word in words("prepositions_ar"):
        return run[1:][:_NAME] if len(run) > 2 else []
    if joined and bare and is_one_of(before.word, "organisations_ar"):
        return run[1:][:_NAME] if len(run) > 2 else []
    return run[:_NAME]


def set_off(text: str, region: list[Token]) -> int | None:
    """Find a name between commas: "the head of the chamber of X, Jane Roe, said"."""
    for place in range(1, len(region)):
        if "،" not in text[region[place - 1].end : region[place].start]:
            continue
        run = name_run(text, region, place)
        if len(run) > 1 and (run[-1] is region[-1] or "،" in text[run[-1].end : run[-1].end + 1]):
            return place
    return None
