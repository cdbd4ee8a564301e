"""Moving to a newer build of the index while serving, at the same moment as other replicas.

Replicas look at the moments that a clock's seconds divide by `LOOK`. A new build is opened at one
such moment and serves from the next one on: so replicas whose clocks agree, and that open it
within `LOOK` seconds, all change at once, however long opening takes each of them.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Final

from index.search import Index

LOOK: Final = 5.0
_EARLY: Final = 0.1  # seconds by which a sleep may end too soon
_log = logging.getLogger(__name__)


async def follow(index: Index) -> None:
    """Go on for ever; whatever goes wrong with a new build, the old one goes on serving."""
    while True:
        await asyncio.sleep(until_next(time.time()))
        try:
            await asyncio.to_thread(index.turn)
            await asyncio.to_thread(index.prepare)
        except Exception as error:
            _log.error("the index was not refreshed: %s", type(error).__name__)


def until_next(now: float) -> float:
    """Return the seconds until the next moment that all replicas share.

    >>> until_next(1003.0), until_next(1004.95)
    (2.0, 5.05)
    """
    left = LOOK - now % LOOK
    return round(left if left > _EARLY else left + LOOK, 6)
