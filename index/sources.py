"""Which files the documents were read from, so that a changed one is noticed without reading all.

A file counts as unchanged when size and time are those of the build. Where they are not, or the
time is too near the build's to be trusted, its content decides.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from os.path import splitext
from pathlib import Path
from typing import Final, NamedTuple

from index.errors import StoreError

NAME: Final = "sources.json"
_IGNORED: Final = ("readme", "license", "notice")
_GRAIN: Final = 2_000_000_000  # file systems keep times no coarser than this, in nanoseconds


class Stamp(NamedTuple):
    """A file as it was: size, time of change, and content."""

    size: int
    changed: int
    sha256: str


class Source(NamedTuple):
    """The files of one document's folder, and the hash of the document made from them."""

    document: str
    hash: str
    files: Mapping[str, Stamp]


Sources = Mapping[str, Source]
"""By the name of the folder in docs/."""


def folders(docs: Path) -> dict[str, dict[str, os.stat_result]]:
    """Return the files that make up each document, by folder; nothing where docs/ is not there."""
    found = {}
    with suppress(OSError), os.scandir(docs) as entries:
        for entry in entries:
            hidden = entry.name.startswith(".") or splitext(entry.name)[0].lower() in _IGNORED
            if not hidden and entry.is_dir():
                found[entry.name] = files(entry.path)
    return found


def files(folder: Path | str) -> dict[str, os.stat_result]:
    """Return the files in a document's folder that the document is made from."""
    found = {}
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name == "article.md" or (name.startswith("translation") and name.endswith(".md")):
                found[name] = entry.stat()
    return found


def stamps(folder: Path) -> dict[str, Stamp]:
    """Read the files of a document's folder for comparison later."""
    found = {}
    for name, state in files(folder).items():
        with suppress(OSError):
            found[name] = Stamp(state.st_size, state.st_mtime_ns, _content(folder / name))
    return found


def is_same(
    docs: Path, name: str, now: Mapping[str, os.stat_result], then: Source, at: int
) -> bool:
    """Say whether a document's files are those of the build that began reading `at` this time."""
    if now.keys() != then.files.keys():
        return False
    for file, state in now.items():
        was = then.files[file]
        if state.st_size != was.size:
            return False
        trusted = state.st_mtime_ns == was.changed and state.st_mtime_ns < at - _GRAIN
        if not trusted and _content(docs / name / file) != was.sha256:
            return False
    return True


def seen_again(now: Mapping[str, os.stat_result], then: Source) -> Source:
    """Return a source that `is_same`, with its times: a copied docs/ is then read whole once."""
    if all(then.files[file].changed == state.st_mtime_ns for file, state in now.items()):
        return then
    files = {
        file: Stamp(state.st_size, state.st_mtime_ns, then.files[file].sha256)
        for file, state in now.items()
    }
    return Source(then.document, then.hash, files)


def changed(docs: Path, then: Sources, at: int) -> set[str]:
    """Return the folders of docs/ that are new, gone or not what they were."""
    now = folders(docs)
    return set(now.keys() ^ then.keys()) | {
        name
        for name, files in now.items()
        if name in then and not is_same(docs, name, files, then[name], at)
    }


def _content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def save(folder: Path, sources: Sources, read_at: int) -> None:
    """Write them into a generation's folder, with the moment before docs/ was read."""
    told = {"read_at": read_at, "folders": sources}  # named tuples become lists
    (folder / NAME).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


@lru_cache(maxsize=2)
def load(folder: Path) -> tuple[Sources, int]:
    """Read what `save` wrote, once; `StoreError` where another version wrote something else."""
    told = json.loads((folder / NAME).read_text(encoding="utf-8"))
    try:
        sources = {
            name: Source(document, mark, {file: Stamp(*each) for file, each in files.items()})
            for name, (document, mark, files) in told["folders"].items()
        }
        return sources, int(told["read_at"])
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise StoreError(f"{folder / NAME}: written by another version; run: c5 index") from error
