"""The edge to a language model: LangChain's `init_chat_model`, a deadline, and one kind of error.

`C5_LLM=provider:model` (ollama:qwen3, openai:any-model with C5_LLM_BASE_URL, anthropic:…). Every
way in which a server can fail ends as a `ModelFailure` before the deadline; leaving the iterator
(a stop button, a closed tab) closes the connection to the server, within a second.
"""

from __future__ import annotations

import asyncio
import os
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from assistant.errors import AssistantError, SettingsError
from assistant.settings import Settings

Reason = Literal[
    "unreachable", "timeout", "refused", "busy", "too_long", "broken", "empty", "endless"
]
# an answer has a few sentences; a model that goes on and on is cut here
MAX_TOKENS = 900
MAX_CHARACTERS = 8_000
HEARTBEAT = 1.0


class ModelFailure(AssistantError):
    """The model gave no usable reply; `reason` says how, for the notice and the log."""

    def __init__(self, reason: Reason, detail: str = "", retry_after: float | None = None) -> None:
        self.reason: Reason = reason
        self.retry_after = retry_after
        super().__init__(f"{reason}: {detail}" if detail else reason)


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a model."""

    role: Literal["system", "user", "assistant"]
    content: str


class ChatModel:
    """A language model that streams its reply within a deadline."""

    def __init__(self, settings: Settings) -> None:
        assert settings.llm is not None
        self.name = settings.llm
        self.timeout = settings.llm_timeout
        self._model = _open_model(settings)
        self._loop = _open_loop()

    def stream(self, messages: Sequence[Message], deadline: float) -> Iterator[str]:
        """Yield the reply piece by piece; `deadline` is a time of `time.monotonic`.

        An empty piece comes at least once a second, so that whoever reads can stop in between. A
        busy server (429) that names a time to come back within the deadline is asked again once.
        Raises ModelFailure.
        """
        try:
            yield from self._stream(messages, deadline)
        except ModelFailure as failure:
            wait = failure.retry_after
            if failure.reason != "busy" or wait is None or time.monotonic() + wait >= deadline:
                raise
            back = time.monotonic() + wait
            while (rest := back - time.monotonic()) > 0:
                time.sleep(min(rest, HEARTBEAT))
                yield ""
            yield from self._stream(messages, deadline)

    def complete(self, messages: Sequence[Message], deadline: float) -> str:
        """Return the whole reply. Raises ModelFailure."""
        return "".join(self.stream(messages, deadline))

    def _stream(self, messages: Sequence[Message], deadline: float) -> Iterator[str]:
        pieces: queue.Queue[str | BaseException | None] = queue.Queue()
        sent = [(message.role, message.content) for message in messages]

        async def pump() -> None:
            try:
                async with asyncio.timeout(deadline - time.monotonic()):
                    async for chunk in self._model.astream(sent):
                        pieces.put(str(chunk.text))
                pieces.put(None)
            except BaseException as error:
                pieces.put(error)

        task = asyncio.run_coroutine_threadsafe(pump(), self._loop)
        length, beat = 0, time.monotonic()
        try:
            while (piece := self._next(pieces, deadline)) is not None:
                if piece and time.monotonic() - beat > HEARTBEAT:
                    yield ""  # also while words come: they may never make a sentence
                if not piece or time.monotonic() - beat > HEARTBEAT:
                    beat = time.monotonic()
                length += len(piece)
                if length > MAX_CHARACTERS:
                    raise ModelFailure("endless", f"more than {MAX_CHARACTERS} characters")
                yield piece
        finally:
            task.cancel()
        if not length:
            raise ModelFailure("empty")

    @staticmethod
    def _next(pieces: queue.Queue[str | BaseException | None], deadline: float) -> str | None:
        # a moment longer than the task's own deadline, which says more precisely what happened
        rest = deadline - time.monotonic() + 0.5
        if rest <= 0:
            raise ModelFailure("timeout")
        try:
            piece = pieces.get(timeout=min(rest, HEARTBEAT))
        except queue.Empty:
            return ""
        if isinstance(piece, BaseException):
            raise _failure(piece) from piece
        return piece


@cache
def _open_loop() -> asyncio.AbstractEventLoop:
    """Return the loop that all models share: clients of one server share their connections."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="c5-llm", daemon=True).start()
    return loop


def _open_model(settings: Settings) -> Any:
    from langchain.chat_models import init_chat_model

    spec = settings.llm or ""
    provider = spec.partition(":")[0]
    options: dict[str, Any] = {"temperature": 0}
    if settings.llm_base_url:
        options["base_url"] = settings.llm_base_url
    if provider == "ollama":
        options |= {"num_predict": MAX_TOKENS, "reasoning": False}
        options["async_client_kwargs"] = {"timeout": settings.llm_timeout}
    else:
        options |= {
            "max_tokens": MAX_TOKENS,
            "max_retries": 0,
            "timeout": settings.llm_timeout,
        }
    key = os.environ.get("C5_LLM_API_KEY")
    if key:
        options["api_key"] = key
    elif provider == "openai" and settings.llm_base_url and not os.environ.get("OPENAI_API_KEY"):
        options["api_key"] = "none"  # servers on an intranet often ask for none, the client does
    try:
        return init_chat_model(spec, **options)
    except ImportError as error:
        raise SettingsError(
            f"C5_LLM={spec}: {error.name or error} is not installed;"
            " run: pip install 'c5-assistant[llm]'"
        ) from None
    except Exception as error:  # providers raise many kinds for a wrong name or a missing key
        told = str(error).splitlines()[0][:200]
        raise SettingsError(f"C5_LLM={spec}: {told}") from None


def _failure(error: BaseException) -> ModelFailure:
    """Tell what a foreign exception means, by what all clients have in common."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    detail = type(error).__name__
    for link in chain:
        status = getattr(link, "status_code", None)
        if isinstance(status, int) and status >= 400:
            return _refusal(status, link)
    if any(isinstance(link, TimeoutError) or "Timeout" in type(link).__name__ for link in chain):
        return ModelFailure("timeout", detail)
    if any(isinstance(link, ConnectionError) or "Connect" in type(link).__name__ for link in chain):
        return ModelFailure("unreachable", detail)
    return ModelFailure("broken", detail)


def _refusal(status: int, error: BaseException) -> ModelFailure:
    detail = f"HTTP {status}"
    if status in (401, 403):
        return ModelFailure("refused", detail)
    if status == 429:
        headers = getattr(getattr(error, "response", None), "headers", {})
        try:
            wait = float(headers.get("retry-after", ""))
        except ValueError:
            wait = None
        return ModelFailure("busy", detail, wait)
    if status == 413 or (status == 400 and "context" in str(error).lower()):
        return ModelFailure("too_long", detail)
    return ModelFailure("broken", detail)
