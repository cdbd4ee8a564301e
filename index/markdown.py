"""Headings and paragraphs of a Markdown text with exact offsets; marks stay outside of blocks.

Not a Markdown renderer: it reads what news copy has (headings, lists, block quotes, tables, fences)
and takes every other line as text. Whether a single line end ends a paragraph is decided for each
document, because copy often has one paragraph a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import regex

from index.schema import Block

# The marks before the text of a line. Numbers of numbered lists stay: they may be quoted.
_MARKS = regex.compile(r"(?:[ \t]*+(?:>|[-*+•‣▪◦](?=[ \t])))*+[ \t]*+(?:\[[ xX]\][ \t]++)?+")
_ITEM = regex.compile(r"[ \t>]*+(?:[-*+•‣▪◦]|\(?\p{N}{1,3}[.)])(?=[ \t])")
_ATX = regex.compile(r" {0,3}(#{1,6})(?=[ \t]|$)")
_RULE = regex.compile(r" {0,3}(?:(?:\*[ \t]*+){3,}|(?:-[ \t]*+){3,}|(?:_[ \t]*+){3,})$")
_UNDERLINE = regex.compile(r" {0,3}(?:=++|-++)[ \t]*+$")
_FENCE = regex.compile(r" {0,3}(```+|~~~+)")
_TABLE_RULE = regex.compile(r"[ \t]*+\|?+[ \t:]*+-[-\s:|]*+$")
_SENTENCE_END = tuple(".!?؟۔…:;؛»”\"'’)]|")
_LONGEST_WRAPPED_LINE = 120
_LONGEST_UNDERLINED = 200


@dataclass(frozen=True, slots=True)
class _Line:
    """A line's text without its marks and white space. `kind` is text, item or heading.

    `level` is set for headings; `joined` tells that no blank line or change of quotation parts it
    from the line before.
    """

    start: int
    end: int
    kind: str
    level: int = 0
    joined: bool = False
    quoted: bool = False


@lru_cache(maxsize=64)
def blocks(text: str) -> tuple[Block, ...]:
    r"""Return the headings and paragraphs of a text, in order and without overlap.

    >>> [(block.level, text[block.start : block.end]) for text in ["## أولًا\n- نعم.\n- لا."]
    ...  for block in blocks(text)]
    [(2, 'أولًا'), (0, 'نعم.'), (0, 'لا.')]
    """
    lines = tuple(_lines(text))
    wrapped = _is_hard_wrapped(text, lines)
    found: list[Block] = []
    section = ""
    for line in lines:
        if line.kind == "heading":
            section = text[line.start : line.end]
            found.append(Block(line.start, line.end, section, line.level))
        elif wrapped and line.joined and line.kind == "text":
            found[-1] = Block(found[-1].start, line.end, section)
        else:
            found.append(Block(line.start, line.end, section))
    return tuple(found)


def _is_hard_wrapped(text: str, lines: tuple[_Line, ...]) -> bool:
    """Tell whether single line ends are only the width of somebody's editor.

    So they are when most lines that another follows are short and stop inside a sentence.
    """
    broken = kept = 0
    for line, following in pairwise(lines):
        if following.joined and following.kind == "text":
            short = line.end - line.start <= _LONGEST_WRAPPED_LINE
            if short and not text.endswith(_SENTENCE_END, line.start, line.end):
                broken += 1
            else:
                kept += 1
    return broken > kept


def _lines(text: str) -> Iterator[_Line]:
    """Read the lines that have text; each waits, for an underline may make it a heading."""
    held: _Line | None = None
    fence = ""
    at = 0
    for raw in text.splitlines(keepends=True):
        line = raw.rstrip()
        start, at = at, at + len(raw)
        opened = _FENCE.match(line)
        if fence or opened:
            if held:
                yield held
            held = None
            if opened and not fence:
                fence = opened[1]
            elif line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            elif line:
                yield _trimmed(text, start, start + len(line), "item")
            continue
        if held and _UNDERLINE.match(line) and _may_be_heading(text, held):
            level = 1 if "=" in line else 2
            yield _Line(held.start, held.end, "heading", level)
            held = None
            continue
        new = _line(text, start, start + len(line), held)
        if held:
            yield held
        held = new if new and new.kind != "heading" else None
        if new and new.kind == "heading":
            yield new
    if held:
        yield held


def _line(text: str, start: int, end: int, before: _Line | None) -> _Line | None:
    """Read one line; None where there is nothing but marks."""
    line = text[start:end]
    if not line or _RULE.match(line) or ("|" in line and _TABLE_RULE.match(line)):
        return None
    if atx := _ATX.match(line):
        title = line[atx.end() :].rstrip()
        bare = title.rstrip("#")
        if bare != title and (not bare or bare[-1] in " \t"):
            title = bare
        heading = _trimmed(text, start + atx.end(), start + atx.end() + len(title), "heading")
        return _Line(heading.start, heading.end, "heading", len(atx[1])) if title.strip() else None
    if line.lstrip().startswith("<!--") and line.endswith("-->"):
        return None
    item = _ITEM.match(line) is not None
    first = _MARKS.match(line)
    start += first.end() if first else 0
    if text.startswith("|", start):
        item = True
        start += 1
        end -= text[start:end].endswith("|")
    trimmed = _trimmed(text, start, end, "item" if item else "text")
    if trimmed.start >= trimmed.end:
        return None
    quoted = line.lstrip().startswith(">")
    joined = before is not None and before.quoted == quoted
    return _Line(trimmed.start, trimmed.end, trimmed.kind, 0, joined, quoted)


def _may_be_heading(text: str, line: _Line) -> bool:
    """Tell an underlined heading from a rule below a paragraph."""
    short = line.end - line.start <= _LONGEST_UNDERLINED
    return short and line.kind == "text" and not line.joined and text[line.end - 1] not in ".…؛;,،"


def _trimmed(text: str, start: int, end: int, kind: str) -> _Line:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return _Line(start, max(start, start + len(piece.strip())), kind)
