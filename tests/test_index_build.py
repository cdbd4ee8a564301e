"""Builds: incremental ones equal full ones, and whatever happens the last whole one serves."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from functools import partial
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from made_up_articles import made_up_text, small_encoder, write_article, write_articles

from index import engines, generations, sources, vectors, writing
from index.build import build_index
from index.corpus import corpus_hash, read_corpus
from index.encoder import StaticEncoder
from index.errors import CorpusError, EncoderError, IndexingError, StoreError
from index.generation import Generation
from index.manifest import Manifest
from index.search import Index
from index.split import passages

pytest_plugins = ["chroma_on_loopback"]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return small_encoder(tmp_path_factory.mktemp("encoder") / "small")


@pytest.fixture
def place(tmp_path):
    """Folders for articles and for their index; two articles are there."""
    write_articles(tmp_path / "docs", 2)
    return tmp_path / "docs", tmp_path / "index"


def build(place, encoder, **more):
    return build_index(*place, encoder=encoder, progress=False, **more)


def opened(place, encoder, **more):
    return Index.open(place[1], encoder=encoder, **more)


def generation(place):
    return Generation.open(generations.current(place[1]))


def rows_of(place):
    """Return all that is searched: row ids with vectors, token ids, and postings by term."""
    here = generation(place)
    ids = here.table.row_ids(range(len(here.vectors)))
    vectors = {each: here.vectors[number].tobytes() for number, each in enumerate(ids)}
    tokens = {each: here.tokens[number].tobytes() for number, each in enumerate(ids)}
    words = {
        kind: (
            part._arrays["terms"].tobytes(),
            part._arrays["ends"].tobytes(),
            part._arrays["lengths"].tobytes(),
        )
        for kind, part in (("words", here.lexical), ("names", here.skeleton))
    }
    scripts = dict(zip(ids, np.array(here.table.scripts)[here.table.script], strict=True))
    return ids, vectors, tokens, words, scripts


# --- what is stored


def test_every_passage_is_the_text_its_offsets_say(place, encoder):
    build(place, encoder)
    index = opened(place, encoder)
    on_disk = {each.id: each for each in read_corpus(place[0])}
    assert dict(index.documents) == on_disk
    assert len(index.passages) >= 4
    for passage in index.passages:
        text = on_disk[passage.document_id].text
        assert text[passage.start : passage.end] == passage.text != ""
    expected = [each for document in on_disk.values() for each in passages(document)]
    assert list(index.passages) == expected


def test_a_passage_is_found_through_its_translation_and_given_in_the_original(place, encoder):
    article = "## العنوان\n\nافتتح الوزير ميناءً جديداً.\n\n## باب آخر\n\nلا شيء هنا.\n"
    english = "## Heading\n\nThe minister opened a xylophone.\n\n## Another\n\nNothing here.\n"
    write_article(place[0], "arabic", article, language="ar", translations={"en": english})
    build(place, encoder)
    hit = opened(place, encoder).search("xylophone", 1)[0]
    assert hit.passage.text == "افتتح الوزير ميناءً جديداً."
    assert hit.parts["lexical"] > 0.5
    found = opened(place, encoder).search("xylophone minister nothing", 50)
    ids = [each.passage.id for each in found]
    assert len(ids) == len(set(ids)) == len(opened(place, encoder).passages)


def test_a_long_paragraphs_translation_is_shared_out_among_its_passages(place, encoder):
    arabic = " ".join(f"هذه هي الجملة رقم {n} من نص طويل جداً عن الموانئ والسكك." for n in range(40))
    english = " ".join(f"Sentence {n} of a long text on ports and rails." for n in range(40))
    write_article(place[0], "long", arabic, language="ar", translations={"en": english})
    build(place, encoder)
    here = generation(place)
    number = here.documents.numbers["long"]
    own = here.table.passages_of(range(number, number + 1))
    assert len(own) > 2
    from index.searched import prepare

    rows = [row for row in prepare(here.documents["long"]).rows if row.kind == "en"]
    assert len(rows) == len(own)
    assert " ".join(row.text for row in rows) == english


def test_the_manifest_says_what_the_index_is_made_of(place, encoder):
    report = build(place, encoder)
    manifest = Manifest.read(generations.current(place[1]))
    assert manifest.build == report.build
    assert manifest.corpus_hash == corpus_hash(read_corpus(place[0]))
    assert (manifest.documents, manifest.passages) == (report.documents, report.passages) == (2, 8)
    assert manifest.dimension == 32
    assert manifest.libraries["chromadb"][0].isdigit()
    assert len(manifest.fingerprint) == 64
    assert manifest.built_at.endswith("+00:00")


def test_a_text_without_a_known_piece_is_stored_and_found_by_its_words(place, encoder):
    write_article(place[0], "chinese", "哈萨克斯坦。\n", title="中亚", language="zh")
    build(place, encoder)
    assert opened(place, encoder).search("哈萨克斯坦", 1)[0].passage.document_id == "chinese"


def test_an_index_of_one_passage_is_a_whole_index(tmp_path, encoder):
    place = tmp_path / "docs", tmp_path / "index"
    write_article(place[0], "one", "A single sentence.\n")
    assert build(place, encoder).passages == 1
    for _ in range(2):
        assert opened(place, encoder).search("sentence")[0].passage.text == "A single sentence."


# --- only what changed


def test_nothing_changed_builds_nothing(place, encoder):
    first = build(place, encoder)
    again = build(place, encoder)
    assert first.published
    assert not again.published
    assert again.build == first.build
    assert "nothing has changed" in str(again)
    assert len(list((place[1] / "generations").iterdir())) == 1


def test_a_file_touched_but_not_changed_builds_nothing(place, encoder):
    build(place, encoder)
    os.utime(place[0] / "article-00001" / "article.md", (1, 1))
    assert not build(place, encoder).published


def test_the_database_keeps_no_gaps_of_the_log_of_vectors(place, encoder, monkeypatch):
    monkeypatch.setattr(vectors, "SMALL", 0)  # the second build changes a copy
    write_articles(place[0], 60)
    build(place, encoder)
    write_articles(place[0], 1, first=60)
    build(place, encoder)
    for folder in (place[1] / "generations").iterdir():
        with closing(sqlite3.connect(folder / "chroma" / "chroma.sqlite3")) as kept:
            gaps, pages = (
                kept.execute(f"PRAGMA {count}").fetchone()[0]
                for count in ("freelist_count", "page_count")
            )
        assert gaps * 10 < pages


def test_a_database_that_cannot_be_copied_or_made_smaller_is_told_in_one_line(
    place, encoder, monkeypatch, caplog
):
    monkeypatch.setattr(vectors, "SMALL", 0)

    class Full(sqlite3.Connection):
        def execute(self, statement, *more):
            raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(vectors.sqlite3, "connect", partial(sqlite3.connect, factory=Full))
    write_articles(place[0], 60)
    assert build(place, encoder).published, "whole, if larger"
    assert "stays larger" in caplog.text
    before = generations.current(place[1])
    write_articles(place[0], 1, first=60)
    with pytest.raises(StoreError, match=r"cannot be written .*disk is full") as caught:
        build(place, encoder)
    assert "\n" not in str(caught.value)
    assert generations.current(place[1]) == before


def test_a_copied_corpus_is_read_whole_once(place, encoder, monkeypatch):
    docs, _ = place
    build(place, encoder)
    for article in docs.glob("*/article.md"):
        os.utime(article, (1, 1))  # what a copy or a checkout does
    write_articles(docs, 1, first=2)
    build(place, encoder)
    read = []
    monkeypatch.setattr(sources, "_content", lambda path: read.append(path))
    assert opened(place, encoder).changed(docs) <= {"article-00002"}  # too new to be trusted
    assert not [path for path in read if path.parent.name != "article-00002"]


def test_only_changed_articles_are_encoded_again(place, encoder):
    write_articles(place[0], 6)
    build(place, encoder)
    write_article(place[0], "article-00003", made_up_text(77))
    write_articles(place[0], 1, first=8)
    shutil.rmtree(place[0] / "article-00005")
    report = build(place, encoder)
    assert report.changed == ("article-00003",)
    assert report.added == ("article-00008",)
    assert report.removed == ("article-00005",)
    assert report.encoded == 8
    assert report.documents == 6


@pytest.mark.parametrize("small", [10_000, 20], ids=["a new graph", "a changed graph"])
def test_an_incremental_build_equals_a_full_one(tmp_path, encoder, monkeypatch, small):
    """Same rows, vectors, postings and hits after every kind of change, several times over."""
    place, anew = (tmp_path / "docs", tmp_path / "index"), (tmp_path / "docs", tmp_path / "anew")
    monkeypatch.setattr(vectors, "SMALL", small)  # rows from which a graph is worth changing
    chance = random.Random(5)
    write_articles(place[0], 20, paragraphs=30)
    build(place, encoder)
    for step in range(3):
        victim = f"article-{chance.randrange(20):05d}"
        if step == 1:
            shutil.rmtree(place[0] / victim)
        else:
            write_article(place[0], victim, made_up_text(100 + step, 5), title=f"New {step}")
        write_article(place[0], f"b-{step}", made_up_text(200 + step, 2), language="ru")
        assert build(place, encoder).encoded < 50
    churn = generation(place).manifest.churn
    assert (churn > 0) == (small == 20)
    build(anew, encoder)
    assert rows_of(place) == rows_of(anew)
    assert list(opened(place, encoder).passages) == list(opened(anew, encoder).passages)
    one, other = opened(place, encoder), opened(anew, encoder)
    for query in ("port of Osh", "الميناء", "Report 201", "museum 17"):
        assert one.search(query, 20) == other.search(query, 20)
    stored = generation(place).vectors
    chroma = one.snapshot.vectors
    assert chroma.count() == len(stored)
    ids = generation(place).table.row_ids(range(len(stored)))
    for vector in stored:
        found, cosines = chroma.nearest(vector, 1)
        assert cosines[0] > 0.999
        assert stored[ids.index(found[0])] @ vector > 0.999


def test_another_encoder_encodes_everything_again(place, encoder, tmp_path):
    build(place, encoder)
    other = small_encoder(tmp_path / "other", seed=1)
    report = build(place, other)
    assert report.published
    assert report.encoded == 8
    assert opened(place, other).search("port")


def test_an_encoder_that_has_drifted_takes_nothing_over(place, encoder, monkeypatch, caplog):
    """The same files, but a library under them has changed: old vectors must not be mixed in."""
    first = build(place, encoder)
    encode = StaticEncoder.encode
    monkeypatch.setattr(
        StaticEncoder, "encode", lambda self, texts, **more: -encode(self, texts, **more)
    )
    again = build(place, encoder)
    assert again.encoded == first.encoded
    assert "no longer gives the vectors" in caplog.text
    assert opened(place, encoder).search("port")


def test_a_rebuild_takes_nothing_over(place, encoder):
    first = build(place, encoder)
    again = build(place, encoder, rebuild=True)
    assert again.published
    assert again.build != first.build
    assert again.encoded == first.encoded


# --- trouble


def test_faults_of_the_corpus_leave_the_index_as_it_was(place, encoder):
    build(place, encoder)
    before = sorted(place[1].rglob("*"))
    (place[0] / "article-00001" / "article.md").write_text("no front matter")
    write_article(place[0], "empty", "")
    with pytest.raises(CorpusError) as caught:
        build(place, encoder)
    assert len(caught.value.faults) == 2
    assert sorted(place[1].rglob("*")) == before
    assert opened(place, encoder).search("port")


def test_only_the_generation_before_is_kept(place, encoder):
    builds = [build(place, encoder, rebuild=True).build for _ in range(4)]
    (place[1] / "generations" / "20200101T000000Z-00000000").mkdir()
    builds.append(build(place, encoder, rebuild=True).build)
    kept = {path.name for path in (place[1] / "generations").iterdir()}
    assert kept == set(builds[-3:])


@pytest.mark.parametrize("pointer", [None, "", "../../etc", "20200101T000000Z-00000000", "\xff"])
def test_a_lost_pointer_is_told_and_mended_by_a_rebuild(place, encoder, pointer):
    build(place, encoder)
    current = place[1] / "CURRENT"
    current.unlink()
    if pointer is not None:
        current.write_text(pointer, encoding="latin-1")
    with pytest.raises(StoreError, match="c5 index --rebuild"):
        opened(place, encoder)
    assert build(place, encoder).published
    assert opened(place, encoder).search("port")


def test_a_second_builder_waits_for_the_first(place, encoder, caplog):
    """The lock is held by another process; the second build goes on when that one ends."""
    place[1].mkdir()
    code = (
        "import sys, time; from pathlib import Path; from index.generations import one_builder\n"
        f"with one_builder(Path({str(place[1])!r}), 0, print):\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(StoreError, match=rf"process {holder.pid} on \S+, since 20"):
        build(place, encoder, patience=0.2)
    assert f"waiting for another build of {place[1].resolve()}" in caplog.text
    threading.Timer(0.5, holder.stdin.close).start()
    assert build(place, encoder, patience=60).published
    holder.wait(10)


def test_a_lock_whose_holder_was_killed_is_free(place, encoder):
    place[1].mkdir()
    code = (
        "import os, signal; from pathlib import Path; from index.generations import one_builder\n"
        f"with one_builder(Path({str(place[1])!r}), 0, print):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code])
    assert done.returncode == -signal.SIGKILL
    assert build(place, encoder, patience=0).published


def test_an_index_that_cannot_be_written_is_told_in_one_line(place, encoder):
    place[1].write_text("a file, not a folder")
    with pytest.raises(StoreError, match=r"index: (File exists|Not a directory)"):
        build(place, encoder)


def test_a_full_disk_leaves_the_old_generation_serving(place, encoder):
    """A limit on the size of files stands in for a full disk: writing fails in the middle."""
    build(place, encoder)
    write_articles(place[0], 300)
    before = (place[1] / "CURRENT").read_text()
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from index.build import build_index; from index.errors import StoreError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        f"docs, index = Path({str(place[0])!r}), Path({str(place[1])!r})\n"
        "try:\n"
        f"    build_index(docs, index, encoder={encoder!r}, progress=False)\n"
        "except StoreError as error:\n"
        "    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "File too large" in done.stdout, done.stderr
    assert len(done.stdout.splitlines()) == 1
    assert (place[1] / "CURRENT").read_text() == before
    assert len(list((place[1] / "generations").iterdir())) == 1
    assert opened(place, encoder).search("port")


# --- engines and servers


def test_an_unknown_engine_is_refused(place, encoder):
    with pytest.raises(IndexingError, match="no engine 'spark'; there are: local, ray"):
        build(place, encoder, engine="spark")


def test_batches_keep_their_order():
    done = list(engines.map_batches(lambda: sum, list(range(10)), size=3, progress=False))
    assert done == [3, 12, 21, 9]
    assert list(engines.map_batches(lambda: sum, [], size=3, progress=False)) == []


@pytest.fixture(scope="module")
def ray():
    """A Ray of two workers on this machine, for all tests: it takes long to start."""
    found = pytest.importorskip("ray", reason="ray is not installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_raylet_start_wait_time_s", "120")
        try:
            found.init(num_cpus=2, include_dashboard=False, _node_ip_address="127.0.0.1")
        except Exception as error:
            # its parts give each other 15 s to start, which a busy machine may not keep
            pytest.skip(f"Ray does not start on this machine: {str(error)[:100]}")
        yield found
        found.shutdown()


def test_without_ray_its_engine_says_what_to_install(place, encoder, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)  # as if it were not installed
    with pytest.raises(IndexingError, match=r"pip install 'c5-assistant\[ray\]'"):
        build(place, encoder, engine="ray")
    assert not place[1].exists()


def test_ray_does_not_tell_its_makers_how_it_is_used(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", ModuleType("ray"))
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "1")  # so that it is put back after the test
    monkeypatch.delenv("RAY_USAGE_STATS_ENABLED")
    engines.check_engine("ray")
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"


@pytest.mark.slow
@pytest.mark.timeout(600)  # with the start of Ray on a busy machine
def test_ray_gives_what_this_process_gives_though_a_worker_is_killed(
    place, encoder, tmp_path, monkeypatch, ray
):
    write_articles(place[0], 60)
    died = tmp_path / "died"

    def open_mortal(name):
        prepare = writing.open_preparer(name)

        def work(documents):
            if any(each.id == "article-00033" for each in documents) and not died.exists():
                died.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return prepare(documents)

        return work

    monkeypatch.setattr("index.build.open_preparer", open_mortal)
    build(place, encoder, engine="ray")
    assert died.exists()
    here = place[0], tmp_path / "local"
    build(here, encoder)
    assert rows_of(place) == rows_of(here)


def test_a_missing_encoder_is_told_before_anything_is_written(place):
    with pytest.raises(EncoderError):
        build(place, "/no/such/encoder")
    assert not place[1].exists()


@pytest.mark.slow
def test_replicas_share_a_server(place, encoder, tmp_path, chroma_server):
    """Vectors on a server, everything else in the generation; a copy of the folder serves too."""
    local = place[0], tmp_path / "local"
    build(local, encoder)
    first = build(place, encoder, chroma_url=chroma_server)
    shutil.copytree(place[1], tmp_path / "replica")
    one = opened(place, encoder, chroma_url=chroma_server)
    replica = Index.open(tmp_path / "replica", encoder=encoder, chroma_url=chroma_server)
    for query in ("port of Osh", "الميناء"):
        assert one.search(query) == replica.search(query) == opened(local, encoder).search(query)
    assert one.snapshot.vectors.count() == 8
    assert not build(place, encoder, chroma_url=chroma_server).published
    write_articles(place[0], 1, first=5)
    second = build(place, encoder, chroma_url=chroma_server)
    assert second.encoded == 4
    assert one.refresh()
    assert one.build == second.build != first.build
    assert replica.search("port")  # the generation before still has its collection
    with pytest.raises(StoreError, match="set C5_CHROMA_URL"):
        opened(place, encoder)
    with pytest.raises(StoreError, match="unset C5_CHROMA_URL"):
        opened(local, encoder, chroma_url=chroma_server)


def test_a_build_reports_progress_only_to_a_terminal(place, encoder, capfd):
    build_index(*place, encoder=encoder)
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


def test_the_report_is_one_line_and_json_holds_no_secrets(place, encoder):
    line = str(build(place, encoder))
    assert "\n" not in line
    assert line.startswith("2 articles, 8 passages: 2 articles added")
    told = json.loads((generations.current(place[1]) / "manifest.json").read_text())
    assert not any(str(Path.home()) in str(value) for value in told["files"])
