"""The evaluation in the chat: for editors only; a run is started, followed, stopped and read."""

from __future__ import annotations

import json
import time
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from eval_oracle import ROWS, TEXTS, Oracle, write_questions
from starlette.testclient import TestClient
from web_browser import NARROW, WIDE, chromium, needs_chromium, new_page, serving, wait_until
from web_stand_in import StandIn

from assistant.schema import LANGUAGES
from assistant.settings import Settings
from assistant.web import plugins
from assistant.web.app import create_app
from assistant.web.state import state_folder
from eval.answers import run
from eval.dataset import read_questions
from eval.results import write_result
from eval.words import words

ROOT = Path(__file__).resolve().parent.parent
TABLE = """question;expected
How much did the port cost?;بلغت كلفته ٤٫٢ مليار دولار
How far is the moon?;
"""


@pytest.fixture(autouse=True)
def plugged(monkeypatch):
    """The entry points that pyproject.toml declares, also where an older install is about."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    points = [EntryPoint(name, value, "c5.web") for name, value in declared["c5.web"].items()]
    monkeypatch.setattr(plugins, "entry_points", lambda group: points)


@pytest.fixture
def settings(tmp_path):
    for key, text in TEXTS.items():
        folder = tmp_path / "docs" / key
        folder.mkdir(parents=True)
        language = "ar" if key == "port" else "ru"
        head = f"---\ntitle: {key}\nlanguage: {language}\npublished: 2025-11-06\n---\n"
        (folder / "article.md").write_text(head + text, "utf-8")
    return Settings(
        docs=tmp_path / "docs", index=tmp_path / "index", editors="*", rate_limit=0
    )  # fmt: skip


@pytest.fixture
def assistant(settings):
    """A real assistant over the small corpus."""
    from assistant.assistant import Assistant
    from index.build import build_index

    build_index(settings.docs, settings.index, progress=False)
    return Assistant.open(settings)


def _client(settings, assistant):
    app = create_app(settings, assistant)
    return TestClient(app, base_url="http://127.0.0.1:7860", client=("127.0.0.1", 50000))


def _folder(settings):
    return state_folder(settings) / "evaluations"


def _result(settings, name="dev-1"):
    folder = _folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    questions = read_questions([write_questions(folder / "q.jsonl", ROWS)])
    result = run(Oracle(questions), questions, TEXTS, settings={"when": "2026-01-02T03:04:05"})
    result["rows"][0]["right"] = False
    write_result(result, folder / f"{name}.json")


def test_nobody_but_an_editor_comes_in(settings):
    _result(settings)
    reader = settings.model_copy(update={"editors": ""})
    with _client(reader, StandIn()) as client:
        for path in ("/eval", "/eval/run", "/eval/report/dev-1", "/eval/desk.js"):
            assert client.get(path).status_code == 403, path
        for path in ("/eval/run", "/eval/stop", "/eval/questions?name=x.csv"):
            assert client.post(path, json={"questions": "dev"}).status_code == 403, path


@pytest.mark.parametrize(("editors", "offered"), [("*", True), ("", False)])
def test_the_chat_offers_the_evaluation_to_editors_in_their_language(settings, editors, offered):
    with _client(settings.model_copy(update={"editors": editors}), StandIn()) as client:
        for language in LANGUAGES:
            pages = client.get(f"/ui-editor?lang={language}").json()["pages"]
            title = words(language)["desk.title"]
            assert pages == ([{"path": "eval", "name": title}] if offered else [])


def test_results_are_kept_where_the_setting_says(settings, tmp_path):
    elsewhere = settings.model_copy(update={"state": tmp_path / "kept"})
    _result(elsewhere)
    assert (tmp_path / "kept" / "evaluations" / "dev-1.json").is_file()
    with _client(elsewhere, StandIn()) as client:
        assert "eval/report/dev-1" in client.get("/eval").text
        assert client.get("/eval/report/dev-1").status_code == 200
    assert not settings.index.exists()


def test_another_site_can_start_nothing(settings):
    with _client(settings, StandIn()) as client:
        headers = {"Origin": "https://evil.example"}
        refused = client.post("/eval/run", json={"questions": "dev"}, headers=headers)
        assert refused.status_code == 403
        assert client.get("/eval/run").json()["state"] == "idle"


def test_no_name_leads_out_of_the_folder(settings):
    _result(settings)
    (state_folder(settings) / "secret.json").write_text("{}")
    with _client(settings, StandIn()) as client:
        for name in ("../../secret", "..%2f..%2fsecret", "nothing", "a b", ".hidden", "%00"):
            assert client.get(f"/eval/report/{name}").status_code == 404, name
            asked = client.post("/eval/run", json={"questions": name, "own": True})
            assert asked.status_code in (404, 422), name


def test_page_and_report_speak_the_editors_language(settings):
    _result(settings)
    with _client(settings, StandIn()) as client:
        for language in LANGUAGES:
            page = client.get(f"/eval?lang={language}").text
            report = client.get(f"/eval/report/dev-1?lang={language}").text
            right = 'dir="rtl"' if language == "ar" else 'dir="ltr"'
            for text, title in ((page, "desk.title"), (report, "report.title")):
                assert f'<html lang="{language}" {right}>' in text
                assert words(language)[title] in text
            assert f"{len(ROWS) - 1} / {len(ROWS)}" in page


def test_a_table_that_does_not_fit_is_told_line_by_line(settings):
    with _client(settings, StandIn()) as client:
        said = client.post("/eval/questions?name=my.csv", content=b"question,expected\nWhat?,no\n")
        assert said.status_code == 422
        assert "my.csv:2: the expected passage is in no article" in said.json()["detail"]
        assert client.post("/eval/questions?name=my.txt", content=b"x").status_code == 422
    assert not (_folder(settings) / "questions").exists()


def _wait(client, *states):
    until = time.monotonic() + 240
    while (progress := client.get("/eval/run").json())["state"] not in states:
        assert time.monotonic() < until, progress
        time.sleep(0.1)
    return progress


@pytest.mark.slow
def test_a_run_that_is_stopped_goes_on_where_it_was(settings, assistant):
    """Stopped after its first row; the second run keeps that row and finishes."""
    rows = [
        row | {"id": f"{row['id']}-{n}", "question": f"{row['question']} {n}", "fact": f"{n}"}
        for n in range(20)
        for row in ROWS[:1]
    ]
    folder = _folder(settings) / "questions"
    folder.mkdir(parents=True)
    write_questions(folder / "mine.jsonl", rows)
    with _client(settings, assistant) as client:
        asked = {"questions": "mine", "own": True}
        started = client.post("/eval/run", json=asked)
        assert (started.status_code, started.json()["total"]) == (202, len(rows))
        assert client.post("/eval/run", json=asked).status_code == 409
        until = time.monotonic() + 240
        while not client.get("/eval/run").json()["done"]:
            assert time.monotonic() < until
            time.sleep(0.02)
        stopped = client.post("/eval/stop").json()
        assert stopped["state"] in ("stopped", "done")
        half_done = list(_folder(settings).glob(".mine-*.rows"))  # none where it was quicker
        assert client.post("/eval/run", json=asked).json()["total"] == len(rows)
        done = _wait(client, "done", "failed")
        assert done["fault"] == ""
        if half_done:
            assert done["name"] == stopped["name"]
        result = json.loads((_folder(settings) / f"{done['name']}.json").read_text("utf-8"))
        assert [row["id"] for row in result["rows"]] == [row["id"] for row in rows]
        page = client.get(f"/eval/report/{done['name']}")
        assert page.status_code == 200


def test_a_run_that_fails_says_why(settings, assistant):
    folder = _folder(settings) / "questions"
    folder.mkdir(parents=True)
    write_questions(folder / "mine.jsonl", ROWS)
    with _client(settings, assistant) as client:
        (settings.docs / "port" / "article.md").write_text("---\nlanguage: [\n---\n", "utf-8")
        client.post("/eval/run", json={"questions": "mine", "own": True})
        failed = _wait(client, "failed", "done")
    assert failed["state"] == "failed"
    assert "article.md" in failed["fault"]


@pytest.mark.slow
@pytest.mark.browser
@needs_chromium
def test_an_editor_adds_a_table_runs_it_and_reads_the_report(settings, assistant, tmp_path):
    """The whole path in a browser, in Arabic: nothing of it from another host."""
    table = tmp_path / "mine.csv"
    table.write_text(TABLE, "utf-8")
    with serving(create_app(settings, assistant)) as home, chromium() as browser:
        page = new_page(browser, locale="ar", viewport={"width": 390, "height": 844})
        asked, faults = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{home}/eval?lang=ar")
        page.set_input_files("#table", table)
        page.click("#add button")
        wait_until(page, "document.getElementById('added').textContent.includes('mine')")
        page.select_option("#questions", "mine")
        page.click("#go")
        page.wait_for_selector("tbody a")
        assert page.locator("html").get_attribute("dir") == "rtl"
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0
        page.click("tbody a")
        page.wait_for_selector("svg.bars")
        assert page.evaluate(wide) <= 0
        assert page.title().startswith(words("ar")["report.title"])
        assert faults == []
        assert [url for url in asked if not url.startswith(home)] == []


@pytest.mark.slow
@pytest.mark.browser
@needs_chromium
def test_page_and_report_are_accessible_also_behind_a_path(settings):
    """axe-core over both, reached from the menu of the chat, under the prefix of a proxy."""
    from axe_playwright_python.sync_playwright import Axe

    _result(settings)
    app = create_app(settings.model_copy(update={"root_path": "/newsroom"}), StandIn())
    with serving(app) as home, chromium() as browser:
        for language, view, scheme in (("ar", WIDE, "light"), ("en", NARROW, "dark")):
            page = new_page(browser, color_scheme=scheme, viewport=view)
            failed = []
            page.on("response", lambda r, f=failed: f.append(r.url) if r.status >= 400 else None)
            page.goto(f"{home}/newsroom/?lang={language}")
            page.wait_for_selector("#c5-ask textarea")
            page.click("#c5-menu")
            page.click(f"#c5-editor a >> text={words(language)['desk.title']}")
            page.wait_for_selector("#start")
            assert page.get_attribute("html", "lang") == language
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            page.click("tbody a")
            page.wait_for_selector("svg.bars")
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            assert [url for url in failed if "favicon" not in url] == []
