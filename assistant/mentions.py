"""Mentions of a speaker in one sentence: "according to X", "X said", "كما أشار الخبير"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import regex

from assistant.tokens import Phrase, Token, bare, tokens
from assistant.vocabulary import phrase_book, word_lists
from index.transliterate import script

_BREAK = regex.compile(r"[،,:؛;.!?؟“”«»„\"()\n–—]")
_LONGEST = 10
# after these the speaker follows with "to" written on to his name
_BEFORE_TO = {"وفقا", "ووفقا", "طبقا", "وطبقا"}
_DETERMINERS = {"the", "a", "an", "this"}


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
        result.append(_read_back(text, found, phrase, phrase.end))
    for phrase in phrase_book("speech", "verbs").all(found):
        result.append(_by_verb(text, found, phrase))
    return tuple(mention for mention in result if mention is not None)


def _by_verb(text: str, found: Sequence[Token], phrase: Phrase) -> Mention | None:
    """Read the speaker after an Arabic verb, before or after others."""
    if text[phrase.start].isupper() and text[: phrase.start].strip(' “«"'):
        return None  # the United States state nothing
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
    stops = _words("that") | (_words("verbs") if not verb else frozenset())
    for token in found[place : place + _LONGEST]:
        if words and _BREAK.search(text[words[-1].end : token.start]):
            break
        if token.kind == "sign" or _stops(text, token, stops):
            break
        words.append(token)
    words = _cased_run(text, words[1:] if words and words[0].word in {"в", "во", "at"} else words)
    if not words:
        return None
    if verb and _BREAK.search(text[start : words[0].start]):
        return None
    end = words[-1].end
    name, role = _split(text, words, to)
    role = role or _apposition(text, found, end)
    tail = text[end:].strip(' .!”»"،,')
    trailing = not tail or (role is not None and tail.rstrip(" .!”»،,").endswith(role))
    follows = next((t.word for t in found if t.start >= end), "")
    told = not verb or follows in _words("that") or text[end : end + 1] in ":."
    return _mention(name, role, words, trailing, told)


def _stops(text: str, token: Token, stops: frozenset[str]) -> bool:
    """Tell a word that ends a name; the name علي folds like the preposition على and is none."""
    return token.word in stops and not text[token.start : token.end].endswith("علي")


def _unnamed(text: str, found: Sequence[Token], phrase: Phrase) -> Mention | None:
    """Read an Arabic sentence that begins "and he added that": whoever spoke last."""
    following = found[phrase.after].word if phrase.after < len(found) else ""
    goes_on = following in _words("that") or following.startswith("ب")
    if text[: phrase.start].strip(' “«"') or not goes_on:
        return None
    return Mention("", None, generic=True, plural=False, organisation=False, trailing=False)


def _cased_run(text: str, words: list[Token]) -> list[Token]:
    """Cut a phrase in a script with capitals behind its first run of capitalised words."""
    if not words or script(words[0].word) == "arabic" or _is_organisation([t.word for t in words]):
        return words
    if len(words) <= 2 and words[-1].word in _words("expert"):
        return words
    capital = [text[t.start].isupper() for t in words]
    lead = _words("roles") | _DETERMINERS
    first = next((i for i, c in enumerate(capital) if c and words[i].word not in lead), None)
    if first is None:
        return words[:3]
    end = next((i for i in range(first, len(words)) if not capital[i]), len(words))
    return words[:end]


def _read_back(text: str, found: Sequence[Token], phrase: Phrase, end: int) -> Mention | None:
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
        if token.word in _words("that"):
            break
        words.insert(0, token)
        place -= 1
    if not words or (role and role[:1] in '«“"'):
        return None
    words = _cased_run(text, words)
    if role is None and words[0].word in _words("not_names"):
        return None
    name, own = _split(text, words, False)
    aside = text[: words[0].start].rstrip().endswith((",", "،", "–", "—", "”", "»", '"'))
    trailing = aside and not text[end:].strip(' .!”»"')
    return _mention(name, role or own, words, trailing, told=True)


def _mention(
    name: str, role: str | None, words: Sequence[Token], trailing: bool, told: bool
) -> Mention | None:
    folded = [token.word for token in words]
    generic = len(words) <= 2 and folded[-1] in _words("expert")
    plural = folded[0] in _words("plural") or bare(folded[0]) in _words("plural")
    organisation = _is_organisation(folded)
    if not (generic or plural or organisation or role or (told and _is_name(name))):
        return None
    return Mention(name, role, generic, plural, organisation, trailing)


def _split(text: str, words: list[Token], to: bool) -> tuple[str, str | None]:
    """Part "the expert Jane Roe" into name and role; an organisation is a name as a whole."""
    folded = [token.word for token in words]
    whole = _spelled(text, words, to)
    if _is_organisation(folded):
        return whole, None
    roles = _words("roles")
    cut = 0
    opens = 1 if folded[0] in _DETERMINERS and len(folded) > 2 else 0
    if folded[opens] in roles or bare(folded[opens]) in roles:
        cut = opens + 1
        arabic = script(folded[0]) == "arabic"
        while cut < len(words) - 1:
            written = text[words[cut].start : words[cut].end]
            joins = folded[cut].startswith("ال") if arabic else not written[0].isupper()
            if not joins and not (folded[cut] in roles or bare(folded[cut]) in roles):
                break
            cut += 1
    if not cut or cut >= len(words):
        return whole, None
    return _spelled(text, words[cut:], to and not cut), _spelled(text, words[:cut], to)


def _spelled(text: str, words: Sequence[Token], to: bool) -> str:
    """Return words as they stand; `to` takes off the Arabic "to" written on to the first."""
    written = text[words[0].start : words[-1].end]
    if to and written.startswith("لل"):
        return "ال" + written[2:]
    return written[1:] if to and written.startswith("ل") else written


def _apposition(text: str, found: Sequence[Token], end: int) -> str | None:
    """Read a role set off by commas behind a name: ", senior expert of the institute,"."""
    match = regex.match(r"\s*[،,]\s*([^،,.؛:“«\n]{4,160})", text[end:])
    if match is None:
        return None
    first = next(iter(tokens(match[1])), None)
    role = match[1].strip()
    if first is None or not any(
        t.word in _words("roles") or bare(t.word) in _words("roles") for t in tokens(role)[:4]
    ):
        return None
    for token in tokens(role):
        if token.word in {"فان", "ان", "انه"}:
            return role[: token.start].strip() or None
    return role


def _is_organisation(folded: Sequence[str]) -> bool:
    known = _words("organisations")
    return any(
        word in known
        or bare(word) in known
        or any(len(k) > 4 and word.startswith(k[:-1]) and len(word) < len(k) + 5 for k in known)
        for word in folded
    )


def _is_name(name: str) -> bool:
    """Tell a capitalised name; Arabic has no capitals, so two or three words pass for one."""
    if script(name) == "arabic":
        words = tokens(name)
        own = words and _stops(name, words[0], _words("not_names"))
        return 2 <= len(words) <= 4 and not own and all(t.kind == "word" for t in words)
    return all(word[0].isupper() for word in name.split()) and not name.isdigit()


@cache
def _words(key: str) -> frozenset[str]:
    return frozenset(
        tokens(phrase)[-1].word if key != "verbs" else tokens(phrase)[0].word
        for phrase in word_lists("speech")[key]
        if tokens(phrase)
    )
