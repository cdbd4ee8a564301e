"""Kept answers as JSON and back: for links, for the browser's own history and for feedback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from assistant.schema import (
    Answer,
    Citation,
    IndexState,
    Mode,
    Nearest,
    Statement,
    Status,
    Support,
)
from assistant.web.sources import Kept, Source


def frozen(kept: Kept) -> dict[str, Any]:
    """Return a kept answer as JSON values."""
    return {
        "answer": kept.answer.as_dict(),
        "sources": [asdict(source) for source in kept.sources],
        "at": kept.at.isoformat(),
        "versions": dict(kept.versions),
    }


def thawed(values: Mapping[str, Any]) -> Kept:
    """Return the kept answer of JSON values that `frozen` made."""
    return Kept(
        answer=answer_of(values["answer"]),
        sources=tuple(Source(**source) for source in values["sources"]),
        at=datetime.fromisoformat(values["at"]),
        versions=dict(values["versions"]),
    )


def answer_of(values: Mapping[str, Any]) -> Answer:
    """Return the answer that `Answer.as_dict` turned into JSON values."""
    return Answer(
        **{
            **values,
            "status": Status(values["status"]),
            "mode": Mode(values["mode"]),
            "statements": tuple(_statement(s) for s in values["statements"]),
            "citations": tuple(_citation(c) for c in values["citations"]),
            "nearest": tuple(Nearest(**n) for n in values["nearest"]),
            "index": IndexState(**values["index"]),
            "notes": tuple(values["notes"]),
        }
    )


def _statement(values: Mapping[str, Any]) -> Statement:
    cited, support = tuple(values["citations"]), Support(values["support"])
    return Statement(**{**values, "citations": cited, "support": support})


def _citation(values: Mapping[str, Any]) -> Citation:
    span = values["answer_span"]
    return Citation(**{**values, "answer_span": tuple(span) if span else None})
