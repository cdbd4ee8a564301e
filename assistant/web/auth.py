"""Who may come in: everyone, those in a users file, those a proxy vouches for, or who has a token.

It stands before every route, Gradio's own and static files included, except `/healthz`, and
`/metrics`, which goes by address.
"""

from __future__ import annotations

import asyncio
import hmac
import re
import secrets
import time
from base64 import b64decode
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.access.files import Watched
from assistant.access.tokens import PREFIX, holder, read_tokens
from assistant.access.users import Role, read_users, right_password
from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.web.limits import Limiter
from assistant.web.problems import Problem, problem

_REMEMBER = 300.0  # seconds a right password is not hashed again
_HASHING = 2  # passwords hashed at a time: argon2 takes 64 MiB each
_WRONG = 20  # wrong passwords or tokens a minute from one address
_OPEN = ("/healthz", "/metrics")


@dataclass(frozen=True, slots=True)
class SignedOn:
    """Who has come in, under the name that limits and roles go by."""

    name: str
    role: Role = "reader"


class Auth:
    """Lets in who may come in, and tells the rest of the house (`state["user"]`, `["role"]`)."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.kind = settings.auth
        self.users = None
        if self.kind == "basic":
            if settings.users_file is None:
                raise SettingsError("C5_AUTH=basic needs C5_USERS_FILE; see: c5 user add")
            self.users = Watched(settings.users_file, read_users)
            if not self.users.now():
                told = "no users; nobody could come in; run: c5 user add NAME"
                raise SettingsError(f"{settings.users_file}: {told}")
        path = settings.tokens_file
        self.tokens = Watched(path, read_tokens) if path else None
        self.wrong = Limiter(_WRONG)
        self._hashing = asyncio.Semaphore(_HASHING)
        self._key = secrets.token_bytes(32)
        self._right: dict[bytes, float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in or answer 401."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] == "lifespan" or path in _OPEN:
            await self.app(scope, receive, send)
            return
        try:
            visitor = await self._visitor(scope)
        except Problem as refusal:
            response = refusal.response(scope.get("state", {}).get("request_id"))
            await response(scope, receive, send)
            return
        if visitor:
            scope.setdefault("state", {}).update(user=visitor.name, role=visitor.role)
        elif self.kind != "none":
            await self._refuse(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        told = "sign in, please" if self.kind == "basic" else "sign in through the proxy, please"
        headers = {"Cache-Control": "no-store"}
        if self.kind == "basic":
            headers["WWW-Authenticate"] = 'Basic realm="C5 Assistant", charset="UTF-8"'
        elif self.tokens:
            headers["WWW-Authenticate"] = 'Bearer realm="C5 Assistant"'
        request_id = scope.get("state", {}).get("request_id")
        await problem(401, told, request_id, headers=headers)(scope, receive, send)

    async def _visitor(self, scope: Scope) -> SignedOn | None:
        headers = Headers(scope=scope)
        kind, _, credentials = headers.get("authorization", "").partition(" ")
        presented = credentials.strip()
        if kind.lower() == "bearer" and presented.startswith(PREFIX):
            return self._by_token(scope, presented)
        if self.kind == "proxy":
            return self._by_header(scope, headers)
        if self.kind == "basic" and kind.lower() == "basic":
            return await self._by_password(scope, presented)
        return None

    def _by_token(self, scope: Scope, presented: str) -> SignedOn:
        found = holder(self.tokens.now(), presented) if self.tokens else None
        if found is None:
            self._count_wrong(scope)
            # said even where no sign-on is needed: a script must learn that its token is gone
            raise Problem(401, "this token is unknown, revoked or has run out; see: c5 token")
        return SignedOn(f"token {found.name}", found.role)

    def _by_header(self, scope: Scope, headers: Headers) -> SignedOn | None:
        if not scope.get("state", {}).get("trusted_peer"):
            return None
        names = headers.getlist(self.settings.proxy_user_header)
        # two headers: one of them the client's own
        if len(names) != 1 or not names[0].strip():
            return None
        groups = headers.getlist(self.settings.groups_header)
        listed = re.split(r"[,;|]", groups[0]) if len(groups) == 1 else []
        wanted = {group.casefold() for group in self.settings.editors_by_group}
        edits = any(group.strip().casefold() in wanted for group in listed)
        return SignedOn(names[0].strip(), "editor" if edits else "reader")

    async def _by_password(self, scope: Scope, credentials: str) -> SignedOn | None:
        try:
            name, colon, password = b64decode(credentials, validate=True).decode().partition(":")
        except ValueError:
            return None
        if not colon or not self.users:
            return None
        users = self.users.now()
        # an unknown name takes as long as a known one
        user = users.get(name) or next(iter(users.values()), None)
        if user and await self._fits(scope, user.hashed, name, password) and name in users:
            return SignedOn(name, user.role)
        return None

    async def _fits(self, scope: Scope, hashed: str, name: str, password: str) -> bool:
        now = time.monotonic()
        said = f"{hashed}\0{name}\0{password}".encode()
        digest = hmac.new(self._key, said, sha256).digest()
        if self._right.get(digest, 0.0) > now:
            return True
        self._count_wrong(scope, just_looking=True)
        async with self._hashing:
            fits = await asyncio.to_thread(partial(right_password, hashed, password))
        if not fits:
            self._count_wrong(scope)
            return False
        self._right = {key: until for key, until in self._right.items() if until > now}
        self._right[digest] = now + _REMEMBER
        return True

    def _count_wrong(self, scope: Scope, *, just_looking: bool = False) -> None:
        """Problem 429 where an address has been wrong too often: nobody guesses for long."""
        address = str((scope.get("client") or ["?"])[0])
        seconds = self.wrong.look(address) if just_looking else self.wrong.wait(address)
        if seconds:
            raise Problem(429, "too many wrong sign-ons; please wait", retry_after=seconds)
