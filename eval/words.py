"""The words of the report and of its page in the chat, from `assistant/locales/eval.*.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from assistant.schema import LANGUAGES

FALLBACK = "en"


@cache
def words(language: str) -> Mapping[str, str]:
    """Return all words of a language; English for one that there is no file of."""
    known = language if language in LANGUAGES else FALLBACK
    path = files("assistant") / "locales" / f"eval.{known}.json"
    found: dict[str, str] = json.loads(path.read_text("utf-8"))
    return found


def say(language: str, key: str, **values: object) -> str:
    """Return one string with its values put in."""
    return words(language)[key].format(**values)


def name(language: str, family: str, key: str) -> str:
    """Return what a measure, a fault or a group is called; what has no word keeps its own name."""
    return words(language).get(f"{family}.{key}", key.replace("_", " "))
