"""The words of the page in four languages, from `web.*.json` and `desk.*.json` in locales."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from assistant.schema import LANGUAGES

RIGHT_TO_LEFT = frozenset({"ar"})


@cache
def strings(language: str) -> Mapping[str, str]:
    """Return all words of one language of the page."""
    folder = files("assistant") / "locales"
    words: dict[str, str] = {}
    for part in ("web", "desk"):
        words |= json.loads((folder / f"{part}.{language}.json").read_text("utf-8"))
    return words


def say(language: str, key: str, **values: object) -> str:
    """Return one string with its values put in; Arabic for a language the page does not have."""
    return strings(known(language))[key].format(**values)


def translation_label(language: str, machine: bool) -> str:
    """Return what a translation is called: unofficial, and a model's where it is one."""
    return say(language, "machine_translation" if machine else "translation")


def known(language: str | None) -> str:
    """Return `language` if the page speaks it, else Arabic."""
    return language if language in LANGUAGES else LANGUAGES[0]


def accepted(header: str) -> str:
    """Return the language of the page that a browser's Accept-Language asks for first.

    >>> accepted("fr, ru;q=0.8, en;q=0.9")
    'en'
    """
    wishes: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        wishes.append((-weight, tag.split("-")[0].lower()))
    for _, language in sorted(wishes, key=lambda wish: wish[0]):
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]


def long_date(value: str | date, language: str) -> str:
    """Return a date in words, ``6 نوفمبر 2025``; what is not an ISO date comes back as it is."""
    from babel.dates import format_date

    try:
        day = value if isinstance(value, date) else date.fromisoformat(value)
    except ValueError:
        return str(value)
    return str(format_date(day, "long", locale=known(language)))


def long_moment(value: datetime, language: str) -> str:
    """Return a date and time of day in words, with the time zone (UTC unless it says another)."""
    from babel.dates import format_datetime

    time = format_datetime(value, "HH:mm", locale=known(language))
    return f"{long_date(value.date(), language)} {time} {value.tzname() or 'UTC'}"


def language_name(code: str, language: str) -> str:
    """Return what a language is called in another; its code where that is not known.

    >>> language_name("ar", "kk")
    'араб тілі'
    """
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code).get_language_name(known(language)) or code
    except (UnknownLocaleError, ValueError):
        return code
