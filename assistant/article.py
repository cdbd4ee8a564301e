"""An article as the reader sees it: its sentences, each with its paragraph and translations.

A translation is aligned paragraph by paragraph by its maker; inside a paragraph sentences are
matched here, in order: one to one where the counts agree, else by where they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.schema import Block, Document
from index.split import blocks, sentences


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article: ``document.text[start:end] == text``.

    `paragraph` numbers its block, `place` counts within it. `translations` maps a language to the
    unofficial translation of this sentence.
    """

    document: str
    start: int
    end: int
    text: str
    section: str
    paragraph: int
    place: int
    heading: bool = False
    translations: Mapping[str, str] = field(default_factory=dict)

    def in_language(self, language: str, own: str) -> str:
        """Return the sentence as it can be read in a language; itself where it can't."""
        return self.text if language == own else self.translations.get(language, self.text)


@dataclass(frozen=True, slots=True, eq=False)
class Article:
    """A document with its blocks and sentences; equal only to itself."""

    document: Document
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]

    def paragraph(self, number: int) -> tuple[Sentence, ...]:
        """Return the sentences of one block."""
        return tuple(s for s in self.sentences if s.paragraph == number)

    def within(self, start: int, end: int) -> tuple[Sentence, ...]:
        """Return the sentences that lie in a range of the text."""
        return tuple(s for s in self.sentences if s.start >= start and s.end <= end)


def read_article(document: Document) -> Article:
    """Split a document into blocks and sentences, with their translations."""
    found = blocks(document.text)
    result = []
    for number, block in enumerate(found):
        spans = sentences(document.text, block.start, block.end)
        texts = [span.of(document.text) for span in spans]
        translated = {
            t.language: align_sentences(texts, t.blocks[number])
            for t in document.translations
            if number < len(t.blocks)
        }
        for place, (span, text) in enumerate(zip(spans, texts, strict=True)):
            result.append(
                Sentence(
                    document.id,
                    span.start,
                    span.end,
                    text,
                    block.section,
                    number,
                    place,
                    heading=block.level > 0,
                    translations={
                        language: rows[place]
                        for language, rows in translated.items()
                        if rows[place]
                    },
                )
            )
    return Article(document, found, tuple(result))


def align_sentences(originals: list[str], translation: str) -> list[str]:
    """Return the translation of each sentence of a paragraph, "" where there is none.

    >>> align_sentences(["Один.", "Два."], "One. Two.")
    ['One.', 'Two.']
    """
    pieces = [span.of(translation) for span in sentences(translation)]
    if len(pieces) == len(originals):
        return pieces
    rows: list[list[str]] = [[] for _ in originals]
    ends = _ends(originals)
    for piece, end, length in zip(pieces, _ends(pieces), map(len, pieces), strict=True):
        middle = end - length / max(1, sum(map(len, pieces))) / 2
        row = next((i for i, e in enumerate(ends) if middle <= e), len(originals) - 1)
        rows[row].append(piece)
    return [" ".join(row) for row in rows]


def _ends(texts: list[str]) -> list[float]:
    """Return where each text ends, as a share of all."""
    total = max(1, sum(map(len, texts)))
    ends, so_far = [], 0
    for text in texts:
        so_far += len(text)
        ends.append(so_far / total)
    return ends
