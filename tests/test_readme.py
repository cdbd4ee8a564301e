"""The README names what exists: files, commands, settings."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.settings import Settings

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
