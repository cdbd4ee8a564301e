"""Who an Arabic sentence says is speaking: "قال X إن", "بحسب X", "كما أكد X", "أما X، … فيرى"."""

from __future__ import annotations

from dataclasses import replace

import regex

from assistant.arabic_names import is_one_of
from assistant.arabic_nouns import read_noun
from assistant.nouns import Noun, outside, quotations, words
from assistant.tokens import Token, tokens
from assistant.vocabulary import phrase_book

_OF_LEADS = {"في", "بحسب", "حسب", "وفق", "وفقا", "طبقا", "حد", "نظر", "وجهه"}
_TURNS = {"كما", "حسبما", "وكما", "اذ", "حيث", "فيما", "بينما", "لكن", "بحسبما", "لكنه", "لكنها"}
_CONTRASTS = {"اما", "واما", "علي", "غير", "بيد", "الا", "ان", "لكن", "من", "جهته", "جهتها"}
_PRONOUNS = {"هو": False, "هي": True, "لكنه": False, "لكنها": True, "انه": False, "انها": True}


def arabic_sayings(text: str) -> list[Noun]:
    """Return the speakers that a sentence gives its words to, in order of their place."""
    found = tokens(text)
    quoted = quotations(text)
    result: list[tuple[int, Noun]] = []
    for phrase in phrase_book("saying", "sources_ar").all(found):
        if not outside(found, quoted, phrase.first) or phrase.after >= len(found):
            continue
        to = found[phrase.first].word.lstrip("و") in {"فقا", "طبقا"}
        noun = None
        if found[phrase.after].word not in words("of_him_ar"):
            noun = read_noun(text, found, phrase.after, to=to)
        if noun is not None and (noun.kind != "name" or noun.role):
            result.append((phrase.start, noun))
        elif noun is not None:
            result.append((phrase.start, replace(noun, told=False)))
    for place, token in enumerate(found):
        if token.word in words("of_him_ar") and outside(found, quoted, place):
            before = found[place - 1].word if place else ""
            if before.lstrip("وف") in {w.lstrip("وف") for w in _OF_LEADS} or token.word[:1] == "ب":
                result.append((token.start, Noun("last", feminine=token.word.endswith("ها"))))
    for place in range(len(found)):
        verb = _verb(text, found[place])
        if verb and outside(found, quoted, place):
            noun = _by_verb(text, found, place, verb)
            if noun is not None:
                result.append((found[place].start, noun))
    return [_placed(text, start, noun) for start, noun in sorted(result, key=lambda r: r[0])]


def _placed(text: str, start: int, noun: Noun) -> Noun:
    """Mark a speaker named at the end: "…, as the expert noted"."""
    end = noun.end or start
    tail = text[end:].strip(' .!”»"،,')
    trailing = start > 0 and (not tail or (noun.role is not None and tail == noun.role))
    return replace(noun, trailing=trailing or (noun.kind == "last" and start > 0 and not tail))


def _verb(text: str, token: Token) -> str | None:
    """Return a verb of speech without "and"; a passive ("it is said") is none."""
    verbs = words("verbs_ar")
    word = token.word
    if word not in verbs:
        if word[:1] not in "وف" or word[1:] not in verbs:
            return None
        word = word[1:]
    written = text[token.start : token.end]
    return None if regex.search("^[وف]?[يت]ُ", written) else word


def _by_verb(text: str, found: tuple[Token, ...], place: int, verb: str) -> Noun | None:
    before = text[: found[place].start].strip()
    at_start = not before or (place <= 6 and before.endswith(("،", ",")))
    feminine = (verb[:1] == "ت" and verb not in {"توقع", "تساءل", "تابع", "تعهد", "تمسك"}) or (
        verb[-1:] == "ت" and verb != "لفت"
    )
    previous = found[place - 1].word if place else ""
    turned = previous in _TURNS or before.endswith(("،", ",", "»", "”", '"'))
    if previous.lstrip("ف") in _PRONOUNS or previous.removeprefix("و") in _PRONOUNS:
        return Noun("last", feminine=feminine) if place <= 3 else None
    first = found[0].word.removeprefix("و")
    if place and first == "اما" and found[place].word.startswith("ف"):
        return _subject_before(text, found, place, feminine)
    apart = place + 1 < len(found) and regex.search(
        '[:«“"]', text[found[place].end : found[place + 1].start]
    )
    if (at_start or turned) and not apart:
        noun = read_noun(text, found, place + 1)
        if noun is not None and not (noun.kind == "name" and _goes_on(text, found, place, verb)):
            by = any(
                t.start >= noun.end and t.word[:1] == "ب" for t in found[place + 2 : place + 9]
            )
            if noun.told or by or verb not in words("told_ar"):
                return replace(noun, feminine=_either(noun, feminine))
    if previous == "كما" and place + 1 == len(found):
        return Noun("last", feminine=feminine)  # "…", as he said.
    then = found[place].word.startswith("ف") and before.endswith(("،", ","))
    if then and found[0].word not in _CONTRASTS and _that_follows(text, found, place):
        return Noun("last", feminine=feminine)  # "we asked her about X, and she answered that"
    if at_start and not before and _goes_on(text, found, place, verb):
        return Noun("last", feminine=feminine)
    if place and _that_follows(text, found, place) and "weak" not in _weakness(verb):
        return _subject_before(text, found, place, feminine)
    return None


def _either(noun: Noun, feminine: bool) -> bool | None:
    return feminine if noun.feminine is None or noun.kind == "name" else noun.feminine


def _weakness(verb: str) -> str:
    return "weak" if verb in words("weak_ar") else ""


def _that_follows(text: str, found: tuple[Token, ...], place: int) -> bool:
    following = [token.word for token in found[place + 1 : place + 3]]
    if following[:1] and following[0] in {"الي", "من", "عن", "علي"}:
        del following[0]  # "pointed to that"
    that = bool(following) and following[0] in words("that_ar")
    return that or text[found[place].end :].lstrip()[:1] in (":", "«", "“")


def _goes_on(text: str, found: tuple[Token, ...], place: int, verb: str) -> bool:
    """Tell "and he added that": a verb whose speaker is not named."""
    if _that_follows(text, found, place):
        return True
    if ("weak" in _weakness(verb) and verb != "خلص") or place + 1 >= len(found):
        return False
    word = found[place + 1].word
    if word in {"الي", "عن", "ايضا", "قائلا", "قايلا", "انشاء", "توسيع", "تاسيس", "بناء"}:
        return True
    if not word.startswith("ب") or len(word) < 4:
        return False
    # "بنبرة متعبة:" says how; one word before "that" is a name (Benjelloun, Baku)
    return not _that_follows(text, found, place + 1)


def _subject_before(text: str, found: tuple[Token, ...], place: int, feminine: bool) -> Noun | None:
    """Read "as for X, the head of Y, he fears that" and "but X, …, warned that"."""
    start = 0
    while start < place and found[start].word in _CONTRASTS:
        start += 1
    known = any(is_one_of(found[start].word, key) for key in ("roles_ar", "organisations_ar"))
    noun = read_noun(text, found, start if start or known else 1)  # 1: behind another verb
    if (
        noun is None
        or (noun.kind == "name" and not noun.role and not start)
        or noun.end > found[place].start
    ):
        return None
    return replace(noun, told=False)
