"""Kills writers again and again, in a process that is cheap to fork.

    python tests/killing.py FOLDER KILLS SEED

Everything is loaded once; each victim is a fork that is ended by SIGKILL, on a line of our code or
at a moment, both drawn from the seed. After each, another fork looks at what is left. One line of
JSON a kill goes to standard output.
"""

import json
import os
import random
import select
import shutil
import signal
import sqlite3
import sys
import time
import traceback
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # no threads before a fork

import chromadb_rust_bindings  # noqa: F401  # loaded before the forks, opened after them
from made_up_articles import made_up_text, small_encoder, write_article

from assistant.access.tokens import add_token, read_tokens
from assistant.backup import _unpacked, backup
from assistant.schema import Answer, IndexState, Mode, Status
from assistant.settings import Settings
from assistant.web.feedback import Verdict, keep_feedback
from index import add, build, generations, manifest, store, vectors, writing, written
from index.build import build_index
from index.corpus import read_corpus
from index.encoder import open_encoder
from index.scoring import build_scorer
from index.search import Index
from index.searched import prepare

WRITERS = {
    Path(module.__file__).name
    for module in (add, build, generations, manifest, store, vectors, writing, written)
}
# where a kill on a line may fall, by what is being done; None: anywhere in WRITERS
PLACES = {
    "build": None,
    "rebuild": None,
    "swap": {"publish", "_sync"},
    "clean": {"_clean", "clean", "rmtree", "_rmtree_safe_fd"},
    "add": {"add_article", "_place", "write", "_remove_abandoned"},
    "token": {"add_token", "change", "edit", "_same_owner"},
    "backup": {"backup", "_files", "_content", "_add"},
    "feedback": {"keep_feedback", "database"},
}
# also killed at a moment, wherever that is: inside Chroma's and SQLite's own code too
TIMED = {"build", "rebuild", "feedback"}
REFUSAL = Answer(
    question="Who built the port?", language="en", standalone_question="Who built the port?",
    status=Status.NOT_IN_SOURCES, mode=Mode.EXTRACTIVE, text="", statements=(), citations=(),
    nearest=(), confidence=0.5, index=IndexState("", "", False), elapsed_ms=1.0,
)  # fmt: skip


class Ground:
    """A corpus, its index, and what is done to them."""

    def __init__(self, folder, chance):
        self.docs, self.index = folder / "docs", folder / "index"
        self.source = folder / "source.md"
        self.tokens, self.kept = folder / "tokens", folder / "kept.tar.gz"
        self.said = folder / "said.sqlite"
        add_token(self.tokens, "first", "reader", None)
        self.encoder = small_encoder(folder / "encoder")
        self.chance = chance
        self.turn = 0
        self.change()
        self.change()
        backup(self.settings(), self.kept)
        self.work("feedback")
        texts = [row.text for each in read_corpus(self.docs) for row in prepare(each).rows]
        # loads all that the forks need
        build_scorer(texts, open_encoder(self.encoder)).score("port of Osh")
        manifest.libraries()

    def change(self):
        """Write, rewrite or remove an article, so that a build has something to do."""
        self.turn += 1
        slug = f"article-{self.chance.randrange(4)}"
        # what a killed `add` left behind is no article
        held = [each for each in self.docs.glob("*") if not each.name.startswith(".")]
        if (self.docs / slug).exists() and len(held) > 2 and self.turn % 3:
            shutil.rmtree(self.docs / slug)
        else:
            write_article(self.docs, slug, made_up_text(self.turn, 1), title=f"Port {self.turn}")
        text = made_up_text(1000 + self.turn, 1)
        self.source.write_text(f"---\ntitle: Added {self.turn}\nlanguage: en\n---\n{text}")

    def work(self, kind):
        """Do what is to be killed."""
        if kind == "add":
            for old in list(self.docs.glob("added-*"))[:-1]:
                shutil.rmtree(old)
            add.add_article(str(self.source), self.docs)
        elif kind == "token":
            add_token(self.tokens, f"script-{self.turn}", "reader", None)
        elif kind == "backup":
            backup(self.settings(), self.kept)
        elif kind == "feedback":
            keep_feedback(self.said, REFUSAL, Verdict.WRONG, f"turn {self.turn}", None)
        else:
            self.build(rebuild=kind == "rebuild")

    def settings(self):
        return Settings.load(docs=self.docs, index=self.index, tokens_file=self.tokens)

    def build(self, **more):
        return build_index(self.docs, self.index, encoder=self.encoder, progress=False, **more)

    def feedback(self):
        """Return what has been said, as an editor reads it; raises where it cannot be read."""
        with closing(sqlite3.connect(self.said)) as kept:
            assert kept.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            rows = kept.execute("SELECT why, answer FROM feedback ORDER BY id").fetchall()
        assert all(json.loads(answer)["question"] == REFUSAL.question for _, answer in rows)
        return [why for why, _ in rows]

    def check(self, serving, said):
        """Ask the last whole index, then build to the end; raises where anything is wrong."""
        # all that was kept before, and what was being written whole or not at all
        assert self.feedback() in (said, [*said, f"turn {self.turn}"])
        assert any(each.name == "first" for each in read_tokens(self.tokens).values())
        with TemporaryDirectory(dir=self.docs.parent) as scratch:
            assert _unpacked(self.kept, Path(scratch))["files"]
        opened = Index.open(self.index, encoder=self.encoder)
        opened.verify()
        assert opened.build == serving or opened.snapshot.generation.manifest.previous == serving
        for passage in opened.passages:
            text = opened.documents[passage.document_id].text
            assert text[passage.start : passage.end] == passage.text
        assert opened.search("port", 3)
        self.build()
        assert opened.search("port", 3)  # what is open serves on
        assert opened.refresh() or opened.build == generations.current(self.index).name
        on_disk = {each.id: each for each in read_corpus(self.docs)}
        assert dict(opened.documents) == on_disk
        kept = {path.name for path in (self.index / "generations").iterdir()}
        assert len(kept) <= 3, kept  # what serves, what it replaced, and what that replaced


def traced(places, at):
    """Count the lines of our writers; SIGKILL on line `at`; return the counter."""
    seen = [0]

    def line(frame, event, _):
        if event == "line":
            if seen[0] == at:
                os.kill(os.getpid(), signal.SIGKILL)
            seen[0] += 1
        return line

    def call(frame, event, _):
        code = frame.f_code
        if places is None:
            return line if os.path.basename(code.co_filename) in WRITERS else None
        return line if code.co_name in places else None

    sys.settrace(call)
    return seen


def forked(work):
    """Run in a fork; return its process id and where its one line of result can be read."""
    reading, written_to = os.pipe()
    child = os.fork()
    if child:
        os.close(written_to)
        return child, reading
    os.close(reading)
    told = ""
    try:
        told = json.dumps(work())
    except BaseException:
        told = json.dumps({"error": traceback.format_exc()})
    os.write(written_to, told.encode()[:60_000])
    os._exit(0)


def result(child, reading):
    """Wait for a fork; return what it told, and whether it was killed."""
    told = b""
    while piece := os.read(reading, 65_536):
        told += piece
    os.close(reading)
    _, status = os.waitpid(child, 0)
    return json.loads(told) if told else None, os.WIFSIGNALED(status)


def rehearse(ground, kind):
    """Do the work in a copy; return how many lines and seconds it takes."""
    copy = ground.docs.with_name("rehearsal")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ground.docs.parent, copy, ignore=shutil.ignore_patterns("rehearsal"))

    def whole():
        for name in ("docs", "index", "source", "tokens", "kept", "said"):
            setattr(ground, name, copy / getattr(ground, name).name)
        started = time.perf_counter()
        seen = traced(PLACES[kind], -1)
        ground.work(kind)
        sys.settrace(None)
        return [seen[0], time.perf_counter() - started]

    told, _ = result(*forked(whole))
    assert isinstance(told, list), told["error"]
    return told


def kill_once(ground, kind, how, size):
    """Start the work and kill it; return whether it was killed before its end, and where."""
    lines, seconds = size
    if how == "line":
        at = ground.chance.randrange(max(1, lines))

        def victim():
            traced(PLACES[kind], at)
            ground.work(kind)

        told, killed = result(*forked(victim))
    else:
        at = ground.chance.uniform(0, seconds)
        child, reading = forked(lambda: ground.work(kind))
        select.select([reading], [], [], at)
        os.kill(child, signal.SIGKILL)
        told, killed = result(child, reading)
        killed = killed and told is None
    if told is not None:
        raise SystemExit(f"{kind} failed before it was killed: {told['error']}")
    return killed, at


def main(folder, kills, seed):
    """Kill so many writers."""
    chance = random.Random(seed)
    ground = Ground(folder, chance)
    result(*forked(lambda: ground.build() and None))
    sizes = {}
    done = turn = 0
    while done < kills and turn < 3 * kills:
        kind = list(PLACES)[turn % len(PLACES)]
        how = "time" if kind in TIMED and chance.random() < 0.5 else "line"
        turn += 1
        ground.change()
        if kind not in sizes:
            sizes[kind] = rehearse(ground, kind)
        serving, said = generations.current(ground.index).name, ground.feedback()
        killed, at = kill_once(ground, kind, how, sizes[kind])
        found, _ = result(*forked(lambda last=(serving, said): ground.check(*last)))
        told = {"kind": kind, "how": how, "at": at, "killed": killed, "found": found}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        done += killed
        if found is not None:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
