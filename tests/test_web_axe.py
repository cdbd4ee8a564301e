"""axe-core finds nothing to complain of, in Arabic and English, wide and narrow, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from web_browser import NARROW, WIDE, chromium, needs_chromium, serving, visiting
from web_stand_in import StandIn

from assistant.settings import Settings
from assistant.web.app import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]

ASK = {  # a refusal, then an answer
    "ar": ("من فاز بكأس العالم؟", "كم بلغت كلفة الميناء؟"),
    "en": ("Who won the cup?", "What did the port cost?"),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("axe")
    settings = Settings(
        rate_limit=0, editors="*", feedback=folder / "said.sqlite", state=folder / "state"
    )
    with serving(create_app(settings, StandIn())) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_start_answer_refusal_and_open_citation_are_accessible(
    browser: Any, home: str, language: str, view: dict[str, int], scheme: str
) -> None:
    with visiting(browser, home, locale=language, viewport=view, color_scheme=scheme) as visit:
        visit.page.wait_for_selector("#c5-suggested li")
        visit.settled()
        found = Axe().run(visit.page)
        assert found.violations_count == 0, found.generate_report()
        for question in ASK[language]:
            visit.ask(question)
        visit.page.locator(".c5-chip").first.click()
        visit.marked("c5-quote")
        visit.settled()  # colours fade in
        found = Axe().run(visit.page)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    ("language", "view", "scheme"),
    [("ar", WIDE, "light"), ("en", NARROW, "dark"), ("ar", NARROW, "light"), ("en", WIDE, "dark")],
)
def test_library_dialogs_and_links_are_accessible(
    browser: Any, home: str, language: str, view: dict[str, int], scheme: str
) -> None:
    look = {"locale": language, "viewport": view, "color_scheme": scheme}
    clipboard = {"permissions": ["clipboard-read", "clipboard-write"]}
    with visiting(browser, home, **look, **clipboard) as visit:
        page = visit.page
        visit.ask(ASK[language][1])

        def check() -> None:
            visit.settled()
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()

        for button, dialog in (
            ("#c5-menu", "#c5-keep"),
            ("a[href*='use=feedback']", "#c5-feedback"),
        ):
            page.click(button)
            page.wait_for_selector(dialog)
            check()
            page.keyboard.press("Escape")
        page.click("a[href*='use=link'] >> nth=0")
        page.wait_for_selector("#c5-toast.c5-up")
        link = page.evaluate("navigator.clipboard.readText()")
        if view is NARROW:
            page.click("#c5-open-reader")
        page.click("#c5-all")
        page.wait_for_selector(".c5-volume")
        check()
        page.click("#c5-add")
        check()
        page.fill("#c5-adding [name=text]", "# مقال\n\nنص عربي طويل بما يكفي ليُفهم.\n")
        page.click("#c5-adding [type=submit]")
        page.wait_for_selector(".c5-passages li")
        check()
        page.goto(link)
        check()
