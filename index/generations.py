"""Generations of an index on disk: a build writes a new folder, then moves one pointer.

``<index>/CURRENT`` names the generation that serves, ``<index>/generations/<build>/`` holds it, and
``<index>/lock`` admits one builder. A build that dies anywhere leaves the pointer where it was, and
what it had written is cleared away by the next one.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from index.errors import StoreError

REBUILD: Final = "run: c5 index --rebuild"
_BUILD: Final = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")


def new_build() -> str:
    """Return a new build id: when, and something that no other build has."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def current(index: Path) -> Path:
    """Return the folder of the generation that serves; `StoreError` where there is none."""
    pointer = index / "CURRENT"
    try:
        build = pointer.read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        if (index / "generations").is_dir():
            raise StoreError(f"{index}: the pointer CURRENT is missing; {REBUILD}") from error
        raise StoreError(f"{index}: no index here; run: c5 index") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"{pointer}: damaged; {REBUILD}") from error
    except OSError as error:
        raise StoreError(f"{pointer}: cannot be read ({error.strerror})") from error
    if not _BUILD.fullmatch(build):
        raise StoreError(f"{pointer}: damaged; {REBUILD}")
    folder = (index / "generations" / build).resolve()
    if not folder.is_dir():
        raise StoreError(f"{index}: generation {build} is missing; {REBUILD}")
    return folder


def start(index: Path, build: str) -> Path:
    """Make the empty folder of a new generation."""
    folder = index.resolve() / "generations" / build
    folder.mkdir(parents=True)
    return folder


def publish(index: Path, build: str) -> None:
    """Bring a finished generation to disk, then let the pointer name it, in one step."""
    folder = index / "generations" / build
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)
    _sync(folder.parent)
    new = index / "CURRENT.new"
    new.write_text(f"{build}\n", encoding="ascii")
    _sync(new)
    os.replace(new, index / "CURRENT")
    _sync(index)


def clean(index: Path, keep: set[str]) -> None:
    """Delete all generations but those to keep; files that readers have open stay readable."""
    folder = index / "generations"
    if folder.is_dir():
        for each in folder.iterdir():
            if each.name not in keep:
                shutil.rmtree(each, ignore_errors=True)


def identity(index: Path) -> str:
    """Return a name for this index that it keeps for life (a Chroma server may hold several)."""
    path = index / "id"
    if not path.is_file() or not path.read_text(encoding="ascii").strip():
        new = index / "id.new"
        new.write_text(secrets.token_hex(8), encoding="ascii")
        os.replace(new, path)
    return path.read_text(encoding="ascii").strip()


@contextmanager
def one_builder(index: Path, patience: float, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the index's lock; wait for another builder for so many seconds, then say who it is."""
    lock = FileLock(index / "lock")
    holder = index / "lock.holder"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(f"waiting for another build of {index} ({_holder(holder)})")
        try:
            lock.acquire(timeout=patience)
        except Timeout as error:
            raise StoreError(
                f"{index} is being built by another process ({_holder(holder)}); try again later"
            ) from error
    try:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        told = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
        holder.write_text(json.dumps(told), encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _holder(path: Path) -> str:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return f"process {told['pid']} on {told['host']}, since {told['since']}"
    except (OSError, ValueError, LookupError, TypeError):
        return "it has not said who it is"


def _sync(path: Path) -> None:
    """Bring a file or the entries of a folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def disk_trouble(where: Path) -> Iterator[None]:
    """Turn an `OSError` (read-only, full, not ours) into one clear line."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        path = error.filename or where
        raise StoreError(f"{path}: {reason}") from error
