"""Mentions of a speaker in one sentence: "according to X", "X said", "كما أشار الخبير"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from assistant.speaker_names import (
    DETERMINERS,
    apposition,
    is_name,
    is_organisation,
    speech_words,
    split,
    stops_name,
)
from assistant.tokens import Phrase, Token, bare, tokens
from assistant.vocabulary import phrase_book
from index.transliterate import script

_BREAK = regex.compile(r"[،,:؛;.!?؟“”«»„\"()\n–—]")
_LONGEST = 10
# after these the speaker follows with "to" written on to his name
_BEFORE_TO = {"وفقا", "ووفقا", "طبقا", "وطبقا"}
# English verbs of speech that are nouns as well: "the Gulf states", "two reports"
_NOUNS_TOO = {"states", "notes", "reports", "claims", "stresses"}


@dataclass(frozen=True, slots=True)
class Mention:
    """A speaker as a sentence names him. `generic`: "the expert"; `trailing`: at its very end."""

    name: str
    role: str | None
    generic: bool
    plural: bool
    organisation: bool
    trailing: bool

    @property
    def person(self) -> bool:
        """Tell whether "the expert" may mean this speaker from here on."""
        return not (self.plural or self.organisation or self.generic) and not (
            self.name.startswith("ال")
        )


def mentions(text: str) -> tuple[Mention, ...]:
    """Return the speakers that a sentence names, in order.

    >>> [(m.name, m.role) for m in mentions("Oil rose, according to Jane Roe, a senior analyst.")]
    [('Jane Roe', 'a senior analyst')]
    """
    found = tokens(text)
    result = []
    for phrase in phrase_book("speech", "sources").all(found):
        to = found[phrase.first].word in _BEFORE_TO
        result.append(_read(text, found, phrase.after, phrase.start, to=to))
    for phrase in phrase_book("speech", "sources_after").all(found):
        result.append(_read_back(text, found, phrase, phrase.end, last=True))
    for phrase in phrase_book("speech", "verbs").all(found):
        result.append(_by_verb(text, found, phrase))
    return tuple(mention for mention in result if mention is not None)


def _by_verb(text: str, found: Sequence[Token], phrase: Phrase) -> Mention | None:
    """Read the speaker after an Arabic verb, before or after others."""
    if text[phrase.start].isupper() and text[: phrase.start].strip(' “«"'):
        return None  # the United States state nothing
    if found[phrase.after - 1].word in _NOUNS_TOO and not _speech_follows(text[phrase.end :]):
        return None
    after = _read(text, found, phrase.after, phrase.start, verb=True)
    if script(text[phrase.start : phrase.end]) == "arabic":
        return after or _unnamed(text, found, phrase)
    if text[: phrase.start].rstrip(" ,–—-").endswith(("»", "”", '"')):
        return _read(text, found, phrase.after, phrase.start)  # «…», — said X
    before = _read_back(text, found, phrase, phrase.end)
    return before or after


def _read(
    text: str, found: Sequence[Token], place: int, start: int, verb: bool = False, to: bool = False
) -> Mention | None:
    """Read the noun phrase that begins at a token."""
    words: list[Token] = []
    stops = speech_words("that") | (speech_words("verbs") if not verb else frozenset())
    for token in found[place : place + _LONGEST]:
        if words and _BREAK.search(text[words[-1].end : token.start]):
            break
        if token.kind == "sign" or stops_name(text, token, stops):
            break
        words.append(token)
    words = _cased_run(text, words[1:] if words and words[0].word in {"в", "во", "at"} else words)
    if not words:
        return None
    if verb and _BREAK.search(text[start : words[0].start]):
        return None
    end = words[-1].end
    name, role = split(text, words, to)
    role = role or apposition(text, found, end)
    tail = text[end:].strip(' .!”»"،,')
    trailing = not tail or (role is not None and tail.rstrip(" .!”»،,").endswith(role))
    follows = next((t.word for t in found if t.start >= end), "")
    told = not verb or follows in speech_words("that") or text[end : end + 1] in ":."
    return _mention(name, role, words, trailing, told)


def _speech_follows(rest: str) -> bool:
    return rest.lstrip().startswith(("that ", "“", '"', "«", ":", ",", "there "))


def _unnamed(text: str, found: Sequence[Token], phrase: Phrase) -> Mention | None:
    """Read an Arabic sentence that begins "and he added that": whoever spoke last."""
    following = found[phrase.after].word if phrase.after < len(found) else ""
    goes_on = following in speech_words("that") or following.startswith("ب")
    if text[: phrase.start].strip(' “«"') or not goes_on:
        return None
    return Mention("", None, generic=True, plural=False, organisation=False, trailing=False)


def _cased_run(text: str, words: list[Token], last: bool = False) -> list[Token]:
    """Cut a phrase in a script with capitals behind its first run of capitalised words.

    `last`: return its last such run instead, where the speaker stands right before the verb.
    """
    if not words or script(words[0].word) == "arabic":
        return words
    capital = [text[t.start].isupper() for t in words]
    if last and capital[-1]:
        return words[max((i + 1 for i, c in enumerate(capital) if not c), default=0) :]
    if is_organisation([t.word for t in words]):
        return words
    if len(words) <= 2 and words[-1].word in speech_words("expert"):
        return words
    lead = speech_words("roles") | DETERMINERS
    first = next((i for i, c in enumerate(capital) if c and words[i].word not in lead), None)
    if first is None:
        return words[:3]
    end = next((i for i in range(first, len(words)) if not capital[i]), len(words))
    return words[:end]


def _read_back(
    text: str, found: Sequence[Token], phrase: Phrase, end: int, last: bool = False
) -> Mention | None:
    """Read the noun phrase that ends before a token, an apposition in between left out."""
    words: list[Token] = []
    place = phrase.first - 1
    if place >= 0 and "," in text[found[place].end : phrase.start]:
        at = text.rfind(",", 0, found[place].end)
        if at < 0:
            return None
        role: str | None = text[at + 1 : found[place].end].strip()
        place = max((i for i, token in enumerate(found) if token.end <= at), default=-1)
    else:
        role = None
    while place >= 0 and len(words) < _LONGEST:
        token = found[place]
        if words and _BREAK.search(text[token.end : words[0].start]):
            break
        if token.word in speech_words("that"):
            break
        words.insert(0, token)
        place -= 1
    if not words or (role and role[:1] in '«“"'):
        return None
    words = _cased_run(text, words, last)
    if words[0].word in speech_words("not_names"):
        return None
    name, own = split(text, words, False)
    aside = text[: words[0].start].rstrip().endswith((",", "،", "–", "—", "”", "»", '"'))
    trailing = aside and not text[end:].strip(' .!”»"')
    return _mention(name, role or own, words, trailing, told=True)


def _mention(
    name: str, role: str | None, words: Sequence[Token], trailing: bool, told: bool
) -> Mention | None:
    folded = [token.word for token in words]
    generic = len(words) <= 2 and folded[-1] in speech_words("expert")
    plural = folded[0] in speech_words("plural") or bare(folded[0]) in speech_words("plural")
    organisation = is_organisation(folded)
    if not (generic or plural or organisation or role or (told and is_name(name))):
        return None
    return Mention(name, role, generic, plural, organisation, trailing)
