"""What a row expected and what it got, in words that a person can check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def expected(row: Mapping[str, Any]) -> str:
    """Return the gold text of a row, alternatives apart."""
    if not row["answerable"]:
        return "a refusal: no article says it"
    return "\n   or ".join(" … ".join(alternative) for alternative in row.get("gold", ()))


def got(row: Mapping[str, Any]) -> str:
    """Return what was cited, or that the question was refused."""
    citations = row["answer"].get("citations", ())
    if not row["scores"]["answered"]:
        return "a refusal"
    return "\n".join(f"[{c['number']}] {c['quote']}" for c in citations) or "an answer"


def faults(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Name what is wrong with a row, worst first; empty where it is right."""
    scores = row["scores"]
    named = [
        name.removesuffix("_right")
        for name in (
            "offsets_right", "quotations_right", "verbatim_right", "figures_right", "dates_right",
        )
        if scores.get(name) == 0.0
    ]  # fmt: skip
    if row["answerable"] and not scores["answered"]:
        named.append("refused wrongly")
    elif row["answerable"] and scores.get("citation_recall") == 0.0:
        named.append("gold not cited")
    elif not row["answerable"] and scores["answered"]:
        named.append("answered without a source")
    return tuple(named)
