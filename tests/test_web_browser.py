"""The page in Debian's Chromium: ask, open a citation, see the quote; in every direction."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from web_browser import (
    NARROW,
    WIDE,
    chromium,
    needs_chromium,
    new_page,
    serving,
    visiting,
    wait_until,
)
from web_stand_in import COST, HOSTILE, StandIn, corpus

from assistant.settings import Settings
from assistant.web.app import create_app

pytestmark = [pytest.mark.browser, needs_chromium]

ASK = {"ar": "كم بلغت كلفة الميناء؟", "en": "What did the port cost?"}
MARKET = corpus()[1].text
UNKNOWN = {"ar": "من فاز بكأس العالم؟", "en": "Who won the cup?"}


@pytest.fixture(scope="module")
def assistant() -> StandIn:
    return StandIn()


@pytest.fixture(scope="module")
def home(assistant: StandIn) -> Iterator[str]:
    with serving(create_app(Settings(rate_limit=0), assistant)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_citation_opens_the_article_with_its_quote_highlighted(
    browser: Any, home: str, language: str, view: dict[str, int], scheme: str
) -> None:
    with visiting(browser, home, locale=language, viewport=view, color_scheme=scheme) as visit:
        page = visit.page
        visit.ask(ASK[language])
        card = page.locator(".c5-card")
        assert card.get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        card.locator(".c5-chip").first.click()
        assert visit.marked("c5-quote") == COST
        assert visit.marked("c5-answer") == "4.2 مليار دولار"
        # it scrolls softly; the wait ends with an error if the mark never comes into view
        wait_until(
            page,
            """() => {
            const r = document.querySelector('mark.c5-answer').getBoundingClientRect();
            return r.top > 0 && r.bottom < innerHeight && r.left >= 0 && r.right <= innerWidth }""",
        )
        # the unofficial translation, for those who do not read the article's language
        shown = page.locator(".c5-block-translation:visible")
        assert shown.count() == (0 if language == "ar" else 1)
        assert visit.complaints == []
        assert visit.strangers == []
        # nothing is wider than the page
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_next_citation_is_one_click_away(browser: Any, home: str) -> None:
    with visiting(browser, home) as visit:
        visit.ask(ASK["en"])
        visit.page.click(".c5-chip >> nth=0")
        visit.marked("c5-quote")
        visit.page.click("#c5-next")
        visit.page.locator("#c5-holder mark.c5-quote", has_text="هاتف").wait_for()
        assert visit.page.inner_text("#c5-position") == "2 of 3"
        visit.page.click("#c5-previous")
        visit.page.wait_for_selector("#c5-holder mark.c5-answer")


def test_the_citation_of_a_later_answer_is_its_own(browser: Any, home: str) -> None:
    with visiting(browser, home) as visit:
        visit.ask(ASK["en"])
        visit.ask(UNKNOWN["en"])
        visit.page.click(".c5-refused .c5-open")
        visit.page.wait_for_selector("#c5-text[data-document=market]")
        assert visit.marked("c5-quote") == MARKET[14:35]
        visit.page.click(".c5-answered .c5-chip >> nth=0")
        visit.page.wait_for_selector("#c5-text[data-document=harbour]")
        assert visit.marked("c5-answer") == "4.2 مليار دولار"


def test_everything_can_be_done_with_the_keyboard(browser: Any, home: str) -> None:
    with visiting(browser, home, viewport=NARROW) as visit:
        page = visit.page
        page.focus("#c5-ask textarea")
        page.keyboard.type(ASK["en"])
        page.keyboard.press("Enter")
        page.wait_for_selector(".c5-card")
        page.focus("#c5-log [role=log]")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className").startswith("c5-chip")
        page.keyboard.press("Space")
        visit.marked("c5-quote")
        assert page.get_attribute("#c5-reader", "aria-modal") == "true"
        assert page.evaluate(
            "document.querySelector('#c5-reader').contains(document.activeElement)"
        )
        page.keyboard.press("Escape")
        page.wait_for_selector(".c5-chip:focus")
        page.locator("#c5-reader").wait_for(state="hidden")


ORDER = """(words) => {
  const holder = document.querySelector('#c5-holder');
  const walker = document.createTreeWalker(holder, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    const places = [...words].map((_, n) => {
      const range = document.createRange();
      range.setStart(node, at + n); range.setEnd(node, at + n + 1);
      return range.getBoundingClientRect().left;
    });
    return places.every((x, n) => !n || x > places[n - 1]);
  }
  return null;
}"""


@pytest.mark.parametrize(
    "words",
    ["2024-03-15", "10-20", "+963 11 555 1234", "C5+1", "96.4", "4.2", "٢٠٢٧", "Harbour Works"],
)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_figures_dates_and_names_stand_in_the_right_order_inside_arabic(
    browser: Any, home: str, words: str, language: str
) -> None:
    with visiting(browser, home, locale=language) as visit:
        assert visit.page.evaluate(ORDER, words) is True


def test_without_isolation_a_date_would_be_reversed(browser: Any, home: str) -> None:
    """The check above can fail: plain text in the same place is shown in the wrong order."""
    with visiting(browser, home, locale="ar") as visit:
        visit.page.evaluate(
            "document.querySelector('#c5-holder').innerHTML = '<p dir=rtl>يوم 2024-03-15 هنا</p>'"
        )
        assert visit.page.evaluate(ORDER, "2024-03-15") is False


def test_the_page_speaks_the_language_of_the_browser_and_can_be_told_another(
    browser: Any, home: str
) -> None:
    with visiting(browser, home, locale="ar") as visit:
        page = visit.page
        assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [
            "ar",
            "rtl",
        ]
        visit.ask(ASK["ar"])
        page.select_option("#c5-languages", "ru")
        page.wait_for_selector("html[dir=ltr]")
        page.wait_for_selector("#c5-ask textarea[placeholder^=Задайте]")
        assert page.locator(".c5-card").count() == 1
        page.reload()
        page.wait_for_selector("html[lang=ru]")


def test_the_first_page_is_light_and_asks_nobody_else(browser: Any, home: str) -> None:
    """What decides how soon it can be used; seconds themselves depend on who else is at work."""
    with visiting(browser, home, locale="ar") as visit:
        sizes = visit.page.evaluate(
            """() => [...performance.getEntriesByType('navigation'),
            ...performance.getEntriesByType('resource')].map((e) => e.encodedBodySize)"""
        )
        assert len(sizes) < 80
        assert 300_000 < sum(sizes) < 900_000
        assert visit.strangers == []


@contextmanager
def gradio_held_back(browser: Any, home: str, **how: Any) -> Iterator[tuple[Any, Any]]:
    """Open the page as long as Gradio's scripts have not come; yield it and how to let them."""
    page = new_page(browser, **how)
    held: list[Any] = []
    free = False

    def came(route: Any) -> None:
        if free:
            route.continue_()
        else:
            held.append(route)

    def release() -> None:
        nonlocal free
        free = True
        for route in held:
            route.continue_()

    page.route("**/assets/*.js", came)
    page.goto(home, wait_until="commit")
    page.wait_for_selector("#c5-early textarea")
    yield page, release
    page.close()


@pytest.mark.parametrize(
    ("language", "view", "scheme"), [("ar", NARROW, "light"), ("en", WIDE, "dark")]
)
def test_a_question_can_be_asked_before_gradio_has_come(
    browser: Any, home: str, language: str, view: dict[str, int], scheme: str
) -> None:
    look = {"locale": language, "viewport": view, "color_scheme": scheme}
    with gradio_held_back(browser, home, **look) as (page, release):
        page.wait_for_selector("#c5-suggested .c5-suggestion")
        page.wait_for_selector("#c5-holder .c5-block", state="attached")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        page.fill("#c5-early textarea", ASK[language])
        page.keyboard.press("Enter")
        page.wait_for_selector("#c5-early.c5-waits")
        release()
        page.wait_for_selector(".c5-answered")
        assert page.inner_text(".c5-question") == ASK[language]
        assert page.locator("#c5-early, #c5-under, #c5-empty").count() == 2
        assert page.input_value("#c5-ask textarea") == ""


def test_what_is_typed_before_gradio_has_come_stays_with_its_cursor(
    browser: Any, home: str
) -> None:
    with gradio_held_back(browser, home, locale="ar") as (page, release):
        page.select_option("#c5-languages", "en")
        page.wait_for_selector("#c5-early textarea[placeholder^=Ask]")
        page.click("#c5-early textarea")
        page.keyboard.type("What did the cost?")
        for _ in "cost?":
            page.keyboard.press("ArrowLeft")
        release()
        page.wait_for_selector("#c5-early", state="detached")
        page.keyboard.type("port ")
        assert page.input_value("#c5-ask textarea") == "What did the port cost?"
        page.keyboard.press("Enter")
        page.wait_for_selector(".c5-answered")


@pytest.mark.parametrize("language", ["ar", "ru", "kk"])
def test_no_english_is_left_on_the_page(browser: Any, home: str, language: str) -> None:
    with visiting(browser, home, locale=language) as visit:
        visit.ask(ASK["ar"])
        visit.page.wait_for_timeout(300)
        said = visit.page.evaluate(
            """() => [document.title, ...[...document.querySelectorAll('*')]
            .filter((e) => e.checkVisibility()).flatMap((e) =>
            [e.getAttribute('aria-label'), e.getAttribute('title'), e.getAttribute('placeholder')]),
            ...[...document.querySelectorAll('.c5-bar [data-say], #c5-under, button')]
              .map((e) => e.checkVisibility() ? e.textContent : '')].filter(Boolean)"""
        )
        assert said
        english = [s for s in said if re.search(r"[A-Za-z]{2,}", s.replace("C5", ""))]
        assert english == []


def test_every_control_has_a_name(browser: Any, home: str) -> None:
    with visiting(browser, home) as visit:
        visit.ask(ASK["en"])
        visit.page.click(".c5-chip >> nth=0")
        nameless = visit.page.evaluate(
            """() => [...document.querySelectorAll('a,button,select,textarea,input')]
            .filter((e) => e.checkVisibility())
            .filter((e) => !(e.getAttribute('aria-label') || e.textContent.trim()
              || e.labels?.[0]?.textContent.trim()))
            .map((e) => e.outerHTML)"""
        )
        assert nameless == []


CONTRAST = """(selector) => {
  const light = (c) => c <= 10 ? c / 255 / 12.92 : ((c / 255 + .055) / 1.055) ** 2.4;
  const numbers = (c) => c.match(/[\\d.]+/g).map(Number);
  const lum = ([r, g, b]) => .2126 * light(r) + .7152 * light(g) + .0722 * light(b);
  const element = document.querySelector(selector);
  const ink = numbers(getComputedStyle(element).color);
  let back = element, paper = null;
  while (back && !paper) {
    const c = numbers(getComputedStyle(back).backgroundColor);
    if (c.length < 4 || c[3] > .99) paper = c;
    back = back.parentElement;
  }
  const [a, b] = [lum(ink), lum(paper)].sort((x, y) => y - x);
  return (a + .05) / (b + .05);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_kinds_of_text_have_enough_contrast(browser: Any, home: str, scheme: str) -> None:
    with visiting(browser, home, color_scheme=scheme) as visit:
        visit.ask(ASK["en"])
        visit.ask(UNKNOWN["en"])
        visit.page.click(".c5-answered .c5-chip >> nth=0")
        visit.marked("c5-answer")
        visit.settled()  # colours change softly
        for selector in (
            ".c5-question", ".c5-badge-answered", ".c5-badge-not_in_sources", ".c5-lead p",
            ".c5-meta", ".c5-aside", ".c5-tag", ".c5-translation", ".c5-sources li", ".c5-label",
            ".c5-chip.c5-now", ".c5-sources li:last-child .c5-chip", ".c5-action", ".c5-suggestion",
            ".c5-hint", ".c5-brand p", ".c5-facts", ".c5-facts a", "mark.c5-quote",
            "mark.c5-answer", ".c5-block-translation:not([hidden])", "#c5-articles",
        ):  # fmt: skip
            ratio = visit.page.evaluate(CONTRAST, selector)
            assert ratio >= 4.5, f"{selector}: {ratio:.2f}"


def test_hostile_questions_and_articles_stay_text(browser: Any, home: str) -> None:
    with visiting(browser, home) as visit:
        page = visit.page
        visit.ask(f"cost {HOSTILE} <script>alert(4)</script>")
        assert "<script>alert(4)</script>" in page.inner_text(".c5-question")
        page.select_option("#c5-articles", "market")
        visit.page.wait_for_selector("#c5-text[data-document=market]")
        assert "onerror=alert(2)" in page.inner_text("#c5-holder")
        visit.page.wait_for_timeout(300)
        assert page.locator("#c5-log img, #c5-holder img, #c5-holder script").count() == 0
        assert visit.complaints == []
        assert not [url for url in visit.requests if url.endswith("/x")]


def test_nothing_of_a_question_is_kept_in_the_browser(browser: Any, home: str) -> None:
    with visiting(browser, home) as visit:
        visit.ask("What did the harbour cost, strictly between us?")
        kept = visit.page.evaluate(
            """async () => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie,
            (await indexedDB.databases()).map((d) => d.name), location.href])"""
        )
        assert "between us" not in kept
        assert "indexedDB" not in kept


def test_two_visitors_never_see_each_other(browser: Any, home: str, assistant: StandIn) -> None:
    with visiting(browser, home) as one, visiting(browser, home) as two:
        one.ask("What did the port cost, asks one?")
        two.ask("What did the port cost, asks two?")
        one.ask("And the phone, asks one?")
        assert [t.question for t in assistant.histories[-1]] == [
            "What did the port cost, asks one?"
        ]
        assert "asks two" not in one.page.inner_text("#c5-log")
        assert two.page.locator(".c5-card").count() == 1


def test_a_new_conversation_forgets_the_old_one(
    browser: Any, home: str, assistant: StandIn
) -> None:
    with visiting(browser, home) as visit:
        visit.ask(ASK["en"])
        visit.page.click("#c5-new")
        visit.page.wait_for_selector("#c5-empty:visible")
        visit.ask("And the phone?")
        assert not assistant.histories[-1]


def test_a_suggestion_asks_itself(browser: Any, home: str) -> None:
    with visiting(browser, home, locale="ar") as visit:
        visit.page.click("#c5-suggested .c5-suggestion >> nth=0")
        visit.page.wait_for_selector(".c5-answered")
        assert visit.page.inner_text(".c5-question") == ASK["ar"]


def test_suggestions_come_back_when_their_place_is_drawn_anew(browser: Any, home: str) -> None:
    """Gradio draws its parts when it likes, also after the suggestions have arrived."""
    with visiting(browser, home, locale="ar") as visit:
        visit.page.wait_for_selector("#c5-suggested .c5-suggestion")
        visit.page.evaluate("document.getElementById('c5-empty').remove()")
        visit.page.wait_for_selector("#c5-suggested .c5-suggestion")
        assert visit.page.locator("#c5-suggested .c5-suggestion").count() > 0


def test_the_copy_holds_the_verbatim_quotes_and_where_they_are_from(
    browser: Any, home: str
) -> None:
    how = {"permissions": ["clipboard-read", "clipboard-write"]}
    with visiting(browser, home, **how) as visit:
        visit.ask(ASK["en"])
        visit.page.click("a[href*='use=copy']")
        visit.page.wait_for_selector("#c5-toast.c5-up")
        text = visit.page.evaluate("navigator.clipboard.readText()")
        assert f"[1] «{COST}»" in text
        assert "March 16, 2024" in text
        assert "https://example.org/harbour" in text


def test_an_answer_can_be_stopped(browser: Any) -> None:
    slow = StandIn(slow=3.0)
    with (
        serving(create_app(Settings(rate_limit=0), slow)) as home,
        visiting(browser, home) as visit,
    ):
        visit.page.fill("#c5-ask textarea", ASK["en"])
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_selector(".c5-progress")
        visit.page.click("#c5-ask .stop-button")
        visit.page.wait_for_selector(".c5-notice")
        visit.page.wait_for_selector("#c5-ask .submit-button")
        until = time.monotonic() + 20
        while not slow.stopped and time.monotonic() < until:
            visit.page.wait_for_timeout(50)
        assert slow.stopped == 1
        assert visit.page.locator(".c5-card").count() == 0
        assert visit.page.inner_text(".c5-question") == ASK["en"]
        # and the talk goes on
        slow.slow = 0.0
        visit.ask(ASK["en"])
        assert visit.page.locator(".c5-question").count() == 2
        assert visit.page.locator(".c5-card").count() == 1
        assert visit.page.locator(".c5-notice").count() == 1


def test_limits_are_told_on_the_page_in_its_language(browser: Any) -> None:
    app = create_app(Settings(rate_limit=1), StandIn())
    with serving(app) as home, visiting(browser, home, locale="ru") as visit:
        visit.ask(ASK["en"])
        visit.ask(ASK["en"], card=".c5-notice")
        assert "Слишком много вопросов" in visit.page.inner_text(".c5-notice")


def test_the_page_works_in_a_frame_of_another_site_without_storage(browser: Any) -> None:
    """Third-party storage is blocked in many newsrooms; the talk must not need any."""
    from starlette.applications import Starlette
    from starlette.responses import HTMLResponse
    from starlette.routing import Route

    app = create_app(Settings(rate_limit=0, allowed_origins="http://localhost:1"), StandIn())
    with serving(app) as home:
        framed = f"<iframe src='{home}/?lang=en' width=900 height=700></iframe>"
        portal = Starlette(routes=[Route("/", lambda _: HTMLResponse(framed))])
        with serving(portal) as other:
            # another site to the browser: localhost is not 127.0.0.1
            foreign = other.replace("127.0.0.1", "localhost")
            app_page = new_page(browser)
            app_page.goto(foreign)
            app_page.wait_for_timeout(1500)
            assert app_page.frames[1].locator("#c5-ask textarea").count() == 0  # not on the list
            app_page.close()
            listed = create_app(Settings(rate_limit=0, allowed_origins=foreign), StandIn())
            with serving(listed) as home2:
                page = new_page(browser)
                page.goto(foreign)
                page.evaluate("(s) => { document.querySelector('iframe').src = s }", home2)
                frame = page.frame_locator("iframe")
                frame.locator("#c5-ask textarea").fill(ASK["en"])
                frame.locator("#c5-ask textarea").press("Enter")
                frame.locator(".c5-card").wait_for()
                page.close()
