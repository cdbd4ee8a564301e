"""Whether the citations show the passage that answers.

Citation recall: 1 where some alternative of the gold has all its parts in the cited quotes, else
0. After the recall of ALCE (Gao et al. 2023, arXiv:2305.14627): there an NLI model decides whether
the cited text supports the sentence; here people have marked the supporting text beforehand.

First citation: 1 where the quote of the first citation holds a part of the gold.

Citation precision: the share of citations whose quote holds a part of the gold.

Coverage: the share of statements with at least one citation that exists (the condition for ALCE's
recall; what EBU/BBC 2025 call sourcing).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Gold = Sequence[Sequence[str]]


def citation_recall(gold: Gold, quotes: Sequence[str]) -> float:
    """Tell whether the quotes together hold one alternative of the gold.

    >>> citation_recall([["in 2015", "in 2023"]], ["founded in 2015", "summits in 2023"])
    1.0
    """
    found = any(
        all(any(part in quote for quote in quotes) for part in alternative) for alternative in gold
    )
    return float(found)


def first_is_gold(gold: Gold, quotes: Sequence[str]) -> float:
    """Tell whether the first quote holds a part of the gold."""
    return float(bool(quotes) and _holds(quotes[0], gold))


def citation_precision(gold: Gold, quotes: Sequence[str]) -> float:
    """Return the share of quotes that hold a part of the gold; 0 where nothing is cited."""
    return sum(_holds(quote, gold) for quote in quotes) / len(quotes) if quotes else 0.0


def coverage(answer: Mapping[str, Any]) -> float:
    """Return the share of an answer's statements that carry an existing citation."""
    known = {citation["number"] for citation in answer["citations"]}
    statements = answer["statements"]
    if not statements:
        return 0.0
    return sum(bool(known & set(s["citations"])) for s in statements) / len(statements)


def _holds(quote: str, gold: Gold) -> bool:
    return any(part in quote for alternative in gold for part in alternative)
