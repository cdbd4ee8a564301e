"""What is searched for a document: its passages, and the texts that lead to each of them.

A passage is found by its own words and by the words of its translations; either way the passage
itself, in the original, is the result. A searched text begins with the title and the section.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from index.schema import Block, Document, Passage, Translation
from index.split import blocks, context, passages, sentences

SEARCHED_VERSION = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A text that leads to a passage: `kind` is "" for its own, else a translation's language."""

    passage: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Searched:
    """A document with its passages and their rows, in order."""

    document: Document
    passages: tuple[Passage, ...]
    rows: tuple[Row, ...]


def prepare(document: Document) -> Searched:
    """Split a document and write out what is searched for each passage."""
    found = passages(document)
    places = blocks(document.text)
    starts = [block.start for block in places]
    rows = []
    for number, passage in enumerate(found):
        rows.append(Row(number, "", f"{context(document, passage)}\n{passage.text}"))
        for translation in document.translations:
            text = "\n".join(_translated(passage, places, starts, translation))
            if text.strip():
                rows.append(Row(number, translation.language, text))
    return Searched(document, found, tuple(rows))


def _translated(
    passage: Passage, places: tuple[Block, ...], starts: list[int], translation: Translation
) -> Iterator[str]:
    """Yield the translated heading and the translations of the blocks the passage overlaps."""
    first = bisect_right(starts, passage.start) - 1
    for number in range(first, -1, -1):
        if places[number].level:
            yield translation.blocks[number]
            break
    for number in range(max(first, 0), len(places)):
        block = places[number]
        if block.start >= passage.end:
            break
        if not block.level and block.end > passage.start:
            yield _share(passage, block, translation.blocks[number])


def _share(passage: Passage, block: Block, text: str) -> str:
    """Return the sentences of a translated block that stand where the passage stands in it."""
    if passage.start <= block.start and block.end <= passage.end:
        return text
    whole = block.end - block.start
    begin = (passage.start - block.start) / whole * len(text)
    end = (passage.end - block.start) / whole * len(text)
    spans = sentences(text)
    inside = [each for each in spans if begin < (each.start + each.end) / 2 <= end]
    if not inside and spans:
        middle = (max(begin, 0) + min(end, len(text))) / 2
        inside = [min(spans, key=lambda each: abs((each.start + each.end) / 2 - middle))]
    return " ".join(each.of(text) for each in inside)
