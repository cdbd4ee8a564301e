r"""From the folders of docs/ to Documents; every fault of a corpus is found and told at once.

The text of a Document is the body of its file to the letter: only the byte order mark is dropped
and line ends are made ``\n``.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path

from index.errors import CorpusError
from index.frontmatter import FrontMatterError, Parsed, parse, read_date
from index.language import detect_language, primary_language
from index.markdown import blocks
from index.schema import Document, Translation

_ARTICLE = "article.md"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x84\x86-\x9f]")
_IGNORED = ("readme", "license", "notice")


def read_corpus(root: Path) -> tuple[Document, ...]:
    """Read all articles, sorted by id, or raise one CorpusError with all that is wrong."""
    if not root.is_dir():
        raise CorpusError([f"{root}: no such folder; make it and put <name>/{_ARTICLE} into it"])
    faults: list[str] = []
    documents: list[Document] = []
    seen: dict[str, Path] = {}
    for path in sorted(root.iterdir()):
        if path.name.startswith(".") or path.stem.lower() in _IGNORED:
            continue
        if not path.is_dir():
            if path.suffix.lower() == ".md":
                faults.append(f"{path}: an article has a folder: {root / path.stem / _ARTICLE}")
            continue
        key = unicodedata.normalize("NFC", path.name).casefold()
        if key in seen:
            faults.append(f"{path}: the same name as {seen[key]} on many machines; rename one")
        seen.setdefault(key, path)
        try:
            documents.append(read_document(path))
        except CorpusError as error:
            faults.extend(error.faults)
    if not documents and not faults:
        faults.append(f"{root}: no articles; put <name>/{_ARTICLE} into it, or use c5 add")
    if faults:
        raise CorpusError(faults)
    return tuple(sorted(documents, key=lambda document: document.id))


def read_document(folder: Path) -> Document:
    """Read one article and its translations, or raise CorpusError with all that is wrong."""
    path = folder / _ARTICLE
    if not path.is_file():
        raise CorpusError([f"{folder}: no {_ARTICLE} in this folder"])
    faults: list[str] = []
    if "#" in folder.name or not folder.name.isprintable():
        faults.append(f"{folder}: a folder's name must be without # and control characters")
    parsed = _read(path, faults)
    if parsed is None:
        raise CorpusError(faults)
    values, text = parsed.values, parsed.body
    title = values.get("title", "")
    if not title:
        faults.append(f"{path}: front matter lacks 'title'; add a line 'title: …'")
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
    translations = _translations(folder, text, language or "", faults)
    if faults:
        raise CorpusError(faults)
    return Document(
        id=unicodedata.normalize("NFC", folder.name),
        title=title,
        language=language or "",
        text=text,
        publisher=values.get("publisher"),
        published=published,
        url=values.get("url"),
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


def _read(path: Path, faults: list[str]) -> Parsed | None:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.append(f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8")
        return None
    except OSError as error:
        faults.append(f"{path}: cannot be read: {error.strerror}")
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        faults.append(
            f"{path}: control character U+{ord(control[0]):04X} in line {line}; remove it"
        )
        return None
    if not text.strip():
        faults.append(f"{path}: the file is empty")
        return None
    try:
        return parse(text)
    except FrontMatterError as error:
        faults.append(f"{path}: {error}")
        return None


def _translations(
    folder: Path, original: str, language: str, faults: list[str]
) -> tuple[Translation, ...]:
    found = []
    for path in sorted(folder.glob("translation*.md")):
        code = path.name.removeprefix("translation.").removesuffix(".md")
        if primary_language(code) != code:
            faults.append(f"{path}: name it translation.<language>.md, with a code such as en")
            continue
        if code == language:
            faults.append(f"{path}: the article itself is in this language")
            continue
        if parsed := _read(path, faults):
            texts = _aligned(path, original, parsed.body, faults)
            machine = parsed.values.get("machine", "").lower() in ("true", "yes", "1")
            found.append(Translation(code, texts, machine))
    return tuple(found)


def _aligned(path: Path, original: str, body: str, faults: list[str]) -> tuple[str, ...]:
    """Return the translation's blocks, which must be as many and of the kinds of the original's."""
    ours, theirs = blocks(original), blocks(body)
    for number, (one, other) in enumerate(zip(ours, theirs, strict=False), 1):
        if (one.level > 0) != (other.level > 0):
            kinds = ("paragraph", "heading")
            faults.append(
                f"{path}: paragraph {number} is a {kinds[other.level > 0]}, but a "
                f"{kinds[one.level > 0]} in the article ({_glimpse(original, one.start, one.end)})"
            )
            return ()
    if len(ours) != len(theirs):
        number = min(len(ours), len(theirs)) + 1
        longer = "the article" if len(ours) > len(theirs) else "the translation"
        faults.append(
            f"{path}: {len(theirs)} headings and paragraphs, but {len(ours)} in the article; "
            f"from paragraph {number} on only {longer} goes on"
        )
        return ()
    return tuple(body[block.start : block.end] for block in theirs)


def _glimpse(text: str, start: int, end: int) -> str:
    return "“" + text[start:end][:40].replace("\n", " ") + ("…”" if end - start > 40 else "”")
