"""The values that flow through the index. Read this first; it imports nothing of ours.

Offsets are character offsets (Python string indices) into `Document.text`, end exclusive.
The invariant everything rests on: ``document.text[x.start:x.end] == x.text``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Span:
    """A character range of a document's text, end exclusive, never empty."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the characters this span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph of a document, without its Markdown marks.

    `section` is the text of the nearest heading above (for a heading: its own text; "" before the
    first heading). `level` is 1-6 for headings and 0 for paragraphs.
    """

    start: int
    end: int
    section: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Translation:
    """An unofficial translation, one entry for each block of the document, in order."""

    language: str
    blocks: tuple[str, ...]
    machine: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """An article: its front matter and its body, verbatim but for line ends (LF) and a BOM."""

    id: str
    title: str
    language: str
    text: str
    publisher: str | None = None
    published: date | None = None
    url: str | None = None
    translations: tuple[Translation, ...] = ()

    def is_machine_translated(self, language: str) -> bool:
        """Tell whether the translation into a language was made by a model."""
        return any(each.machine for each in self.translations if each.language == language)


@dataclass(frozen=True, slots=True)
class Passage:
    """What retrieval ranks: whole sentences of one section.

    ``document.text[start:end] == text``, never empty.
    """

    document_id: str
    section: str
    start: int
    end: int
    text: str

    @property
    def id(self) -> str:
        """Name the passage, equal on every machine."""
        return f"{self.document_id}#{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query. Higher `score` is better; `rank` counts from 1.

    `parts` names what the score is made of (dense, lexical, skeleton, late ...).
    """

    passage: Passage
    score: float
    rank: int
    parts: Mapping[str, float] = field(default_factory=dict)
