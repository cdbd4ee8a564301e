"""Whether every name in a statement is in what it cites.

1 where each name of each statement stands in a cited quote or beside it (title, section, speaker,
translation), in any script and spelling; else 0. Names are found as `assistant.named` finds them:
by capitals, and in Arabic by the glossary and after roles and verbs; another Arabic name may pass
unseen. Invented or exchanged names are part of what EBU/BBC 2025 count as accuracy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.met_names import names_met
from assistant.named import named_words

_BESIDE = ("quote", "title", "section", "translation")


def names_right(answer: Mapping[str, Any]) -> float:
    """Tell whether each name of each statement is in what the statement cites."""
    known = {citation["number"]: citation for citation in answer["citations"]}
    for statement in answer["statements"]:
        cited = [known[number] for number in statement["citations"] if number in known]
        beside = [text for citation in cited for key in _BESIDE if (text := citation.get(key))]
        source = "\n".join([*beside, statement.get("speaker") or ""])
        said = statement["text"]
        if not all(names_met(said[start:end], source) for start, end in named_words(said)):
            return 0.0
    return 1.0
