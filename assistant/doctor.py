"""`c5 doctor`: what is set, what works, what is stale, each in one line with the remedy."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from assistant.settings import Settings
from index.errors import CorpusError, IndexingError

_LIBRARIES = ("chromadb", "gradio", "langchain-core", "sentence-transformers", "tokenizers")


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: `ok`, `warn` (works, but look) or `fail` (something must be done)."""

    name: str
    state: Literal["ok", "warn", "fail"]
    detail: str

    def as_dict(self) -> dict[str, str]:
        """Return the JSON object of this check."""
        return asdict(self)


def examine(settings: Settings) -> list[Check]:
    """Run all checks; none of them changes anything."""
    return [
        *_environment(),
        *_corpus(settings),
        *_index(settings),
        *_serving(settings),
    ]


def _environment() -> Iterator[Check]:
    yield Check("python", "ok", sys.version.split()[0])
    for name in ("c5-assistant", *_LIBRARIES):
        try:
            yield Check(name, "ok", version(name))
        except PackageNotFoundError:
            yield Check(name, "fail", "not installed; run: make serve")


def _corpus(settings: Settings) -> Iterator[Check]:
    from index.corpus import read_corpus

    try:
        documents = read_corpus(settings.docs)
    except CorpusError as error:
        for fault in error.faults:
            yield Check("docs", "fail", fault)
        return
    yield Check("docs", "ok", f"{settings.docs}: {len(documents)} article(s)")


def _index(settings: Settings) -> Iterator[Check]:
    from index.search import Index

    try:
        opened = Index.open(
            settings.index, encoder=settings.encoder, chroma_url=settings.chroma_url
        )
    except IndexingError as error:
        yield Check("index", "fail", str(error))
        return
    yield Check("encoder", "ok", f"{opened.encoder.name}, {opened.encoder.dimension} dimensions")
    yield Check(
        "index",
        "ok",
        f"build {opened.build} of {opened.built_at}, "
        f"{len(opened.passages)} passages, canaries right",
    )
    try:
        stale = opened.is_stale(settings.docs)
    except IndexingError:
        return  # told by the check of docs/
    if stale:
        yield Check("freshness", "warn", f"{settings.docs} has changed; run: c5 index")
    else:
        yield Check("freshness", "ok", "the index holds what docs/ holds")


def _serving(settings: Settings) -> Iterator[Check]:
    yield Check("llm", "ok", settings.llm or "none: answers are quotations")
    open_to_all = settings.auth == "none" and settings.host not in ("127.0.0.1", "localhost", "::1")
    yield Check(
        "auth",
        "warn" if open_to_all else "ok",
        f"{settings.auth}, listening on {settings.host}:{settings.port}"
        + ("; anyone who reaches this address may ask: set C5_AUTH" if open_to_all else ""),
    )
    yield Check(
        "questions", "ok", "kept in the log" if settings.keep_questions else "not kept anywhere"
    )
    if settings.users_file and not settings.users_file.is_file():
        yield Check("users", "fail", f"{settings.users_file} does not exist; run: c5 user add NAME")
