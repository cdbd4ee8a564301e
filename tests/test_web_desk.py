"""Using answers over HTTP: copy, export, link, feedback, keeping; and who may do what."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from web_stand_in import COST, StandIn

from assistant.settings import Settings
from assistant.web.app import create_app
from assistant.web.house import House
from assistant.web.permalinks import Now, standing
from assistant.web.shelf import Shelf, new_name
from assistant.web.sources import Kept
from assistant.web.state import Seal
from assistant.web.strings import say
from assistant.web.talk import Talk
from assistant.web.thaw import frozen, thawed
from eval.report import report_html
from eval.results import BASELINE, read_result
from index.schema import Document

HOME = "http://127.0.0.1:7860"


def settings_in(folder: Path) -> Settings:
    return Settings(rate_limit=0, state=folder / "state", feedback=folder / "said.sqlite")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_in(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def assistant() -> StandIn:
    return StandIn()


@pytest.fixture(scope="module")
def client(settings: Settings, assistant: StandIn) -> Iterator[TestClient]:
    with TestClient(create_app(settings, assistant), base_url=HOME) as client:
        yield client


def answered(client: TestClient, question: str = "What did the port cost?", owner: str = "") -> str:
    """Have the server remember an answer, as the chat does, and return its name."""
    house: House = client.app.state.house  # type: ignore[attr-defined]
    name = new_name()
    kept = Kept.of(house.assistant.ask(question), house.documents)
    house.remember(name, kept, Talk().begin(question, "").done(kept.answer, "", name), owner)
    return name


def test_a_citation_is_copied_in_three_forms(client) -> None:
    body = {"answer": answered(client), "number": 1, "language": "en"}
    forms = client.post("/ui-copy", json=body).json()
    assert forms.keys() == {"text", "markdown", "html"}
    assert all("4.2" in form for form in forms.values())
    assert client.post("/ui-copy", json=body | {"number": 9}).status_code == 404


@pytest.mark.parametrize(
    ("form", "begins"), [("md", b"# "), ("html", b"<!doctype"), ("docx", b"PK")]
)
def test_a_conversation_is_exported_as_a_file(client, form, begins) -> None:
    names = [answered(client), answered(client, "Who won the cup?")]
    response = client.post("/ui-export", json={"answers": names, "form": form, "language": "ar"})
    assert response.content.startswith(begins)
    assert response.headers["content-disposition"].endswith(f'.{form}"')
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/ui-copy", "/ui-export", "/ui-link", "/ui-feedback", "/ui-keep"])
def test_only_our_own_page_acts_in_a_visitors_name(client, path) -> None:
    name = answered(client)
    body = {"answer": name, "answers": [name], "verdict": "good"}
    wanted = {"/ui-export": ["answers"], "/ui-keep": ["answers"]}.get(path, ["answer"])
    body = {k: v for k, v in body.items() if k in wanted or (k == "verdict" and "feed" in path)}
    assert client.post(path, json=body).status_code == 200
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": HOME, "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
    ):
        assert client.post(path, json=body, headers=headers).status_code == 403
    form = {"Content-Type": "text/plain"}
    assert client.post(path, content=json.dumps(body), headers=form).status_code in (415, 422)


def test_not_even_an_allowed_origin_may_use_the_desk(tmp_path) -> None:
    portal = "https://portal.example"
    app = create_app(Settings(allowed_origins=portal, state=tmp_path), StandIn())
    with TestClient(app, base_url=HOME) as client:
        body = {"answer": answered(client)}
        assert client.post("/ui-link", json=body, headers={"Origin": portal}).status_code == 403
        assert client.post("/ui-link", json=body, headers={"Origin": HOME}).status_code == 200


def test_an_answer_belongs_to_the_user_who_asked(client) -> None:
    name = answered(client, owner="amina")
    assert client.post("/ui-copy", json={"answer": name}).status_code == 410


def test_an_answer_that_nobody_remembers_is_told_as_such(client) -> None:
    response = client.post("/ui-copy", json={"answer": "x" * 22})
    assert response.status_code == 410
    assert response.headers["content-type"] == "application/problem+json"


# ---- links


def test_nothing_is_written_before_a_reader_asks_for_a_link(tmp_path) -> None:
    settings = settings_in(tmp_path)
    with TestClient(create_app(settings, StandIn()), base_url=HOME) as client:
        name = answered(client)
        client.post("/ui-copy", json={"answer": name})
        assert not list(tmp_path.iterdir())
        client.post("/ui-link", json={"answer": name})
    assert (settings.state / "links.sqlite").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("language", ["ar", "en", "ru", "kk"])
def test_a_link_shows_the_answer_with_its_quotes_as_they_were(client, language) -> None:
    path = client.post("/ui-link", json={"answer": answered(client)}).json()["path"]
    page = client.get(f"/{path}?lang={language}")
    assert page.status_code == 200
    assert COST.replace("4.2", '<bdi dir="ltr">4.2</bdi>').split("،")[0] in page.text
    assert f'lang="{language}"' in page.text
    assert "<script" not in page.text
    assert 'class="state same"' in page.text


def test_who_said_it_runs_with_the_page_whatever_letters_the_name_has(client) -> None:
    path = client.post("/ui-link", json={"answer": answered(client)}).json()["path"]
    for language, runs in (("en", "ltr"), ("ar", "rtl")):
        shown = client.get(f"/{path}?lang={language}").text
        speaker = say(language, "speaker", speaker="").strip()
        assert f'<p class="facts" dir="{runs}">{speaker}' in shown


def test_a_link_says_when_the_article_has_changed(client, assistant, monkeypatch) -> None:
    path = client.post("/ui-link", json={"answer": answered(client)}).json()["path"]
    harbour = assistant.index.documents["harbour"]
    changed = replace(harbour, text=harbour.text.replace("4.2", "5.1"))
    monkeypatch.setitem(assistant.index.documents, "harbour", changed)
    page = client.get(f"/{path}?lang=en").text
    assert 'class="state lost"' in page
    assert "4.2" in page
    assert "no longer says this" in page
    assert "the quote is where it was" in page  # the other two


def test_a_refusal_can_be_linked_to_as_well(client) -> None:
    name = answered(client, "Who won the cup?")
    path = client.post("/ui-link", json={"answer": name}).json()["path"]
    page = client.get(f"/{path}?lang=en").text
    assert "The articles do not say." in page
    assert "Fish is sold at dawn" in page


@pytest.mark.parametrize("name", ["nothing", "..%2F..%2Fetc%2Fpasswd", "' OR 1=1 --", "%00"])
def test_a_link_that_was_never_made_is_not_found(client, name) -> None:
    client.post("/ui-link", json={"answer": answered(client)})
    assert client.get(f"/a/{name}").status_code in (400, 404)


def test_links_survive_a_restart(client, settings, assistant) -> None:
    path = client.post("/ui-link", json={"answer": answered(client)}).json()["path"]
    with TestClient(create_app(settings, assistant), base_url=HOME) as again:
        assert again.get(f"/{path}").status_code == 200


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda text: text, Now.SAME),
        (lambda text: text + "\nذيل جديد.", Now.HERE),
        (lambda text: "مقدمة جديدة.\n\n" + text, Now.MOVED),
        (lambda text: text.replace("96.4", "96.5"), Now.CHANGED),
        (None, Now.GONE),
    ],
)
def test_what_became_of_a_quote(assistant, change, expected) -> None:
    kept = Kept.of(assistant.ask("What did the port cost?"), assistant.index.documents)
    now: dict[str, Document] = dict(assistant.index.documents)
    if change is None:
        del now["harbour"]
    else:
        now["harbour"] = replace(now["harbour"], text=change(now["harbour"].text))
    found = standing(kept.sources[0], kept, now)
    assert found.now is expected
    if found.now in (Now.SAME, Now.HERE, Now.MOVED):
        assert now["harbour"].text[found.start : found.end] == kept.sources[0].quote


def test_links_are_limited_in_number_for_each_visitor(tmp_path) -> None:
    app = create_app(Settings(rate_limit=3, state=tmp_path), StandIn())
    with TestClient(app, base_url=HOME) as client:
        body = {"answer": answered(client)}
        codes = [client.post("/ui-link", json=body).status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]


def test_a_disk_that_cannot_be_written_is_the_servers_trouble(tmp_path) -> None:
    settings = settings_in(tmp_path)
    settings.state.write_text("a file where the folder should be")
    with TestClient(create_app(settings, StandIn()), base_url=HOME) as client:
        response = client.post("/ui-link", json={"answer": answered(client)})
    assert response.status_code == 503
    assert str(settings.state) not in response.text


# ---- feedback


def said(path: Path) -> list[sqlite3.Row]:
    if not path.exists():
        return []
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute("SELECT * FROM feedback").fetchall()


def test_feedback_is_kept_with_the_answer_and_the_passage_but_without_the_reader(
    client, settings
) -> None:
    text = client.get("/api/documents/harbour").json()["text"]
    start = text.index("هاتف")
    passage = {"document": "harbour", "start": start, "end": start + 12}
    body = {"answer": answered(client), "verdict": "wrong", "why": "a\x00b", "passage": passage}
    assert client.post("/ui-feedback", json=body).status_code == 200
    *_, row = said(settings.feedback)
    assert (row["verdict"], row["why"], row["status"]) == ("wrong", "ab", "answered")
    assert json.loads(row["passage"])["text"] == text[start : start + 12]
    assert json.loads(row["answer"])["citations"][0]["quote"] == COST
    assert not {"user", "address"} & set(row.keys())
    assert settings.feedback.stat().st_mode & 0o777 == 0o600


def test_what_feedback_says_is_text_wherever_editors_read_it(client, settings) -> None:
    hostile = "<img src=x onerror=alert(1)> </script><script>alert(2)</script>"
    body = {"answer": answered(client), "verdict": "good", "why": hostile}
    assert client.post("/ui-feedback", json=body).status_code == 200
    *_, row = said(settings.feedback)
    assert row["why"] == hostile
    made = read_result(BASELINE)
    rows = [dict(made["rows"][0], question=hostile, note=row["why"], right=False)]
    html = report_html(dict(made, rows=rows), name=hostile)
    assert "&lt;img src=x" in html
    assert "<img src=x" not in html
    assert "<script>alert" not in html


def test_without_the_setting_feedback_is_neither_asked_nor_kept(tmp_path) -> None:
    with TestClient(create_app(Settings(), StandIn()), base_url=HOME) as client:
        body = {"answer": answered(client), "verdict": "good"}
        assert client.post("/ui-feedback", json=body).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "maybe"},
        {"why": "x" * 1001},
        {"passage": {"document": "nowhere", "start": 0, "end": 5}},
        {"passage": {"document": "harbour", "start": 5, "end": 5}},
        {"passage": {"document": "harbour", "start": 0, "end": 10, "more": 1}},
        {"who": "me"},
    ],
)
def test_feedback_that_makes_no_sense_is_refused(client, settings, wrong) -> None:
    body = {"answer": answered(client), "verdict": "good"} | wrong
    before = len(said(settings.feedback))
    response = client.post("/ui-feedback", json=body)
    assert response.status_code in (400, 422)
    assert len(said(settings.feedback)) == before


# ---- what the browser keeps


def test_a_kept_talk_comes_back_and_cannot_be_forged(client) -> None:
    names = [answered(client), answered(client, "Who won the cup?")]
    sealed = client.post("/ui-keep", json={"answers": names}).json()
    assert "2" in sealed.pop("when")
    restored = client.post("/ui-restore", json=sealed).json()["answer"]
    house: House = client.app.state.house
    talk = house.talks.get(restored)
    assert len(talk.shown) == 2
    assert talk.turns[0].question == "What did the port cost?"
    assert client.post("/ui-copy", json={"answer": restored}).status_code == 200
    forged = sealed | {"talk": sealed["talk"].replace("4.2", "9.9")}
    assert client.post("/ui-restore", json=forged).status_code == 400


def test_a_seal_holds_after_a_restart_and_is_ours_alone(tmp_path) -> None:
    seal = Seal(tmp_path / "one").of("text")
    assert Seal(tmp_path / "one").fits("text", seal)
    assert not Seal(tmp_path / "two").fits("text", seal)
    assert (tmp_path / "one" / "seal.key").stat().st_mode & 0o777 == 0o600


def test_answers_come_back_from_json_as_they_were(assistant) -> None:
    for question in ("What did the port cost?", "Who won the cup?"):
        kept = Kept.of(assistant.ask(question), assistant.index.documents)
        assert thawed(json.loads(json.dumps(frozen(kept)))) == kept


# ---- memory


def test_a_shelf_forgets_the_oldest_and_what_is_too_old() -> None:
    now = [0.0]
    shelf: Shelf[int] = Shelf(2, 10.0, clock=lambda: now[0])
    for number in range(3):
        shelf.put(str(number), number)
    assert [shelf.get(str(number)) for number in range(3)] == [None, 1, 2]
    now[0] = 11.0
    assert shelf.get("2") is None


def test_a_shelf_gives_a_thing_only_to_its_owner() -> None:
    shelf: Shelf[int] = Shelf()
    shelf.put("name", 1, "amina")
    assert (shelf.get("name", "amina"), shelf.get("name", "omar"), shelf.get("name")) == (
        1,
        None,
        None,
    )


def test_names_cannot_be_guessed() -> None:
    names = {new_name() for _ in range(1000)}
    assert len(names) == 1000
    assert min(map(len, names)) >= 22
