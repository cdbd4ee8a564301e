"""The report in a browser: nothing asked of any host, Arabic from the right, no sideways scroll."""

import pytest
from eval_oracle import ROWS, TEXTS, Oracle, write_questions
from web_browser import chromium, needs_chromium

from eval.answers import run
from eval.dataset import read_questions
from eval.report import report_html

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
        page = browser.new_page(viewport={"width": width, "height": 900})
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
        page = browser.new_page()
        page.goto(page_file.as_uri())
        directions = {
            row["lang"]: page.locator("h3", has_text=row["question"]).evaluate(
                "element => getComputedStyle(element).direction"
            )
            for row in ROWS
        }
    assert directions == {"ar": "rtl", "en": "ltr", "ru": "ltr", "kk": "ltr"}
