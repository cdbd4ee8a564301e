"""Sentences of Arabic, English, Russian, Kazakh and kindred texts, with exact offsets.

A sentence ends at ``. ! ? ؟ ۔ । …`` and their full-width forms, with the quotation marks, brackets
and footnote numbers that close right after; a semicolon (؛ ;) and a colon do not end one. It never
crosses a block, and a heading is one sentence. Where it is not certain that a full stop ends a
sentence, it does not: a quote a little too long is true, a quote cut in two may not be.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

import regex

from index.abbreviations import CAPITAL, NEVER, NUMBER, STARTER, STARTERS
from index.markdown import blocks
from index.schema import Span

# Marks that end a sentence, and what may close right after. Possessive: linear time.
_END = regex.compile(
    r"(?P<mark>[.!?؟۔।…。！？｡]++)(?P<close>[»”\"“’'›)\]}*_]*+(?:\[\^?\w{1,4}\])*+)(?P<space>\s*+)"
)
_SPACELESS = frozenset("؟۔।。！？｡")  # these end a sentence even where the space was forgotten
_LINK = regex.compile(r"\[[^\[\]]*+\]\([^()\s]*+\)|<?\bhttps?://[^\s<>]++")
_OPENING = "«“„\"'‘‹([{*_"
_NEXT = regex.compile(r"[\s—–―\-«“„\"'‘‹(\[{*_¿¡]*+(?P<word>[\p{L}\p{M}\p{N}]*+)(?P<after>\.?)")
_NUMBERED = regex.compile(r"[\s(*_]*+(?:\p{N}{1,3}(?:\.\p{N}{1,3}){0,3}|[IVXLC]{1,6}|\p{L})$")
_BETWEEN = regex.compile(r"[\s(«“„\"'‘\[*_–—]")
_SPACED_STOPS = regex.compile(r"(?<![\p{L}\p{M}.])(?:\p{L}\p{M}*+\.\s++)++\p{L}\p{M}*+$")
_INITIAL = regex.compile(r"\p{L}\p{M}*+$")
_INNER_STOPS = regex.compile(r"(?:\p{L}\p{M}*+\.)++\p{L}++$")
_BRACKETS = "«„‹([{"
_GOES_ON = tuple(",;:،؛)»”")
_ASIDE = 300  # a longer bracket is not looked for
_LOOK_BACK = 24  # longer than any abbreviation


@lru_cache(maxsize=64)
def _all_sentences(text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    for block in blocks(text):
        if block.level:
            spans.append(Span(block.start, block.end))
        else:
            spans.extend(_of_block(text, block.start, block.end))
    return tuple(spans)


def sentences(text: str, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
    """Return the sentences of a text, or of a range of it, in order and without outer white space.

    Every character of a block that is not white space is in exactly one of them. A sentence that
    the range cuts is given as far as the range goes.

    >>> text = "قال د. أحمد: بلغ 4.2 مليار. هل ينمو؟ نعم"
    >>> [span.of(text) for span in sentences(text)]
    ['قال د. أحمد: بلغ 4.2 مليار.', 'هل ينمو؟', 'نعم']
    """
    spans = _all_sentences(text)
    if start <= 0 and (end is None or end >= len(text)):
        return spans
    end = len(text) if end is None else end
    found: list[Span] = []
    for span in spans[bisect_left(spans, start, key=lambda span: span.end) :]:
        if span.start >= end:
            break
        low, high = max(span.start, start), min(span.end, end)
        piece = text[low:high]
        low += len(piece) - len(piece.lstrip())
        if piece.strip():
            found.append(Span(low, low + len(piece.strip())))
    return tuple(found)


def _of_block(text: str, start: int, end: int) -> Iterator[Span]:
    cased = any(character.isupper() for character in text[start:end])
    links = iter([match.span() for match in _LINK.finditer(text, start, end)])
    link = next(links, None)
    begin = start
    for match in _END.finditer(text, start, end):
        while link and link[1] <= match.start():
            link = next(links, None)
        if link and link[0] <= match.start() and match.end("close") < link[1]:
            continue
        if match.end() < end and _ends(text, match, begin, end, cased):
            yield Span(begin, match.end("close"))
            begin = match.end()
    if begin < end:
        yield Span(begin, end)


def _ends(text: str, match: regex.Match[str], begin: int, end: int, cased: bool) -> bool:
    """Tell whether the sentence that begins at `begin` ends at the mark; more text follows."""
    mark, closed = match["mark"], match["close"]
    before = text[max(begin, match.start() - _LOOK_BACK) : match.start()]
    if not match["space"] and not (mark[-1] in _SPACELESS and text[match.end()].isalpha()):
        return False
    if not before.strip(_OPENING + " \n\t") or mark == "..":  # ".." is an Arabic habit: a pause
        return False
    if mark != "." and before[-1] in _BRACKETS:  # "(?)", "[...]", "«…»"
        return False
    following = _NEXT.match(text, match.end(), end)
    word, after = (following["word"], following["after"]) if following else ("", "")
    if cased and word[:1].islower():
        return False
    if not word and following and text[following.end() : following.end() + 1] in _GOES_ON:
        return False
    starts = not word[:1].islower() and word.lower() in STARTERS and not after
    if (")" in closed or "]" in closed) and not (starts and word[0].isupper()):
        # an aside: "He left (at last!) today"
        low = max(begin, match.start() - _ASIDE)
        opened = max(text.rfind(bracket, low, match.start()) for bracket in "([")
        if begin < opened and "(" not in closed and "[" not in closed:
            return False
    if mark != "." or closed:
        return True
    return _full_stop_ends(before, word, starts, bool(after), match.start() - begin)


def _full_stop_ends(before: str, word: str, starts: bool, stop_after: bool, length: int) -> bool:
    """Tell whether a full stop ends the sentence, from the words before it and after it.

    `starts`: the word after often starts a sentence; `stop_after`: it has a full stop itself;
    `length`: of the sentence so far.
    """
    if length <= len(before) and _NUMBERED.match(before):  # "1. …", "IV. …", "A. …" at its start
        return False
    last = _BETWEEN.split(before)[-1]
    earlier = before[: len(before) - len(last)].rstrip()
    token = last.lower().replace("ـ", "")
    if spaced := _SPACED_STOPS.search(before):  # "т. е." is "т.е."
        token = "".join(spaced[0].lower().split())
    if token.isnumeric():  # "6. 11. 2025" is a date, "three things: 1. …" a list
        if len(token) <= 2 and earlier.endswith((":", ";", "؛")):
            return False
        return not (len(token) <= 2 and word.isnumeric() and (stop_after or len(word) == 4))
    if token in NUMBER and word[:1].isnumeric():
        return False
    if token in CAPITAL:
        return word.istitle() and word.isalpha()
    if token in ("م", "ه") and earlier[-1:].isnumeric():  # an era: "عام 2015 م."
        return True
    if token in NEVER:
        return False
    initial = _INITIAL.match(last) is not None and last == last.upper()
    return starts if token in STARTER or initial or _INNER_STOPS.match(token) else True
