"""Tokens for scripts: random, shown once, kept as a hash, revocable.

A line of the file is ``name:role:sha256:made:expires``. A token has 256 random bits, so a plain
hash is enough: there is nothing to guess, as there is in a password.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import get_args

from assistant.access.files import change, lines_of
from assistant.access.users import Role, check_name
from assistant.errors import AssistantError, SettingsError

PREFIX = "c5_"  # makes a leaked token easy to find, and tells it from a proxy's own bearer tokens
_LONGEST_LIFE = 3650


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token; not the token itself."""

    name: str
    role: Role
    made: date
    expires: date | None

    def valid(self, today: date) -> bool:
        """Say whether it has not run out; the day it expires is its last."""
        return self.expires is None or today <= self.expires


def read_tokens(path: Path) -> Mapping[str, Token]:
    """Return the tokens by their hash; SettingsError names the line that makes no sense."""
    found = {}
    for number, line in lines_of(path, "C5_TOKENS_FILE"):
        parts = line.strip().split(":")
        try:
            name, role, digest, made, expires = parts
            if role not in get_args(Role) or len(bytes.fromhex(digest)) != 32 or not name:
                raise ValueError
            last = date.fromisoformat(expires) if expires else None
            found[digest] = Token(name, role, date.fromisoformat(made), last)  # type: ignore[arg-type]
        except ValueError:
            raise SettingsError(
                f"{path}:{number}: name:role:sha256:made:expires is expected; use: c5 token add"
            ) from None
    return found


def add_token(path: Path, name: str, role: Role, days: int | None) -> str:
    """Make a token, keep its hash and return it: it is not seen again."""
    check_name(name)
    if days is not None and not 1 <= days <= _LONGEST_LIFE:
        raise AssistantError(f"--days {days}: 1 to {_LONGEST_LIFE} are possible")
    today = datetime.now(UTC).date()
    expires = (today + timedelta(days=days)).isoformat() if days else ""
    token = PREFIX + secrets.token_urlsafe(32)

    def edit(lines: list[str]) -> list[str]:
        if any(line.partition(":")[0] == name for line in lines):
            raise AssistantError(f"there is a token {name!r} already; revoke it first")
        return [*lines, f"{name}:{role}:{_digest(token)}:{today.isoformat()}:{expires}"]

    change(path, edit)
    return token


def revoke_token(path: Path, name: str) -> None:
    """Take a token out; who holds it is turned away from the next request on."""

    def edit(lines: list[str]) -> list[str]:
        kept = [line for line in lines if line.partition(":")[0] != name]
        if len(kept) == len(lines):
            raise AssistantError(f"{path}: there is no token {name!r}; see: c5 token list")
        return kept

    change(path, edit)


def holder(tokens: Mapping[str, Token], presented: str) -> Token | None:
    """Return what is known of a presented token; None for one that is unknown or has run out."""
    token = tokens.get(_digest(presented))
    return token if token and token.valid(datetime.now(UTC).date()) else None


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
