"""A real `c5 serve` on loopback, in a process of its own, for as long as a block lasts."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from eval.errors import EvaluationError

_ROOT: Final = Path(__file__).resolve().parents[2]
_START: Final = 120.0


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """Where it listens, its process, and how long it took until it was ready."""

    url: str
    process: subprocess.Popen[bytes]
    seconds: float


@contextmanager
def serving(
    docs: Path, index: Path, settings: Mapping[str, str] | None = None, log: Path | None = None
) -> Iterator[ServerProcess]:
    """Start a server over an index and give it when it is ready; end it with the block.

    Settings of the caller's environment do not reach it; `settings` are its `C5_*` variables.
    """
    own = {name: value for name, value in os.environ.items() if not name.startswith("C5_")}
    own |= {"HF_HUB_OFFLINE": "1", "C5_RATE_LIMIT": "0", **(settings or {})}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "assistant", "serve", "--port", str(port)]
    with (log or Path(os.devnull)).open("wb") as told:
        started = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--docs", str(docs), "--index", str(index)],
            stdout=told,
            stderr=told,
            cwd=_ROOT,
            env=own,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process, started + _START)
        yield ServerProcess(url, process, time.perf_counter() - started)
    finally:
        process.kill()
        process.wait(30)


def _wait(url: str, process: subprocess.Popen[bytes], until: float) -> None:
    while time.perf_counter() < until:
        if process.poll() is not None:
            raise EvaluationError(f"the server ended at its start with code {process.returncode}")
        try:
            if httpx.get(f"{url}/readyz", timeout=10).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise EvaluationError(f"the server was not ready within {_START:.0f} seconds")
