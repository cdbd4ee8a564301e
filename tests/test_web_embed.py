"""The page that shows how to put the chat into a page."""

from __future__ import annotations

from html import unescape

import pytest
from axe_playwright_python.sync_playwright import Axe
from starlette.testclient import TestClient
from web_browser import NARROW, WIDE, chromium, needs_chromium, new_page, serving
from web_stand_in import StandIn

from assistant.settings import Settings
from assistant.web.app import create_app
from assistant.web.embed import chosen, element, script


def page(query: str = "", **settings: object) -> str:
    app = create_app(Settings(**settings), StandIn())  # type: ignore[arg-type]
    response = TestClient(app, base_url="https://chat.example").get(f"/embed?lang=en&{query}")
    assert response.status_code == 200
    return response.text


def test_the_snippet_names_this_server_as_the_browser_knows_it() -> None:
    assert 'script src="https://chat.example/widget.js" async>' in unescape(page())
    under = unescape(page(root_path="/newsroom"))
    assert 'src="https://chat.example/newsroom/widget.js"' in under
    assert "script-src https://chat.example;" in under


def test_options_that_are_chosen_are_in_the_snippet_and_in_the_preview() -> None:
    query = "language=ru&label=%D0%A7%D0%B0%D1%82&color=%23AA0000&corner=bottom-start&open=true"
    html = unescape(page(query + "&selection=true&width=400px&height=80vh&target=%23place"))
    line = (
        'data-language="ru" data-label="Чат" data-color="#aa0000" data-corner="bottom-start"'
        ' data-target="#place" data-width="400px" data-height="80vh" data-open="true"'
        ' data-selection="true"></script>'
    )
    assert line in html
    assert "embed/preview?language=ru&label=%D0%A7" in html


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("language", "fr"), ("color", "red;}"), ("color", "url(x)"), ("width", "1e9px"),
        ("height", "calc(1px)"), ("target", "*"), ("target", "a[href]"), ("corner", "top"),
        ("open", "yes"), ("label", "  "), ("more", "x"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_left_out(name: str, value: str) -> None:
    assert not any(chosen({name: value}).values())


def test_nothing_chosen_can_break_out_of_the_snippet_or_the_page() -> None:
    hostile = chosen({"label": '"><script>alert(1)</script>'})
    assert script("https://x", hostile).count("<script") == 1
    assert element("https://x", hostile).count("<script") == 1
    for where in ("/embed", "/embed/preview"):
        app = create_app(Settings(), StandIn())
        query = {"label": '"><img src=x onerror=alert(1)>', "lang": '"><img src=x>'}
        assert "<img" not in TestClient(app).get(where, params=query).text


def test_who_may_show_it_is_said() -> None:
    assert "https://portal.example" in page(allowed_origins="https://portal.example,https://b.c")
    assert "Only pages of this very address" in page()


@pytest.mark.slow
@pytest.mark.browser
@needs_chromium
@pytest.mark.parametrize(
    ("language", "view", "scheme"), [("ar", NARROW, "light"), ("en", WIDE, "dark")]
)
def test_the_pages_for_reading_are_accessible(
    language: str, view: dict[str, int], scheme: str
) -> None:
    with serving(create_app(Settings(), StandIn())) as home, chromium() as browser:
        page = new_page(browser, viewport=view, locale=language, color_scheme=scheme)
        for path in ("embed", "privacy", "docs"):
            page.goto(f"{home}/{path}")
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert width <= 0, f"{path} is wider than its window"
        page.close()
