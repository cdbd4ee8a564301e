"""What is kept, counted and logged: nothing that says who asked what, unless told to."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from web_stand_in import StandIn

from assistant.logs import JsonLines, TextLines
from assistant.settings import Settings
from assistant.web.app import create_app
from assistant.web.limits import Workers
from assistant.web.plain import words
from assistant.web.problems import Problem

SECRET = "What did the port cost, asks Aigul?"
SECRET_PATH = "/who/is/our/source"


def client_of(address: str = "127.0.0.1", **settings: object) -> TestClient:
    app = create_app(Settings(rate_limit=0, **settings), StandIn())  # type: ignore[arg-type]
    return TestClient(app, client=(address, 1), raise_server_exceptions=False)


class Lines(logging.Handler):
    """What the log would be, in both forms."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.json: list[dict[str, object]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.text.append(TextLines().format(record))
        self.json.append(json.loads(JsonLines().format(record)))


@pytest.fixture
def log() -> Iterator[Lines]:
    lines = Lines()
    logger = logging.getLogger("assistant")
    before = logger.level
    logger.setLevel(logging.INFO)
    logging.getLogger().addHandler(lines)
    yield lines
    logging.getLogger().removeHandler(lines)
    logger.setLevel(before)


def visit(client: TestClient) -> None:
    """Do all that a question, a name or an address could be lost by."""
    client.post("/api/ask", json={"question": SECRET})
    client.post("/api/ask/stream", json={"question": SECRET})
    client.post("/api/ask", json={"question": "please explode: " + SECRET})
    client.get("/api/search", params={"q": SECRET})
    client.get(SECRET_PATH, params={"q": SECRET})
    client.post("/api/ask", json={"question": SECRET, "language": "xx"})
    client.post("/api/ask", json={"question": SECRET}, headers={"Origin": "https://evil.example"})


def test_neither_questions_nor_addresses_reach_log_or_figures(log: Lines) -> None:
    client = client_of("203.0.113.7", metrics_allow="203.0.113.0/24", trusted_proxies="10.0.0.1")
    visit(client)
    figures = client.get("/metrics").text
    written = "\n".join(log.text) + json.dumps(log.json, ensure_ascii=False) + figures
    assert len(log.text) > 6
    for word in (*SECRET.split(), "203.0.113", "our/source", "evil.example", "explode"):
        # short words are words of the log itself
        if len(word) > 3:
            assert word.strip(",?") not in written, word


def test_questions_and_addresses_are_kept_where_that_is_switched_on(log: Lines) -> None:
    client = client_of("203.0.113.7", keep_questions=True)
    visit(client)
    assert any(line.get("question") == SECRET for line in log.json)
    assert any(line.get("address") == "203.0.113.7" for line in log.json)


def test_a_line_of_the_log_names_the_request_that_the_response_names(log: Lines) -> None:
    response = client_of().post("/api/ask", json={"question": SECRET})
    lines = [
        line for line in log.json if line.get("request_id") == response.headers["x-request-id"]
    ]
    assert [line["message"] for line in lines] == ["answer", "request"]
    answer, request = lines
    assert (answer["status"], answer["mode"], answer["language"]) == (
        "answered",
        "extractive",
        "en",
    )
    assert (request["route"], request["status"], request["method"]) == ("/api/ask", 200, "POST")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", str(request["time"]))


def test_the_id_of_a_request_is_taken_from_a_trusted_proxy_alone() -> None:
    given = {"X-Request-ID": "0123456789abcdef"}
    trusted = client_of("10.0.0.1", trusted_proxies="10.0.0.1")
    assert trusted.get("/healthz", headers=given).headers["x-request-id"] == "0123456789abcdef"
    for bad in ("a b", "x" * 65, "<script>", "short"):
        answered = trusted.get("/healthz", headers={"X-Request-ID": bad})
        assert re.fullmatch("[0-9a-f]{16}", answered.headers["x-request-id"])
    stranger = client_of("203.0.113.7", trusted_proxies="10.0.0.1")
    assert stranger.get("/healthz", headers=given).headers["x-request-id"] != "0123456789abcdef"


def test_figures_count_requests_answers_and_refusals() -> None:
    client = client_of()
    for question in (SECRET, SECRET, "Who won the cup?"):
        client.post("/api/ask", json={"question": question})
    client.get(SECRET_PATH)
    figures = client.get("/metrics")
    assert figures.headers["content-type"].startswith("text/plain; version=0.0.4")
    values = dict(re.findall(r"^(\S+) (\S+)$", figures.text, re.MULTILINE))
    asked = 'c5_requests_total{method="POST",route="/api/ask",status="200"}'
    assert float(values[asked]) == 3
    answered = 'c5_answers_total{language="en",mode="extractive",status="answered"}'
    assert float(values[answered]) == 2
    assert float(values['c5_requests_total{method="GET",route="other",status="404"}']) == 1
    assert float(values["c5_index_documents"]) == 2
    assert float(values["c5_working"]) == 0
    assert float(values['c5_request_seconds_count{route="/api/ask"}']) == 3
    assert values['c5_index_build{build="b1"}'] == "1.0"


def test_figures_are_for_the_addresses_on_the_list_whoever_signs_on() -> None:
    for kind in ("none", "proxy"):
        stranger = client_of("203.0.113.7", auth=kind, trusted_proxies="10.0.0.1")
        assert stranger.get("/metrics").status_code == 403
        claims = {"X-Forwarded-For": "127.0.0.1", "X-Remote-User": "root"}
        assert stranger.get("/metrics", headers=claims).status_code == 403
    proxied = client_of("127.0.0.1")
    assert proxied.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 403
    assert client_of("127.0.0.1", auth="proxy").get("/metrics").status_code == 200


@pytest.mark.parametrize("language", ["ar", "en", "ru", "kk"])
def test_the_page_on_what_is_kept_tells_how_the_server_is_set_up(
    language: str, tmp_path: Path
) -> None:
    def told(**settings: object) -> str:
        return client_of(**settings).get("/privacy", params={"lang": language}).text

    plain, keeping = told(), told(keep_questions=True)
    assert f'lang="{language}"' in plain
    assert "C5_KEEP_QUESTIONS" in keeping
    assert "C5_KEEP_QUESTIONS" not in plain
    assert words(language)["feedback_no"] in plain
    assert words(language)["feedback_yes"] in told(feedback=tmp_path / "feedback.sqlite")
    model = told(llm="ollama:<b>", llm_base_url="http://models.intranet/v1")
    assert "ollama:&lt;b&gt;" in model
    assert "http://models.intranet/v1" in model
    assert "ollama" not in plain
    assert "<script" not in plain


def test_pages_speak_four_languages_with_the_same_words_to_fill_in() -> None:
    def holes(text: str) -> list[str]:
        return sorted(re.findall(r"\{\w+\}", text))

    english = words("en")
    for language in ("ar", "ru", "kk"):
        other = words(language)
        assert other.keys() == english.keys()
        assert {k: holes(v) for k, v in other.items()} == {k: holes(v) for k, v in english.items()}
        same = [k for k, v in other.items() if v == english[k] and k != "title"]
        assert same == []


def test_an_answer_that_takes_too_long_is_told_and_its_place_is_not_given_away_before() -> None:
    async def scene() -> None:
        workers = Workers(at_once=1, waiting=0, seconds=0.2)
        done = threading.Event()
        with pytest.raises(Problem, match="too long") as told:
            await workers.run(lambda: done.wait(30))
        assert (told.value.status, told.value.retry_after) == (503, 10)
        assert workers.full
        done.set()
        until = time.monotonic() + 30
        while workers.full and time.monotonic() < until:
            await asyncio.sleep(0.01)
        assert await workers.run(lambda: 7) == 7

    asyncio.run(scene())


def test_a_stream_nobody_listens_to_is_closed_once_its_step_is_over() -> None:
    async def scene() -> None:
        workers = Workers(at_once=1, waiting=1)
        closed = threading.Event()

        def items() -> Iterator[int]:
            try:
                yield 1
                time.sleep(0.2)
                yield 2
            finally:
                closed.set()

        stream = workers.iterate(items)
        assert await anext(stream) == 1
        step = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0.05)
        step.cancel()
        with pytest.raises(asyncio.CancelledError):
            await step
        until = time.monotonic() + 30
        while workers.working and time.monotonic() < until:
            await asyncio.sleep(0.01)
        assert closed.is_set()
        assert [n async for n in workers.iterate(lambda: iter((3, 4)))] == [3, 4]

    asyncio.run(scene())


def test_the_page_names_the_time_that_answers_are_remembered() -> None:
    from assistant.web.shelf import SECONDS

    assert SECONDS == 12 * 3600  # "twelve hours at most", in four languages
