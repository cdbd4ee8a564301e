"""Headers of every response, who may call from another origin, and which of Gradio's doors open.

`C5_ALLOWED_ORIGINS` governs framing, CORS and the API alike; empty means the same origin only.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import SettingsError
from assistant.web.problems import Problem, problem, unforeseen

# what the page itself uses of Gradio; uploads, proxies, run history and the rest stay shut
_GRADIO_OPEN = (
    "/gradio_api/queue/join",
    "/gradio_api/queue/data",
    "/gradio_api/heartbeat/",
    "/gradio_api/startup-events",
    "/gradio_api/app_id",
    "/gradio_api/cancel",
    "/gradio_api/reset",
    "/gradio_api/info",
    "/gradio_api/theme.css",
)
_GRADIO_SHUT = (
    "/gradio_api/",
    "/config/",
    "/login",
    "/logout",
    "/monitoring",
    "/deep_link",
    "/runs",
    "/pwa_icon",
    "/svelte/",
    "/vibe",
    "/dev/",
)
_METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
_READS = ("GET", "HEAD", "OPTIONS")


def check_origins(origins: Iterable[str]) -> tuple[str, ...]:
    """Return the origins; SettingsError for what is not ``scheme://host[:port]``."""
    checked = []
    for origin in origins:
        scheme, _, host = origin.partition("://")
        if scheme not in ("http", "https") or not host or any(c in host for c in "/ ;,*'\""):
            raise SettingsError(
                f"C5_ALLOWED_ORIGINS: {origin!r} is not an origin such as https://portal.example"
            )
        checked.append(origin.lower())
    return tuple(checked)


def content_security_policy(origins: Iterable[str]) -> str:
    """Return the policy. Gradio's page has inline scripts and styles with what it is made of."""
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'self'",
            " ".join(("frame-ancestors 'self'", *origins)),
            "base-uri 'self'",
            "form-action 'self'",
            "object-src 'none'",
        )
    )


def own_page(request: Request) -> None:
    """Refuse what does not come from our own page: another origin, or not JSON.

    Stricter than the rest of the house: not even the allowed origins may act in a visitor's name,
    and a form of any page cannot send JSON.
    """
    headers = request.headers
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem(415, "JSON is expected (Content-Type: application/json)")
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Problem(403, "this may only be called from our own page")
    origin = headers.get("origin")
    if origin is not None and not _same_host(origin, headers):
        raise Problem(403, "this may only be called from our own page")


def _same_host(origin: str, headers: Headers) -> bool:
    host = headers.get("x-forwarded-host") or headers.get("host", "")
    # the scheme is left out: a proxy that ends TLS may not tell it
    return origin.lower().partition("://")[2] == host.lower()


class Guard:
    """Outermost but one: security headers, the check of origins, shut doors."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        self.app = app
        self.origins = origins
        self.headers = {
            "Content-Security-Policy": content_security_policy(origins),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        }
        if not origins:
            self.headers["X-Frame-Options"] = "SAMEORIGIN"
            self.headers["Cross-Origin-Opener-Policy"] = "same-origin"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is refused, and put the headers on everything else."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = scope.setdefault("state", {}).setdefault("request_id", secrets.token_hex(8))
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
                headers["X-Request-ID"] = request_id
            await send(message)

        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if scope["method"] not in _METHODS:
            headers = {"Allow": "GET, HEAD, POST"}
            refusal = problem(405, "no such method here", request_id, headers=headers)
            await refusal(scope, receive, with_headers)
        elif path.startswith(_GRADIO_SHUT) and not path.startswith(_GRADIO_OPEN):
            refusal = problem(404, "there is nothing here", request_id)
            await refusal(scope, receive, with_headers)
        elif scope["method"] not in _READS and not self._same_house(scope):
            refusal = problem(403, "this origin may not call; see C5_ALLOWED_ORIGINS", request_id)
            await refusal(scope, receive, with_headers)
        else:
            try:
                await self.app(scope, receive, with_headers)
            except Exception as error:
                response = unforeseen(error, request_id)
                # once a body has begun nothing honest can be added: the connection is cut
                if not started:
                    await response(scope, receive, with_headers)

    def _same_house(self, scope: Scope) -> bool:
        """Say whether a request that may change something comes from us or an allowed origin."""
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is None:  # not a browser, or an old one on the same origin
            return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
        return origin.lower() in self.origins or _same_host(origin, headers)
