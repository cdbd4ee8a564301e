"""The HTTP API: its contract, its refusals, and that bad input is never a 5xx or a trace."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from web_stand_in import StandIn

from assistant.settings import Settings
from assistant.web.app import create_app
from assistant.web.house import House

COST = "كم بلغت كلفة الميناء؟"


@pytest.fixture(scope="module")
def assistant() -> StandIn:
    return StandIn()


@pytest.fixture(scope="module")
def client(assistant: StandIn) -> Iterator[TestClient]:
    app = create_app(Settings(rate_limit=0), assistant)
    with TestClient(app, base_url="http://127.0.0.1:7860") as client:
        yield client


def test_an_answer_over_http_is_the_json_of_the_contract(
    client: TestClient, assistant: StandIn
) -> None:
    response = client.post("/api/ask", json={"question": COST})
    assert response.status_code == 200
    answer = response.json()
    assert answer.keys() == assistant.ask(COST).as_dict().keys()
    assert answer["status"] == "answered"
    text = client.get("/api/documents/harbour").json()["text"]
    for citation in answer["citations"]:
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_a_question_outside_the_articles_has_no_citations(client: TestClient) -> None:
    answer = client.post("/api/ask", json={"question": "Who won the cup?"}).json()
    assert (answer["status"], answer["citations"]) == ("not_in_sources", [])
    assert answer["nearest"]


def test_history_reaches_the_assistant_as_turns_oldest_first(
    client: TestClient, assistant: StandIn
) -> None:
    history = [[f"q{n}", f"a{n}"] for n in range(9)]
    client.post("/api/ask", json={"question": COST, "history": history})
    turns = assistant.histories[-1]
    assert [(t.question, t.answer) for t in turns] == [(f"q{n}", f"a{n}") for n in range(3, 9)]


def test_the_stream_tells_progress_then_statements_then_the_whole_answer(
    client: TestClient,
) -> None:
    response = client.post("/api/ask/stream", json={"question": COST})
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["x-accel-buffering"] == "no"
    events = [
        (part.split("\n")[0].removeprefix("event: "), json.loads(part.split("data: ")[1]))
        for part in response.text.strip().split("\n\n")
    ]
    names = [name for name, _ in events]
    assert names[0] == "progress"
    assert names[-4:] == ["statement", "statement", "statement", "answer"]
    assert events[0][1] == {"stage": "searching"}
    assert events[-1][1]["statements"][0] == events[-4][1]


def test_answers_may_be_limited_to_some_articles(client: TestClient) -> None:
    body = {"question": COST, "documents": ["market"]}
    assert client.post("/api/ask", json=body).json()["status"] == "not_in_sources"


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        pytest.param({}, 422, "question", id="no-question"),
        pytest.param({"question": ""}, 422, "question", id="empty"),
        pytest.param({"question": " \n\t"}, 422, "empty", id="only-blanks"),
        pytest.param({"question": "\x00\x07"}, 422, "empty", id="only-controls"),
        pytest.param({"question": "half \ud800"}, 422, "unicode", id="half-a-character"),
        pytest.param({"question": "x" * 2001}, 422, "2000", id="too-long"),
        pytest.param({"question": 7}, 422, "question", id="number"),
        pytest.param({"question": None}, 422, "question", id="null"),
        pytest.param({"question": ["a"]}, 422, "question", id="list"),
        pytest.param({"question": "a", "language": "fr"}, 422, "language", id="language"),
        pytest.param({"question": "a", "mode": "magic"}, 422, "mode", id="mode"),
        pytest.param({"question": "a", "history": "b"}, 422, "history", id="history-text"),
        pytest.param({"question": "a", "history": [["b"]]}, 422, "history", id="half-a-turn"),
        pytest.param({"question": "a", "history": [["b", 1]]}, 422, "history", id="turn-number"),
        pytest.param({"question": "a", "documents": []}, 422, "documents", id="no-documents"),
        pytest.param({"question": "a", "documents": ["../x"]}, 400, "article", id="no-such"),
        pytest.param({"question": "a", "more": 1}, 422, "more", id="unknown-field"),
        pytest.param([], 422, "", id="not-an-object"),
        pytest.param("question", 422, "", id="a-string"),
    ],
)
def test_bad_bodies_are_refused_with_one_clear_message(
    client: TestClient, body: object, status: int, word: str
) -> None:
    for path in ("/api/ask", "/api/ask/stream"):
        response = client.post(
            path, content=json.dumps(body), headers={"Content-Type": "application/json"}
        )
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"
        told = response.json()
        assert told["status"] == status
        assert word in told["detail"]
        assert "Traceback" not in response.text


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b'{"question": "\xff"}', b"[" * 50_000, b'{"question": NaN}'],
    ids=["nothing", "half", "not-utf-8", "half-utf-8", "deep", "nan"],
)
def test_what_is_not_json_is_a_4xx(client: TestClient, content: bytes) -> None:
    response = client.post(
        "/api/ask", content=content, headers={"Content-Type": "application/json"}
    )
    assert 400 <= response.status_code < 500
    assert response.headers["content-type"] == "application/problem+json"


def test_control_characters_are_taken_out_of_a_question(client: TestClient) -> None:
    body = json.dumps({"question": f"\u0000{COST}\u0007\u009b"})
    response = client.post("/api/ask", content=body, headers={"Content-Type": "application/json"})
    assert response.json()["question"] == COST


def test_a_body_that_is_too_long_is_413_with_or_without_its_length(client: TestClient) -> None:
    long = b'{"question": "' + b"x" * 300_000 + b'"}'
    assert client.post("/api/ask", content=long).status_code == 413

    def dribble() -> Iterator[bytes]:
        for at in range(0, len(long), 10_000):
            yield long[at : at + 10_000]

    response = client.post("/api/ask", content=dribble())
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"


def test_a_failure_inside_tells_nothing_of_the_question(
    assistant: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(Settings(rate_limit=0), assistant)
    client = TestClient(app, raise_server_exceptions=False)
    response = client.post("/api/ask", json={"question": "please explode"})
    assert response.status_code == 500
    assert response.json()["detail"] == "something went wrong on the server"
    stream = client.post("/api/ask/stream", json={"question": "please explode"})
    assert "event: error" in stream.text
    assert "secret" not in response.text + stream.text + caplog.text
    assert "explode" not in caplog.text


def test_search_returns_ranked_passages(client: TestClient) -> None:
    hits = client.get("/api/search", params={"q": "كلفة الميناء", "k": 2}).json()
    assert [hit["rank"] for hit in hits] == [1, 2]
    text = client.get("/api/documents/harbour").json()["text"]
    assert hits[0]["text"] == text[hits[0]["start"] : hits[0]["end"]]


@pytest.mark.parametrize(
    "query", ["", "q=", "q=%00", "q=a&k=0", "q=a&k=x", "q=a&k=101", "q=" + "x" * 2001]
)
def test_a_search_that_makes_no_sense_is_422(client: TestClient, query: str) -> None:
    response = client.get(f"/api/search?{query}")
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


def test_the_library_lists_articles_and_the_state_of_the_index(client: TestClient) -> None:
    library = client.get("/api/documents").json()
    assert {d["id"]: d["published"] for d in library["documents"]} == {
        "harbour": "2024-03-16",
        "market": None,
    }
    assert library["index"] == {
        "build": "b1",
        "built_at": "2026-11-23T18:00:00+00:00",
        "stale": False,
    }


def test_the_blocks_of_an_article_are_ranges_of_its_text(client: TestClient) -> None:
    article = client.get("/api/documents/harbour").json()
    headings = [
        article["text"][b["start"] : b["end"]] for b in article["blocks"] if b["level"] == 2
    ]
    assert headings == ["كم بلغت كلفة الميناء؟", "خطط التوسعة"]
    assert article["blocks"][2]["translations"] == {"en": "What did the port cost?"}


@pytest.mark.parametrize("name", ["nothing", "..%2F..%2Fetc%2Fpasswd", "%00", "a" * 3000])
def test_an_article_that_is_not_there_is_404(client: TestClient, name: str) -> None:
    response = client.get(f"/api/documents/{name}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_unknown_routes_of_the_api_are_problems_too(client: TestClient) -> None:
    assert client.get("/api/nothing").status_code == 404
    for method, path, takes in (
        ("GET", "/api/ask", "POST"),
        ("TRACE", "/api/ask", "GET, HEAD, POST"),
        ("QUERY", "/", "GET, HEAD, POST"),
        ("DELETE", "/api/documents/harbour", "GET"),
        ("POST", "/healthz", "GET"),
    ):
        response = client.request(method, path)
        assert (response.status_code, response.headers["allow"]) == (405, takes)
        assert response.headers["content-type"] == "application/problem+json"


def test_alive_and_ready_are_two_things(assistant: StandIn) -> None:
    broken = StandIn()
    client = TestClient(create_app(Settings(), broken))
    assert client.get("/readyz").json() == {"status": "ready"}
    broken.index.passages = []
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "c5 index" in response.json()["detail"]
    assert int(response.headers["retry-after"]) > 0
    assert client.get("/healthz").json() == {"status": "ok"}


def test_an_index_that_does_not_find_its_own_passages_is_not_ready() -> None:
    assistant = StandIn()
    assistant.index.search = lambda *_: []  # type: ignore[method-assign, assignment]
    assert "rebuild" in str(House(Settings(), assistant).not_ready())


def test_every_response_has_an_id_of_its_own_and_problems_name_it(client: TestClient) -> None:
    first, second = client.get("/healthz"), client.get("/api/nothing")
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert second.json()["instance"].endswith(second.headers["x-request-id"])


def test_the_openapi_document_describes_the_contract_and_is_read_without_scripts(
    client: TestClient,
) -> None:
    document = client.get("/openapi.json").json()
    assert {"/api/ask", "/api/ask/stream", "/api/search", "/api/documents/{document}"} <= set(
        document["paths"]
    )
    page = client.get("/docs").text
    for path in document["paths"]:
        assert path in page
    assert "<script" not in page


def test_questions_above_the_room_there_is_are_sent_away_with_a_time_to_return() -> None:
    assistant = StandIn(slow=0.3)
    app = create_app(Settings(rate_limit=0), assistant)
    with TestClient(app) as client:
        codes: list[tuple[int, str | None]] = []

        def ask() -> None:
            response = client.post("/api/ask/stream", json={"question": COST})
            codes.append((response.status_code, response.headers.get("retry-after")))

        threads = [threading.Thread(target=ask) for _ in range(60)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {code for code, _ in codes} == {200, 503}
    assert all(after for code, after in codes if code == 503)
    assert sum(code == 200 for code, _ in codes) >= 36
