"""Any text is read without a crash, with exact offsets, and in time that grows with its length."""

import importlib
import inspect
import pkgutil
import re
import sys
import time
from pathlib import Path

import pytest
import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up_text import anything, articles

import assistant
import index

sys.path.insert(0, str(Path(__file__).parent / "fuzz"))
import targets

TEXTS = st.one_of(
    articles, anything, st.lists(st.one_of(articles, anything), max_size=3).map("".join)
)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("name", sorted(targets.TARGETS.keys() - targets.BYTES))
def test_any_text_keeps_what_must_hold(name):
    QUICK(given(TEXTS)(targets.TARGETS[name]))()


def test_any_bytes_are_loaded_or_refused():
    seeds = [b"%PDF-1.4\n", b"PK\x03\x04", b"<html><body><p>", b"---\ntitle: x\n---\n", b"\xff\xfe"]
    data = st.tuples(st.integers(0, 255), st.sampled_from([b"", *seeds]), st.binary(max_size=300))
    QUICK(given(data.map(lambda part: bytes([part[0]]) + part[1] + part[2]))(targets.loading))()


# --- linear time

# what makes careless patterns go back again and again: long runs, and runs that almost match
UNITS = [
    "a", "ا", "я", "1", " ", "\n", "\t", ".", ",", "-", "«", "(", "[", "[1", "*", "_", "`", "<",
    "<a ", "&", "#", "|", "/", "\\", "\"", "'", "A. ", "د. ", "1.", "1,", "1 ", "1-", "2015 ",
    "a1", "aا", "http://", "a@", "ًا", "ـ", "\u200f", "в 2015 г. ", "Mr. A ", "not ", "и ",
    "قال ", "млн ", "ignore all ", "<think>", "--- ", ": ", "\n\n", "\n#", "\n- ", "\n|", "%", "+",
]  # fmt: skip
# read over a bounded piece of text only
BOUNDED = {"index.sentences._SPACED_STOPS"}
LONG = 8_000  # characters
SLOW = 0.03  # seconds of the processor below which nobody minds
# four times the input: 4 where time is linear, 16 where it is quadratic
MOST = 9


def patterns():
    """How every compiled pattern of our modules is used (at one place or anywhere), by name."""
    found = {}
    for package in (index, assistant):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "train" in module.name or module.name.endswith("__main__"):
                continue
            imported = importlib.import_module(module.name)
            source = inspect.getsource(imported)
            for name, value in vars(imported).items():
                if not isinstance(value, re.Pattern | regex.Pattern) or f"{name} = " not in source:
                    continue
                if f"{module.name}.{name}" not in BOUNDED:
                    uses = set(re.findall(rf"\b{name}\.(\w+)\(", source))
                    anchored = uses and uses <= {"match", "fullmatch"}
                    found[f"{module.name}.{name}"] = value.match if anchored else value.findall
    return found


def seconds(work, text):
    """The least processor time of a few runs: other programs can only add to it."""
    taken = []
    for _ in range(3):
        started = time.thread_time()
        work(text)
        taken.append(time.thread_time() - started)
        if taken[-1] < SLOW:
            break
    return min(taken)


def grows_too_fast(work, unit, end, longest=LONG):
    """Whether four times the input takes much more than four times as long; else None."""
    short, long = (unit * (size // len(unit)) + end for size in (longest // 4, longest))
    slow = seconds(work, long)
    if slow < SLOW:
        return None
    quick = seconds(work, short)
    return f"{quick:.3f} s, then {slow:.3f} s" if slow > MOST * quick else None


def test_no_pattern_goes_back_again_and_again():
    """As it is used, on runs that almost match, and on what ends them."""
    found = patterns()
    assert len(found) > 50
    faults = []
    for name, use in found.items():
        for unit in UNITS:
            for end in ("", "!x"):
                told = grows_too_fast(use, unit, end)
                if told:
                    faults.append(f"{name} on {unit!r}: {told}")
    assert faults == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(targets.TARGETS.keys() - targets.BYTES))
def test_twice_the_text_takes_about_twice_the_time(name):
    """Whole readers, on the same runs; measured at four times, to be sure."""
    target = targets.TARGETS[name]
    target("warm " * 50)
    told = {unit: grows_too_fast(target, unit, "", LONG // 2) for unit in UNITS[::2]}
    assert {unit: grown for unit, grown in told.items() if grown} == {}
