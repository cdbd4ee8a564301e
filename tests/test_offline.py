"""With every outside name and address cut off, everything works, and nothing even tries."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ALONE = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]

# in every Python of the run: notes who is called, before the call fails
WATCH = """
import os, sys
def hook(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        where = arguments[1] if event == "socket.connect" else arguments
        host = where[0] if isinstance(where, tuple) else where
        if str(host) not in ("127.0.0.1", "::1", "localhost", "None") and where[0:1] != "/":
            with open(os.environ["TRIED"], "a") as file:
                file.write(f"{event} {host}\\n")
sys.addaudithook(hook)
"""


def permitted() -> bool:
    return bool(shutil.which("unshare")) and not subprocess.run([*ALONE, "true"]).returncode


@pytest.mark.slow
@pytest.mark.skipif(not permitted(), reason="this machine allows no network namespace")
def test_everything_works_where_there_is_no_network(docs: Path, tmp_path: Path) -> None:
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCH)
    some = (ROOT / "eval" / "questions" / "c5plus1.dev.jsonl").read_text("utf-8").splitlines()[:8]
    (tmp_path / "questions.jsonl").write_text("\n".join(some) + "\n", "utf-8")
    own = {k: v for k, v in os.environ.items() if not k.startswith(("C5_", "HF_", "GRADIO"))}
    path = os.pathsep.join(map(str, (tmp_path / "watch", ROOT, ROOT / "tests")))
    own |= {"PYTHONPATH": path, "TRIED": str(tmp_path / "tried"), "HOME": str(tmp_path)}
    arguments = [str(tmp_path), str(docs), str(tmp_path / "questions.jsonl")]
    done = subprocess.run(
        [*ALONE, sys.executable, str(ROOT / "tests" / "offline_run.py"), *arguments],
        env=own, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert told["outside"] == "cut off cut off cut off"
    assert (told["ask"], told["served"]) == ("answered", "answered")
    assert told["search"] == 5
    assert told["evaluated"] == 8
    assert told["report"] > 1000
    if told["widget"] is not None:
        assert told["widget"]["strangers"] == []
        assert told["widget"]["asked"] > 5
    assert told["tried"] == []
