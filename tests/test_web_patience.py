"""Those who take too much or too long: heads and bodies that dribble, crowds, an ended sign-on."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

import httpx
import pytest
import uvicorn
from web_browser import chromium, needs_chromium, serving, visiting
from web_stand_in import StandIn

from assistant.settings import Settings
from assistant.web.app import create_app
from assistant.web.connections import Impatient
from assistant.web.limits import AT_ONCE, WAITING


class Hasty(Impatient):
    head_seconds = 1.0


@contextmanager
def hasty(app: object) -> Iterator[tuple[str, int]]:
    """Serve as `c5 serve` does, with less patience."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        log_level="error",
        http=Hasty,
        ws="none",
        timeout_graceful_shutdown=1,
        h11_max_incomplete_event_size=32 * 1024,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    yield listening.getsockname()
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[str, int]]:
    with hasty(create_app(Settings(rate_limit=0), StandIn())) as address:
        yield address


def heard(connection: socket.socket) -> bytes:
    """Return what comes until the other side closes; fail where it does not."""
    connection.settimeout(30)
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def test_a_head_that_dribbles_in_is_cut_off_while_others_are_served(
    site: tuple[str, int],
) -> None:
    slow = [socket.create_connection(site) for _ in range(50)]
    for n, connection in enumerate(slow):
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"b" * n)
    started = time.monotonic()
    assert httpx.get(f"http://{site[0]}:{site[1]}/healthz", timeout=30).status_code == 200
    stop = threading.Event()

    def dribble() -> None:
        while not stop.wait(0.1):
            for connection in slow:
                try:
                    connection.sendall(b"b")
                except OSError:
                    return

    thread = threading.Thread(target=dribble, daemon=True)
    thread.start()
    for connection in slow:
        with closing(connection):
            assert b" 200 " not in heard(connection)
    stop.set()
    thread.join(10)
    assert time.monotonic() - started < 30


def test_a_second_head_on_a_kept_connection_has_no_more_time_than_the_first(
    site: tuple[str, int],
) -> None:
    with closing(socket.create_connection(site)) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHo")
        assert heard(connection).count(b"HTTP/1.1 200") == 1


def test_an_endless_head_is_refused(site: tuple[str, int]) -> None:
    with closing(socket.create_connection(site)) as connection:
        with suppress(OSError):
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"b" * 200_000)
        assert b" 200 " not in heard(connection)


def test_a_long_answer_is_not_cut_off_by_the_patience_for_heads() -> None:
    app = create_app(Settings(rate_limit=0), StandIn(slow=0.6))
    with hasty(app) as (host, port):
        body = {"question": "What did the port cost?"}
        answer = httpx.post(f"http://{host}:{port}/api/ask/stream", json=body, timeout=60)
    assert "event: answer" in answer.text


def test_a_body_that_dribbles_in_is_408() -> None:
    from assistant.web.limits import BodyLimit

    app = BodyLimit(create_app(Settings(), StandIn()), seconds=0.3)
    with hasty(app) as address, closing(socket.create_connection(address)) as connection:
        connection.sendall(b"POST /api/ask HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{")
        connection.settimeout(30)
        assert b" 408 " in connection.recv(65536)


class Gated(StandIn):
    """Answers nothing until the gate is opened."""

    gate = threading.Event()

    def stream(self, question: str, *what: Any, **how: Any) -> Iterator[Any]:
        self.gate.wait(120)
        yield self.ask(question)


def test_of_sixty_who_ask_in_the_chat_at_once_those_there_is_room_for_are_answered() -> None:
    assistant = Gated()
    codes: list[int] = []
    told: list[str] = []

    def ask(home: str, asking: int, n: int) -> None:
        session = f"session{n:02}"
        data = [f"What did the port cost? {n}", "{}", None]
        body = {"data": data, "fn_index": asking, "session_hash": session}
        with httpx.Client(base_url=home, timeout=120) as client:
            code = client.post("/gradio_api/queue/join", json=body).status_code
            codes.append(code)
            if len(codes) == 60:
                assistant.gate.set()
            if code != 200:
                return
            params = {"session_hash": session}
            with client.stream("GET", "/gradio_api/queue/data", params=params) as events:
                for line in events.iter_lines():
                    message = json.loads(line.removeprefix("data: ")) if line else {}
                    if message.get("msg") == "process_completed":
                        told.append(json.dumps(message, ensure_ascii=False))
                        return

    with serving(create_app(Settings(rate_limit=0), assistant)) as home:
        config = httpx.get(f"{home}/config", timeout=60).json()
        asking = next(d["id"] for d in config["dependencies"] if d["api_name"] == "asked")
        threads = [threading.Thread(target=ask, args=(home, asking, n)) for n in range(60)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(200)
    assert set(codes) == {200, 503}
    # nobody was answered before all sixty had come: what was let in is what there is room for
    assert WAITING <= codes.count(200) <= AT_ONCE + WAITING
    assert len(told) == codes.count(200)
    assert all('"success": true' in message for message in told)


@pytest.mark.browser
@needs_chromium
def test_an_ended_sign_on_is_told_in_the_readers_language_and_the_talk_goes_on_after() -> None:
    app = create_app(Settings(rate_limit=0), StandIn())
    gone = threading.Event()

    async def proxy(scope: dict, receive: object, send: object) -> None:  # type: ignore[type-arg]
        """What a proxy does whose session is over: 401 for everything."""
        if scope["type"] == "http" and gone.is_set():
            await send({"type": "http.response.start", "status": 401, "headers": []})  # type: ignore[operator]
            await send({"type": "http.response.body", "body": b"sign in"})  # type: ignore[operator]
            return
        await app(scope, receive, send)  # type: ignore[arg-type]

    with (
        serving(proxy) as home,  # type: ignore[arg-type]
        chromium() as browser,
        visiting(browser, home, locale="ru") as visit,
    ):
        visit.ask("What did the port cost?")
        gone.set()
        visit.page.fill("#c5-ask textarea", "phone")
        visit.page.keyboard.press("Enter")
        notice = visit.page.get_by_role("alert")
        notice.wait_for()
        assert "Ваш вход завершился" in notice.inner_text()
        gone.clear()
        with visit.page.context.expect_page() as opened:
            notice.get_by_role("button", name="Войти снова").click()
        opened.value.wait_for_selector("#c5-ask textarea")
        opened.value.close()
        visit.ask("phone")
        assert visit.page.locator(".c5-card").count() == 2


@pytest.mark.browser
@needs_chromium
def test_a_full_house_is_told_on_the_page_in_its_language() -> None:
    with (
        serving(create_app(Settings(rate_limit=0), StandIn())) as home,
        chromium() as browser,
        visiting(browser, home, locale="kk") as visit,
    ):
        full = {"status": 503, "json": {"detail": "Queue is full."}}
        visit.page.route("**/queue/join*", lambda route: route.fulfill(**full))
        visit.page.fill("#c5-ask textarea", "phone")
        visit.page.keyboard.press("Enter")
        notice = visit.page.get_by_role("alert")
        notice.wait_for()
        assert "Қазір сұраушылар тым көп" in notice.inner_text()
