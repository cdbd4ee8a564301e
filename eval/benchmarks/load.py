"""A load of users over HTTP, in a process of its own: each asks, reads, and asks again.

    python -m eval.benchmarks.load URL USERS SECONDS PAUSE < questions.json

Users pause between questions for an exponentially distributed time of the given mean (0: none).
Prints one JSON object: times in milliseconds of what was answered, and counts by status.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import aiohttp

_LONGEST: Final = 60.0  # seconds after which a request counts as hanging


class Users:
    """So many users of one server, and what they saw."""

    def __init__(self, url: str, questions: Sequence[str], pause: float) -> None:
        self.url = url
        self.questions = questions
        self.pause = pause
        self.times: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.without_retry = 0

    async def ask_for(self, users: int, seconds: float) -> None:
        """Let them all ask for so many seconds."""
        self._until = time.monotonic() + seconds
        limit = aiohttp.ClientTimeout(total=_LONGEST)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(timeout=limit, connector=connector) as session:
            await asyncio.gather(*(self._user(session, number) for number in range(users)))

    async def _user(self, session: aiohttp.ClientSession, number: int) -> None:
        chance = random.Random(number)
        if self.pause:  # not all in the same moment
            await asyncio.sleep(chance.uniform(0, min(self.pause, self._until - time.monotonic())))
        while time.monotonic() < self._until:
            wait = await self._ask(session, chance.choice(self.questions))
            if self.pause:
                wait += chance.expovariate(1 / self.pause)
            await asyncio.sleep(min(wait, max(0.0, self._until - time.monotonic())))

    async def _ask(self, session: aiohttp.ClientSession, question: str) -> float:
        """Ask once; return how long the server says to wait before the next."""
        started = time.perf_counter()
        try:
            async with session.post(f"{self.url}/api/ask", json={"question": question}) as answer:
                await answer.read()
                status = str(answer.status)
                after = answer.headers.get("Retry-After")
        except (aiohttp.ClientError, TimeoutError) as error:
            status, after = type(error).__name__, None
        self.statuses[status] += 1
        if status == "200":
            self.times.append(1000 * (time.perf_counter() - started))
            return 0.0
        if status in ("503", "429") and after is None:
            self.without_retry += 1
        return float(after or 1)


def main(url: str, users: int, seconds: float, pause: float) -> dict[str, Any]:
    """Run and tell."""
    load = Users(url, json.load(sys.stdin), pause)
    asyncio.run(load.ask_for(users, seconds))
    return {"times": load.times, "statuses": load.statuses, "without_retry": load.without_retry}


if __name__ == "__main__":
    address, count, length, rest = sys.argv[1:]
    sys.stdout.write(json.dumps(main(address, int(count), float(length), float(rest))) + "\n")
