"""A model's reply, as it streams, cut into statements with the numbers of what they cite.

Nothing half reaches the caller: a statement is given out only when it has ended and the text after
it can no longer be one of its markers. `<think>` blocks and code fences are left out, Markdown
marks are taken off, and numbers that name no source are kept apart, never shown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import regex

# [1] [1, 2] [1-3] [١] 【1】 [1†source] [^1] and the full-width forms
_MARKER = regex.compile(
    r"[\[【［]\s*\^?((?:\p{Nd}{1,3}\s*(?:[-–—,،;؛、]\s*)?)+)(?:†[^\]】］]{0,40})?\s*[\]】］]"
)
_HALF_MARKER = regex.compile(r"[\[【［][\s\^\p{Nd},،;؛、–—-]*(?:†[^\]】］]{0,40})?$")
_END = regex.compile(r"[.!?؟۔…]+[»”\"')\]*_]*")
_LIST_MARK = regex.compile(r"^\s*(?:[-*•–]\s+|\p{Nd}{1,2}[.)]\s+|#{1,6}\s+|>\s*)+")
_EMPHASIS = regex.compile(r"\*{1,3}|_{2,3}|`+")
# initials and common abbreviations that end with a full stop without ending a sentence
_OPEN_ENDED = regex.compile(
    r"(?:^|[\s(«“\"])(?:\p{Lu}|\p{Arabic}|Mr|Mrs|Dr|Prof|St|No|vs|г|гг|им|млн|млрд|тыс|руб|долл"
    r"|т|д|ж|жж)\.$"
)
_BLOCKS = {"<think>": "</think>", "<thinking>": "</thinking>", "```": "```"}
_IMAGE = regex.compile(r"!\[[^\]]{0,200}\]\([^)]{0,2000}\)")
_LINK = regex.compile(r"\[([^\]]{0,200})\]\([^)]{0,2000}\)")
_TAG = regex.compile(r"</?[a-zA-Z!][^<>]{0,2000}>")
_LIST_NUMBER = regex.compile(r"\s*\p{Nd}{1,2}\.")
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Draft:
    """One statement of a model, not verified yet.

    `citations` are numbers of sources that exist, in order, each once; `unknown` are the others.
    """

    text: str
    citations: tuple[int, ...]
    unknown: tuple[int, ...] = ()


class VisibleText:
    """The reply without `<think>` blocks and code fences, whatever the pieces it comes in.

    >>> text = VisibleText()
    >>> text.feed("Yes<thi") + text.feed("nk>no</think>, it") + text.close()
    'Yes, it'
    """

    def __init__(self) -> None:
        self._pending = ""
        self._closing: str | None = None

    def feed(self, piece: str) -> str:
        """Take a piece; return what is certain to be visible."""
        self._pending += piece
        visible = ""
        while True:
            mark = self._closing
            if mark is None:
                found = _first(self._pending, tuple(_BLOCKS))
                if found is None:
                    break
                visible += self._pending[: found[0]]
                self._closing = _BLOCKS[found[1]]
            else:
                found = _first(self._pending, (mark,))
                if found is None:
                    break
                self._closing = None
            self._pending = self._pending[found[0] + len(found[1]) :]
        marks = tuple(_BLOCKS) if self._closing is None else (self._closing,)
        keep = _half(self._pending, marks)
        done, self._pending = (
            self._pending[: len(self._pending) - keep],
            self._pending[len(self._pending) - keep :],
        )
        return visible + done if self._closing is None else visible

    def close(self) -> str:
        """End the reply; return what was held back as a possible opening mark."""
        rest = self._pending if self._closing is None else ""
        self._pending = ""
        return rest


def _first(text: str, marks: tuple[str, ...]) -> tuple[int, str] | None:
    return min(((at, mark) for mark in marks if (at := text.find(mark)) >= 0), default=None)


def _half(text: str, marks: tuple[str, ...]) -> int:
    """Return how many characters at the end may be the beginning of a mark."""
    return max(
        (n for mark in marks for n in range(1, len(mark)) if text.endswith(mark[:n])), default=0
    )


class StatementParser:
    """Feed the pieces of a streamed reply, get the statements that are complete.

    >>> parser = StatementParser(sources=2)
    >>> [*parser.feed("Trade grew [1"), *parser.feed("]. It fell later. [2][9]"), *parser.close()]
    ... # doctest: +NORMALIZE_WHITESPACE
    [Draft(text='Trade grew.', citations=(1,), unknown=()),
     Draft(text='It fell later.', citations=(2,), unknown=(9,))]
    """

    def __init__(self, sources: int) -> None:
        self._sources = sources
        self._visible = VisibleText()
        self._pending = ""

    def feed(self, piece: str) -> Iterator[Draft]:
        """Take the next piece of the reply."""
        self._pending += self._visible.feed(piece)
        while (cut := self._cut()) is not None:
            statement, self._pending = self._pending[:cut], self._pending[cut:]
            yield from self._draft(statement)

    def close(self) -> Iterator[Draft]:
        """End the reply; a block or a marker that was left open is left out."""
        yield from self.feed(self._visible.close())
        rest, self._pending = _HALF_MARKER.sub("", self._pending), ""
        yield from self._draft(rest)

    def _cut(self) -> int | None:
        """Return where the first statement ends, or None while that is not known."""
        text = self._pending
        if len(text) > _LONGEST:
            return _LONGEST
        newline = text.find("\n")
        for end in _END.finditer(text):
            if 0 <= newline < end.start():
                break
            if _is_inside(text, end):
                continue
            after = _skip_markers(text, end.end())
            if after is None:
                return None
            return after
        if newline >= 0:
            return _skip_markers(text, newline + 1)
        return None

    def _draft(self, raw: str) -> Iterator[Draft]:
        numbers = [n for marker in _MARKER.finditer(raw) for n in _numbers(marker[1])]
        text = _MARKER.sub("", _LINK.sub(r"\1", _IMAGE.sub("", raw)))
        text = _LIST_MARK.sub("", _EMPHASIS.sub("", _TAG.sub("", text)))
        text = regex.sub(r"\s+([.!?؟،,;؛:۔…])", r"\1", " ".join(text.split()))
        if not any(unicodedata.category(character)[0] in "LN" for character in text):
            return
        seen = dict.fromkeys(numbers)
        yield Draft(
            text,
            tuple(n for n in seen if 1 <= n <= self._sources),
            tuple(n for n in seen if not 1 <= n <= self._sources),
        )


def _is_inside(text: str, end: regex.Match[str]) -> bool:
    """Tell whether a full stop stands inside a number, a name or an abbreviation."""
    after = text[end.end() : end.end() + 1]
    if text[end.start()] == "." and after and not after.isspace() and after not in "[【［<":
        return True
    before = text[: end.start()]
    if (end[0] == "!" and after == "[") or before.rfind("](") > before.rfind(")"):
        return True  # a Markdown image or link
    if _LIST_NUMBER.fullmatch(text, 0, end.end()):
        return True
    return end[0] == "." and _OPEN_ENDED.search(text[: end.end()][-12:]) is not None


def _skip_markers(text: str, position: int) -> int | None:
    """Return the end of the markers that follow; None while another may still come."""
    while True:
        space = position
        while space < len(text) and text[space] in " \t\u00a0":
            space += 1
        if space == len(text):
            return None
        if text[space] not in "[【［":
            return position
        marker = _MARKER.match(text, space)
        if marker is None:
            return None if _HALF_MARKER.match(text, space) else position
        position = marker.end()


def _numbers(inside: str) -> Iterator[int]:
    for part in regex.split(r"[,،;؛、]|\s+(?![-–—])(?<![-–—]\s)", inside):
        ends = [int(n[:9]) for n in regex.findall(r"\p{Nd}+", part)]
        if len(ends) == 2 and ends[0] <= ends[1] <= ends[0] + 20:
            yield from range(ends[0], ends[1] + 1)
        else:
            yield from ends
