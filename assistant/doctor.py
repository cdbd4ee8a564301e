"""`c5 doctor`: what is set, what works, what is stale, each in one line with the remedy."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sized
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from assistant.errors import SettingsError
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
    yield from _access(settings)


def _access(settings: Settings) -> Iterator[Check]:
    """Who may come in: the files of users and tokens, and who can read them."""
    from assistant.access.tokens import read_tokens
    from assistant.access.users import read_users

    users, tokens = settings.users_file, settings.tokens_file
    if users and not users.is_file():
        yield Check("users", "fail", f"{users} does not exist; run: c5 user add NAME")
    elif users:
        yield _read("users", users, read_users)
    elif settings.auth == "basic":
        yield Check("users", "fail", "C5_AUTH=basic needs C5_USERS_FILE; see: c5 user add --help")
    if tokens and not tokens.is_file():
        yield Check("tokens", "fail", f"{tokens} does not exist; run: c5 token add NAME")
    elif tokens:
        yield _read("tokens", tokens, read_tokens)
    if settings.auth == "none" and settings.editor_groups:
        yield Check("editors", "warn", "C5_EDITOR_GROUPS says nothing without C5_AUTH=proxy")
    watched = ", ".join(settings.watchers) or "nobody"
    yield Check("metrics", "ok", f"/metrics is read by {watched}; the log is {settings.log_format}")


def _read(name: str, path: Path, read: Callable[[Path], Sized]) -> Check:
    try:
        count = len(read(path))
    except SettingsError as error:
        return Check(name, "fail", str(error))
    if path.stat().st_mode & 0o007:
        return Check(
            name, "warn", f"{path}: everyone on this machine reads it; run: chmod o= {path}"
        )
    return Check(name, "ok" if count or name == "tokens" else "fail", f"{path}: {count} of them")
