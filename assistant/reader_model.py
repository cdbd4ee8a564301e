"""What was fitted for the reader: `reader_model.json`, the names of its features, its choices."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from assistant.features import NAMES
from assistant.trees import Trees

OVERALL = ("score", "second", "lead", "lead_third", "share", "spread", "statements")
# what the second model also reads of the best three together, and of the second alone
SEEN = (
    "late", "cover_rare", "cover_around", "kind_met", "near_answer", "window", "late_around",
    "worst", "names_paragraph", "fit", "strict", "place_missed",
)  # fmt: skip
ANSWER_NAMES = (
    *NAMES, *OVERALL, *(f"any_{name}" for name in SEEN), *(f"second_{name}" for name in SEEN),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen on held-out questions.

    `refuse_under`, by the asker's language, is the probability of an answer below which there is
    none; `cite_from` the part of the best share that is cited besides; `sharpness` see
    `reader.share_out`.
    """

    sharpness: float
    cite_from: float
    refuse_under: Mapping[str, float]


@cache
def settings() -> Chosen:
    """Return what `reader_model.json` keeps of the choice."""
    return Chosen(**_stored()["settings"])


def refuse_under(language: str) -> float:
    """Return the probability below which a question in a language is not answered.

    In a language that nothing was chosen for, caution: the highest of all.
    """
    under = settings().refuse_under
    return under.get(language, max(under.values()))


@cache
def models() -> tuple[Trees, Trees]:
    """Return the two models; the features they were fitted on must be ours."""
    stored = _stored()
    return Trees.from_json(stored["sentence"]), Trees.from_json(stored["answer"])


@cache
def _stored() -> dict[str, Any]:
    path = files("assistant") / "reader_model.json"
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if tuple(stored["features"]) != NAMES:
        raise ValueError("reader_model.json was fitted on other features; run train_reader")
    return stored
