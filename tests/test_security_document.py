"""SECURITY.md names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = (ROOT / "SECURITY.md").read_text("utf-8")


def test_every_promise_names_tests_that_exist() -> None:
    rows = [line for line in DOCUMENT.splitlines() if line.startswith("| ") and "::" in line]
    assert len(rows) > 20
    named = re.findall(r"`(test_\w+)::(test_\w+)`", DOCUMENT)
    assert len(named) >= len(rows)
    missing = [
        f"{file}::{test}"
        for file, test in named
        if f"def {test}(" not in (ROOT / "tests" / f"{file}.py").read_text("utf-8")
    ]
    assert missing == []


def test_every_row_of_promises_has_a_test() -> None:
    tables = re.findall(r"\| promise \| tested by \|\n\|---\|---\|\n((?:\|.*\n)+)", DOCUMENT)
    assert len(tables) == 6
    assert all("::" in row for table in tables for row in table.splitlines())
