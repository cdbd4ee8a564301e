"""Using answers in Debian's Chromium: copies, files, links, feedback, library, paper, reload."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader
from web_browser import NARROW, WIDE, Visit, chromium, needs_chromium, serving, visiting, wait_until
from web_stand_in import COST, StandIn

from assistant.settings import Settings
from assistant.web.app import create_app

pytestmark = [pytest.mark.browser, needs_chromium]

ASK = {"ar": "كم بلغت كلفة الميناء؟", "en": "What did the port cost?"}
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
EACH_WAY = [("ar", WIDE, "light"), ("en", NARROW, "dark")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def assistant() -> StandIn:
    return StandIn()


@pytest.fixture(scope="module")
def home(folder: Path, assistant: StandIn) -> Iterator[str]:
    settings = Settings(
        rate_limit=0,
        state=folder / "state",
        feedback=folder / "said.sqlite",
        docs=folder / "docs",
        index=folder / "index",
        editors="*",
    )
    with serving(create_app(settings, assistant)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


def use(visit: Visit, do: str, more: str = "") -> None:
    """Choose what is done with an answer and wait for the word that it was done."""
    visit.page.click(f".c5-card a[href*='use={do}']{more} >> nth=0")
    visit.page.wait_for_selector("#c5-toast.c5-up")


def clipboard(visit: Visit, kind: str = "text/plain") -> str:
    read = """async (kind) => {
      for (const item of await navigator.clipboard.read()) {
        if (item.types.includes(kind)) return await (await item.getType(kind)).text();
      }
    }"""
    return str(visit.page.evaluate(read, kind))


@pytest.mark.parametrize(("language", "view", "scheme"), EACH_WAY)
def test_one_click_copies_a_citation_ready_for_an_editor(
    browser: Any, home: str, language: str, view: dict[str, int], scheme: str
) -> None:
    look = {"locale": language, "viewport": view, "color_scheme": scheme}
    with visiting(browser, home, **look, **CLIPBOARD) as visit:
        visit.ask(ASK[language])
        use(visit, "cite", "[href*='form=text']")
        text, html = clipboard(visit), clipboard(visit, "text/html")
        assert text.startswith(f"«{COST}»")
        assert "https://example.org/harbour" in text
        assert "<blockquote" in html
        assert 'dir="rtl"' in html
        use(visit, "cite", "[href*='form=markdown']")
        wait_until(visit.page, "navigator.clipboard.readText().then((t) => t[0] === '>')")
        use(visit, "cite", "[href*='form=html']")
        wait_until(visit.page, "navigator.clipboard.readText().then((t) => t[0] === '<')")
        assert visit.complaints == []
        assert visit.strangers == []


def test_a_conversation_is_taken_away_as_a_word_file(browser: Any, home: str) -> None:
    with visiting(browser, home, locale="ar") as visit:
        page = visit.page
        visit.ask(ASK["ar"])
        visit.ask("من فاز بكأس العالم؟")
        page.click("#c5-menu")
        for form, begins in (("docx", b"PK"), ("html", b"<!doctype"), ("md", b"# ")):
            with page.expect_download() as waiting:
                page.click(f"#c5-talk-menu [data-form={form}]")
            data = Path(waiting.value.path()).read_bytes()
            assert waiting.value.suggested_filename.endswith(f".{form}")
            assert data.startswith(begins)
            if form == "docx":
                document = docx.Document(BytesIO(data))
                texts = [p.text for p in document.paragraphs]
                assert texts.index(ASK["ar"]) < texts.index("من فاز بكأس العالم؟")
                right = [p for p in document.paragraphs if p.text == COST]
                assert right[0]._p.pPr.find(qn("w:bidi")) is not None
        assert visit.complaints == []


@pytest.mark.parametrize(("language", "view", "scheme"), EACH_WAY)
def test_a_link_leads_to_the_answer_and_from_there_into_the_article(
    browser: Any, home: str, language: str, view: dict[str, int], scheme: str
) -> None:
    look = {"locale": language, "viewport": view, "color_scheme": scheme}
    with visiting(browser, home, **look, **CLIPBOARD) as visit:
        page = visit.page
        visit.ask(ASK[language])
        use(visit, "link")
        link = clipboard(visit)
        assert re.fullmatch(rf"{home}/a/[\w-]{{22}}", link)
        page.goto(link)
        assert page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
        assert page.locator("blockquote").first.inner_text() == COST
        assert page.locator(".state.same").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.click("li .now a >> nth=0")
        page.wait_for_selector("#c5-ask textarea")
        assert visit.marked("c5-quote") == COST
        assert visit.complaints == []
        assert visit.strangers == []


def test_a_citation_is_not_marked_in_an_article_that_has_changed(
    browser: Any, assistant: StandIn
) -> None:
    from dataclasses import replace

    own = StandIn()
    with (
        serving(create_app(Settings(rate_limit=0), own)) as home,
        visiting(browser, home) as visit,
    ):
        visit.ask(ASK["en"])
        harbour = own.index.documents["harbour"]
        longer = replace(harbour, text="مقدمة جديدة.\n\n" + harbour.text)
        own.index.documents["harbour"] = longer
        visit.page.select_option("#c5-languages", "ru")  # the article is fetched anew
        visit.page.wait_for_selector("#c5-text[data-document=harbour] >> text=مقدمة")
        visit.page.click(".c5-chip >> nth=0")
        visit.page.wait_for_selector("#c5-toast.c5-up")
        assert "изменилась" in visit.page.inner_text("#c5-toast")
        assert visit.page.locator("#c5-holder mark").count() == 0


@pytest.mark.parametrize("how", ["reload", "back"])
def test_reload_and_back_keep_the_talk_and_its_sources(
    browser: Any, home: str, assistant: StandIn, how: str
) -> None:
    with visiting(browser, home) as visit:
        page = visit.page
        visit.ask(ASK["en"])
        visit.ask("Who won the cup?")
        if how == "reload":
            page.reload()
        else:
            page.goto(f"{home}/docs")
            page.go_back()
        page.locator(".c5-card").nth(1).wait_for()
        page.locator(".c5-card").first.locator(".c5-chip").first.click()
        assert visit.marked("c5-quote") == COST
        # and it goes on where it was
        visit.ask("And the phone?")
        assert [turn.question for turn in assistant.histories[-1]] == [
            ASK["en"], "Who won the cup?",
        ]  # fmt: skip
        page.click("#c5-new")
        page.wait_for_selector("#c5-empty:visible")
        page.reload()
        page.wait_for_selector("#c5-suggested li")
        assert page.locator(".c5-card").count() == 0


def test_the_way_back_of_a_phone_closes_the_article_and_keeps_the_talk(
    browser: Any, home: str
) -> None:
    with visiting(browser, home, viewport=NARROW) as visit:
        page = visit.page
        visit.ask(ASK["en"])
        page.click(".c5-chip >> nth=0")
        page.wait_for_selector("body.c5-reading")
        page.go_back()
        page.wait_for_selector("body:not(.c5-reading)")
        assert page.locator(".c5-card").count() == 1


def test_a_talk_is_kept_in_the_browser_only_if_that_is_wanted(browser: Any, home: str) -> None:
    with visiting(browser, home) as visit:
        page = visit.page
        visit.ask(ASK["en"])
        assert "port" not in page.evaluate(
            "JSON.stringify([{...localStorage}, {...sessionStorage}])"
        )
        page.click("#c5-menu")
        page.check("#c5-keep")
        page.wait_for_selector(".c5-talks li")
        page.keyboard.press("Escape")
        page.click("#c5-new")
        page.wait_for_selector("#c5-empty:visible")
        page.click("#c5-menu")
        page.click(".c5-talks [data-say=open_talk]")
        page.wait_for_selector(".c5-card")
        assert page.inner_text(".c5-question") == ASK["en"]
        page.click(".c5-chip >> nth=0")
        assert visit.marked("c5-quote") == COST
        page.click("#c5-menu")
        page.uncheck("#c5-keep")
        page.wait_for_selector(".c5-talks", state="detached")
        assert page.evaluate("localStorage.getItem('c5-talks')") is None
        assert visit.complaints == []


SELECT = """(words) => {
  const walker = document.createTreeWalker(document.querySelector('#c5-holder'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    getSelection().setBaseAndExtent(node, at, node, at + words.length);
    return true;
  }
  return false;
}"""  # noqa: E501


@pytest.mark.parametrize(("language", "view", "scheme"), EACH_WAY)
def test_feedback_goes_with_the_passage_that_was_selected(
    browser: Any, home: str, folder: Path, language: str, view: dict[str, int], scheme: str
) -> None:
    look = {"locale": language, "viewport": view, "color_scheme": scheme}
    with visiting(browser, home, **look) as visit:
        page = visit.page
        visit.ask(ASK[language])
        assert page.evaluate(SELECT, "هاتف المكتب")
        page.click("a[href*='use=feedback']")
        page.locator(".c5-pointed blockquote", has_text="هاتف المكتب").wait_for()
        page.check("#c5-feedback [value=wrong]")
        page.fill("#c5-feedback textarea", "the phone was asked")
        page.click("#c5-feedback [type=submit]")
        page.wait_for_selector("#c5-toast.c5-up")
        with sqlite3.connect(folder / "said.sqlite") as kept:
            verdict, passage = kept.execute(
                "SELECT verdict, passage FROM feedback ORDER BY id DESC"
            ).fetchone()
        assert verdict == "wrong"
        assert "هاتف المكتب" in passage
        assert visit.complaints == []


@pytest.mark.parametrize(("language", "view", "scheme"), EACH_WAY)
def test_the_library_shows_reads_and_limits_what_is_asked(
    browser: Any, home: str, language: str, view: dict[str, int], scheme: str
) -> None:
    look = {"locale": language, "viewport": view, "color_scheme": scheme}
    with visiting(browser, home, **look) as visit:
        page = visit.page
        if view is NARROW:
            page.click("#c5-open-reader")
        page.click("#c5-all")
        market = page.locator(".c5-volume", has_text="The market")
        market.locator("input").check()
        market.locator("[data-read]").click()
        page.wait_for_selector("#c5-text[data-document=market]")
        if view is NARROW:
            page.click("#c5-close")
        page.wait_for_selector("#c5-filter:visible")
        assert re.search(r"1\D+2", page.inner_text("#c5-filter-words"))
        visit.ask(ASK[language])
        assert page.locator(".c5-refused").count() == 1
        page.click("#c5-filter-off")
        page.locator("#c5-filter").wait_for(state="hidden")
        visit.ask(ASK[language])
        assert page.locator(".c5-answered").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert visit.complaints == []


@pytest.mark.parametrize("language", ["ar", "ru", "kk"])
def test_no_english_is_left_in_what_opens(browser: Any, home: str, language: str) -> None:
    with visiting(browser, home, locale=language) as visit:
        page = visit.page
        visit.ask(ASK["ar"])
        page.click("#c5-all")
        page.wait_for_selector(".c5-volume")
        opened = {
            "#c5-menu": "#c5-talk-menu",
            "a[href*='use=feedback']": "#c5-feedback",
            "#c5-add": "#c5-adding",
        }
        said: list[str] = []
        for button, dialog in opened.items():
            page.click(button)
            page.wait_for_selector(f"{dialog} [data-say]:not(:empty)")
            wait_until(
                page,
                """(dialog) => [...document.querySelectorAll(dialog + ' [data-say]')]
                .every((e) => e.textContent)""",
                dialog,
            )
            said += page.evaluate(
                """(dialog) => [...document.querySelectorAll(dialog + ' *')]
                .filter((e) => !e.children.length && e.tagName !== 'OPTION')
                .flatMap((e) => [e.textContent, e.getAttribute('aria-label')]).filter(Boolean)""",
                dialog,
            )
            page.keyboard.press("Escape")
        named = re.compile("C5|Markdown|HTML|PDF|DOCX|Word|https")
        assert [s for s in said if re.search("[A-Za-z]{2,}", named.sub("", s))] == []


@pytest.mark.parametrize("language", ["ar", "en"])
def test_on_paper_stand_the_whole_talk_and_its_sources(
    browser: Any, home: str, language: str
) -> None:
    with visiting(browser, home, locale=language, color_scheme="dark") as visit:
        page = visit.page
        for _ in range(3):
            visit.ask(ASK[language])
        pages = PdfReader(BytesIO(page.pdf(format="A4"))).pages
        text = "\n".join(paper.extract_text() for paper in pages)
        assert len(pages) > 1
        # the address of the source is printed, under each of its three quotes, for each answer
        assert text.count("https://example.org/harbour") == 9
        page.emulate_media(media="print")
        for gone in ("#c5-ask", ".c5-bar", "#c5-reader", ".c5-actions", ".c5-cites", "#c5-under"):
            assert not page.locator(gone).first.is_visible(), gone
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)"
        )
        inks = page.evaluate(
            "[...document.querySelectorAll('.c5-card p')].map((p) => getComputedStyle(p).color)"
        )
        assert "rgb(232, 229, 222)" not in inks  # the dark scheme's


@pytest.mark.slow
def test_an_editor_adds_an_article_from_the_page_and_asks_it(
    browser: Any, docs: Path, index_dir: Path, tmp_path: Path
) -> None:
    from assistant.assistant import Assistant

    shutil.copytree(docs, tmp_path / "docs")
    shutil.copytree(index_dir, tmp_path / "index")
    settings = Settings(rate_limit=0, docs=tmp_path / "docs", index=tmp_path / "index", editors="*")
    app = create_app(settings, Assistant.open(settings))
    text = "تنقل العبّارة الجديدة 450 راكبًا في كل رحلة.\n\nبدأت رحلاتها في مارس."
    with serving(app) as home, visiting(browser, home, locale="ar") as visit:
        page = visit.page
        page.click("#c5-all")
        page.click("#c5-add")
        page.fill("#c5-adding [name=text]", text)
        page.click("#c5-adding [type=submit]")
        page.locator(".c5-trouble", has_text="عنوان").wait_for()  # it has none
        page.fill("#c5-adding [name=title]", "العبّارة")
        page.fill("#c5-adding [name=published]", "2025-03-02")
        page.click("#c5-adding [type=submit]")
        page.locator(".c5-passages", has_text="450").wait_for()
        page.click("#c5-add-confirm")
        page.locator("#c5-text", has_text="العبّارة").wait_for(timeout=120_000)
        page.locator("#c5-adding").wait_for(state="hidden")
        visit.ask("كم راكبًا تنقل العبّارة الجديدة في كل رحلة؟")
        page.locator(".c5-answered", has_text="450").wait_for()
        assert visit.complaints == [c for c in visit.complaints if "422" in c]


def test_readers_are_not_offered_to_add(browser: Any) -> None:
    app = create_app(Settings(rate_limit=0), StandIn())
    with serving(app) as home, visiting(browser, home) as visit:
        visit.page.click("#c5-all")
        visit.page.wait_for_selector(".c5-volume")
        assert visit.page.locator("#c5-add").count() == 0
        visit.ask(ASK["en"])
        assert visit.page.locator("a[href*='use=feedback']").count() == 0
