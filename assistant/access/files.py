"""Files of credentials: read again when they change, written whole or not at all, for us alone."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Generic, TypeVar

from filelock import FileLock

from assistant.errors import SettingsError

T = TypeVar("T")
_log = logging.getLogger(__name__)
_Mark = tuple[int, int, int]


class Watched(Generic[T]):
    """What a file says at this moment; while it is broken, what it said last."""

    def __init__(self, path: Path, read: Callable[[Path], T]) -> None:
        self._path = path
        self._read = read
        self._mark = _mark(path)
        self._value = read(path)

    def now(self) -> T:
        """Return what the file says; someone removed from it is gone with the next request."""
        mark = _mark(self._path)
        if mark != self._mark:
            self._mark = mark
            try:
                self._value = self._read(self._path)
            except SettingsError as error:
                _log.error("%s; what it said before still holds", error)
        return self._value


def _mark(path: Path) -> _Mark | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def lines_of(path: Path, name: str) -> list[tuple[int, str]]:
    """Return the numbered lines that say something; SettingsError where it cannot be read."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}={path}: {error}") from None
    return [(n, line) for n, line in enumerate(lines, 1) if line.strip() and line[0] != "#"]


def change(path: Path, edit: Callable[[list[str]], Iterable[str]]) -> None:
    """Change the lines of a file that may not be there yet; two at once take turns.

    The file is readable by its owner alone. SettingsError where it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(path.name + ".lock"), timeout=10, mode=0o600):
            old = path.read_text("utf-8").splitlines() if path.exists() else []
            text = "".join(f"{line}\n" for line in edit(old))
            handle, made = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                _same_owner(path, made)
                os.replace(made, path)
            except BaseException:
                os.unlink(made)
                raise
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None


def _same_owner(path: Path, made: str) -> None:
    """Let the account that serves go on reading a file that root changes."""
    if path.exists() and os.geteuid() == 0:
        found = path.stat()
        os.chown(made, found.st_uid, found.st_gid)
        os.chmod(made, found.st_mode & 0o640)
