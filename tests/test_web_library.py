"""The library view and adding an article, with a real index that is built anew."""

from __future__ import annotations

import json
import shutil
import threading
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import docx
import pytest
from starlette.testclient import TestClient
from web_stand_in import StandIn

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.app import create_app
from index import fetch as fetching
from index.build import build_index
from index.loaded import MAX_UNPACKED

HOME = "http://127.0.0.1:7860"
ME = ("127.0.0.1", 50000)
FIRST = "---\ntitle: الجسر\npublished: 2024-05-01\npublisher: المدينة\n---\nبُني الجسر عام 1998.\n"
FERRY = "# العبّارة الجديدة\n\nتنقل العبّارة 450 راكبًا في كل رحلة. بدأت رحلاتها في مارس.\n"


def serving(folder: Path) -> Iterator[TestClient]:
    settings = Settings(rate_limit=0, docs=folder / "docs", index=folder / "index", editors="*")
    app = create_app(settings, Assistant.open(settings))
    with TestClient(app, base_url=HOME, client=ME) as client:
        yield client


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One article and its index."""
    folder = tmp_path_factory.mktemp("library")
    (folder / "docs" / "bridge").mkdir(parents=True)
    (folder / "docs" / "bridge" / "article.md").write_text(FIRST, "utf-8")
    build_index(folder / "docs", folder / "index", progress=False)
    return folder


@pytest.fixture(scope="module")
def reading(built: Path) -> Iterator[TestClient]:
    """For what changes nothing."""
    yield from serving(built)


@pytest.fixture
def settings(built: Path, tmp_path: Path) -> Settings:
    shutil.copytree(built, tmp_path / "own")
    return Settings(docs=tmp_path / "own" / "docs", index=tmp_path / "own" / "index")


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    yield from serving(settings.docs.parent)


def stages(response) -> list[dict[str, str]]:
    return [json.loads(line) for line in response.text.splitlines()]


def test_the_library_tells_date_publisher_language_passages_and_state(client, settings) -> None:
    (bridge,) = client.get("/ui-library?lang=en").json()["documents"]
    assert (bridge["title"], bridge["publisher"], bridge["language"]) == ("الجسر", "المدينة", "ar")
    assert (bridge["day"], bridge["passages"], bridge["changed"]) == ("May 1, 2024", 1, False)
    article = settings.docs / "bridge" / "article.md"
    article.write_text(FIRST.replace("1998", "1999"), "utf-8")
    (settings.docs / "new").mkdir()
    (settings.docs / "new" / "article.md").write_text(FERRY, "utf-8")
    held = client.get("/ui-library?lang=en").json()
    assert held["documents"][0]["changed"] is True
    assert held["waiting"] == ["new"]


def test_an_article_is_seen_as_it_will_be_indexed_and_then_answers(client, settings) -> None:
    body = {"kind": "text", "content": FERRY, "published": "2025-03-02", "publisher": "الميناء"}
    seen = client.post("/ui-add/preview", json=body).json()
    assert (seen["title"], seen["language"], seen["published"]) == (
        "العبّارة الجديدة", "ar", "2025-03-02",
    )  # fmt: skip
    assert [passage["text"] for passage in seen["passages"]] == [FERRY.split("\n\n")[1].strip()]
    # nothing is in docs/ before it is wanted
    assert [folder.name for folder in settings.docs.iterdir()] == ["bridge"]
    told = stages(client.post("/ui-add/confirm", json={"staged": seen["staged"]}))
    assert [line["stage"] for line in told] == ["writing", "indexing", "done"]
    answer = client.post("/api/ask", json={"question": "كم راكبًا تنقل العبّارة؟"}).json()
    assert answer["citations"][0]["document"] == seen["id"]
    assert "450" in answer["text"]
    # a preview is good for once
    assert client.post("/ui-add/confirm", json={"staged": seen["staged"]}).status_code == 410
    again = client.post("/ui-add/preview", json=body)
    assert again.status_code == 422
    assert seen["id"] in again.json()["detail"]


def test_a_word_file_is_read(reading) -> None:
    file = BytesIO()
    document = docx.Document()
    document.add_heading("Порт", 1)
    document.add_paragraph("Порт открылся в мае. Он принимает двести судов в год.")
    document.save(file)
    content = b64encode(file.getvalue()).decode()
    seen = reading.post(
        "/ui-add/preview", json={"kind": "file", "name": "../порт.docx", "content": content}
    ).json()
    assert (seen["title"], seen["language"]) == ("Порт", "ru")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"kind": "text", "content": "كلمة واحدة بلا عنوان ثم نص طويل."}, "no title"),
        ({"kind": "text", "content": FERRY, "published": "soon"}, "not a date"),
        ({"kind": "text", "content": FERRY, "language": "klingon"}, "No article"),
        ({"kind": "text", "content": "   "}, "No article"),
        ({"kind": "file", "content": "!!!", "name": "a.md"}, "No article"),
        ({"kind": "file", "content": "AAAA", "name": "a.exe"}, "No article"),
        ({"kind": "address", "content": "ftp://example.org/a"}, "begins with https://"),
        ({"kind": "address", "content": "http://127.0.0.1:1/"}, "could not be fetched"),
        ({"kind": "address", "content": "http://[::1]/"}, "could not be fetched"),
        ({"kind": "address", "content": "http://169.254.169.254/latest"}, "could not be fetched"),
        ({"kind": "address", "content": "file:///etc/passwd"}, "begins with https://"),
    ],
)
def test_what_cannot_be_added_is_told_in_words(reading, built, body, told) -> None:
    response = reading.post("/ui-add/preview", json=body | {"speak": "en"})
    assert response.status_code == 422
    assert told in response.json()["detail"]
    assert "\n" not in response.json()["detail"]
    assert [folder.name for folder in (built / "docs").iterdir()] == ["bridge"]


@pytest.mark.parametrize(
    "way", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f.1", "redirect"]
)
def test_the_form_asks_no_server_of_this_machine_by_any_name(reading, monkeypatch, way) -> None:
    """A page listens here that would make a good article; nobody may come to it."""
    asked: list[str] = []

    class Inside(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(302 if self.path == "/out" else 200)
            self.send_header("Location", f"http://localhost:{server.server_port}/secret")
            self.send_header("Content-Type", "text/markdown; charset=utf-8")
            self.end_headers()
            self.wfile.write(FERRY.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Inside) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        host, path = (way, "/secret")
        if way == "redirect":
            # this once the address is taken for one outside; where it sends us is judged anew
            outside = iter([True])
            monkeypatch.setattr(fetching, "is_public", lambda _: next(outside, False))
            host, path = "127.0.0.1", "/out"
        address = f"http://{host}:{server.server_port}{path}"
        body = {"kind": "address", "content": address, "speak": "en"}
        response = reading.post("/ui-add/preview", json=body)
        server.shutdown()
    assert response.status_code == 422
    assert "could not be fetched" in response.json()["detail"]
    assert "secret" not in " ".join(asked)
    assert asked == (["/out"] if way == "redirect" else [])


def test_a_file_that_unpacks_without_end_is_refused_by_the_form(reading) -> None:
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr("[Content_Types].xml", bytes(MAX_UNPACKED + 1))
    content = b64encode(bomb.getvalue()).decode()
    body = {"kind": "file", "name": "a.docx", "content": content, "speak": "en"}
    response = reading.post("/ui-add/preview", json=body)
    assert response.status_code == 422
    assert "No article" in response.json()["detail"]


def test_an_article_that_the_index_refuses_leaves_no_trace(client, settings) -> None:
    seen = client.post("/ui-add/preview", json={"kind": "text", "content": FERRY}).json()
    (settings.docs / "broken").mkdir()
    (settings.docs / "broken" / "article.md").write_text("no title, no language", "utf-8")
    told = stages(client.post("/ui-add/confirm", json={"staged": seen["staged"], "speak": "en"}))
    assert told[-1]["stage"] == "failed"
    assert "broken" in told[-1]["detail"]
    assert sorted(folder.name for folder in settings.docs.iterdir()) == ["bridge", "broken"]


@pytest.mark.parametrize(
    ("editors", "auth", "address"),
    [("", "none", "127.0.0.1"), ("*", "none", "10.0.0.7"), ("amina", "proxy", "127.0.0.1")],
)
def test_nobody_but_an_editor_adds(tmp_path, editors, auth, address) -> None:
    settings = Settings(docs=tmp_path, editors=editors, auth=auth)
    headers = {"X-Remote-User": "omar"} if auth == "proxy" else {}
    app = create_app(settings, StandIn())
    with TestClient(app, base_url=HOME, client=(address, 50000), headers=headers) as client:
        assert client.get("/ui-library").json()["may_edit"] is False
        given = {"kind": "text", "content": FERRY}
        assert client.post("/ui-add/preview", json=given).status_code == 403
        assert client.post("/ui-add/confirm", json={"staged": "x"}).status_code == 403
    assert not list(tmp_path.iterdir())


def test_a_long_body_is_for_editors_who_add_and_for_nothing_else(reading, tmp_path) -> None:
    long = {"kind": "text", "content": "# عنوان\n\n" + "نص طويل جدًا. " * 12_000}
    assert reading.post("/ui-add/preview", json=long).status_code == 200
    assert reading.post("/ui-copy", json=long).status_code == 413
    app = create_app(Settings(docs=tmp_path), StandIn())
    with TestClient(app, base_url=HOME, client=ME) as reader:
        assert reader.post("/ui-add/preview", json=long).status_code == 413
    huge = {"kind": "text", "content": "x" * (15 * 1024 * 1024)}
    assert reading.post("/ui-add/preview", json=huge).status_code == 413


def test_another_site_cannot_add_in_an_editors_name(reading) -> None:
    body = {"kind": "text", "content": FERRY}
    headers = {"Origin": "https://evil.example"}
    assert reading.post("/ui-add/preview", json=body, headers=headers).status_code == 403
