"""An article on its way into docs/: read, checked and split, but nothing written there yet."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from index.add import add_article
from index.corpus import read_document
from index.errors import CorpusError
from index.fetch import fetch
from index.frontmatter import read_date
from index.language import detect_language
from index.loaders import LoadError, load
from index.schema import Document


@dataclass(frozen=True, slots=True)
class Given:
    """What an editor gave: the bytes of a file or an address, and what they say of it."""

    data: bytes = b""
    name: str = "article.md"
    address: str = ""
    title: str = ""
    publisher: str = ""
    published: str = ""
    language: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Staged:
    """An article as it will stand in docs/, and its file."""

    document: Document
    file: str


class NotAdded(Exception):
    """Why an article cannot be added: a string of the page, and what the machinery said."""

    def __init__(self, key: str, detail: str = "") -> None:
        super().__init__(key, detail)
        self.key = key
        self.detail = detail


def stage(given: Given, docs: Path) -> Staged:
    """Read what was given as the index will; raise NotAdded where that cannot be."""
    data, name, url = given.data, given.name, given.url
    if given.address:
        try:
            fetched = fetch(given.address)
        except CorpusError as error:
            raise NotAdded("add_unfetched", str(error)) from error
        data, url = fetched.data, fetched.url
        stem = PurePosixPath(unquote(urlsplit(fetched.url).path)).stem
        name = f"{stem or 'page'}{fetched.suffix}"
    try:
        loaded = load(data, PurePosixPath(name).suffix)
    except LoadError as error:
        raise NotAdded("add_unreadable", str(error)) from error
    if not (given.title or loaded.values.get("title")):
        raise NotAdded("add_no_title")
    if not (given.language or loaded.values.get("language") or detect_language(loaded.text)):
        raise NotAdded("add_no_language")
    if given.published:
        try:
            read_date(given.published)
        except ValueError as error:
            raise NotAdded("add_bad_date") from error
    with _room() as room:
        source = room / _plain(name)
        source.write_bytes(data)
        try:
            path = add_article(
                str(source),
                room / "docs",
                title=given.title or None,
                publisher=given.publisher or None,
                published=given.published or None,
                language=given.language or None,
                url=url or None,
            )
            document = read_document(path.parent)
        except CorpusError as error:
            detail = "; ".join(error.faults).replace(f"{source}: ", "")
            raise NotAdded("add_unreadable", detail) from error
        if (docs / document.id).exists():
            raise NotAdded("add_taken", document.id)
        return Staged(document, path.read_text("utf-8"))


def place(staged: Staged, docs: Path) -> Path:
    """Put a staged article into docs/, whole or not at all, and return its folder."""
    with _room() as room:
        source = room / "article.md"
        source.write_text(staged.file, "utf-8")
        try:
            return add_article(str(source), docs, slug=staged.document.id).parent
        except CorpusError as error:
            taken = (docs / staged.document.id).exists()
            key = "add_taken" if taken else "add_unwritten"
            raise NotAdded(key, "; ".join(error.faults)) from error


@contextmanager
def _room() -> Iterator[Path]:
    room = Path(tempfile.mkdtemp(prefix="c5-adding-"))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _plain(name: str) -> str:
    """Return a file's name without a path and without anything a file system could stumble on.

    >>> _plain("../../etc/Порт 2.md")
    'Порт-2.md'
    """
    path = PurePosixPath(name.replace("\\", "/"))
    stem = re.sub(r"[^\w.-]+", "-", path.stem).strip("-.")[:80]
    return f"{stem or 'article'}{path.suffix.lower()}"
