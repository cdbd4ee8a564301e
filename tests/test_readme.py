"""The README names what exists: files, commands, settings."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from web_browser import serving

from assistant.settings import Settings
from assistant.web.app import create_app

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_linked_file_exists():
    links = re.findall(r"\]\(((?!https?:)[^)#]+)\)", README)
    assert len(links) > 8
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_setting_is_described():
    described = set(re.findall(r"^\| `(C5_[A-Z_]+)`", README, re.MULTILINE))
    assert described == {f"C5_{name.upper()}" for name in Settings.model_fields}


def test_every_make_target_of_the_readme_exists():
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"\bmake ([a-z]+)", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.slow
def test_every_command_of_the_readme_exists():
    commands = set(re.findall(r"^c5 ((?:eval|bench) [a-z]+|[a-z]+)", README, re.MULTILINE))
    assert len(commands) > 5
    for command in commands:
        done = subprocess.run(
            [sys.executable, "-m", "assistant", *command.split(), "--help"],
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
        assert done.returncode == 0, (command, done.stderr)


@pytest.mark.slow
def test_the_clients_of_the_readme_get_an_answer_with_its_citations(docs, index_dir, tmp_path):
    examples = README.partition("<!-- clients:begin -->")[2].partition("<!-- clients:end -->")[0]
    (shell,) = re.findall(r"```sh\n(.*?)```", examples, re.DOTALL)
    (python,) = re.findall(r"```python\n(.*?)```", examples, re.DOTALL)
    with serving(create_app(Settings(docs=docs, index=index_dir))) as address:

        def run(*command):
            done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
            assert done.returncode == 0, done.stderr
            return done.stdout

        here = python.replace("http://127.0.0.1:7860", address)
        assert here != python
        told = run(sys.executable, "-c", here)
        assert any(line.startswith("[1] ") for line in told.splitlines())
        if shutil.which("curl"):
            answer = json.loads(run("sh", "-c", shell.replace("http://127.0.0.1:7860", address)))
            assert answer["status"] == "answered"
            assert answer["citations"][0]["quote"] in told
