"""Read an Arabic noun phrase that may be a speaker: his role and name, or an organisation."""

from __future__ import annotations

from dataclasses import replace

import regex

from assistant.arabic_names import (
    PAUSE,
    in_name,
    is_common,
    is_family_name,
    is_one_of,
    is_strong_verb,
    is_verb,
    name_run,
    own_name,
    set_off,
    without_object,
)
from assistant.concepts import is_place, named
from assistant.nouns import Noun, words
from assistant.tokens import Token, tokens
from index.transliterate import script

_LONGEST = 20
_NAME = 4  # words of a name
_END = regex.compile(r"[:؛.!?؟\n()\[\]]")
_ASIDE = regex.compile(r"\s*\([^()\n]{1,20}\)\s*")  # "the institute (IAS)"
_APPOSITION = regex.compile(r"\s*[،,]\s*(?:وهو |وهي )?([^،,.؛:“«\n]{4,120})")


def read_noun(text: str, found: tuple[Token, ...], place: int, *, to: bool = False) -> Noun | None:
    """Return who is named from a token on; `to`: "to" is written on to the first word."""
    region = _region(text, found, place)
    if not region:
        return None
    first = _without_to(region[0].word) if to else region[0].word
    noun = None
    if is_one_of(first, "organisations_ar"):
        noun = _organisation(text, region, to)
    elif is_one_of(first, "roles_ar"):
        noun = _with_role(text, region, to)
    elif is_plural(first):
        noun = _plurals(text, region)
    elif not is_common(first) or text[region[0].start : region[0].end].endswith("علي"):
        noun = _plain_name(text, region, to)
    if noun is None:
        return None
    role = noun.role
    if noun.kind != "organisation":
        role = role or _apposition(text, found, noun.end)
    follows = [token.word for token in found if token.start >= noun.end][:2]
    told = not words("that_ar").isdisjoint(
        follows if follows[:1] and follows[0] in words("prepositions_ar") else follows[:1]
    ) or text[noun.end :].lstrip()[:1] in (":", "«", "“")
    if noun.kind == "name" and told and is_place(named(noun.name)):
        return replace(noun, kind="organisation", role=None)  # Baku says
    kind = "person" if noun.kind == "name" and role and len(noun.words) > 1 else noun.kind
    return replace(noun, kind=kind, role=role, told=told)


def introduced(text: str, found: tuple[Token, ...]) -> list[Noun]:
    """Return the people whom a sentence names with their role."""
    people = []
    after = 0
    for place, token in enumerate(found):
        role = is_one_of(token.word, "roles_ar") or is_one_of(_bare(token.word), "roles_ar")
        if place < after or not role:
            continue
        noun = read_noun(text, found, place) or _before_role(text, found, place)
        if noun is None or noun.kind != "person":
            noun = _before_role(text, found, place)
        if noun is not None and noun.kind == "person":
            people.append(noun)
            after = next((i for i, t in enumerate(found) if t.start >= noun.end), len(found))
    return people


def arabic_subject(text: str) -> Noun | None:
    """Return the role that is the subject of a sentence's first verb: "the expert relies on"."""
    found = tokens(text)
    if len(found) < 2 or not text.startswith("ال", found[1].start):
        return None
    noun = read_noun(text, found, 1)
    return noun if noun is not None and noun.kind == "role" and noun.words else None


def _bare(word: str) -> str:
    return word[1:] if word[:1] == "و" and len(word) > 4 else word


def _before_role(text: str, found: tuple[Token, ...], place: int) -> Noun | None:
    """Read "Jane Roe, (who is) an expert …" from the role backwards."""
    last = place - 1
    if last >= 0 and found[last].word in {"وهو", "وهي"}:
        last -= 1
    if last < 1 or not regex.search("[،,]", text[found[last].end : found[place].start]):
        return None
    first = last
    while first > 0 and last - first < _NAME and in_name(text, found[first - 1]):
        if PAUSE.search(text[found[first - 1].end : found[first].start]):
            break
        first -= 1
    before = found[first - 1].word if first else ""
    if not (last - first in {1, 2} and in_name(text, found[first]) and in_name(text, found[last])):
        return None
    if before and not (is_verb(before) or before in words("that_ar") | {"اما", "بحسب", "حسب"}):
        return None
    name = text[found[first].start : found[last].end]
    role = _apposition(text, found, found[last].end)
    own = tuple(token.word for token in found[first : last + 1])
    return Noun("person", name, role, own, found[last].end) if role else None


def _region(text: str, found: tuple[Token, ...], place: int) -> list[Token]:
    region: list[Token] = []
    stops = words("that_ar") | words("bounds_ar")
    after = 0
    for token in found[place : place + _LONGEST]:
        gap = text[max(after, region[-1].end) : token.start] if region else ""
        if token.start < after:
            continue
        if region and (aside := _ASIDE.match(text, region[-1].end)) is not None:
            after = aside.end()
            gap = text[after : token.start]
            if token.start < after:
                continue
        if _END.search(gap) or token.kind != "word" or script(token.word) != "arabic":
            break
        if len(token.word) < 2 or (region and is_strong_verb(token.word)):
            break
        if token.word in stops and not text[token.start : token.end].endswith("علي"):
            break
        region.append(token)
        if "\u064b" in text[token.start : token.end]:
            break
    return region


def _with_role(text: str, region: list[Token], to: bool) -> Noun:
    """Read "the minister of trade Jane Roe": the name is the first run that looks like one."""
    place = set_off(text, region) or 1
    while place < len(region):
        run = name_run(text, region, place)
        if len(run) > 1 and (own := own_name(region[place - 1], text, region[place], run)):
            own = without_object(text, own, region)
            name = text[own[0].start : own[-1].end]
            role = _written(text, region[0].start, own[0].start, to)
            own_words = tuple(token.word for token in own)
            return Noun(
                "person",
                name,
                role,
                own_words,
                own[-1].end,
                _feminine(text[region[0].start : region[0].end]),
            )
        place += max(1, len(run))
    held = region[:1]
    for token in region[1:]:
        if regex.search("[،,]", text[held[-1].end : token.start]) or is_verb(token.word):
            break
        held.append(token)
    own_words = tuple(token.word for token in held)
    shown = _written(text, held[0].start, held[-1].end, to)
    return Noun(
        "role", shown, None, own_words, held[-1].end, _feminine(text[held[0].start : held[0].end])
    )


def _organisation(text: str, region: list[Token], to: bool) -> Noun | None:
    own_maker = len(region) > 1 and region[1].word.startswith("ل")
    if is_one_of(region[0].word, "documents_ar") and own_maker:  # "a study of the institute"
        if is_one_of(_without_to(region[1].word), "organisations_ar"):
            return _organisation(text, region[1:], True)
        return None
    held = region[:1]
    definite = _without_to(held[0].word).startswith("ال") if to else held[0].word.startswith("ال")
    for place, token in enumerate(region[1:], 1):
        gap = text[held[-1].end : token.start]
        if regex.search("[،,–—]", gap) or "»" in gap or "”" in gap:
            break
        closes = PAUSE.search(gap) is not None and place <= 3
        joins = _joins(token.word, held[0].word) or (place == 1 and not definite)
        if place == 2 and not definite and held[1].word.endswith(("ي", "ه")):
            joins = joins or not token.word.startswith(("ب", "ل", "ال"))  # "union of farmers of X"
        if not (joins or closes) or token.word in words("prepositions_ar") or is_verb(token.word):
            break
        held.append(token)
    own = tuple(token.word for token in held)
    vague = is_one_of(region[0].word, "documents_ar") or len(own) < 2
    if not definite and vague:
        return None
    end = held[-1].end
    inside = text[held[0].start : end]
    for opening, closing in ("«»", "“”"):
        if opening in inside and closing not in inside:
            closed = text.find(closing, end, end + 40)
            end = closed + 1 if closed > 0 else end
    return Noun("organisation", _written(text, held[0].start, end, to), None, own, end)


def _joins(word: str, first: str) -> bool:
    """Tell what still belongs to an organisation's name from the object behind it."""
    if word.startswith(("لل", "وال")):
        return True
    if not word.startswith("ال"):
        return False
    if first.startswith("ال"):  # an adjective agrees
        return word.endswith("ه") if first.endswith("ه") else word.endswith("ي")
    return word.endswith(("يه", "ي", "ين"))


def _plurals(text: str, region: list[Token]) -> Noun:
    """Read "the former tenants": a definite plural of people, with its adjectives."""
    held = region[:1]
    for token in region[1:3]:
        if not is_plural(token.word) or text[held[-1].end : token.start].strip():
            break
        held.append(token)
    own = tuple(token.word for token in held)
    shown = text[held[0].start : held[-1].end]
    return Noun("organisation", shown, None, own, held[-1].end)


def is_plural(word: str) -> bool:
    """Tell a definite plural of people that is the subject: المزارعون."""
    if word in words("plurals_ar"):
        return True
    return word.startswith("ال") and word.endswith("ون") and len(word) > 6


def _plain_name(text: str, region: list[Token], to: bool) -> Noun | None:
    run = [region[0]]
    for token in region[1:_NAME]:
        family = is_family_name(text, token)
        if not (family or in_name(text, token)):
            break
        if PAUSE.search(text[run[-1].end : token.start]):
            break
        run.append(token)
        if family and token.word.endswith("ي"):
            break
    name = _written(text, run[0].start, run[-1].end, to)
    own = (_without_to(run[0].word) if to else run[0].word, *(token.word for token in run[1:]))
    return Noun("name", name, None, own, run[-1].end)


def _apposition(text: str, found: tuple[Token, ...], end: int) -> str | None:
    match = _APPOSITION.match(text, end)
    if match is None:
        return None
    inside = [t for t in found if match.start(1) <= t.start < match.end(1)]
    if not inside or not is_one_of(inside[0].word, "roles_ar"):
        return None
    stop = next((t.start for t in inside if t.word in words("that_ar")), match.end(1))
    return text[match.start(1) : stop].strip() or None


def _feminine(written: str) -> bool:
    return written.endswith(("ة", "ته", "تها", "تهم"))


def _without_to(word: str) -> str:
    if word.startswith("لل"):
        return "ال" + word[2:]
    return word[1:] if word.startswith("ل") else word


def _written(text: str, start: int, end: int, to: bool) -> str:
    written = text[start:end].strip(" ،,")
    return _without_to(written) if to else written
