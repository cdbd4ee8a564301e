"""Put a file or an address into docs/ as <slug>/article.md, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from index.corpus import read_document
from index.errors import CorpusError
from index.frontmatter import write
from index.language import detect_language
from index.loaded import MAX_BYTES, Loaded, LoadError
from index.loaders import load

_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")
_SLUG = re.compile(r"\w[\w.-]{0,99}")
_NAMELESS = frozenset({"article", "document", "download", "index", "page", "untitled"})
_LONGEST_SLUG = 60
_PREFIX = ".adding-"
_ABANDONED = 86_400  # seconds; what a killed process left behind is removed then


def add_article(
    source: str,
    docs: Path,
    *,
    title: str | None = None,
    published: str | None = None,
    language: str | None = None,
    publisher: str | None = None,
    url: str | None = None,
    slug: str | None = None,
    allow_private: bool = False,
) -> Path:
    """Convert a file or an address to an article and return its path in `docs`.

    What is given goes before what the source says of itself. An article that is there is never
    overwritten. All that is wrong is told in one CorpusError.
    """
    loaded = _loaded(source, allow_private)
    given = {
        "title": title,
        "publisher": publisher,
        "published": published,
        "language": language,
        "url": url,
    }
    stated = loaded.values | {name: value.strip() for name, value in given.items() if value}
    if not stated.get("title"):
        raise CorpusError([f"{source}: no title found in it; give one with --title"])
    if not stated.get("language"):
        detected = detect_language(loaded.text)
        if not detected:
            raise CorpusError([f"{source}: its language is not clear; give it with --language"])
        stated["language"] = detected
    name = slug or _slug(source, stated["title"], loaded.text)
    if not _SLUG.fullmatch(name):
        raise CorpusError([f"{name}: a slug has letters, digits, '-', '_' and '.', at most 100"])
    # the known names first, in their usual order, then what else the source had
    ordered = {key: stated[key] for key in (*given, *stated) if key in stated}
    return _place(source, docs / name, ordered, loaded.text)


def _loaded(source: str, allow_private: bool) -> Loaded:
    try:
        if _ADDRESS.match(source):
            from index.fetch import fetch

            fetched = fetch(source, allow_private=allow_private)
            loaded = load(fetched.data, fetched.suffix)
            # where it was found is certain; what a page says of its own address is not
            return Loaded(loaded.text, loaded.values | {"url": fetched.url})
        path = Path(source)
        if not path.is_file():
            raise CorpusError([f"{source}: no such file; an address begins with https://"])
        if path.stat().st_size > MAX_BYTES:
            raise CorpusError([f"{source}: larger than {MAX_BYTES // 1_000_000} MB"])
        return load(path.read_bytes(), path.suffix)
    except LoadError as error:
        raise CorpusError([f"{source}: {error}"]) from error
    except OSError as error:
        raise CorpusError([f"{source}: cannot be read: {error.strerror}"]) from error


def _place(source: str, folder: Path, values: Mapping[str, str], text: str) -> Path:
    """Write under another name, read that as the index will, then give it its name."""
    taken = CorpusError([f"{folder}: is there already; give another name with --slug"])
    if folder.exists():
        raise taken
    made: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(folder.parent)
        made = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=folder.parent))
        made.chmod(0o755)
        article = made / "article.md"
        with article.open("wb") as file:
            file.write(write(values, text).encode())
            file.flush()
            os.fsync(file.fileno())
        read_document(made)
        if folder.exists():
            raise taken
        made.rename(folder)
    except CorpusError as error:
        named = [fault.replace(str(made / "article.md"), source) for fault in error.faults if made]
        raise CorpusError(named) from error
    except OSError as error:
        if folder.exists():
            raise taken from error
        raise CorpusError([f"{folder}: cannot be written: {error.strerror}"]) from error
    finally:
        if made:
            shutil.rmtree(made, ignore_errors=True)
    return folder / "article.md"


def _remove_abandoned(docs: Path) -> None:
    for left in docs.glob(f"{_PREFIX}*"):
        if time.time() - left.stat().st_mtime > _ABANDONED:
            shutil.rmtree(left, ignore_errors=True)


def _slug(source: str, title: str, text: str) -> str:
    """Make a folder name of ASCII letters from the title or the file's name, else from the text."""
    path = unquote(urlsplit(source).path) if _ADDRESS.match(source) else Path(source).name
    for name in (title, PurePosixPath(path).stem):
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        kebab = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].rstrip("-")
        letters = sum(character.isalpha() for character in name)
        if kebab not in _NAMELESS and sum(map(str.isalpha, kebab)) * 2 > letters:
            return kebab
    return f"article-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
