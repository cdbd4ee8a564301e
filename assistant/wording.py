"""Every string a reader sees, in four languages, with plurals, numbers and dates done by babel."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

FALLBACK = "en"


def text(language: str, key: str, **values: object) -> str:
    """Return a string in a language, its places filled; `count` chooses the plural form.

    >>> text("ru", "refusal")
    'В статьях нет ответа на этот вопрос.'
    """
    strings = _strings(language)
    found = strings.get(key) or _strings(FALLBACK)[key]
    if isinstance(found, dict):
        count = values.get("count", 0)
        assert isinstance(count, int)
        found = found.get(_plural(language, count)) or found["other"]
        values["count"] = number(language, count)
    return str(found).format(**values)


def number(language: str, value: int) -> str:
    """Return a number as the language writes it."""
    from babel.numbers import format_decimal

    return str(format_decimal(value, locale=language))


def day(language: str, when: date) -> str:
    """Return a date in words."""
    from babel.dates import format_date

    return str(format_date(when, format="long", locale=language))


def _plural(language: str, count: int) -> str:
    from babel import Locale

    return str(Locale(language).plural_form(count))


@cache
def _strings(language: str) -> dict[str, Any]:
    folder = files("assistant") / "locales"
    strings: dict[str, Any] = {}
    for name in (f"{language}.json", f"llm.{language}.json", f"web.{language}.json"):
        path = folder / name
        if path.is_file():
            strings |= json.loads(path.read_text(encoding="utf-8"))
    return strings
