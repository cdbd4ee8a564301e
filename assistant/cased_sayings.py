"""Who a sentence in a script with capitals says is speaking: English, Russian, Kazakh."""

from __future__ import annotations

from dataclasses import replace

import regex

from assistant.cased_nouns import Run, is_organisation, person, role_after, role_before, runs
from assistant.nouns import Noun, outside, quotations, words
from assistant.tokens import Phrase, Token, tokens
from assistant.vocabulary import phrase_book

_FAR = 16  # tokens of a subject with its apposition
_STOP = regex.compile(r"[,;:.!?«“\"()\n—–]")
_FEMININE = {"she", "her", "она", "ее"}
_MASCULINE = {"he", "his", "him", "он", "его"}
_AT = {"в", "во", "at"}
_GENITIVE = regex.compile("[ндт][ыі]ң$")


def cased_sayings(text: str) -> list[Noun]:
    """Return the speakers that a sentence gives its words to, in order of their place."""
    found = tokens(text)
    quoted = quotations(text)
    result: list[tuple[int, Noun]] = []
    taken: set[int] = set()
    for phrase in phrase_book("saying", "of_him").all(found):
        if outside(found, quoted, phrase.first):
            taken.update(range(phrase.first, phrase.after))
            genders = {token.word for token in found[phrase.first : phrase.after]}
            result.append((phrase.start, Noun("last", feminine=_gender(genders), end=phrase.end)))
    for key in ("sources_en", "sources_ru"):
        for phrase in phrase_book("saying", key).all(found):
            if phrase.first not in taken and outside(found, quoted, phrase.first):
                noun = _after(text, found, phrase.after)
                result += [(phrase.start, noun)] if noun else []
    for phrase in phrase_book("saying", "sources_kk").all(found):
        if phrase.first not in taken and outside(found, quoted, phrase.first):
            noun = _before_kazakh(text, found, phrase.first)
            result += [(phrase.start, noun)] if noun else []
    for key in ("verbs_en", "verbs_ru", "verbs_kk"):
        for phrase in phrase_book("saying", key).all(found):
            if not outside(found, quoted, phrase.first) or text[phrase.start].isupper():
                continue
            noun = (_kazakh if key == "verbs_kk" else _by_verb)(text, found, quoted, phrase)
            result += [(phrase.start, noun)] if noun else []
    return [_placed(text, start, noun) for start, noun in sorted(result, key=lambda r: r[0])]


def _placed(text: str, start: int, noun: Noun) -> Noun:
    tail = text[max(noun.end, start) :].strip(' .!”»"،,')
    ended = not tail or (noun.role is not None and tail == noun.role) or len(tail.split()) < 2
    return replace(noun, trailing=start > 0 and ended)


def _gender(found: set[str]) -> bool | None:
    return True if found & _FEMININE else False if found & _MASCULINE else None


def _after(text: str, found: tuple[Token, ...], place: int) -> Noun | None:
    """Read who is named behind a verb or "according to"."""
    region: list[Token] = []
    for token in found[place : place + _FAR]:
        if region and _STOP.search(text[region[-1].end : token.start]):
            break
        region.append(token)
    if not region:
        return None
    if region[0].word in words("pronouns"):
        return Noun("last", feminine=_gender({region[0].word}), end=region[0].end)
    for run in runs(text, region):
        latin = run[0].word.isascii() or not regex.search(r"\p{Cyrillic}", run[0].word)
        noun = person(text, region, run, last=not latin)
        if noun is not None:
            noun = replace(noun, role=noun.role or role_after(text, found, noun.end))
        if noun is not None and (noun.kind == "person" or run[0] is region[0] or noun.role):
            return noun
    return _organisation(text, region) or _role(text, region)


def _organisation(text: str, region: list[Token]) -> Noun | None:
    own = region[1:] if region[0].word in _AT else region
    place = next((i for i, t in enumerate(own) if t.word in words("organisations")), None)
    if place is None or place > 5:
        return None
    end = place + 1
    if len(own) < 8:
        while end < len(own) and own[end].word not in _AT | {"на", "on", "in"}:
            end += 1
    while end < len(own) and end < place + 6:
        word = own[end]
        genitive = regex.search("(?:ого|ой|ых|и|ов|ки|ия|ики|ства)$", word.word)
        joins = word.word in {"of", "and", "for", "the", "и", "по"}
        if not (text[word.start].isupper() or joins or (end == place + 1 and genitive)):
            break
        end += 1
    while end > place + 1 and own[end - 1].word in {"of", "and", "for", "the", "и", "по"}:
        end -= 1
    name = text[own[0].start : own[end - 1].end]
    return Noun("organisation", name, None, tuple(t.word for t in own[:end]), own[end - 1].end)


def _role(text: str, region: list[Token]) -> Noun | None:
    own = region[1:] if region[0].word in words("determiners") else region
    place = next((i for i, t in enumerate(own[:4]) if t.word in words("roles")), None)
    if place is None:
        return None
    held = tuple(token.word for token in own[: place + 1])
    shown = text[region[0].start : own[place].end]
    return Noun("role", shown, None, held, own[place].end)


def _by_verb(
    text: str, found: tuple[Token, ...], quoted: list[tuple[int, int]], phrase: Phrase
) -> Noun | None:
    before = text[: phrase.start].rstrip()
    if before.endswith((",", "—", "–")) or before.rstrip(" ,—–-").endswith(("»", "”", '"')):
        noun = _after(text, found, phrase.after)
        if noun is not None:
            return noun
    region = [t for i, t in enumerate(found[: phrase.first]) if outside(found, quoted, i)]
    if not text[phrase.end :].strip(" .!") and (comma := before.rfind(",")) > 0:
        region = [token for token in region if token.start > comma]  # "…, the expert noted."
    if not region or len(region) > _FAR or region[-1].word in words("passives"):
        return None
    near = [token.word for token in region[-3:]]
    start = next((i for i in range(len(near) - 1, -1, -1) if near[i] in words("pronouns")), None)
    if start is not None and not _STOP.search(text[region[-len(near) + start].end : phrase.start]):
        clause = region[: len(region) - len(near) + start]
        led = bool(clause) and len(clause) < 5 and clause[0].word in words("led") | _AT
        if (
            not clause
            or led
            or text[: region[-len(near) + start].start].rstrip().endswith((",", ";", "—"))
        ):
            return Noun("last", feminine=_gender({near[start]}))
        return None
    return _subject(text, found, region, phrase)


def _subject(
    text: str, found: tuple[Token, ...], region: list[Token], phrase: Phrase
) -> Noun | None:
    """Read the subject before a verb: the first person there, "who heads X," left out."""
    clause = text[region[0].start : phrase.start]
    if len(region) == 1 and region[0].word in words("people"):
        return Noun("organisation", clause.strip(), None, (region[0].word,), region[0].end)
    own: list[tuple[Run, Noun]] = []
    for run in runs(text, region):
        noun = person(text, found, run, last=True)
        if noun is not None:
            own.append((run, noun))
    full = [each for each in own if each[1].kind == "person"]
    chosen = next(iter(full), None) or next(
        ((run, noun) for run, noun in own if run[0] in (region[0], region[-1]) or noun.role), None
    )
    if chosen is not None:
        run, noun = chosen
        lead = text[region[0].start : run[0].start]
        if "," in lead or len(lead.split()) > 10:
            return None
        if len(lead.split()) > 3 and not role_before(text, found, run[0].start):
            return None
        between = text[run[-1].end : phrase.start].strip()
        if between and not between.startswith((",", "of ", "from ", "at ", "also", "также", "—")):
            return noun if len(between.split()) < 3 and noun.kind != "name" else None
        return noun
    if _STOP.search(clause.strip()) or len(region) > 8:
        return None
    place = next((i for i, t in enumerate(region) if t.word in words("organisations")), None)
    if place is not None and (place == len(region) - 1 or place < 3) and region[0].word != "в":
        if any(token.word in words("led") - {"the", "of"} for token in region[:place]):
            return None
        first = place
        while first > 0 and _describes(text, region[first - 1], first - 1):
            first -= 1
        folded = tuple(token.word for token in region[first:])
        shown = text[region[first].start : phrase.start].strip()
        return Noun("organisation", shown, None, folded, region[-1].end)
    if len(region) <= 4 and not is_organisation(region):
        return _role(text, region)
    return None


def _describes(text: str, token: Token, place: int) -> bool:
    """Tell a word in front of "ministry" that belongs to its name from "however"."""
    adjective = regex.search("(?:ая|ое|ий|ый|ой|ые|ие)$", token.word)
    capital = text[token.start].isupper() and (place > 0 or token.word in words("determiners"))
    latin = regex.fullmatch(r"\p{Latin}+", token.word) and token.word not in words("led")
    return bool(adjective or capital or token.word in words("determiners") or (latin and place > 0))


def _kazakh(
    text: str, found: tuple[Token, ...], quoted: list[tuple[int, int]], phrase: Phrase
) -> Noun | None:
    """Read a Kazakh subject: behind the verb after a quotation, else where the sentence begins."""
    if text[: phrase.start].rstrip(" ,—–-").endswith(("»", "”", '"')) and phrase.after < len(found):
        return _after(text, found, phrase.after)
    if text[: phrase.start].rstrip().endswith((",", "деп")) and len(found) - phrase.after in {
        1,
        2,
        3,
    }:
        return _after(text, found, phrase.after)  # "…, деп атап көрсетті X."
    colon = text.find(":", phrase.end)
    if phrase.after < len(found) and not 0 < colon - phrase.end < 3:
        return None
    region = [t for i, t in enumerate(found[: phrase.first]) if outside(found, quoted, i)]
    if not region:
        return None
    people: list[tuple[int, Noun]] = []
    for run in runs(text, region):
        noun = person(text, found, run, last=True)
        if noun is not None and noun.kind == "person":
            people.append((region.index(run[0]), noun))
    for place, noun in people:
        if place and region[place - 1].word in words("roles"):
            return noun
    if people:
        return people[0][1] if people[0][0] < 9 else None
    if any(token.word in words("pronouns") for token in region[:2]):
        return Noun("last")
    first = runs(text, region[:2])
    if first and first[0][0] is region[0] and len(first[0]) == 1:
        return person(text, found, first[0])
    return _role(text, region[:3])


def _before_kazakh(text: str, found: tuple[Token, ...], place: int) -> Noun | None:
    """Read who stands before "мәліметінше": a person, else an organisation or a role."""
    region: list[Token] = []
    for token in reversed(found[max(0, place - 8) : place]):
        if region and _STOP.search(text[token.end : region[0].start]):
            break
        region.insert(0, token)
    for run in reversed(runs(text, region)):
        noun = person(text, found, run, last=True)
        if noun is not None and run[-1] is region[-1]:
            own = (*noun.words[:-1], _GENITIVE.sub("", noun.words[-1]))
            return replace(noun, name=_GENITIVE.sub("", noun.name), words=own)
    if not region:
        return None
    if any(token.word in words("organisations") for token in region[-3:]):
        folded = tuple(token.word for token in region)
        shown = _GENITIVE.sub("", text[region[0].start : region[-1].end])
        return Noun("organisation", shown, None, folded, region[-1].end)
    return _role(text, region[-3:])
