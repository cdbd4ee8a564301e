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
def home() -> Iterator[str]:
    with serving(create_app(Settings(rate_limit=0), StandIn())) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_an_answer_a_refusal_and_an_open_citation_are_accessible(
    browser: Any, home: str, language: str, view: dict[str, int], scheme: str
) -> None:
    with visiting(browser, home, locale=language, viewport=view, color_scheme=scheme) as visit:
        for question in ASK[language]:
            visit.ask(question)
        visit.page.locator(".c5-chip").first.click()
        visit.marked("c5-quote")
        visit.settled()  # colours fade in
        found = Axe().run(visit.page)
        assert found.violations_count == 0, found.generate_report()
