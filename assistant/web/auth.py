"""Who may come in: everyone, those in a users file, or those a proxy vouches for.

It stands before every route, Gradio's own and static files included, except `/healthz`.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import time
from base64 import b64decode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.web.problems import problem

_REMEMBER = 300.0  # seconds a right password is not hashed again
_REALM = {"WWW-Authenticate": 'Basic realm="C5 Assistant", charset="UTF-8"'}


def read_users(path: Path | None) -> Mapping[str, str]:
    """Read lines ``name:hash`` (argon2 or bcrypt; a third field is left to others)."""
    if path is None:
        raise SettingsError("C5_AUTH=basic needs C5_USERS_FILE with lines name:hash")
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"C5_USERS_FILE={path}: {error}") from None
    users = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, rest = line.strip().partition(":")
        hashed = rest.split(":")[0]
        if not name or not hashed.startswith(("$argon2", "$2a$", "$2b$", "$2y$")):
            raise SettingsError(f"{path}:{number}: name:hash is expected, argon2 or bcrypt")
        users[name] = hashed
    if not users:
        raise SettingsError(f"{path}: no users; nobody could come in")
    return users


def right_password(hashed: str, password: str) -> bool:
    """Say whether a password fits a stored hash."""
    if hashed.startswith("$argon2"):
        from argon2 import PasswordHasher
        from argon2.exceptions import Argon2Error, InvalidHashError

        try:
            return PasswordHasher().verify(hashed, password)
        except (Argon2Error, InvalidHashError):
            return False
    from bcrypt import checkpw

    try:
        # bcrypt reads 72 bytes; a longer password is never silently cut
        secret = password.encode("utf-8")
        return len(secret) <= 72 and checkpw(secret, hashed.encode("ascii"))
    except ValueError:
        return False


class Auth:
    """Lets in who may come in, and tells the rest of the house who it is (`state["user"]`)."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.kind = settings.auth
        self.header = settings.proxy_user_header
        self.users = read_users(settings.users_file) if self.kind == "basic" else {}
        self._nobody = self.users.get(next(iter(self.users), ""), "")
        self._key = secrets.token_bytes(32)
        self._right: dict[bytes, float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in or answer 401."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] == "lifespan" or self.kind == "none" or path == "/healthz":
            await self.app(scope, receive, send)
            return
        user = await self._user(scope)
        if user is None:
            request_id = scope.get("state", {}).get("request_id")
            if self.kind == "basic":
                refusal = problem(401, "sign in, please", request_id, headers=_REALM)
            else:
                refusal = problem(401, "sign in through the proxy, please", request_id)
            await refusal(scope, receive, send)
            return
        scope.setdefault("state", {})["user"] = user
        await self.app(scope, receive, send)

    async def _user(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        if self.kind == "proxy":
            if not scope.get("state", {}).get("trusted_peer"):
                return None
            values = headers.getlist(self.header)
            # two headers: one of them the client's own
            return values[0].strip() or None if len(values) == 1 else None
        kind, _, credentials = headers.get("authorization", "").partition(" ")
        if kind.lower() != "basic":
            return None
        try:
            name, colon, password = b64decode(credentials, validate=True).decode().partition(":")
        except ValueError:
            return None
        if not colon:
            return None
        return name if await self._fits(name, password) else None

    async def _fits(self, name: str, password: str) -> bool:
        now = time.monotonic()
        digest = hmac.new(self._key, f"{name}\0{password}".encode(), sha256).digest()
        if self._right.get(digest, 0.0) > now:
            return True
        # an unknown name takes as long as a known one
        hashed = self.users.get(name, self._nobody)
        fits = await asyncio.to_thread(right_password, hashed, password)
        if not (fits and name in self.users):
            return False
        self._right = {key: until for key, until in self._right.items() if until > now}
        self._right[digest] = now + _REMEMBER
        return True
