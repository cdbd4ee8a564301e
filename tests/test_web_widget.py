"""The widget in a page of another origin with a strict policy, and where it may not be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from web_browser import (
    ARGUMENTS,
    CHROMIUM,
    NARROW,
    WIDE,
    chromium,
    needs_chromium,
    new_page,
    serving,
    wait_until,
)
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
            page = new_page(browser, viewport=view)
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
            frame.locator("#c5-holder").press("Escape")  # closes the article
            frame.locator("body:not(.c5-reading)").wait_for()
            frame.locator("#c5-ask textarea").press("Escape")  # closes the panel
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
            page = new_page(browser)
            page.goto(address)
            page.get_by_role("button", name="Ask the articles").wait_for()
            page.evaluate(
                """() => { window.heard = [];
                for (const name of ['open', 'answer', 'close'])
                  document.addEventListener('c5-' + name, () => window.heard.push(name));
                C5Assistant.open({question: 'What did the port cost?'}) }"""
            )
            page.frame_locator("iframe").locator(".c5-card").wait_for()
            wait_until(page, "window.heard.includes('answer')")
            page.get_by_role("button", name="Close").click()
            wait_until(page, "window.heard.includes('close')")
            assert page.evaluate("window.heard") == ["open", "answer", "close"]
            page.close()


@pytest.mark.browser
@needs_chromium
def test_a_page_that_is_not_on_the_list_gets_no_chat(browser: Any) -> None:
    with portal("<script src='APP/widget.js' data-open=true></script>") as (address, where):
        app = create_app(Settings(rate_limit=0, allowed_origins="https://a.example"), StandIn())
        with serving(app) as where["app"]:
            page = new_page(browser)
            with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
                page.goto(address)
            assert page.frames[-1].locator("#c5-ask").count() == 0
            page.close()


@contextmanager
def embedded(browser: Any, snippet: str, **how: Any) -> Iterator[Any]:
    """A page of the portal with the snippet in it, on the list of origins."""
    with portal(snippet) as (address, where):
        app = create_app(Settings(rate_limit=0, allowed_origins=address), StandIn())
        with serving(app) as where["app"]:
            page = new_page(browser, **how)
            page.goto(address)
            yield page
            page.close()


@pytest.mark.browser
@needs_chromium
def test_the_options_of_the_line_are_what_the_visitor_sees(browser: Any) -> None:
    line = (
        "<script src='APP/widget.js' data-language=ru data-label='Спросите' data-color='#aa0000'"
        " data-corner=bottom-start data-open=true data-width=300px data-height=400px></script>"
    )
    with embedded(browser, line, viewport=WIDE) as page:
        panel = page.get_by_role("dialog", name="Ассистент C5")
        panel.wait_for()
        box = panel.bounding_box()
        assert (box["x"], box["width"], box["height"]) == (20, 300, 400)
        page.get_by_role("button", name="Закрыть").click()
        launcher = page.get_by_role("button", name="Спросите")
        assert launcher.bounding_box()["x"] == 20
        colour = launcher.evaluate("button => getComputedStyle(button).backgroundColor")
        assert colour == "rgb(170, 0, 0)"
        assert launcher.get_attribute("aria-expanded") == "false"


@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize(
    "snippet",
    [
        "<div id=here></div><script src='APP/widget.js' data-target='#here'></script>",
        "<c5-assistant inline></c5-assistant><script src='APP/widget.js' data-manual></script>",
    ],
    ids=["target", "element"],
)
def test_the_chat_can_sit_in_the_page_and_grows_with_its_answer(browser: Any, snippet: str) -> None:
    with embedded(browser, snippet, viewport=WIDE, locale="en") as page:
        frame = page.frame_locator("iframe")
        box = frame.locator("#c5-ask textarea")
        box.fill("What did the port cost?")
        box.press("Enter")
        frame.locator(".c5-card .c5-chip").first.wait_for()
        wait_until(
            page,
            "document.querySelector('c5-assistant').shadowRoot"
            ".querySelector('iframe').getBoundingClientRect().height > 460",  # 440 before
        )
        assert page.locator("iframe").bounding_box()["height"] <= 640


@pytest.mark.browser
@needs_chromium
def test_text_selected_in_the_page_can_be_asked_about(browser: Any) -> None:
    line = "<script src='APP/widget.js' data-selection=true data-language=en></script><p>phone</p>"
    with embedded(browser, line) as page:
        page.get_by_role("button", name="Ask the articles").wait_for()
        assert page.get_by_role("button", name="Ask about this").count() == 0
        page.locator("p").dblclick(position={"x": 10, "y": 8})
        page.get_by_role("button", name="Ask about this").click()
        asked = page.frame_locator("iframe").locator(".c5-question").first
        asked.wait_for()
        assert "“phone”" in asked.inner_text()
        assert page.get_by_role("button", name="Ask about this").count() == 0


@pytest.mark.browser
@needs_chromium
def test_focus_goes_back_to_where_the_visitor_was(browser: Any) -> None:
    line = "<input id=search><script src='APP/widget.js' data-language=en></script>"
    with embedded(browser, line) as page:
        page.get_by_role("button", name="Ask the articles").wait_for()
        page.focus("#search")
        page.evaluate("C5Assistant.open()")
        page.get_by_role("button", name="Close").press("Escape")
        page.get_by_role("button", name="Ask the articles").wait_for()
        assert page.evaluate("document.activeElement.id") == "search"


@pytest.mark.browser
@needs_chromium
def test_neither_side_listens_to_a_stranger(browser: Any) -> None:
    line = "<script src='APP/widget.js' data-open=true data-language=en></script>"
    with embedded(browser, line) as page:
        frame = page.frame_locator("iframe")
        frame.locator("#c5-ask textarea").wait_for()
        page.evaluate(
            """() => {
              // words that only the chat may say to the widget, said by the page itself
              window.closed = 0;
              document.addEventListener('c5-close', () => window.closed++);
              for (const type of ['c5:close', 'c5:size', 'c5:answer'])
                postMessage({type, height: 99}, '*');
            }"""
        )
        chat = next(f for f in page.frames if "view=compact" in f.url)
        chat.evaluate(
            """() => {
              // words that only the page around may say to the chat, said by the chat's own window
              postMessage({type: 'c5:ask', question: 'What did the port cost?'}, '*');
              return new Promise((done) => setTimeout(done, 50));
            }"""
        )
        assert page.evaluate("window.closed") == 0
        assert page.get_by_role("dialog").is_visible()
        assert frame.locator(".c5-question").count() == 0


@pytest.mark.browser
@needs_chromium
def test_the_chat_works_in_a_frame_whose_storage_is_blocked(browser: Any, tmp_path: Path) -> None:
    profile = tmp_path / "profile" / "Default"
    profile.mkdir(parents=True)
    blocked = {"profile": {"block_third_party_cookies": True, "cookie_controls_mode": 1}}
    (profile / "Preferences").write_text(json.dumps(blocked))
    context = browser.browser_type.launch_persistent_context(
        profile.parent, executable_path=CHROMIUM, args=ARGUMENTS
    )
    line = "<script src='APP/widget.js' data-open=true data-language=en></script>"
    with embedded(context, line) as page:
        frame = page.frame_locator("iframe")
        frame.locator("#c5-ask textarea").fill("What did the port cost?")
        chat = next(f for f in page.frames if "view=compact" in f.url)
        assert chat.evaluate("try { localStorage.length } catch { 'blocked' }") == "blocked"
        frame.locator("#c5-ask textarea").press("Enter")
        frame.locator(".c5-card .c5-chip").first.click()
        frame.locator("mark.c5-answer").first.wait_for()
    context.close()


@pytest.mark.browser
@needs_chromium
def test_the_page_of_snippets_shows_the_widget_as_it_will_be(browser: Any) -> None:
    with serving(create_app(Settings(rate_limit=0), StandIn())) as home:
        page = new_page(browser, viewport=WIDE, locale="en")
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.goto(f"{home}/embed")
        page.fill("input[name=label]", "Ask us")
        with page.expect_navigation():
            page.select_option("select[name=language]", "en")
        assert 'data-label="Ask us"' in page.locator("pre").first.inner_text()
        preview = page.frame_locator("iframe.preview")
        preview.get_by_role("button", name="Ask us").wait_for()
        page.evaluate("scrollTo(0, document.body.scrollHeight)")  # it sits at the frame's bottom
        preview.get_by_role("button", name="Ask us").click()
        chat = preview.frame_locator("iframe")
        chat.locator("#c5-ask textarea").fill("What did the port cost?")
        chat.locator("#c5-ask textarea").press("Enter")
        chat.locator(".c5-card .c5-chip").first.wait_for()
        assert complaints == []
        page.close()
