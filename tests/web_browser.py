"""A server in a thread and Debian's Chromium for it, for the tests that look at the page."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.types import ASGIApp

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}
PATIENCE = 300_000  # ms; a machine that is shared can stand still for longer than Playwright's 30 s


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve an application on a free port and yield its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="error", proxy_headers=False)
    config.timeout_graceful_shutdown = 1
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def new_page(browser: Browser, **how: Any) -> Page:
    """Open a page that is waited for patiently."""
    page = browser.new_page(**how)
    page.set_default_timeout(PATIENCE)
    return page


def wait_until(page: Page, condition: str, argument: Any = None) -> None:
    """Wait until a JavaScript expression is true in the page.

    Not wait_for_function: that evaluates text in the page, which strict pages forbid.
    """
    until = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(condition, argument):
        assert time.monotonic() < until, f"never so in the page: {condition}"
        page.wait_for_timeout(50)


@dataclass
class Visit:
    """One visitor's page, and everything it asked for and complained of."""

    page: Page
    home: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def ask(self, question: str, card: str = ".c5-card") -> None:
        """Type a question, send it, wait for its card."""
        before = self.page.locator(card).count()
        self.page.fill("#c5-ask textarea", question)
        self.page.keyboard.press("Enter")
        self.page.locator(card).nth(before).wait_for()

    def settled(self) -> None:
        """Wait until nothing on the page moves or changes its colour any more."""
        still = """() => document.getAnimations().every((a) =>
            a.playState !== 'running' || a.effect.getTiming().iterations === Infinity)"""
        wait_until(self.page, still)

    def marked(self, kind: str) -> str:
        """Return the text that is highlighted in the article."""
        self.page.wait_for_selector(f"#c5-holder mark.{kind}", state="attached")
        return "".join(self.page.locator(f"#c5-holder mark.{kind}").all_text_contents())

    @property
    def strangers(self) -> list[str]:
        """Return the requests that went to another host."""
        own = (self.home, "data:", "blob:")
        return [url for url in self.requests if not url.startswith(own)]


@contextmanager
def visiting(browser: Browser, home: str, path: str = "/", **how: Any) -> Iterator[Visit]:
    """Open the page in a context of its own and wait until it can be used."""
    context = browser.new_context(**({"locale": "en", "viewport": WIDE} | how))
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    visit = Visit(page, home)
    page.on("request", lambda request: visit.requests.append(request.url))
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on(
        "console",
        lambda message: visit.complaints.append(message.text) if message.type == "error" else None,
    )
    page.on("dialog", lambda dialog: (visit.complaints.append("dialog"), dialog.dismiss()))
    page.goto(home + path)
    page.wait_for_selector("#c5-ask textarea")
    page.wait_for_selector("#c5-holder .c5-block", state="attached")
    try:
        yield visit
    finally:
        context.close()
