"""An optional language model as judge of what code cannot check; its words are kept as they came.

It is asked whether opinion is told from fact, whether the answer editorialises, and whether context
is missing (what EBU/BBC 2025 have journalists rate). A reply counts only where it is exactly the
object that was asked for; everything else is "unread", which is reported and never guessed at.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any, Protocol

from assistant.citing import VisibleText
from assistant.llm import Message, ModelFailure
from eval.errors import EvaluationError

VALUES = {
    "opinion": ("none", "told_apart", "as_fact"),
    "editorialising": ("no", "yes"),
    "context": ("enough", "missing"),
}
BAD = {
    "opinion_as_fact": ("opinion", "as_fact"),
    "editorialises": ("editorialising", "yes"),
    "context_missing": ("context", "missing"),
}
_LONGEST_REASON = 500
_GIVE_UP = 5  # failures in a row
Row = dict[str, Any]


class Model(Protocol):
    """What judges."""

    name: str
    timeout: float

    def complete(self, messages: Sequence[Message], deadline: float) -> str:
        """Return the whole reply. Raises ModelFailure."""
        ...


def parse(reply: str) -> dict[str, str] | None:
    """Return the verdicts of a reply; None where it is anything but what was asked for.

    Only a model's thinking aloud (``<think>``) is passed over.

    >>> parse('{"opinion": "none", "editorialising": "no", "context": "enough", "reason": "x"}')
    {'opinion': 'none', 'editorialising': 'no', 'context': 'enough', 'reason': 'x'}
    >>> parse('Sure! {"opinion": "none"}')
    """
    visible = VisibleText()
    text = (visible.feed(reply) + visible.close()).strip()
    try:
        pairs = json.loads(text, object_pairs_hook=list)
    except (ValueError, RecursionError):
        return None
    if not isinstance(pairs, list) or not all(_is_pair(pair) for pair in pairs):
        return None
    verdict = dict(pairs)
    if len(verdict) != len(pairs) or verdict.keys() != {*VALUES, "reason"}:
        return None
    if any(verdict[key] not in allowed for key, allowed in VALUES.items()):
        return None
    return verdict if len(verdict["reason"]) <= _LONGEST_REASON else None


def _is_pair(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], str)


def judge_rows(
    rows: Sequence[Row],
    model: Model,
    progress: Callable[[Iterable[Row]], Iterable[Row]] = iter,
) -> None:
    """Put `judge` into every answered row that has none: `verdict` (or None), `raw`, `model`.

    EvaluationError where the model fails again and again; what was judged stays in the rows.
    """
    failed = 0
    waiting = [row for row in rows if row["scores"]["answered"] and not _is_judged(row, model)]
    for row in progress(waiting):
        try:
            raw, fault = model.complete(_messages(row), time.monotonic() + model.timeout), ""
            failed = 0
        except ModelFailure as failure:
            raw, fault, failed = "", str(failure), failed + 1
            if failed == _GIVE_UP:
                told = f"the judge failed {_GIVE_UP} times in a row: {fault}"
                raise EvaluationError(told) from None
        row["judge"] = {"model": model.name, "raw": raw, "verdict": parse(raw), "fault": fault}


def _is_judged(row: Mapping[str, Any], model: Model) -> bool:
    known = row.get("judge") or {}
    return known.get("model") == model.name and not known["fault"]


def summary(rows: Sequence[Mapping[str, Any]], model: str) -> dict[str, Any]:
    """Return how many answers were judged, and the share of each fault among them."""
    judged = [row["judge"] for row in rows if row.get("judge")]
    read = [each["verdict"] for each in judged if each["verdict"]]
    counts = Counter(
        name for verdict in read for name, (key, value) in BAD.items() if verdict[key] == value
    )
    return {
        "model": model,
        "judged": len(read),
        "failed": sum(bool(each["fault"]) for each in judged),
        "unread": sum(not each["verdict"] and not each["fault"] for each in judged),
        "counts": {name: counts[name] for name in BAD},
        "shares": {name: counts[name] / len(read) if read else None for name in BAD},
    }


def _messages(row: Mapping[str, Any]) -> list[Message]:
    rules = (files("eval") / "prompts" / "judge.md").read_text("utf-8")
    answer = row["answer"]
    quotes = [citation["quote"] for citation in answer["citations"]]
    sources = "\n\n".join(dict.fromkeys([*quotes, *(p["text"] for p in row.get("found", ()))]))
    parts = {"question": row["question"], "answer": answer["text"], "sources": sources}
    asked = "\n".join(f"<{tag}>\n{_without_tags(text)}\n</{tag}>" for tag, text in parts.items())
    return [Message("system", rules), Message("user", asked)]


def _without_tags(text: str) -> str:
    return text.replace("<", "‹").replace(">", "›")
