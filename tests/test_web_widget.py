"""The widget in a page of another origin with a strict policy, and where it may not be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from web_browser import NARROW, WIDE, chromium, needs_chromium, serving
from web_stand_in import StandIn

from assistant.settings import Settings
from assistant.web.app import create_app
from assistant.web.page import STATIC

STRICT = (
    "default-src 'none'; script-src {app}; frame-src {app}; connect-src 'none'; style-src 'self'"
)


def test_the_widget_is_one_small_file_without_inline_code() -> None:
    source = (STATIC / "widget.js").read_bytes()
    assert len(source) < 20_000
    for word in (b"eval(", b"innerHTML", b"<style", b"localStorage", b"document.cookie"):
        assert word not in source


def test_the_widget_is_served_to_other_pages() -> None:
    response = TestClient(create_app(Settings(), StandIn())).get("/widget.js")
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.status_code == 200


@contextmanager
def portal(snippet: str, direction: str = "ltr") -> Iterator[tuple[str, dict[str, str]]]:
    """A page on another site; `where` is told the assistant's address once that is known."""
    where = {"app": ""}

    async def page(_: Request) -> Response:
        body = snippet.replace("APP", where["app"])
        html = f"<!doctype html><html dir={direction} lang=en><h1>Portal</h1>{body}</html>"
        policy = STRICT.format(app=where["app"])
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    with serving(Starlette(routes=[Route("/", page)])) as address:
        # another site to the browser, not only another port
        yield address.replace("127.0.0.1", "localhost"), where


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("view", [WIDE, NARROW], ids=["wide", "narrow"])
def test_one_line_in_a_strict_page_brings_the_chat_with_its_citations(
    browser: Any, view: dict[str, int], direction: str
) -> None:
    snippet = "<script src='APP/widget.js' async data-language=en></script>"
    with portal(snippet, direction) as (address, where):
        app = create_app(Settings(rate_limit=0, allowed_origins=address), StandIn())
        with serving(app) as where["app"]:
            page = browser.new_page(viewport=view)
            complaints: list[str] = []
            requests: list[str] = []
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("request", lambda request: requests.append(request.url))
            page.goto(address)
            launcher = page.get_by_role("button", name="Ask the articles")
            launcher.wait_for()
            assert not [url for url in requests if url.startswith(where["app"] + "/?")]
            launcher.click()
            frame = page.frame_locator("iframe")
            frame.locator("#c5-ask textarea").fill("What did the port cost?")
            frame.locator("#c5-ask textarea").press("Enter")
            frame.locator(".c5-card .c5-chip").first.click()
            frame.locator("mark.c5-answer").first.wait_for()
            frame.locator("#c5-holder").press("Escape")
            frame.locator("#c5-ask textarea").press("Escape")
            page.wait_for_timeout(300)
            if launcher.is_hidden():  # the first Escape closed the article, the second the panel
                frame.locator("#c5-ask textarea").press("Escape")
            launcher.wait_for()
            assert page.evaluate("document.activeElement.tagName") == "C5-ASSISTANT"
            assert complaints == []
            assert all(url.startswith((address, where["app"])) for url in requests)
            page.close()


@pytest.mark.browser
@needs_chromium
def test_the_host_page_can_ask_and_hears_of_the_answer(browser: Any) -> None:
    with portal("<script src='APP/widget.js' data-language=en></script>") as (address, where):
        app = create_app(Settings(rate_limit=0, allowed_origins=address), StandIn())
        with serving(app) as where["app"]:
            page = browser.new_page()
            page.goto(address)
            page.get_by_role("button", name="Ask the articles").wait_for()
            page.evaluate(
                """() => { window.heard = [];
                for (const name of ['open', 'answer', 'close'])
                  document.addEventListener('c5-' + name, () => window.heard.push(name));
                C5Assistant.open({question: 'What did the port cost?'}) }"""
            )
            page.frame_locator("iframe").locator(".c5-card").wait_for()
            page.get_by_role("button", name="Close").click()
            page.wait_for_function("window.heard.includes('close')")
            assert page.evaluate("window.heard") == ["open", "answer", "close"]
            page.close()


@pytest.mark.browser
@needs_chromium
def test_a_page_that_is_not_on_the_list_gets_no_chat(browser: Any) -> None:
    with portal("<script src='APP/widget.js' data-open=true></script>") as (address, where):
        app = create_app(Settings(rate_limit=0, allowed_origins="https://a.example"), StandIn())
        with serving(app) as where["app"]:
            page = browser.new_page()
            refused: list[str] = []
            page.on("console", lambda message: refused.append(message.text))
            page.goto(address)
            until = time.monotonic() + 20
            while not refused and time.monotonic() < until:
                page.wait_for_timeout(100)
            assert any("frame-ancestors" in text for text in refused)
            assert page.frames[-1].locator("#c5-ask").count() == 0
            page.close()
