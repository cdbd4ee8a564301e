"""Every string is there in four languages, with the same places to fill and the right plurals."""

import json
import string
from datetime import date
from pathlib import Path

import pytest

from assistant import wording
from assistant.schema import LANGUAGES

FOLDER = Path(wording.__file__).parent / "locales"


def _strings(language):
    return json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))


def _places(value):
    values = value.values() if isinstance(value, dict) else [value]
    return {name for text in values for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_string_with_the_same_places(language):
    english, own = _strings("en"), _strings(language)
    assert own.keys() == english.keys()
    for key in english:
        assert _places(own[key]) <= _places(english[key])


@pytest.mark.parametrize(
    ("language", "count", "part"),
    [("en", 1, "passage is"), ("en", 3, "3 nearest passages"), ("ru", 1, "ближайший отрывок"),
     ("ru", 2, "отрывка"), ("ar", 2, "مقطعين"), ("ar", 3, "مقاطع"), ("kk", 3, "3 үзінді")],
)  # fmt: skip
def test_a_count_takes_the_plural_of_its_language(language, count, part):
    assert part in wording.text(language, "refusal.nearest", count=count)


@pytest.mark.parametrize(
    ("language", "month"),
    [("ar", "نوفمبر"), ("en", "November"), ("ru", "ноября"), ("kk", "қараша")],
)
def test_a_date_is_written_as_the_language_writes_it(language, month):
    assert month in wording.day(language, date(2025, 11, 6))
