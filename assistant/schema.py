"""Question in, verified and cited answer out: the values. Read this first.

The JSON that `c5 ask --json` and `POST /api/ask` give is `Answer.as_dict()`; its keys are a fixed
contract. Keys may be added, never renamed or removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LANGUAGES = ("ar", "en", "ru", "kk")


class Status(StrEnum):
    """Whether the sources answer the question."""

    ANSWERED = "answered"
    NOT_IN_SOURCES = "not_in_sources"


class Mode(StrEnum):
    """Who words the answer: the articles themselves, or an LLM under verification."""

    AUTO = "auto"
    EXTRACTIVE = "extractive"
    GENERATIVE = "generative"


class Support(StrEnum):
    """How a statement stands to what it cites."""

    VERBATIM = "verbatim"
    VERIFIED = "verified"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A character range of an article: ``document.text[start:end] == quote``, always.

    `answer_span` marks the figure, name or date inside the quote, in the same offsets as `start`.
    `machine_translation`: a model made `translation`, not a person.
    """

    number: int
    document: str
    title: str
    section: str
    start: int
    end: int
    quote: str
    answer_span: tuple[int, int] | None = None
    translation: str | None = None
    published: str | None = None
    url: str | None = None
    machine_translation: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer, the numbers of its citations, and who said it.

    `speaker` is None where the article itself speaks. `note` is what a reader must know beside
    the quote and never inside it: the year that "last year" means, say.
    """

    text: str
    citations: tuple[int, ...]
    support: Support
    speaker: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Nearest:
    """A passage shown with a refusal: near the question, but not its answer."""

    document: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class IndexState:
    """Which build of the index answered, and whether `docs/` has changed since."""

    build: str
    built_at: str
    stale: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done at the moment: 'searching', 'reading', 'writing', 'checking'."""

    stage: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reader gets. A `not_in_sources` answer has no citations and up to three nearest."""

    question: str
    language: str
    standalone_question: str
    status: Status
    mode: Mode
    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Nearest, ...]
    confidence: float
    index: IndexState
    elapsed_ms: float
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object of the contract."""
        return {
            "question": self.question,
            "language": self.language,
            "standalone_question": self.standalone_question,
            "status": self.status.value,
            "mode": self.mode.value,
            "text": self.text,
            "statements": [_statement(statement) for statement in self.statements],
            "citations": [_citation(citation) for citation in self.citations],
            "nearest": [
                {"document": n.document, "start": n.start, "end": n.end, "quote": n.quote}
                for n in self.nearest
            ],
            "confidence": round(self.confidence, 4),
            "index": {
                "build": self.index.build,
                "built_at": self.index.built_at,
                "stale": self.index.stale,
            },
            "elapsed_ms": round(self.elapsed_ms, 2),
            "notes": list(self.notes),
        }


def _statement(statement: Statement) -> dict[str, Any]:
    return {
        "text": statement.text,
        "citations": list(statement.citations),
        "support": statement.support.value,
        "speaker": statement.speaker,
        "note": statement.note,
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "document": citation.document,
        "title": citation.title,
        "section": citation.section,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "answer_span": list(citation.answer_span) if citation.answer_span else None,
        "translation": citation.translation,
        "machine_translation": citation.machine_translation,
        "published": citation.published,
        "url": citation.url,
    }
