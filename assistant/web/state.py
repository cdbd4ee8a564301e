"""What the server keeps on disk of its own: links that were asked for, and a key to seal with.

Everything is in one folder (`C5_STATE`, else `state` inside the index), readable by its owner only,
and made when it is first needed.
"""

from __future__ import annotations

import hmac
import logging
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

from assistant.settings import Settings
from assistant.web.problems import Problem

_log = logging.getLogger(__name__)
_BUSY = 10.0  # seconds another process may hold a database


def state_folder(settings: Settings) -> Path:
    """Return the folder, which need not be there yet."""
    return settings.state or settings.index / "state"


@contextmanager
def database(path: Path, schema: str) -> Iterator[sqlite3.Connection]:
    """Open a database, made and given its tables where it is new; commit at the end.

    Problem 503 where it cannot be used, so that a full disk never looks like the visitor's fault.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(path, timeout=_BUSY)) as connection, connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.executescript(schema)
            yield connection
    except (OSError, sqlite3.Error) as error:
        _log.error("%s cannot be used: %s", path, error)
        raise Problem(503, "this cannot be kept at the moment", retry_after=10) from None


class Seal:
    """Proves that a text was written by this server, also after it was started anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key: bytes | None = None

    def of(self, text: str) -> str:
        """Return the seal of a text."""
        return hmac.new(self._read(), text.encode(), sha256).hexdigest()

    def fits(self, text: str, seal: str) -> bool:
        """Say whether a seal is that of a text."""
        return hmac.compare_digest(self.of(text), seal)

    def _read(self) -> bytes:
        if self._key is None:
            self._key = _key_in(self.folder / "seal.key")
        return self._key


def _key_in(path: Path) -> bytes:
    """Return the key of a file; without a place to keep one it lasts as long as the process."""
    fresh = secrets.token_bytes(32)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        made.touch(0o600)
        made.write_bytes(fresh)
        try:
            os.link(made, path)  # whole or not at all, and the first one wins
        except FileExistsError:
            pass
        finally:
            made.unlink()
        key = path.read_bytes()
    except OSError as error:
        _log.warning("%s: %s; what is sealed now will not be known later", path, error)
        return fresh
    return key if len(key) == len(fresh) else fresh
