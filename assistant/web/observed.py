"""What is noted of every request and answer: a line of the log and some figures, never content."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant import logs
from assistant.schema import Answer, Progress, Statement

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.web.metrics import Metrics

_log = logging.getLogger(__name__)
_NAMED = (
    "/api/ask", "/api/ask/stream", "/api/search", "/api/documents", "/healthz", "/readyz",
    "/metrics", "/widget.js", "/embed", "/privacy", "/docs", "/openapi.json",
)  # fmt: skip
_FAMILIES = (
    ("/api/documents/", "/api/documents/{document}"),
    ("/ui-article/", "/ui-article/{document}"),
    ("/ui/", "static"), ("/assets/", "static"), ("/static/", "static"), ("/theme.css", "static"),
    ("/gradio_api/", "chat"), ("/config", "chat"),
)  # fmt: skip
_QUIET = ("static", "/healthz", "/readyz", "/metrics")
_GIVEN_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


def route(path: str) -> str:
    """Return the name a path goes by in log and figures; what is unknown shares one.

    >>> route("/api/documents/port-opens"), route("/"), route("/who+is+the+source")
    ('/api/documents/{document}', '/', 'other')
    """
    if path in _NAMED or path == "/":
        return path
    return next((name for start, name in _FAMILIES if path.startswith(start)), "other")


class Observe:
    """Around everything but the proxies: names the request, counts it and logs how it ended."""

    def __init__(self, app: ASGIApp, metrics: Metrics, *, addresses: bool) -> None:
        self.app = app
        self.metrics = metrics
        self.addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, and note the end."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        # a trusted proxy's own id, so that its log and ours can be laid side by side
        given = Headers(scope=scope).get("x-request-id", "")
        known = state.get("trusted_peer") and _GIVEN_ID.fullmatch(given)
        state["request_id"] = given if known else secrets.token_hex(8)
        logs.request_id.set(state["request_id"])
        status = 0
        started = time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            self._note(scope, status, time.perf_counter() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        name = route(scope["path"].removeprefix(scope.get("root_path", "")))
        # 499: the visitor left before there was an answer
        self.metrics.requests.labels(name, scope["method"][:10], str(status or 499)).inc()
        if name != "chat":  # its streams last as long as the page is open
            self.metrics.seconds.labels(name).observe(seconds)
        if name in _QUIET and status < 400:
            return
        told: dict[str, Any] = {"method": scope["method"][:10], "route": name, "status": status}
        told["ms"] = round(seconds * 1000)
        if self.addresses:
            told["address"] = (scope.get("client") or ["?"])[0]
            told["user"] = scope["state"].get("user")
        _log.info("request", extra=told)


class Observed:
    """The assistant, with a note of every answer it gives."""

    def __init__(self, assistant: Assistant, metrics: Metrics, *, questions: bool) -> None:
        self._assistant = assistant
        self._metrics = metrics
        self._questions = questions

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)

    def ask(self, question: str, *how: Any, **more: Any) -> Answer:
        """Answer as the assistant does."""
        started = time.perf_counter()
        try:
            answer = self._assistant.ask(question, *how, **more)
        except Exception as error:
            self._failed(error)
            raise
        self._note(answer, time.perf_counter() - started)
        return answer

    def stream(
        self, question: str, *how: Any, **more: Any
    ) -> Iterator[Progress | Statement | Answer]:
        """Answer bit by bit as the assistant does."""
        started = time.perf_counter()
        try:
            for item in self._assistant.stream(question, *how, **more):
                if isinstance(item, Answer):
                    self._note(item, time.perf_counter() - started)
                yield item
        except Exception as error:
            self._failed(error)
            raise

    def _failed(self, error: Exception) -> None:
        self._metrics.failures.labels(type(error).__name__).inc()

    def _note(self, answer: Answer, seconds: float) -> None:
        self._metrics.answered(answer, seconds)
        told: dict[str, Any] = {
            "status": str(answer.status),
            "mode": str(answer.mode),
            "language": answer.language,
            "ms": round(seconds * 1000),
        }
        if self._questions:
            told["question"] = answer.question
        _log.info("answer", extra=told)
