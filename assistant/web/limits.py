"""How much and how often: question, body, requests a minute, answers at once."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

import regex
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.problems import Problem, problem

T = TypeVar("T")
R = TypeVar("R")

QUESTION_LENGTH = 2000
HISTORY_TURNS = 6  # what an answer can make use of
ANSWER_LENGTH = 8000  # of an earlier answer in a history
BODY_BYTES = 256 * 1024
BODY_SECONDS = 15.0
AT_ONCE = 4
WAITING = 32
_CONTROLS = regex.compile(r"[\p{Cc}\p{Cs}--[\t\n\r]]", regex.V1)


def clean(text: str) -> str:
    r"""Return text without control characters and lone surrogates, trimmed.

    >>> clean("a\x00b\ud800 ")
    'ab'
    """
    return _CONTROLS.sub("", text).strip()


class Limiter:
    """A token bucket for each user or address; at most `keys` of them are remembered."""

    def __init__(
        self, a_minute: int, *, clock: Callable[[], float] = time.monotonic, keys: int = 10_000
    ) -> None:
        self.a_minute = a_minute
        self.clock = clock
        self.keys = keys
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def look(self, key: str) -> float:
        """Take none; return 0, or the seconds until there is one again."""
        if not self.a_minute or key not in self._buckets:
            return 0.0
        left, since = self._buckets[key]
        left += (self.clock() - since) * self.a_minute / 60
        return 0.0 if left >= 1 else (1 - left) * 60 / self.a_minute

    def wait(self, key: str) -> float:
        """Take one; return 0, or the seconds until there is one again."""
        if not self.a_minute:
            return 0.0
        now = self.clock()
        left, since = self._buckets.pop(key, (float(self.a_minute), now))
        left = min(self.a_minute, left + (now - since) * self.a_minute / 60)
        allowed = left >= 1
        self._buckets[key] = (left - 1 if allowed else left, now)
        while len(self._buckets) > self.keys:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) * 60 / self.a_minute


class Workers:
    """At most `at_once` answers are made at a time, `waiting` may wait, the rest is sent away."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._room = at_once + waiting
        self._inside = 0
        self._stopping = False
        self._over = asyncio.Event()

    @property
    def full(self) -> bool:
        """Whether the next question would be sent away."""
        return self._stopping or self._inside >= self._room

    def stop(self, grace: float) -> None:
        """Take no more questions; those inside have so many seconds, then they are sent away."""
        self._stopping = True
        asyncio.get_running_loop().call_later(grace, self._over.set)

    def refusal(self) -> Problem:
        """Return why a question is sent away, and when to come back."""
        if self._stopping:
            return Problem(503, "the server is being restarted; please try again", retry_after=5)
        return Problem(503, "too many questions at once; please try again", retry_after=2)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold a place while an answer is made; Problem 503 where the house is full."""
        if self.full:
            raise self.refusal()
        self._inside += 1
        try:
            await self._unless_over(self._slots.acquire())
            try:
                yield
            finally:
                self._slots.release()
        finally:
            self._inside -= 1

    async def run(self, work: Callable[[], T]) -> T:
        """Do blocking work in a thread."""
        async with self.slot():
            return await self._unless_over(asyncio.to_thread(work))

    async def iterate(self, make: Callable[[], Iterator[T]]) -> AsyncIterator[T]:
        """Hand on what a blocking generator yields; it is closed if nobody listens any more."""
        async with self.slot():
            items = await self._unless_over(asyncio.to_thread(make))
            end = object()
            try:
                following = partial(next, items, end)
                while (item := await self._unless_over(asyncio.to_thread(following))) is not end:
                    yield item
            finally:
                close = getattr(items, "close", None)
                if close and not self._over.is_set():  # then it may still be at work in its thread
                    await asyncio.to_thread(close)

    async def _unless_over(self, doing: Coroutine[Any, Any, R]) -> R:
        """Wait for it, but not longer than the house is open; a thread can only be left alone."""
        task = asyncio.ensure_future(doing)
        over = asyncio.ensure_future(self._over.wait())
        try:
            await asyncio.wait({task, over}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            raise self.refusal()
        finally:
            task.cancel()
            over.cancel()


class BodyLimit:
    """Refuses bodies that are too long (413) or dribble in too slowly (408)."""

    def __init__(self, app: ASGIApp, most: int = BODY_BYTES, seconds: float = BODY_SECONDS) -> None:
        self.app = app
        self.most = most
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body of a request that has one, then hand on."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        request_id = scope.get("state", {}).get("request_id")
        too_long = problem(413, f"the body is longer than {self.most} bytes", request_id)
        length = dict(scope["headers"]).get(b"content-length", b"")
        if length.isdigit() and int(length) > self.most:
            await too_long(scope, receive, send)
            return
        body = b""
        try:
            async with asyncio.timeout(self.seconds):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return
                    body += message.get("body", b"")
                    if len(body) > self.most:
                        await too_long(scope, receive, send)
                        return
                    more = message.get("more_body", False)
        except TimeoutError:
            late = problem(408, "the body did not arrive in time", request_id)
            await late(scope, receive, send)
            return
        read = False

        async def replay() -> Message:
            nonlocal read
            if read:
                return await receive()
            read = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, replay, send)
