r"""From the folders of docs/ to Documents; every fault of a corpus is found and told at once.

The text of a Document is the body of its file to the letter: only the byte order mark is dropped
and line ends are made ``\n``.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import astuple
from pathlib import Path

from index.article_file import ARTICLE, find_article, read_article
from index.errors import CorpusError
from index.frontmatter import read_date
from index.language import detect_language, primary_language
from index.schema import Document
from index.translations import read_translations

_IGNORED = ("readme", "license", "notice")


def read_corpus(root: Path, read: Callable[[Path], Document] | None = None) -> tuple[Document, ...]:
    """Read all articles, sorted by id, or raise one CorpusError with all that is wrong.

    `read` takes the place of `read_document`, for a caller that knows some of them already.
    """
    if not root.is_dir():
        raise CorpusError([f"{root}: no such folder; make it and put <name>/{ARTICLE} into it"])
    faults: list[str] = []
    documents: list[Document] = []
    seen: dict[str, Path] = {}
    for path in sorted(root.iterdir(), key=lambda path: path.name):
        if path.name.startswith(".") or path.stem.lower() in _IGNORED:
            continue
        if not path.is_dir():
            if path.suffix.lower() == ".md":
                faults.append(f"{path}: an article has a folder: {root / path.stem / ARTICLE}")
            continue
        key = unicodedata.normalize("NFC", path.name).casefold()
        if key in seen:
            faults.append(f"{path}: the same name as {seen[key]} on many machines; rename one")
        seen.setdefault(key, path)
        try:
            documents.append((read or read_document)(path))
        except CorpusError as error:
            faults.extend(error.faults)
    if not documents and not faults:
        faults.append(f"{root}: no articles; put <name>/{ARTICLE} into it, or use c5 add")
    if faults:
        raise CorpusError(faults)
    return tuple(sorted(documents, key=lambda document: document.id))


def read_document(folder: Path) -> Document:
    """Read one article and its translations, or raise CorpusError with all that is wrong."""
    path = find_article(folder)
    if path is None:
        raise CorpusError([f"{folder}: no {ARTICLE} in this folder"])
    faults: list[str] = []
    if "#" in folder.name or not folder.name.isprintable():
        faults.append(f"{folder}: a folder's name must be without # and control characters")
    parsed = read_article(path, faults)
    if parsed is None:
        raise CorpusError(faults)
    values, text = parsed.values, parsed.body
    about = "front matter" if path.name == ARTICLE else "meta.yaml"
    title = values.get("title", "")
    if not title:
        faults.append(f"{path}: {about} lacks 'title'; add a line 'title: …'")
    if not any(character.isalnum() for character in text):
        faults.append(f"{path}: the article is empty; put its text below the front matter")
    language = detect_language(text)
    if stated := values.get("language"):
        language = primary_language(stated)
        if not language:
            faults.append(f"{path}: unknown language {stated!r}; write a code such as ar, en, ru")
    elif not language and not faults:
        faults.append(f"{path}: the language is not clear; add a line 'language: …'")
    published = None
    if day := values.get("published"):
        try:
            published = read_date(day)
        except ValueError:
            faults.append(f"{path}: 'published: {day}' is not a date; write it as 2025-11-06")
    if (url := values.get("url")) and not url.startswith(("https://", "http://")):
        faults.append(f"{path}: 'url: {url}' is not an address; it begins with https://")
    translations = read_translations(folder, text, language or "", faults)
    if faults:
        raise CorpusError(faults)
    return Document(
        id=unicodedata.normalize("NFC", folder.name),
        title=title,
        language=language or "",
        text=text,
        publisher=values.get("publisher"),
        published=published,
        url=url,
        translations=translations,
    )


def document_hash(document: Document) -> str:
    """Return a hash of all that is in a document, equal on every machine."""
    packed = json.dumps(astuple(document), ensure_ascii=False, default=str)
    return hashlib.sha256(packed.encode("utf-8", "surrogatepass")).hexdigest()


def corpus_hash(documents: Iterable[Document]) -> str:
    """Return a hash of a corpus, whatever the order of its documents."""
    hashes = sorted(document_hash(document) for document in documents)
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()
