"""The users file: lines ``name:hash`` or ``name:hash:editor``, argon2 or bcrypt."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.access.files import change, lines_of
from assistant.errors import AssistantError, SettingsError

Role = Literal["reader", "editor"]
_HASHES = ("$argon2", "$2a$", "$2b$", "$2y$")
_SHORTEST = 10  # characters of a password
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class User:
    """Someone who signs on with a password."""

    hashed: str
    role: Role = "reader"


def read_users(path: Path) -> Mapping[str, User]:
    """Read the users; SettingsError names the line that makes no sense."""
    users = {}
    for number, line in lines_of(path, "C5_USERS_FILE"):
        name, _, rest = line.strip().partition(":")
        hashed, _, role = rest.partition(":")
        if not name or not hashed.startswith(_HASHES):
            raise SettingsError(f"{path}:{number}: name:hash is expected, argon2 or bcrypt")
        if role not in ("", "reader", "editor"):
            raise SettingsError(f"{path}:{number}: a role is reader or editor, not {role!r}")
        users[name] = User(hashed, "editor" if role == "editor" else "reader")
    return users


def add_user(path: Path, name: str, password: str, role: Role) -> bool:
    """Write a user with the hash of the password; return whether the name was there before."""
    check_name(name)
    if len(password) < _SHORTEST:
        raise AssistantError(f"a password has at least {_SHORTEST} characters")
    if len(password) > _LONGEST:
        raise AssistantError(f"a password has at most {_LONGEST} characters")
    if password.casefold() == name.casefold():
        raise AssistantError("the password is the name")
    from argon2 import PasswordHasher

    line = f"{name}:{PasswordHasher().hash(unicodedata.normalize('NFC', password))}"
    return _put(path, name, f"{line}:editor" if role == "editor" else line)


def remove_user(path: Path, name: str) -> None:
    """Take a user out of the file; AssistantError where there is none of that name."""
    if not _put(path, name, None):
        raise AssistantError(f"{path}: there is no user {name!r}")


def right_password(hashed: str, password: str) -> bool:
    """Say whether a password fits a stored hash."""
    if hashed.startswith("$argon2"):
        from argon2 import PasswordHasher
        from argon2.exceptions import Argon2Error, InvalidHashError

        # as it came, then as `c5 user add` writes it: keyboards compose letters in two ways
        for form in dict.fromkeys((password, unicodedata.normalize("NFC", password))):
            try:
                return PasswordHasher().verify(hashed, form)
            except (Argon2Error, InvalidHashError):
                continue
        return False
    from bcrypt import checkpw

    try:
        # bcrypt reads 72 bytes; a longer password is never silently cut
        secret = password.encode("utf-8")
        return len(secret) <= 72 and checkpw(secret, hashed.encode("ascii"))
    except ValueError:
        return False


def check_name(name: str) -> None:
    """AssistantError for a name that a line of a file, or a header, cannot hold."""
    printable = name.isprintable() and name == name.strip()
    if not name or not printable or ":" in name or "," in name or name.startswith(("#", "*")):
        raise AssistantError(f"{name!r}: a name is printable, without ':' and ','")
    if len(name) > 100:
        raise AssistantError("a name has at most 100 characters")


def _put(path: Path, name: str, line: str | None) -> bool:
    """Replace the line of a name, or add it; None takes it out. Say whether it was there."""
    there = False

    def edit(lines: list[str]) -> list[str]:
        nonlocal there
        kept = [old for old in lines if old.partition(":")[0] != name]
        there = len(kept) < len(lines)
        return [*kept, line] if line else kept

    change(path, edit)
    return there
