"""A real server under builds, overload and its own end: no failed request, no hang."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from llm_server import Reply, llm_server
from made_up_articles import write_article

from assistant.web.limits import AT_ONCE, WAITING
from eval.benchmarks.server_process import serving
from index.build import build_index

pytestmark = pytest.mark.slow
ARTICLE = "The port of {place} cost {cost} million dollars, said the ministry of transport.\n"
SLOW, QUICK = "What did the port of Muscat cost?", "What did the port of Bandar cost?"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("serving")
    for number, name in enumerate(("Bandar", "Muscat", "Aktau")):
        write_article(folder / "docs", name.lower(), ARTICLE.format(place=name, cost=number + 4))
    build_index(folder / "docs", folder / "index", progress=False)
    return folder


def ask(url: str, question: str, timeout: float = 60) -> httpx.Response:
    return httpx.post(f"{url}/api/ask", json={"question": question}, timeout=timeout)


def test_builds_while_serving_fail_no_request(place: Path, tmp_path: Path) -> None:
    """Two builds under four readers; each reader moves to the new articles."""
    shutil.copytree(place, tmp_path / "own")
    docs, index = tmp_path / "own" / "docs", tmp_path / "own" / "index"
    stop, told, builds = threading.Event(), [], []
    with serving(docs, index) as server, ThreadPoolExecutor(4) as pool:

        def read() -> None:
            with httpx.Client(base_url=server.url, timeout=60) as client:
                while not stop.is_set():
                    body = {"question": "What did the port of Muscat cost?"}
                    answer = client.post("/api/ask", json=body)
                    found = client.get("/api/search", params={"q": "port"})
                    told.append((answer.status_code, found.status_code))
                    builds.append(answer.json().get("index", {}).get("build"))

        readers = [pool.submit(read) for _ in range(4)]
        try:
            for name in ("Osh", "Kazan"):
                write_article(docs, name.lower(), ARTICLE.format(place=name, cost=9))
                report = build_index(docs, index, progress=False)
                until = time.monotonic() + 120
                while report.build not in builds and time.monotonic() < until:
                    time.sleep(0.1)
                assert report.build in builds
        finally:
            stop.set()
        for reader in readers:
            reader.result()
    assert set(told) == {(200, 200)}
    assert len(set(builds)) == 3


def test_overload_is_refused_and_the_end_leaves_nobody_hanging(place: Path) -> None:
    """A model that never ends its answer: the house fills up, then the server is stopped."""

    def play(messages: list[dict[str, str]]) -> Reply:
        return Reply("The ministry says so. ", delay=0.1, endless=True)

    room = AT_ONCE + WAITING
    with llm_server(play) as model:
        settings = {"C5_LLM": "openai:scripted", "C5_LLM_BASE_URL": f"{model.url}/v1",
                    "C5_LLM_API_KEY": "none", "C5_LLM_TIMEOUT": "120"}  # fmt: skip
        with (
            serving(place / "docs", place / "index", settings) as server,
            httpx.Client(base_url=server.url, timeout=60) as kept,
            ThreadPoolExecutor(room + 20) as pool,
        ):
            assert kept.get("/healthz").status_code == 200
            asked = [pool.submit(ask, server.url, SLOW) for _ in range(room + 20)]
            until = time.monotonic() + 60
            while sum(each.done() for each in asked) < 20 and time.monotonic() < until:
                time.sleep(0.05)
            refused = [each.result() for each in asked if each.done()]
            assert [each.status_code for each in refused] == [503] * 20
            assert all(int(each.headers["Retry-After"]) >= 1 for each in refused)
            assert kept.get("/healthz").status_code == 200, "alive, though full"
            while len(model.requests) < AT_ONCE and time.monotonic() < until:
                time.sleep(0.05)
            assert len(model.requests) == AT_ONCE
            stopped = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            rest = [each.result() for each in asked]
            server.process.wait(30)
            took = time.monotonic() - stopped
    sent_away = [each for each in rest if each not in refused]
    assert [each.status_code for each in sent_away] == [503] * room
    assert all("restarted" in each.json()["detail"] for each in sent_away)
    assert all(int(each.headers["Retry-After"]) >= 1 for each in sent_away)
    assert took < 5 + 3, "five seconds, and some for a busy machine"


def test_an_answer_in_flight_is_finished_and_a_stream_ends_with_a_word(place: Path) -> None:
    """One answer needs a second more after the signal, one stream would never end."""

    def play(messages: list[dict[str, str]]) -> Reply:
        if SLOW in messages[-1]["content"]:
            return Reply("The ministry says so. ", delay=0.1, endless=True)
        return Reply("The port of Bandar cost 4 million dollars [1].", delay=0.15)

    with llm_server(play) as model:
        settings = {"C5_LLM": "openai:scripted", "C5_LLM_BASE_URL": f"{model.url}/v1",
                    "C5_LLM_API_KEY": "none", "C5_LLM_TIMEOUT": "120"}  # fmt: skip
        with (
            serving(place / "docs", place / "index", settings) as server,
            ThreadPoolExecutor(2) as pool,
        ):

            def listen() -> list[str]:
                url, body = f"{server.url}/api/ask/stream", {"question": SLOW}
                with httpx.stream("POST", url, json=body, timeout=60) as response:
                    return [line for line in response.iter_lines() if line]

            stream = pool.submit(listen)
            answer = pool.submit(ask, server.url, QUICK)
            until = time.monotonic() + 60
            while len(model.requests) < 2 and time.monotonic() < until:
                time.sleep(0.02)
            server.process.send_signal(signal.SIGTERM)
            lines, answered = stream.result(), answer.result()
            server.process.wait(30)
    assert answered.status_code == 200
    assert answered.json()["status"] == "answered"
    assert lines[-2] == "event: error"
    assert "restarted" in lines[-1]
