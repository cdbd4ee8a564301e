"""The report in a browser: nothing asked of any host, Arabic from the right, no sideways scroll."""

import re

import pytest
from eval_oracle import ROWS, TEXTS, Oracle, write_questions
from web_browser import chromium, needs_chromium, new_page

from assistant.schema import LANGUAGES
from eval.answers import run
from eval.dataset import read_questions, shipped_files
from eval.report import COLUMNS, HEADLINES, kinds_by_language, report_html, report_of
from eval.results import BASELINE, read_result
from eval.words import words

pytestmark = [pytest.mark.browser, needs_chromium]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    questions = read_questions([write_questions(folder / "q.jsonl", ROWS)])
    result = run(Oracle(questions), questions, TEXTS, settings={"machine": "a test"})
    for row in result["rows"]:
        row["right"] = False  # so that every question is shown
    (folder / "report.html").write_text(report_html(result, name="test"), "utf-8")
    return folder / "report.html"


@pytest.mark.parametrize("width", [1200, 390])
def test_the_report_is_whole_without_a_network(page_file, width):
    with chromium() as browser:
        page = new_page(browser, viewport={"width": width, "height": 900})
        asked, faults = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: faults.append(message.text))
        page.goto(page_file.as_uri())
        assert asked == [page_file.as_uri()]
        assert faults == []
        assert page.locator("svg").count() == 2
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overflow) <= 0


def test_arabic_runs_from_the_right_and_english_from_the_left(page_file):
    with chromium() as browser:
        page = new_page(browser)
        page.goto(page_file.as_uri())
        directions = {
            row["lang"]: page.locator("h3", has_text=row["question"]).evaluate(
                "element => getComputedStyle(element).direction"
            )
            for row in ROWS
        }
    assert directions == {"ar": "rtl", "en": "ltr", "ru": "ltr", "kk": "ltr"}


def test_the_printed_report_is_whole_and_keeps_tables_together(page_file, tmp_path):
    """Chromium's own print: every question of the page is in the PDF's text."""
    from pypdf import PdfReader

    with chromium() as browser:
        page = new_page(browser)
        page.goto(page_file.as_uri())
        page.emulate_media(media="print")
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overflow) <= 0
        kept = "getComputedStyle(document.querySelector('article')).breakInside"
        assert page.evaluate(kept) == "avoid"
        page.pdf(path=tmp_path / "report.pdf", format="A4", print_background=True)
    text = "".join(each.extract_text() for each in PdfReader(tmp_path / "report.pdf").pages)
    for row in ROWS:
        assert row["id"].replace("-", "") in text.replace("-", "").replace("\n", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_report_is_there_in_the_language(language):
    english, own = words("en"), words(language)
    assert own.keys() == english.keys()
    places = {key: set(re.findall(r"{\w+}", text)) for key, text in english.items()}
    assert {key: set(re.findall(r"{\w+}", text)) for key, text in own.items()} == places
    asked = read_questions(shipped_files())
    for question in asked:
        assert f"group.{question.kind}" in own
        assert f"group.{question.form}" in own
    for measure in (*HEADLINES, *COLUMNS):
        assert f"metric.{measure}" in own


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_report_of_the_committed_baseline_opens(tmp_path, language):
    """What `c5 eval report eval/results/baseline.json` writes: every question, no host asked."""
    path = tmp_path / "report.html"
    path.write_text(report_of(BASELINE, language), "utf-8")
    rows = read_result(BASELINE)["rows"]
    with chromium() as browser:
        page = new_page(browser, viewport={"width": 390, "height": 844})
        asked, faults = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: faults.append(message.text))
        page.goto(path.as_uri())
        assert (asked, faults) == ([path.as_uri()], [])
        assert page.locator("article").count() == sum(not row["right"] for row in rows)
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0
        # charts are drawn left to right, their words are not cut off
        for words_of in page.locator("svg.bars text").all()[:6]:
            assert words_of.evaluate("t => t.getBBox().x >= 0")


def test_kinds_and_languages_are_counted_apart(page_file):
    rows = [
        {"kind": "date", "lang": "ar", "right": True},
        {"kind": "date", "lang": "ar", "right": False},
        {"kind": "date", "lang": "kk", "right": True},
    ]
    assert kinds_by_language(rows) == {"date": {"ar": (0.5, 2), "kk": (1.0, 1), "all": (2 / 3, 3)}}
    with chromium() as browser:
        page = new_page(browser)
        page.goto(page_file.as_uri())
        assert page.locator("#kinds tr").count() == 3  # a head, figures, off-topic
        assert page.locator("#kinds").inner_text().count("0.0 (") == 10
