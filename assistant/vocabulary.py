"""Word lists for the four languages: data in `words/*.json`, general, not of any one article."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from assistant.tokens import PhraseBook


@cache
def word_lists(name: str) -> dict[str, Any]:
    """Return one file of word lists."""
    path = files("assistant") / "words" / f"{name}.json"
    lists: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return lists


@cache
def phrase_book(name: str, key: str) -> PhraseBook:
    """Return the phrases under one key of a file, ready to be looked for."""
    phrases = word_lists(name)[key]
    return PhraseBook({key: phrases} if isinstance(phrases, list) else phrases, key != "verbs")
