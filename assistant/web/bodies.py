"""What the HTTP API takes and gives, for validation and for the OpenAPI document.

The answer itself is `Answer.as_dict()`; the models of it here only describe it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictStr, field_validator

from assistant.schema import Mode
from assistant.web.limits import ANSWER_LENGTH, HISTORY_TURNS, QUESTION_LENGTH, clean

_EXAMPLE: dict[str, Any] = {
    "question": "When did the first meeting take place?",
    "history": [],
    "language": "en",
    "mode": "auto",
}
_QUOTE = "The first meeting took place in Bandar on 4 May 2021."
_INDEX: dict[str, Any] = {
    "build": "20251106-101500-1f3a",
    "built_at": "2025-11-06T10:15:00+00:00",
    "stale": False,
}
_CITATION: dict[str, Any] = {
    "number": 1,
    "document": "port-opens",
    "title": "The new port",
    "section": "History",
    "start": 412,
    "end": 412 + len(_QUOTE),
    "quote": _QUOTE,
    "answer_span": [412 + _QUOTE.index("4 May"), 412 + len(_QUOTE) - 1],
    "translation": None,
    "machine_translation": False,
    "published": "2025-11-06",
    "url": "https://news.example/port-opens",
}
_ANSWER: dict[str, Any] = {
    "question": "When did the first meeting take place?",
    "language": "en",
    "standalone_question": "When did the first meeting take place?",
    "status": "answered",
    "mode": "extractive",
    "text": f"The article of November 6, 2025 says:\n«{_QUOTE}» [1]",
    "statements": [
        {"text": _QUOTE, "citations": [1], "support": "verbatim", "speaker": None, "note": None}
    ],
    "citations": [_CITATION],
    "nearest": [],
    "confidence": 0.93,
    "index": _INDEX,
    "elapsed_ms": 7.2,
    "notes": [],
}
_HIT: dict[str, Any] = {
    "rank": 1,
    "score": 0.8312,
    "document": "port-opens",
    "section": "History",
    "start": 412,
    "end": 412 + len(_QUOTE),
    "text": _QUOTE,
    "parts": {"dense": 0.7127, "lexical": 0.6401},
}
_ARTICLE: dict[str, Any] = {
    "id": "port-opens",
    "title": "The new port",
    "language": "en",
    "publisher": "Port Agency",
    "published": "2025-11-06",
    "url": "https://news.example/port-opens",
    "translations": ["ru"],
    "machine_translations": [],
    "passages": 12,
}
_BLOCK: dict[str, Any] = {
    "start": 0,
    "end": 12,
    "level": 1,
    "section": "The new port",
    "translations": {"ru": "Новый порт"},
}
PROBLEM: dict[str, Any] = {
    "type": "about:blank",
    "title": "Too Many Requests",
    "status": 429,
    "detail": "too many requests; please slow down",
    "instance": "urn:request:5f0c6a1b9d3e7a42",
}
# what a question must hold, for the OpenAPI document; told in plainer words where it does not
PRINTABLE = {"pattern": r"[^\s\u0000-\u001f\u007f-\u009f]"}
Language = Literal["ar", "en", "ru", "kk"]
Earlier = Annotated[StrictStr, Field(max_length=ANSWER_LENGTH)]


class AskBody(BaseModel):
    """A question, and what was said before."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _EXAMPLE})

    question: StrictStr = Field(
        description=f"The question, at most {QUESTION_LENGTH} characters, in any of the languages.",
        min_length=1,
        json_schema_extra={"maxLength": QUESTION_LENGTH, **PRINTABLE},
    )
    history: list[tuple[Earlier, Earlier]] = Field(
        default_factory=list,
        description="Earlier questions and answers, oldest first; the last few are used.",
        max_length=100,
    )
    language: Language | None = Field(
        None, description="Language of the labels and the refusal; that of the question if left out"
    )
    mode: Mode = Field(Mode.AUTO, description="Who words the answer.")
    documents: list[StrictStr] | None = Field(
        None,
        description="Ids of the articles to answer from; all if left out.",
        max_length=1000,
        json_schema_extra={"minItems": 1},
    )

    @field_validator("question")
    @classmethod
    def _a_question(cls, value: str) -> str:
        question = clean(value)
        if not question:
            raise ValueError("is empty")
        if len(question) > QUESTION_LENGTH:
            raise ValueError(f"is longer than {QUESTION_LENGTH} characters")
        return question

    @field_validator("history")
    @classmethod
    def _the_last_turns(cls, value: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return [(clean(question), clean(answer)) for question, answer in value[-HISTORY_TURNS:]]

    @field_validator("documents")
    @classmethod
    def _some_documents(cls, value: list[str] | None) -> list[str] | None:
        if value is not None and not value:
            raise ValueError("names no article; leave it out to ask all of them")
        return value


class StatementBody(BaseModel):
    """One sentence of an answer."""

    text: str
    citations: list[int]
    support: Literal["verbatim", "verified", "unsupported"]
    speaker: str | None
    note: str | None


class CitationBody(BaseModel):
    """A character range of an article; `quote` is exactly that range of its text."""

    model_config = ConfigDict(json_schema_extra={"example": _CITATION})

    number: int
    document: str
    title: str
    section: str
    start: int = Field(description="First character, in the document's text.")
    end: int = Field(description="The character after the last one.")
    quote: str = Field(description="Exactly document.text[start:end].")
    answer_span: tuple[int, int] | None = Field(
        description="The figure, name or date inside the quote, in the same offsets."
    )
    translation: str | None
    machine_translation: bool = Field(description="Whether a model made the translation.")
    published: str | None
    url: str | None


class NearestBody(BaseModel):
    """A passage near the question that is not its answer."""

    document: str
    start: int
    end: int
    quote: str


class IndexBody(BaseModel):
    """Which build of the index answered."""

    build: str
    built_at: str
    stale: bool


class AnswerBody(BaseModel):
    """An answer, or a refusal with the nearest passages."""

    model_config = ConfigDict(json_schema_extra={"example": _ANSWER})

    question: str
    language: str
    standalone_question: str
    status: Literal["answered", "not_in_sources"] = Field(
        description="Whether the articles answer; if not, `nearest` has the passages around."
    )
    mode: Literal["extractive", "generative"]
    text: str = Field(description="The answer as text, citations as [1].")
    statements: list[StatementBody]
    citations: list[CitationBody]
    nearest: list[NearestBody]
    confidence: float = Field(ge=0, le=1, description="Probability that there is an answer.")
    index: IndexBody
    elapsed_ms: float
    notes: list[str]


class HitBody(BaseModel):
    """A passage found by the search."""

    model_config = ConfigDict(json_schema_extra={"example": _HIT})

    rank: int
    score: float
    document: str
    section: str
    start: int
    end: int
    text: str
    parts: dict[str, float]


class ArticleBody(BaseModel):
    """An article of the library."""

    model_config = ConfigDict(json_schema_extra={"example": _ARTICLE})

    id: str
    title: str
    language: str
    publisher: str | None
    published: str | None
    url: str | None
    translations: list[str]
    machine_translations: list[str] = Field(description="Those of them that a model made.")
    passages: int


class BlockBody(BaseModel):
    """A heading (level 1-6) or paragraph (0) of an article, with its unofficial translations."""

    start: int
    end: int
    level: int
    section: str
    translations: dict[str, str]


class ArticleTextBody(ArticleBody):
    """An article with its text, the one that offsets count in."""

    model_config = ConfigDict(
        json_schema_extra={"example": _ARTICLE | {"text": "The new port\n\n…", "blocks": [_BLOCK]}}
    )

    text: str
    blocks: list[BlockBody]


class LibraryBody(BaseModel):
    """The articles that answers come from."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"documents": [_ARTICLE], "index": _INDEX}}
    )

    documents: list[ArticleBody]
    index: IndexBody


class HealthBody(BaseModel):
    """A word on the state of the server."""

    status: Literal["ok", "ready"]


class ProblemBody(BaseModel):
    """What went wrong, RFC 9457; `instance` names the request as the log does."""

    model_config = ConfigDict(json_schema_extra={"example": PROBLEM})

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
