"""What all routes and the chat share: the assistant, the limits, the library."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.types import Scope

from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.web.limits import Limiter, Workers
from assistant.web.problems import Problem
from assistant.web.shelf import Shelf
from assistant.web.sources import Kept
from index.errors import IndexingError
from index.schema import Document
from index.split import blocks

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.web.plugins import EditorPage
    from assistant.web.talk import Talk

_log = logging.getLogger(__name__)
WRITES = 30  # links, feedback and articles a minute for each visitor
TALKS = 1000


class House:
    """One for each process. Nothing in it belongs to a single visitor."""

    def __init__(self, settings: Settings, assistant: Assistant) -> None:
        self.settings = settings
        self.assistant = assistant
        self.limiter = Limiter(settings.rate_limit)
        self.writes = Limiter(min(settings.rate_limit, WRITES))
        self.answers: Shelf[Kept] = Shelf()
        self.talks: Shelf[Talk] = Shelf(TALKS)
        self.workers = Workers()
        self.pages: list[EditorPage] = []

    @property
    def documents(self) -> Mapping[str, Document]:
        """The articles of the index as it is now."""
        return self.assistant.index.documents

    def admit(self, scope: Scope) -> None:
        """Count a request; Problem 429 where there were too many."""
        seconds = self.limiter.wait(visitor(scope).counted)
        if seconds:
            raise Problem(429, "too many requests; please slow down", retry_after=seconds)

    def admit_write(self, scope: Scope) -> None:
        """Count a request that keeps something, of which there may be fewer."""
        seconds = self.writes.wait(visitor(scope).counted)
        if seconds:
            raise Problem(429, "too many requests; please slow down", retry_after=seconds)

    def remember(self, name: str, kept: Kept, talk: Talk, owner: str) -> None:
        """Keep an answer and the talk it ends in memory, to be found again by its name."""
        self.answers.put(name, kept, owner)
        for earlier in talk.answers[:-1]:
            self.talks.drop(earlier)
        self.talks.put(name, talk, owner)

    def kept(self, name: str, scope: Scope) -> Kept:
        """Return an answer shown before; Problem 410 where it is no longer remembered."""
        found = self.answers.get(name, visitor(scope).owner)
        if found is None:
            raise Problem(410, "this answer is no longer remembered; please ask again")
        return found

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
        passages = Counter(passage.document_id for passage in index.passages)
        return {
            "documents": [self._facts(d, passages[d.id]) for d in self.documents.values()],
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
                    if number < len(t.blocks) and t.blocks[number]
                },
            }
            for number, block in enumerate(blocks(document.text))
        ]
        passages = sum(p.document_id == document.id for p in self.assistant.index.passages)
        return self._facts(document, passages) | {"text": document.text, "blocks": parts}

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

    @staticmethod
    def _facts(document: Document, passages: int) -> dict[str, Any]:
        return {
            "id": document.id,
            "title": document.title,
            "language": document.language,
            "publisher": document.publisher,
            "published": document.published.isoformat() if document.published else None,
            "url": document.url,
            "translations": [t.language for t in document.translations],
            "machine_translations": [t.language for t in document.translations if t.machine],
            "passages": passages,
        }


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whom limits count by, and whom what is remembered belongs to.

    An address may change in the middle of a talk, so it owns nothing: then only the name of an
    answer, which nobody can guess, leads to it.
    """

    counted: str
    owner: str = ""


def visitor(scope: Scope) -> Visitor:
    """Return who asks: the user, or else the address."""
    user = scope.get("state", {}).get("user")
    if user:
        return Visitor(f"user {user}", str(user))
    client = scope.get("client")
    return Visitor(f"address {client[0] if client else '?'}")
