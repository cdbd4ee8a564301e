"""What the server remembers of visits, in memory only: so many things, for so long, each for one.

Answers are found again by a name that nobody can guess, so that they can be copied, exported or
linked to; nothing of it is written to disk.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

HELD = 5000
SECONDS = 12 * 3600.0  # a working day


def new_name() -> str:
    """Return a name that cannot be guessed."""
    return secrets.token_urlsafe(16)


class Shelf(Generic[T]):
    """Holds the newest `most` things for `seconds`; gives each only to whom it belongs."""

    def __init__(
        self,
        most: int = HELD,
        seconds: float = SECONDS,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.most = most
        self.seconds = seconds
        self.clock = clock
        self._things: OrderedDict[str, tuple[float, str, T]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, name: str, thing: T, owner: str = "") -> None:
        """Put a thing under a name; the oldest ones make room."""
        now = self.clock()
        with self._lock:
            self._things.pop(name, None)
            self._things[name] = (now, owner, thing)
            while self._things:
                oldest, (since, _, _) = next(iter(self._things.items()))
                if len(self._things) <= self.most and now - since <= self.seconds:
                    break
                del self._things[oldest]

    def get(self, name: str, owner: str = "") -> T | None:
        """Return what stands under a name, or None where there is nothing for this owner."""
        with self._lock:
            since, whose, thing = self._things.get(name, (0.0, "", None))
        if thing is None or whose != owner or self.clock() - since > self.seconds:
            return None
        return thing

    def drop(self, name: str) -> None:
        """Forget what stands under a name."""
        with self._lock:
            self._things.pop(name, None)
