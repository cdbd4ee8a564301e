"""The first page: Gradio's, dressed on its way out in the browser's language.

Gradio adds what it is given for the head only after its scripts have run; done here, the page has
its direction, its words and its shape at once.
"""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.schema import LANGUAGES
from assistant.web.page import dressed
from assistant.web.strings import accepted


class FrontPage:
    """Rewrites the HTML of `/` and of nothing else."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...] = ()) -> None:
        self.app = app
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold the page back until it is whole, then send it dressed."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] != "http" or scope["method"] != "GET" or path != "/":
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body = b""

        async def held(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            if message["type"] != "http.response.body":
                await send(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            headers = MutableHeaders(scope=start)
            if headers.get("content-type", "").startswith("text/html") and start["status"] == 200:
                html = dressed(body.decode("utf-8"), page_language(scope), self.origins)
                body = html.encode("utf-8")
                headers["Content-Length"] = str(len(body))
                headers["Cache-Control"] = "no-store"
                headers["Vary"] = "Accept-Language, Origin"
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, held)


def page_language(scope: Scope) -> str:
    """Return the language of the page: that of `?lang=`, or what the browser prefers."""
    wished = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", [""])[0]
    return (
        wished if wished in LANGUAGES else accepted(Headers(scope=scope).get("accept-language", ""))
    )
