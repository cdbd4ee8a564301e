"""The glossary is four-language data in good order."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "index" / "glossary"
FILES = sorted(FOLDER.glob("*.jsonl"))
LANGUAGES = ("ar", "en", "ru", "kk")
ARABIC, LATIN, CYRILLIC = "\u0600-\u06ff", "A-Za-z\u00c0-\u024f", "\u0400-\u04ff"
SCRIPT = {"ar": ARABIC, "en": LATIN, "ru": CYRILLIC, "kk": CYRILLIC}
ROMAN = re.compile(r"\b[IVX]+\b")

Entry = dict[str, list[str]]


def entries(path: Path) -> list[Entry]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


ALL = [entry for path in FILES for entry in entries(path)]


def test_glossary_has_the_promised_size() -> None:
    assert [path.stem for path in FILES] == ["organisations", "people", "places", "terms", "words"]
    assert len(ALL) >= 2_000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_entry_has_one_to_four_forms_in_each_language(path: Path) -> None:
    for entry in entries(path):
        assert tuple(entry) == LANGUAGES, entry
        assert all(1 <= len(forms) <= 4 for forms in entry.values()), entry


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_forms_are_clean_text(path: Path) -> None:
    for entry in entries(path):
        for form in (form for forms in entry.values() for form in forms):
            assert form == unicodedata.normalize("NFC", form), form
            assert form == " ".join(form.split()), form
            assert not re.search(r"[()\[\]|;\u0640\u200b-\u200f\u202a-\u202e]", form), form


@pytest.mark.parametrize("language", LANGUAGES)
def test_forms_are_written_in_the_script_of_their_language(language: str) -> None:
    own = re.compile(f"[{SCRIPT[language]}]")
    foreign = re.compile(
        f"[{''.join(s for s in (ARABIC, LATIN, CYRILLIC) if s != SCRIPT[language])}]"
    )
    for form in (form for entry in ALL for form in entry[language]):
        assert own.search(form), form
        assert not foreign.search(ROMAN.sub("", form)), form


def test_no_form_is_repeated_within_an_entry() -> None:
    for entry in ALL:
        for forms in entry.values():
            assert len({form.casefold() for form in forms}) == len(forms), entry


def test_english_headwords_are_unique() -> None:
    heads = Counter(entry["en"][0].casefold() for entry in ALL)
    assert [head for head, count in heads.items() if count > 1] == []


def test_no_two_entries_share_their_headwords_in_three_languages() -> None:
    heads = Counter(
        tuple(entry[code][0].casefold() for code in ("ar", "ru", "kk")) for entry in ALL
    )
    assert [head for head, count in heads.items() if count > 1] == []


def test_russian_forms_carry_no_kazakh_letters() -> None:
    kazakh = re.compile("[әіңғүұқөһ]", re.IGNORECASE)
    assert [f for entry in ALL for f in entry["ru"] if kazakh.search(f)] == []
