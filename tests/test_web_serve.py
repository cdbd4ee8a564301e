"""`c5 serve` as a process: a port in use, how soon it is ready, what it weighs, how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.web.app import serve

ARTICLE = """---
title: The new port
publisher: Port Agency
published: 2024-03-16
language: en
---
The new port in the city of Bandar opened on 15 March 2024.

The port cost 4.2 billion dollars, according to the ministry of transport.
"""


def test_a_port_in_use_is_told_at_once_and_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        # before the index is opened: there is none here
        with pytest.raises(AssistantError, match=f"127.0.0.1:{port}.*in use.*--port"):
            serve(Settings(port=port, index=tmp_path / "none"))


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.1"])
def test_an_address_that_is_not_ours_is_told_in_one_line(host: str, tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match="cannot listen on"):
        serve(Settings(host=host, port=0, index=tmp_path / "none"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, psutil.Process, float]]:
    folder = tmp_path_factory.mktemp("serve")
    (folder / "docs" / "port").mkdir(parents=True)
    (folder / "docs" / "port" / "article.md").write_text(ARTICLE, "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    own = {k: v for k, v in os.environ.items() if not k.startswith("C5_")}
    own |= {"HF_HUB_OFFLINE": "1", "HOME": str(folder)}
    where = ["--docs", str(folder / "docs"), "--index", str(folder / "index")]
    command = [sys.executable, "-m", "assistant"]
    subprocess.run([*command, "index", *where], check=True, env=own, capture_output=True)
    started = time.monotonic()
    process = subprocess.Popen(
        [*command, "serve", "--port", str(port), *where],
        env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    home = f"http://127.0.0.1:{port}"
    took = 0.0
    while time.monotonic() < started + 60:
        try:
            if httpx.get(f"{home}/readyz").status_code == 200:
                took = time.monotonic() - started
                break
        except httpx.TransportError:
            time.sleep(0.1)
    yield home, psutil.Process(process.pid), took
    process.kill()
    process.wait(10)


@pytest.mark.slow
def test_the_server_is_ready_soon_light_and_without_torch(
    served: tuple[str, psutil.Process, float],
) -> None:
    home, process, took = served
    body = {"question": "What did the port cost?"}
    assert httpx.post(f"{home}/api/ask", json=body, timeout=30).status_code == 200
    assert 0 < took < 120
    used = process.cpu_times()  # the clock on the wall would measure what else runs here
    assert used.user + used.system < 15
    assert process.memory_info().rss < 500e6
    assert not any("libtorch" in mapped.path for mapped in process.memory_maps())


@pytest.mark.slow
def test_the_server_ends_within_seconds_though_someone_listens(
    served: tuple[str, psutil.Process, float],
) -> None:
    home, process, _ = served
    with (
        httpx.Client(timeout=30) as client,
        client.stream("GET", f"{home}/gradio_api/heartbeat/abc") as response,
    ):
        assert response.status_code == 200
        process.send_signal(signal.SIGTERM)
        process.wait(9)
