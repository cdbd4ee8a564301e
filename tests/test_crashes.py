"""Killed, full, read-only, damaged: the last whole index answers, and one command mends it."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from made_up_articles import small_encoder, write_articles

from index import generations, writing
from index.build import build_index
from index.errors import StoreError
from index.search import Index

HERE = Path(__file__).parent
KILLS = int(os.environ.get("KILLS", "200"))  # `make soak` asks for more


@pytest.fixture
def place(tmp_path):
    """Articles, the folder of their index, an encoder."""
    write_articles(tmp_path / "docs", 2)
    return tmp_path / "docs", tmp_path / "index", small_encoder(tmp_path / "encoder")


@pytest.fixture
def in_memory():
    """A folder in memory where there is one: what is killed here never reaches a disk."""
    memory = Path("/dev/shm")
    place = memory if os.access(memory, os.W_OK) else None
    with TemporaryDirectory(prefix="c5-test-", dir=place) as folder:
        yield Path(folder)


@pytest.mark.slow
@pytest.mark.timeout(900 + 2 * KILLS)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_whatever_writer_is_killed_the_last_whole_index_answers_and_the_next_build_completes(
    in_memory,
):
    """Building, swapping, cleaning up, adding an article; a token, feedback, a backup."""
    own = os.environ | {"PYTHONPATH": f"{HERE.parent}{os.pathsep}{HERE}", "OMP_NUM_THREADS": "1"}
    grounds = [
        subprocess.Popen(
            [sys.executable, str(HERE / "killing.py"), str(folder), str(KILLS // 2), folder.name],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=own,
        )
        for folder in (in_memory / "20", in_memory / "21")
    ]  # fmt: skip
    killed = Counter()
    for ground in grounds:
        out, err = ground.communicate()
        assert ground.returncode == 0, err
        told = [json.loads(line) for line in out.splitlines()]
        assert [each for each in told if each["found"] is not None] == []
        killed.update(each["kind"] for each in told if each["killed"])
    assert killed.total() == KILLS // 2 * 2
    assert min(killed.values()) > KILLS // 12, killed


def where_mounted(folder, size, code):
    """Run code where the folder is a file system of its own in memory, seen by nobody else."""
    script = 'mount -t tmpfs -o size="$2" tmpfs "$0" && exec "$1" -c "$3"'
    command = ["unshare", "--mount", "sh", "-c", script, str(folder)]
    try:
        subprocess.run([*command, "true", size, ""], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only root may mount a file system here")
    return subprocess.run(
        [*command, sys.executable, size, code], capture_output=True, text=True, cwd=HERE.parent
    )


def test_a_full_disk_is_told_in_one_line_and_leaves_the_old_index_serving(place):
    """A disk of 3 MB that is filled more and more: building ends early at many places."""
    docs, index, encoder = place
    disk = index.with_name("disk")
    disk.mkdir()
    code = f"""
import os, shutil
from pathlib import Path
from index.build import build_index
from index.errors import StoreError
from index.errors import StoreError
from index.search import Index
docs, disk = Path({str(docs)!r}), Path({str(disk)!r})
def build(): return build_index(docs, disk / "index", encoder={encoder!r}, rebuild=True)
def left(): return shutil.disk_usage(disk).free
build()
needed = left()
build()
needed -= left()
for kept in range(0, needed, needed // 12):
    (disk / "ballast").write_bytes(bytes(max(0, left() - kept)))
    serving = (disk / "index" / "CURRENT").read_text()
    try:
        build()
        print("built")
    except StoreError as error:
        print(error)
        assert (disk / "index" / "CURRENT").read_text() == serving
    opened = Index.open(disk / "index", encoder={encoder!r})
    assert opened.search("port of Osh")
    (disk / "ballast").unlink()
build()
assert Index.open(disk / "index", encoder={encoder!r}).search("port of Osh")
"""
    done = where_mounted(disk, "3m", code)
    assert done.returncode == 0, done.stderr
    told = done.stdout.splitlines()
    assert len(told) >= 12
    failed = [line for line in told if line != "built"]
    assert len(failed) >= 6
    assert [line for line in failed if "no space left" not in line.lower()] == []


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="needs root")
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv")
def test_an_index_of_another_user_is_not_built_but_answers(place):
    """Who may only read it: told in one line, searched without Chroma, which must write."""
    docs, index, encoder = place
    build_index(docs, index, encoder=encoder, progress=False)
    write_articles(docs, 3)
    code = (
        "from pathlib import Path; from index.build import build_index\n"
        "from index.errors import IndexingError; from index.search import Index\n"
        f"docs, index, encoder = Path({str(docs)!r}), Path({str(index)!r}), {encoder!r}\n"
        "for work in (lambda: build_index(docs, index, encoder=encoder),\n"
        "             lambda: len(Index.open(index, encoder=encoder).search('port of Osh', 2))):\n"
        "    try:\n"
        "        print(work())\n"
        "    except IndexingError as error:\n"
        "        print(error)"
    )
    # root without the rights that make root special, so that an owner is an owner
    powers = "-dac_override,-dac_read_search,-fowner"
    command = ["setpriv", "--bounding-set", powers, "--inh-caps", powers, sys.executable, "-c"]
    for mode, refused in ((0o755, [True, False]), (0o700, [True, True])):
        for path in (index, *index.rglob("*")):
            os.chown(path, 65534, 65534)
            path.chmod(mode)
        done = subprocess.run([*command, code], capture_output=True, text=True, cwd=HERE.parent)
        told = done.stdout.splitlines()
        assert ["Permission denied" in line for line in told] == refused, done
        assert told[1] == "2" or mode == 0o700


def test_a_clock_set_back_hides_no_change(place, monkeypatch):
    """A build, then the clock goes back two years, and articles are edited and indexed there."""
    docs, index, encoder = place
    first = build_index(docs, index, encoder=encoder, progress=False)
    reader = Index.open(index, encoder=encoder)
    past = time.time_ns() - 2 * 365 * 86_400 * 10**9

    class Past(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.fromtimestamp(past / 1e9, tz)

    monkeypatch.setattr("index.plan.time.time_ns", lambda: past)
    for module in (generations, writing):
        monkeypatch.setattr(module, "datetime", Past)
    builds = [first.build]
    for number in (1, 2, 3):
        article = docs / "article-00000" / "article.md"
        # as long as before, so that only the time and the content differ
        article.write_bytes(article.read_bytes().replace(b"cost", b"co%dt" % number)[: 10**6])
        os.utime(article, ns=(past, past))
        report = build_index(docs, index, encoder=encoder, progress=False)
        assert report.changed == ("article-00000",), number
        assert report.build < builds[0]
        assert reader.refresh()
        assert f"co{number}t" in reader.documents["article-00000"].text
        article.write_bytes(article.read_bytes().replace(b"co%dt" % number, b"cost"))
        builds.append(report.build)
    kept = {path.name for path in (index / "generations").iterdir()}
    assert kept == set(builds[-3:])


def test_two_builds_at_once_do_both_what_they_were_asked(place):
    """Two processes, one index: the second waits, says for whom, and finds the first's work."""
    docs, index, encoder = place
    write_articles(docs, 150)
    code = (
        "import sys; from pathlib import Path; from index.build import build_index\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        f"docs, index = Path({str(docs)!r}), Path({str(index)!r})\n"
        f"print(build_index(docs, index, encoder={encoder!r}).published)"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    for each in both:
        assert each.stdout.readline() == "ready\n"
    for each in both:
        each.stdin.write("go\n")
        each.stdin.flush()
    told = [each.communicate(timeout=250) for each in both]
    assert sorted(out for out, _ in told) == ["False\n", "True\n"], told
    assert sum(err.count("waiting for another build") for _, err in told) == 1
    assert len(Index.open(index, encoder=encoder).documents) == 150


@pytest.mark.parametrize("told", ["format", "form"])
def test_an_index_of_an_older_version_serves_until_a_plain_build_has_replaced_it(place, told):
    """Another format is refused in one line; `c5 index` alone makes it new from the articles."""
    docs, index, encoder = place
    build_index(docs, index, encoder=encoder, progress=False)
    reader = Index.open(index, encoder=encoder)
    manifest = generations.current(index) / "manifest.json"
    written = json.loads(manifest.read_text())
    if told == "format":
        written["format"] = 0
    else:
        del written["churn"]
    manifest.write_text(json.dumps(written))
    with pytest.raises(StoreError, match="c5 index --rebuild") as caught:
        Index.open(index, encoder=encoder)
    assert "\n" not in str(caught.value)
    assert reader.search("port"), "who has it open goes on"
    report = build_index(docs, index, encoder=encoder, progress=False)
    assert report.published
    assert reader.refresh()
    assert reader.search("port")
    for _ in range(2):
        build_index(docs, index, encoder=encoder, rebuild=True, progress=False)
    left = {path.name for path in (index / "generations").iterdir()}
    assert manifest.parent.name not in left, "cleared away in the end"


def test_an_index_that_an_earlier_version_built_is_read_and_brought_up_to_date(tmp_path):
    """What commit f42f88b built of two articles; its `sources.json` is not what we write now."""
    with tarfile.open(HERE / "data" / "index-f42f88b.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    docs, index, encoder = tmp_path / "docs", tmp_path / "index", str(tmp_path / "encoder")
    reader = Index.open(index, encoder=encoder)
    reader.verify()
    before = reader.search("port of Osh")
    assert before
    assert reader.is_stale(docs), "what it was made from cannot be compared"
    report = build_index(docs, index, encoder=encoder, progress=False)
    assert report.published
    assert report.documents == 2
    assert reader.refresh()
    assert not reader.is_stale(docs)
    assert [hit.passage for hit in reader.search("port of Osh")] == [hit.passage for hit in before]
    assert not build_index(docs, index, encoder=encoder, progress=False).published
