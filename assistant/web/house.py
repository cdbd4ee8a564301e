"""What all routes and the chat share: the assistant, the limits, the library."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from starlette.types import Scope

from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.web.limits import Limiter, Workers
from assistant.web.problems import Problem
from index.errors import IndexingError
from index.schema import Document
from index.split import blocks

if TYPE_CHECKING:
    from assistant.assistant import Assistant

_log = logging.getLogger(__name__)


class House:
    """One for each process. Nothing in it belongs to a single visitor."""

    def __init__(self, settings: Settings, assistant: Assistant) -> None:
        self.settings = settings
        self.assistant = assistant
        self.limiter = Limiter(settings.rate_limit)
        self.workers = Workers()

    @property
    def documents(self) -> Mapping[str, Document]:
        """The articles of the index as it is now."""
        return self.assistant.index.documents

    def admit(self, scope: Scope) -> None:
        """Count a request; Problem 429 where there were too many."""
        seconds = self.limiter.wait(visitor(scope))
        if seconds:
            raise Problem(429, "too many requests; please slow down", retry_after=seconds)

    def check_room(self) -> None:
        """Problem 503 before a stream begins, while there still can be a status code."""
        if self.workers.full:
            raise self.workers.refusal()

    def check_documents(self, wanted: Collection[str] | None) -> None:
        """Problem 400 for an article that is not there."""
        missing = sorted(set(wanted or ()) - set(self.documents))
        if missing:
            raise Problem(400, f"documents: there is no article {missing[0]!r}")

    def search(self, query: str, k: int) -> list[dict[str, Any]]:
        """Return hits as `c5 search --json` prints them."""
        from assistant.cli import hit_as_dict

        return [hit_as_dict(hit) for hit in self.assistant.index.search(query, k)]

    def library(self) -> dict[str, Any]:
        """Return all articles, and the state of the index."""
        index = self.assistant.index
        return {
            "documents": [self._facts(document) for document in self.documents.values()],
            "index": {"build": index.build, "built_at": index.built_at, "stale": self.stale()},
        }

    def article(self, document_id: str) -> dict[str, Any]:
        """Return an article with its text and blocks; Problem 404 where there is none."""
        document = self.document(document_id)
        parts = [
            {
                "start": block.start,
                "end": block.end,
                "level": block.level,
                "section": block.section,
                "translations": {
                    t.language: t.blocks[number]
                    for t in document.translations
                    if number < len(t.blocks)
                },
            }
            for number, block in enumerate(blocks(document.text))
        ]
        return self._facts(document) | {"text": document.text, "blocks": parts}

    def document(self, document_id: str) -> Document:
        """Return one article; Problem 404 where there is none."""
        found = self.documents.get(document_id)
        if found is None:
            raise Problem(404, "there is no such article")
        return found

    def stale(self) -> bool:
        """Say whether `docs/` has changed since; a corpus that cannot be read has changed."""
        try:
            return self.assistant.index.is_stale(self.settings.docs)
        except IndexingError:
            return True

    def not_ready(self) -> str | None:
        """Return why questions cannot be answered at the moment, or None."""
        index = self.assistant.index
        if not index.passages:
            return "the index is empty; run: c5 index"
        # a passage must find itself, through every part of the search
        canary = index.passages[0]
        try:
            hits = index.search(canary.text, 3)
        except (IndexingError, OSError) as error:
            return f"the index cannot be read: {error}"
        if not any(hit.passage.id == canary.id for hit in hits):
            return "the index does not find what is in it; run: c5 index --rebuild"
        return None

    def told(self, error: Exception) -> str:
        """Return what a visitor may read of an error; log the kind of an unforeseen one."""
        if isinstance(error, AssistantError):
            return str(error)
        _log.error("an answer failed: %s", type(error).__name__)
        return "something went wrong on the server"

    def _facts(self, document: Document) -> dict[str, Any]:
        passages = self.assistant.index.passages
        return {
            "id": document.id,
            "title": document.title,
            "language": document.language,
            "publisher": document.publisher,
            "published": document.published.isoformat() if document.published else None,
            "url": document.url,
            "translations": [t.language for t in document.translations],
            "passages": sum(p.document_id == document.id for p in passages),
        }


def visitor(scope: Scope) -> str:
    """Return whom limits count by: the user, or the address."""
    user = scope.get("state", {}).get("user")
    if user:
        return f"user {user}"
    client = scope.get("client")
    return f"address {client[0] if client else '?'}"
