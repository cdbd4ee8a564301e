"""Blocks, sentences and passages of a document, all with exact offsets.

Passages are what retrieval ranks: whole sentences of one section, about `TARGET` characters at
most. Nothing of a paragraph is lost and no two passages overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise

from index.markdown import blocks
from index.schema import Block, Document, Passage, Span
from index.sentences import sentences

__all__ = ["SPLIT_VERSION", "blocks", "context", "passages", "sentences"]

SPLIT_VERSION = 1
TARGET = 700  # characters of a passage; about what the public retrieval sets have
SHORT = 200  # a paragraph below this joins its neighbours
LONGEST_SENTENCE = 2000  # above this it is cut at clauses
_CLAUSES = ["\n", "؛ ", "; ", "، ", ", ", " ", ""]


def passages(document: Document) -> tuple[Passage, ...]:
    r"""Split a document into passages, in order.

    >>> document = Document("d", "ع", "ar", "# أ\n\nنعم. لا.\n")
    >>> [passage.text for passage in passages(document)]
    ['نعم. لا.']
    """
    found = blocks(document.text)
    paragraphs = [block for block in found if not block.level] or list(found)
    return tuple(
        Passage(document.id, section, span.start, span.end, span.of(document.text))
        for section, span in _spans(document.text, paragraphs, found)
    )


def context(document: Document, passage: Passage) -> str:
    """Return what an encoder should know beside a passage: the title and the section."""
    if passage.section and passage.section != document.title:
        return f"{document.title}\n{passage.section}"
    return document.title


def _spans(
    text: str, paragraphs: list[Block], found: tuple[Block, ...]
) -> Iterator[tuple[str, Span]]:
    headings_before = {}
    headings = 0
    for block in found:
        headings += block.level > 0
        headings_before[block.start] = headings
    for _, group in groupby(paragraphs, key=lambda block: headings_before[block.start]):
        members = list(group)
        for span in _joined([piece for block in members for piece in _pieces(text, block)]):
            yield members[0].section, span


def _pieces(text: str, block: Block) -> Iterator[Span]:
    """Cut one paragraph into pieces of whole sentences, of about equal length."""
    length = block.end - block.start
    if length <= TARGET:
        yield Span(block.start, block.end)
        return
    even = length / -(-length // TARGET)
    units = [unit for s in sentences(text, block.start, block.end) for unit in _clauses(text, s)]
    start = units[0].start
    for unit, following in pairwise(units):
        if following.end - start > TARGET or (
            unit.end - start >= even and block.end - following.start >= SHORT
        ):
            yield Span(start, unit.end)
            start = following.start
    yield Span(start, units[-1].end)


def _clauses(text: str, sentence: Span) -> Iterator[Span]:
    """Cut a sentence that is too long to be one (a list, a table, a text without full stops)."""
    if sentence.end - sentence.start <= LONGEST_SENTENCE:
        yield sentence
        return
    from langchain_text_splitters import RecursiveCharacterTextSplitter  # only needed here

    splitter = RecursiveCharacterTextSplitter(
        _CLAUSES, keep_separator="end", chunk_size=TARGET, chunk_overlap=0, strip_whitespace=False
    )
    at = sentence.start
    for piece in splitter.split_text(sentence.of(text)):
        start = at + len(piece) - len(piece.lstrip())
        if piece.strip():
            yield Span(start, start + len(piece.strip()))
        at += len(piece)


def _joined(pieces: list[Span]) -> Iterator[Span]:
    """Join short neighbours of one section."""
    current = pieces[0]
    for piece in pieces[1:]:
        short = min(current.end - current.start, piece.end - piece.start) < SHORT
        if short and piece.end - current.start <= TARGET:
            current = Span(current.start, piece.end)
        else:
            yield current
            current = piece
    yield current
