"""Ending within five seconds: answers in flight are finished or refused, none is left hanging.

On SIGTERM or Ctrl-C no new connection is taken, questions on open ones get 503 with Retry-After,
and answers that are being made have `GRACE` seconds. What is still open after `PATIENCE` (an event
stream that somebody listens to) is closed.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from typing import TYPE_CHECKING, Final

import uvicorn

if TYPE_CHECKING:
    from assistant.web.house import House

GRACE: Final = 3.0
PATIENCE: Final = 4  # uvicorn counts whole seconds
LAST: Final = 4.8
_log = logging.getLogger(__name__)


class StoppingServer(uvicorn.Server):
    """A server that tells the house before it stops."""

    def __init__(self, config: uvicorn.Config, house: House) -> None:
        super().__init__(config)
        self._house = house

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; a thread that waits for a slow language model does not keep the process."""
        watch = threading.Timer(LAST, _end)
        watch.daemon = True
        watch.start()
        self._house.workers.stop(GRACE)
        await super().shutdown(sockets)


def _end() -> None:
    _log.warning("stopped with an answer unfinished; whoever asked was told so")
    logging.shutdown()
    os._exit(0)
