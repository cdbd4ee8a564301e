"""A citation with all that an editor wants to know of it, fixed at the moment it was shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from assistant.schema import Answer, Citation
from assistant.web.markup import one_line
from assistant.web.strings import translation_label
from index.schema import Document
from index.split import blocks


@dataclass(frozen=True, slots=True)
class Source:
    """A quote and where it stands. `paragraph` counts the paragraphs of the article from 1."""

    number: int
    document: str
    title: str
    quote: str
    start: int
    end: int
    language: str
    section: str = ""
    paragraph: int | None = None
    speaker: str | None = None
    translation: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    machine_translation: bool = False

    def labelled_translation(self, language: str) -> tuple[str, str]:
        """Return what the translation is called and its text in one line."""
        label = translation_label(language, self.machine_translation)
        return label, one_line(self.translation or "")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was shown. `versions` marks the texts it cites."""

    answer: Answer
    sources: tuple[Source, ...]
    at: datetime
    versions: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, answer: Answer, documents: Mapping[str, Document], at: datetime | None = None
    ) -> Kept:
        """Return an answer with its sources, as the articles stand now."""
        cited = {
            c.document: documents[c.document] for c in answer.citations if c.document in documents
        }
        return cls(
            answer,
            tuple(_source(answer, citation, documents) for citation in answer.citations),
            at or datetime.now(UTC),
            {name: text_version(documents[name]) for name in sorted(cited)},
        )

    def source(self, number: int) -> Source | None:
        """Return the source of a number, or None."""
        return next((source for source in self.sources if source.number == number), None)


def text_version(document: Document | None) -> str:
    """Return a mark of an article's text: another one as soon as a letter changes."""
    return sha256(document.text.encode()).hexdigest()[:16] if document else ""


def _source(answer: Answer, citation: Citation, documents: Mapping[str, Document]) -> Source:
    document = documents.get(citation.document)
    speakers = (s.speaker for s in answer.statements if citation.number in s.citations)
    return Source(
        number=citation.number,
        document=citation.document,
        title=citation.title,
        quote=citation.quote,
        start=citation.start,
        end=citation.end,
        language=document.language if document else "",
        section=citation.section,
        paragraph=_paragraph(document, citation.start) if document else None,
        speaker=next(filter(None, speakers), None),
        translation=citation.translation,
        publisher=document.publisher if document else None,
        published=citation.published,
        url=citation.url,
        machine_translation=citation.machine_translation,
    )


def _paragraph(document: Document, start: int) -> int | None:
    """Return which paragraph an offset stands in; None in a heading."""
    paragraphs = (block for block in blocks(document.text) if not block.level)
    for number, block in enumerate(paragraphs, 1):
        if block.start <= start < block.end:
            return number
    return None
