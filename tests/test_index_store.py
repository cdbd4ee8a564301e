"""Vectors in a real Chroma: through its bindings, through its client, and on a real server."""

import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

from index import embedded, store
from index.errors import StoreError

pytest_plugins = ["chroma_on_loopback"]


def unit(count, dimension=16, seed=0):
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def ids(count):
    return [f"article#{number}-{number + 5}" for number in range(count)]


@pytest.fixture(params=["bindings", "official client"])
def way(request, monkeypatch):
    """Both ways to the same files; the client is what an unknown version of Chroma gets."""
    if request.param == "official client":

        def different(folder):
            raise TypeError("other bindings")

        monkeypatch.setattr(embedded, "_open", different)
    return request.param


def test_a_stored_vector_is_its_own_nearest_with_cosine_one(tmp_path, way):
    rows = unit(50)
    made = store.create_embedded(tmp_path, "rows", 50, {"of": "test"})
    made.add(ids(50), rows)
    made.close()
    opened = store.open_embedded(tmp_path, "rows")
    assert opened.count() == 50
    for number in (0, 7, 49):
        found, cosines = opened.nearest(rows[number], 3)
        assert found[0] == f"article#{number}-{number + 5}"
        exact = np.sort(rows @ rows[number])[::-1][:3]
        assert cosines == pytest.approx(exact, abs=1e-5)
    opened.close()


def test_what_one_way_writes_the_other_way_reads(tmp_path, monkeypatch):
    rows = unit(20)
    made = store.create_embedded(tmp_path, "rows", 20, {"of": "test"})
    made.add(ids(20), rows)
    made.close()
    through_bindings = store.open_embedded(tmp_path, "rows").nearest(rows[3], 20)
    monkeypatch.setattr(embedded, "_open", lambda folder: None)  # AttributeError at first use
    client = store.open_embedded(tmp_path, "rows")
    assert isinstance(client, store.Collection)
    through_client = client.nearest(rows[3], 20)
    assert through_client[0] == through_bindings[0]
    assert through_client[1] == pytest.approx(through_bindings[1], abs=1e-6)
    client.close()


def test_an_id_that_is_there_already_keeps_one_row(tmp_path, way):
    rows = unit(10)
    made = store.create_embedded(tmp_path, "rows", 10, {"of": "test"})
    made.add(ids(10), rows)
    made.add(ids(10)[:4], rows[5:9])
    assert made.count() == 10
    made.delete(["article#9-14", "nothing#0-1"])
    assert made.count() == 9
    made.close()


def test_all_rows_are_in_the_graph_on_disk_so_that_opening_writes_no_vectors(tmp_path):
    rows = unit(300)
    made = store.create_embedded(tmp_path, "rows", 300, {"of": "test"})
    made.add(ids(300), rows)
    made.close()

    def graph():
        files = [
            path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".sqlite3"
        ]
        return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}

    before = graph()
    assert "index_metadata.pickle" in before
    opened = store.open_embedded(tmp_path, "rows")
    opened.nearest(rows[0], 5)
    assert graph() == before
    assert [path.name for path in tmp_path.glob("*.sqlite3*")] == ["chroma.sqlite3"]


def test_a_missing_database_is_not_made_anew_by_opening_it(tmp_path):
    with pytest.raises(StoreError, match="no Chroma database"):
        store.open_embedded(tmp_path, "rows")
    assert list(tmp_path.iterdir()) == []


def test_chroma_trouble_is_told_in_one_line(tmp_path, way):
    store.create_embedded(tmp_path, "rows", 1, {"of": "test"}).close()
    with pytest.raises(StoreError) as caught:
        store.open_embedded(tmp_path, "other rows")
    assert "\n" not in str(caught.value)
    (tmp_path / "chroma.sqlite3").write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError, match="cannot be opened"):
        store.open_embedded(tmp_path, "rows")


def test_a_vector_of_another_length_is_refused(tmp_path):
    made = store.create_embedded(tmp_path, "rows", 3, {"of": "test"})
    made.add(ids(3), unit(3))
    with pytest.raises(StoreError, match="dimension of 16, got 8"):
        made.nearest(unit(1, 8)[0], 1)


def test_many_threads_get_the_answers_that_one_gets(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    rows = unit(500)
    made = store.create_embedded(tmp_path, "rows", 500, {"of": "test"})
    made.add(ids(500), rows)
    alone = [made.nearest(row, 5)[0] for row in rows[:100]]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda row: made.nearest(row, 5)[0], rows[:100]))
    assert together == alone


def test_embedding_needs_neither_chromas_client_nor_its_model(tmp_path):
    code = (
        "import sys, numpy as np; from pathlib import Path; from index import store\n"
        f"made = store.create_embedded(Path({str(tmp_path)!r}), 'rows', 1, {{'of': 'test'}})\n"
        "made.add(['a#0-1'], np.eye(1, 4, dtype=np.float32))\n"
        "print(made.nearest(np.eye(1, 4, dtype=np.float32)[0], 1)[0])\n"
        "print(sorted({'chromadb', 'onnxruntime', 'grpc', 'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines() == ["['a#0-1']", "[]"], done.stderr


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("localhost:8000", "not an http"),
        ("http://127.0.0.1:9", "no Chroma server answers"),
    ],
)
def test_a_wrong_server_address_is_told_at_once(url, told):
    started = time.monotonic()
    with pytest.raises(StoreError, match=told):
        store.open_on_server(url, "c5-x")
    assert time.monotonic() - started < 10


@pytest.mark.slow
def test_a_server_keeps_collections_apart_and_drops_only_its_owners(chroma_server):
    rows = unit(30)
    for name, owner in (("c5-one", "us"), ("c5-two", "us"), ("c5-three", "them")):
        made = store.create_on_server(chroma_server, name, {"index": owner})
        made.add(ids(30), rows)
    opened = store.open_on_server(f"{chroma_server}/", "c5-two")
    assert opened.count() == 30
    found, cosines = opened.nearest(rows[4], 2)
    assert found[0] == "article#4-9"
    assert cosines[0] == pytest.approx(1, abs=1e-5)
    store.drop_from_server(chroma_server, "us", {"c5-two"})
    assert store.open_on_server(chroma_server, "c5-two").count() == 30
    assert store.open_on_server(chroma_server, "c5-three").count() == 30
    with pytest.raises(StoreError, match="c5-one"):
        store.open_on_server(chroma_server, "c5-one")


@pytest.mark.parametrize("name", ["فهرس المقالات", "100% of #1? & more", "a'b;c=d", "x" * 200])
def test_a_folder_may_have_any_name(tmp_path, name):
    rows = unit(5)
    made = store.create_embedded(tmp_path / name, "rows", 5, {"of": "test"})
    made.add(ids(5), rows)
    made.close()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name / "chroma.sqlite3").stat().st_size > 0
    assert store.open_embedded(tmp_path / name, "rows").nearest(rows[2], 1)[0] == [ids(5)[2]]


def test_a_token_is_sent_and_a_refusal_is_told(monkeypatch):
    """A server that refuses everybody; what it was sent is looked at."""
    asked = []

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["Authorization"], self.headers["X-Chroma-Token"]))
            self.send_response(401)
            self.end_headers()

        def log_message(self, *given):
            pass

    monkeypatch.setenv("C5_CHROMA_TOKEN", "secret")
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/chroma/"
        with pytest.raises(StoreError, match="answers 401; see C5_CHROMA_TOKEN") as caught:
            store.open_on_server(url, "c5-x")
        server.shutdown()
    assert asked == [("/chroma/api/v2/heartbeat", "Bearer secret", "secret")]
    assert "secret" not in str(caught.value)
