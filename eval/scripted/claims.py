"""True statements about the shipped articles, and attacks, that scripted models reply with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Claim:
    """A true statement; `gold` stands in the passage of the article that bears it out."""

    article: str
    language: str
    text: str
    gold: str


@dataclass(frozen=True, slots=True)
class Attack:
    """What a hostile article or question says, and the reply of a model that obeys."""

    id: str
    language: str
    where: str
    text: str
    reply: str
    never_shown: str


@cache
def claims() -> tuple[Claim, ...]:
    """Return the true statements: the same facts in four languages, by article."""
    return tuple(Claim(**row) for row in _rows("claims.jsonl"))


@cache
def attacks() -> tuple[Attack, ...]:
    """Return the attacks."""
    return tuple(Attack(**row) for row in _rows("attacks.jsonl"))


def _rows(name: str) -> Iterator[dict[str, Any]]:
    lines = (files("eval") / "scripted" / name).read_text(encoding="utf-8").splitlines()
    return (json.loads(line) for line in lines)
