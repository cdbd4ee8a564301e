"""Replicas that began at any moment move to a new build at one and the same."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.web import following
from assistant.web.following import LOOK, follow, until_next


@given(st.floats(0, 4e9), st.floats(0, LOOK))
def test_the_next_moment_is_one_that_all_share(now: float, later: float) -> None:
    for moment in (now, now + later):
        at = moment + until_next(moment)
        assert abs(at / LOOK - round(at / LOOK)) < 1e-4
        assert 0 < until_next(moment) <= LOOK + 0.2


class Kept:
    """An index that notes when it was told what, by a clock of the test."""

    def __init__(self, clock: list[float]) -> None:
        self.clock = clock
        self.told: list[tuple[str, int]] = []

    def prepare(self) -> None:
        self.told.append(("prepare", round(self.clock[0])))
        self.clock[0] += 3  # opening takes a while, another on each machine

    def turn(self) -> bool:
        self.told.append(("turn", round(self.clock[0])))
        return True


@pytest.mark.parametrize("began", [1000.2, 1003.9])
def test_a_build_that_was_opened_at_one_moment_serves_from_the_next(
    began: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [began]
    index = Kept(clock)
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        clock[0] += seconds
        if clock[0] > 1016:
            raise asyncio.CancelledError
        await real(0)

    class Now:
        time = staticmethod(lambda: clock[0])

    monkeypatch.setattr(following, "time", Now)
    # not asyncio's own: servers that other tests left in this process sleep as well
    own = SimpleNamespace(sleep=sleep, to_thread=asyncio.to_thread)
    monkeypatch.setattr(following, "asyncio", own)
    given: Any = index
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(follow(given))
    moments = [(what, at) for at in (1005, 1010, 1015) for what in ("turn", "prepare")]
    assert index.told == moments
