"""The patience of the server: a request whose head dribbles in does not hold a connection."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 15.0


class Impatient(H11Protocol):
    """HTTP/1.1 with bounded heads (h11 bounds their length, this their time).

    Uvicorn itself waits for ever for the rest of a head, and so could be filled up by a few hundred
    connections that say next to nothing.
    """

    head_seconds = HEAD_SECONDS

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Stop waiting once the head is whole; wait again where another one begins."""
        super().data_received(data)
        if self._answering:
            self._stop()
        else:
            self._wait()

    def on_response_complete(self) -> None:
        """Wait again where a part of the next head is there already."""
        super().on_response_complete()
        if self.conn.trailing_data[0]:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop()
        super().connection_lost(exc)

    @property
    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(self.head_seconds, self._too_late)

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _too_late(self) -> None:
        self._waiting = None
        if not self._answering and not self.transport.is_closing():
            self.transport.close()
