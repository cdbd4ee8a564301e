"""By touch, with less motion, for those who listen, and in letters that are brought along."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from web_browser import NARROW, Visit, chromium, needs_chromium, serving, visiting
from web_stand_in import COST, StandIn

from assistant.settings import Settings
from assistant.web.app import create_app

pytestmark = [pytest.mark.browser, needs_chromium]

ASK = {"ar": "كم بلغت كلفة الميناء؟", "en": "What did the port cost?"}


@pytest.fixture(scope="module")
def home() -> Iterator[str]:
    with serving(create_app(Settings(rate_limit=0), StandIn())) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


def drawn_with(visit: Visit, selector: str) -> set[tuple[str, bool]]:
    """Return the fonts a part of the page is drawn with, and whether the page brought them."""
    session = visit.page.context.new_cdp_session(visit.page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    return {(font["familyName"], font["isCustomFont"]) for font in fonts}


def test_a_finger_opens_a_citation_and_closes_it_without_motion(browser: Any, home: str) -> None:
    phone = {"viewport": NARROW, "has_touch": True, "is_mobile": True, "reduced_motion": "reduce"}
    with visiting(browser, home, locale="ar", **phone) as visit:
        page = visit.page
        page.locator("#c5-ask textarea").tap()
        page.keyboard.type(ASK["ar"])
        page.locator("#c5-ask .submit-button").tap()
        # a listener hears which source it is
        page.get_by_role("button", name="المصدر 1").first.tap()
        assert visit.marked("c5-quote") == COST
        moving = "[...document.querySelectorAll('*')].map((e) => getComputedStyle(e).{})"
        for kind in ("transitionProperty", "animationName"):
            assert set(page.evaluate(moving.format(kind))) == {"none"}
        page.locator("#c5-close").tap()
        page.locator("#c5-reader").wait_for(state="hidden")
        assert page.locator(".c5-card").count() == 1


def test_all_letters_are_drawn_with_fonts_that_are_brought_along(browser: Any, home: str) -> None:
    with visiting(browser, home) as visit:
        page = visit.page
        visit.ask(ASK["en"])
        page.get_by_role("button", name="Source 1").first.wait_for()
        page.evaluate("document.fonts.ready.then(() => true)")
        for part in (".c5-question", ".c5-lead p", ".c5-article", ".c5-article h2", "#c5-under"):
            fonts = drawn_with(visit, part)
            assert fonts
            assert all(brought for _, brought in fonts), (part, fonts)
        for language, letters in (("kk", "ә"), ("ru", "ы")):
            page.select_option("#c5-languages", language)
            page.locator("#c5-under", has_text=letters).wait_for()
            page.evaluate("document.fonts.ready.then(() => true)")
            fonts = drawn_with(visit, "#c5-under")
            assert fonts
            assert all(brought for _, brought in fonts), (language, fonts)
