"""Who said it: the speaker of each sentence of an article, and his role.

A sentence is given to a speaker who is named in it ("according to X", "X said", "he added"), to
the one whose open quotation it continues, or to the one named at the end of its paragraph ("…, as
the expert noted"). A surname, a role or "he" is whoever of the article's people it can only be.
Everything else is the article's own: a wrong speaker is worse than none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.arabic_nouns import arabic_subject, introduced
from assistant.arabic_sayings import arabic_sayings
from assistant.article import Article, Sentence
from assistant.cased_nouns import person, runs
from assistant.cased_sayings import cased_sayings
from assistant.nouns import Noun, outside, quotations, quotes_speech
from assistant.one_spelling import one_spelling
from assistant.people import Known, People
from assistant.tokens import tokens
from index.transliterate import script

_OPEN, _CLOSE = "“«„", "”»"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who a sentence belongs to, as the article spells it. `quoted`: its words stand quoted."""

    name: str
    role: str | None = None
    quoted: bool = False


@lru_cache(maxsize=256)
def speakers(article: Article) -> Mapping[int, Speaker]:
    """Return the speaker of each sentence that has one, by the sentence's start."""
    people = People()
    found: dict[int, tuple[Known, bool]] = {}
    for number in range(len(article.blocks)):
        lines = [s for s in article.paragraph(number) if not s.heading]
        if not lines:
            people.forget()
        _paragraph(lines, number, people, found)
    joined = one_spelling([(one.name, one.role) for one, _ in found.values()])
    return {start: Speaker(*joined[one.name], quoted) for start, (one, quoted) in found.items()}


def _paragraph(
    lines: Sequence[Sentence], number: int, people: People, found: dict[int, tuple[Known, bool]]
) -> None:
    """Attribute one paragraph's sentences."""
    quoting: Known | None = None
    trailing: Known | None = None
    for line in lines:
        people.line += 1
        nouns = arabic_sayings(line.text) if _is_arabic(line.text) else cased_sayings(line.text)
        met = [(people.meet(noun), noun.role) for noun in _introduced(line.text)]
        met_in_role = {id(one): one for one, role in met if role}
        own: Known | None = None
        for noun in nouns:
            own = people.resolve(noun, number)
            if own is not None:
                generic = noun.kind in {"role", "last"}
                trailing = own if noun.trailing and generic and line is lines[-1] else None
                break
        if own is None and quoting is not None:
            found[line.start] = (quoting, True)
        elif own is not None:
            found[line.start] = (own, quotes_speech(line.text))
        if own is not None:
            people.speak(own, number)
        elif len(met_in_role) == 1:
            people.speak(next(iter(met_in_role.values())), number)
        elif not met and (subject := arabic_subject(line.text)) is not None:
            meant = people.resolve(subject, number)
            people.speak(meant, number) if meant else None
        quoting = _still_quoting(line.text, own or quoting, going_on=own is None)
    if trailing is not None:
        for line in lines:
            found.setdefault(line.start, (trailing, False))


def _is_arabic(text: str) -> bool:
    return sum(script(token.word) == "arabic" for token in tokens(text)) * 2 > len(tokens(text))


def _introduced(text: str) -> list[Noun]:
    """Return the people whom a sentence names in full, outside of quotations."""
    found = tokens(text)
    if _is_arabic(text):
        return introduced(text, found)
    quoted = quotations(text)
    own = [token for place, token in enumerate(found) if outside(found, quoted, place)]
    people = [person(text, found, run, last=True) for run in runs(text, own)]
    return [noun for noun in people if noun is not None and noun.kind == "person"]


def _still_quoting(text: str, speaker: Known | None, *, going_on: bool) -> Known | None:
    """Return the speaker whose quotation is still open after a sentence."""
    opened = max(text.rfind(mark) for mark in _OPEN)
    closed = max(text.rfind(mark) for mark in _CLOSE)
    if opened > closed:
        return speaker
    return speaker if closed < 0 and going_on else None
