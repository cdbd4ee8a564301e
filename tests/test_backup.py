"""What can't be rebuilt survives: written whole or not at all, put back without losing anything."""

import json
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from made_up_articles import write_article

from assistant import backup as module
from assistant.backup import backup, restore
from assistant.errors import AssistantError
from assistant.settings import Settings

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """A house with an article, users, tokens and a database that is being written to."""
    write_article(tmp_path / "docs", "port", "The port opened.\n")
    (tmp_path / "users").write_text("amina:$argon2id$v=19$x\n")
    (tmp_path / "tokens").write_text("cron:abc\n")
    state = tmp_path / "index" / "state"
    state.mkdir(parents=True)
    with closing(sqlite3.connect(state / "links.sqlite")) as links, links:
        links.execute("PRAGMA journal_mode=WAL")
        links.execute("CREATE TABLE links (name TEXT)")
        links.execute("INSERT INTO links VALUES ('first')")
    monkeypatch.setenv("C5_AUTH", "basic")
    monkeypatch.setenv("C5_LLM_API_KEY", "a secret")
    return Settings.load(
        docs=tmp_path / "docs",
        index=tmp_path / "index",
        users_file=tmp_path / "users",
        tokens_file=tmp_path / "tokens",
    )


def links_of(folder):
    with closing(sqlite3.connect(folder / "links.sqlite")) as links:
        return [name for (name,) in links.execute("SELECT name FROM links")]


def test_a_backup_brings_everything_back_and_moves_aside_what_was_there(settings, tmp_path):
    kept = tmp_path / "kept.tar.gz"
    with closing(sqlite3.connect(tmp_path / "index/state/links.sqlite")) as writer:
        writer.execute("INSERT INTO links VALUES ('not committed')")  # someone is in the middle
        backup(settings, kept)
    assert kept.stat().st_mode & 0o077 == 0
    article = tmp_path / "docs" / "port" / "article.md"
    was = article.read_bytes()
    article.write_text("ruined")
    (tmp_path / "users").write_text("nobody\n")
    (tmp_path / "index/state/links.sqlite").unlink()
    told = restore(settings, kept)
    assert article.read_bytes() == was
    assert (tmp_path / "users").read_text().startswith("amina:")
    assert links_of(tmp_path / "index" / "state") == ["first"]
    aside = {path.name.partition(".before-")[0] for path in tmp_path.glob("*.before-*")}
    assert aside == {"docs", "users", "tokens"}
    (before,) = tmp_path.glob("docs.before-*")
    assert (before / "port" / "article.md").read_text() == "ruined"
    assert told[-1] == "now run: c5 index"


def test_a_backup_names_settings_and_holds_no_secret(settings, tmp_path):
    backup(settings, tmp_path / "kept.tar.gz")
    with tarfile.open(tmp_path / "kept.tar.gz") as archive:
        contents = {each.name: archive.extractfile(each).read() for each in archive}
    manifest = json.loads(contents["backup.json"])
    assert manifest["settings"] == {"C5_AUTH": "basic"}
    assert not any(b"a secret" in content for content in contents.values())
    assert set(manifest["files"]) == contents.keys() - {"backup.json"}


def test_restoring_tells_which_settings_were_others(settings, tmp_path, monkeypatch):
    backup(settings, tmp_path / "kept.tar.gz")
    monkeypatch.setenv("C5_AUTH", "none")
    without = settings.model_copy(update={"users_file": None})
    told = "\n".join(restore(without, tmp_path / "kept.tar.gz"))
    assert "users: left out; set C5_USERS_FILE" in told
    assert "setting: C5_AUTH=basic when the backup was made" in told


@pytest.mark.parametrize("harm", ["cut", "one bit", "no backup", "gone", "a way out"])
def test_a_damaged_backup_is_told_in_one_line_and_touches_nothing(settings, tmp_path, harm):
    kept = tmp_path / "kept.tar.gz"
    backup(settings, kept)
    content = kept.read_bytes()
    if harm == "cut":
        kept.write_bytes(content[: len(content) // 2])
    elif harm == "one bit":
        middle = len(content) // 2
        kept.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    elif harm == "no backup":
        kept.write_bytes(b"something else")
    elif harm == "gone":
        kept.unlink()
    else:
        with tarfile.open(kept, "w:gz") as archive:
            module._add(archive, "../outside", b"x")
    before = {path: path.read_bytes() for path in (tmp_path / "docs").rglob("*") if path.is_file()}
    with pytest.raises(AssistantError) as caught:
        restore(settings, kept)
    assert "\n" not in str(caught.value)
    after = {path: path.read_bytes() for path in (tmp_path / "docs").rglob("*") if path.is_file()}
    assert after == before
    assert not (tmp_path / "outside").exists()
    assert list(tmp_path.glob("*.before-*")) == []


def test_a_backup_that_cannot_be_finished_leaves_the_old_one(settings, tmp_path, monkeypatch):
    kept = tmp_path / "kept.tar.gz"
    backup(settings, kept)
    before = kept.read_bytes()

    def full(*given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_add", full)
    with pytest.raises(AssistantError, match="No space left"):
        backup(settings, kept)
    assert kept.read_bytes() == before
    assert list(tmp_path.glob(".kept*")) == []


def test_the_command_line_backs_up_and_restores(settings, tmp_path):
    where = ["--docs", str(tmp_path / "docs"), "--index", str(tmp_path / "index")]
    command = [sys.executable, "-m", "assistant"]
    kept = str(tmp_path / "kept.tar.gz")
    done = subprocess.run(
        [*command, "backup", kept, *where], capture_output=True, text=True, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "docs: 1 file(s)" in done.stdout
    done = subprocess.run(
        [*command, "restore", kept, *where], capture_output=True, text=True, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, "")
    done = subprocess.run(
        [*command, "restore", str(tmp_path / "none"), *where],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("c5: ")
    assert done.stderr.count("\n") == 1
