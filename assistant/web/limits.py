"""How much and how often: question, body, requests a minute, answers at once."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any, TypeVar

import regex
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.problems import Problem, problem

T = TypeVar("T")

QUESTION_LENGTH = 2000
HISTORY_TURNS = 6  # what an answer can make use of
ANSWER_LENGTH = 8000  # of an earlier answer in a history
BODY_BYTES = 256 * 1024
BODY_SECONDS = 15.0
UPLOAD_BYTES = 14 * 1024 * 1024  # ten million bytes of a file as base64
_UPLOAD = "/ui-add/preview"
AT_ONCE = 4
WAITING = 32
ANSWER_SECONDS = 120.0  # for an answer, the wait for a place included
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
    """At most `at_once` answers are made at a time, `waiting` may wait, the rest is sent away.

    A thread cannot be stopped from outside: who left or waited too long frees the place only when
    the work is really done, so there never are more at work than there should be.
    """

    def __init__(
        self, at_once: int = AT_ONCE, waiting: int = WAITING, seconds: float = ANSWER_SECONDS
    ) -> None:
        self.at_once = at_once
        self.seconds = seconds
        self._slots = asyncio.Semaphore(at_once)
        self._room = at_once + waiting
        self._inside = 0
        self._tasks: set[asyncio.Task[Any]] = set()
        self._stopping = False
        self._over = asyncio.Event()

    @property
    def full(self) -> bool:
        """Whether the next question would be sent away."""
        return self._stopping or self._inside >= self._room

    @property
    def working(self) -> int:
        """How many answers are being made."""
        return min(self._inside, self.at_once)

    @property
    def waiting(self) -> int:
        """How many questions wait for a place."""
        return max(0, self._inside - self.at_once)

    def stop(self, grace: float) -> None:
        """Take no more questions; those inside have so many seconds, then they are sent away."""
        self._stopping = True
        asyncio.get_running_loop().call_later(grace, self._over.set)

    def refusal(self) -> Problem:
        """Return why a question is sent away, and when to come back."""
        if self._stopping:
            return Problem(503, "the server is being restarted; please try again", retry_after=5)
        return Problem(503, "too many questions at once; please try again", retry_after=2)

    async def run(self, work: Callable[[], T]) -> T:
        """Do blocking work in a thread; Problem 503 where there is no room, or no end."""
        until = time.monotonic() + self.seconds
        await self._enter(until)
        return await self._result(self._begin(work, leave=True), until)

    async def iterate(self, make: Callable[[], Iterator[T]]) -> AsyncIterator[T]:
        """Hand on what a blocking generator yields; it is closed if nobody listens any more."""
        until = time.monotonic() + self.seconds
        await self._enter(until)
        items: Iterator[T] | None = None
        end = object()
        step: asyncio.Task[Any] = self._begin(make)
        try:
            items = await self._result(step, until)
            while True:
                step = self._begin(partial(next, items, end))
                item = await self._result(step, until)
                if item is end:
                    return
                yield item
        finally:
            self._keep(asyncio.create_task(self._close(step, items)))

    async def _enter(self, until: float) -> None:
        if self.full:
            raise self.refusal()
        self._inside += 1
        place = asyncio.ensure_future(self._slots.acquire())
        try:
            await self._result(place, until)
        except BaseException:
            self._inside -= 1
            # a place that came in the very moment of leaving goes back
            if not place.cancel():
                self._slots.release()
            raise

    def _leave(self) -> None:
        self._inside -= 1
        self._slots.release()

    def _begin(self, work: Callable[[], T], *, leave: bool = False) -> asyncio.Task[T]:
        task = asyncio.create_task(asyncio.to_thread(work))
        if leave:
            task.add_done_callback(lambda _: self._leave())
        return self._keep(task)

    def _keep(self, task: asyncio.Task[T]) -> asyncio.Task[T]:
        """Hold on to a task nobody may be waiting for any more, and take note of its error."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return task

    async def _result(self, task: asyncio.Future[T], until: float) -> T:
        """Wait for a task, but not longer than there is time and the house is open."""
        over = asyncio.ensure_future(self._over.wait())
        try:
            both: set[asyncio.Future[Any]] = {task, over}
            await asyncio.wait(
                both,
                timeout=max(0.0, until - time.monotonic()),
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            over.cancel()
        if task.done():
            return task.result()
        if self._over.is_set():
            raise self.refusal()
        raise Problem(503, "the answer took too long; please try again", retry_after=10)

    async def _close(self, step: asyncio.Task[Any], items: Iterator[T] | None) -> None:
        """Close a generator once its last step is over, and give the place to the next."""
        try:
            await asyncio.wait([step])
            close = getattr(items, "close", None)
            if close:
                await asyncio.to_thread(close)
        finally:
            self._leave()


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
        most = self._most(scope)
        too_long = problem(413, f"the body is longer than {most} bytes", request_id)
        length = dict(scope["headers"]).get(b"content-length", b"")
        if length.isdigit() and int(length) > most:
            await too_long(scope, receive, send)
            return
        body = bytearray()
        try:
            async with asyncio.timeout(self.seconds):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return
                    body += message.get("body", b"")
                    if len(body) > most:
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
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self.app(scope, replay, send)

    def _most(self, scope: Scope) -> int:
        """Return how long a body may be: longer for an editor who adds an article."""
        from assistant.web.roles import may_edit

        path = scope["path"].removeprefix(scope.get("root_path", ""))
        return UPLOAD_BYTES if path == _UPLOAD and may_edit(Request(scope)) else self.most
