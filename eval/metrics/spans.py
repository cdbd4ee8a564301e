"""Whether the marked answer span is the right one: exact match and token F1 after SQuAD.

Rajpurkar et al. 2016 (arXiv:1606.05250): both sides are normalised, then EM is 1 where they are
equal, and F1 is the harmonic mean of token precision and recall; the best gold spelling counts.
The normal form is the search form of the index (harakat, letter variants, digit styles), as MLQA
(arXiv:1910.07475) normalises by language. An answer without a span scores 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from index.fold import words


def exact_match(predicted: Sequence[str], golds: Sequence[str]) -> float:
    """Tell whether a predicted span is a gold one, apart from spelling."""
    spellings = [words(gold) for gold in golds]
    return float(any(words(span) in spellings for span in predicted))


def token_f1(predicted: Sequence[str], golds: Sequence[str]) -> float:
    """Return the best F1 of a predicted span and a gold one.

    >>> token_f1(["1.9 مليار دولار"], ["1.9 مليار"])
    0.8
    """
    return max((_f1(words(p), words(g)) for p in predicted for g in golds), default=0.0)


def marked_spans(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the text of an answer's spans, in the order of its citations."""
    return tuple(
        citation["quote"][span[0] - citation["start"] : span[1] - citation["start"]]
        for citation in answer["citations"]
        if (span := citation["answer_span"]) is not None
    )


def _f1(predicted: Sequence[str], gold: Sequence[str]) -> float:
    same = sum((Counter(predicted) & Counter(gold)).values())
    return 2 * same / (len(predicted) + len(gold)) if same else 0.0
