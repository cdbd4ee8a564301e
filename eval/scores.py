"""The scores of one answer to one question; None where a measure does not apply.

Answers come as the JSON of the contract (`Answer.as_dict()`), so that a file of answers, a peer
or another version can be scored as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.dataset import Question
from eval.metrics.alce import alce
from eval.metrics.citations import citation_precision, citation_recall, coverage, first_is_gold
from eval.metrics.fidelity import offsets_right, quotations_right, verbatim_statements
from eval.metrics.figures import dates_right, figures_right
from eval.metrics.language import language_right
from eval.metrics.names import names_right
from eval.metrics.spans import exact_match, marked_spans, token_f1
from eval.metrics.speakers import speaker_right

Scores = dict[str, float | None]


def score(question: Question, answer: Mapping[str, Any], texts: Mapping[str, str]) -> Scores:
    """Score an answer; `texts` are the articles by id."""
    answered = is_answered(answer)
    recall, precision = alce(answer) if answered else (None, None)
    scores: Scores = {
        "answered": float(answered),
        "offsets_right": offsets_right(answer, texts),
        "quotations_right": quotations_right(answer),
        "verbatim_right": verbatim_statements(answer),
        "figures_right": figures_right(answer) if answered else None,
        "dates_right": dates_right(answer) if answered else None,
        "names_right": names_right(answer) if answered else None,
        "alce_recall": recall,
        "alce_precision": precision,
        "coverage": coverage(answer) if answered else None,
        "language_right": language_right(answer, question.lang),
    }
    return scores | (_found(question, answer) if question.answerable else {})


def is_answered(answer: Mapping[str, Any]) -> bool:
    """Tell whether the assistant answered rather than refused."""
    return bool(answer["status"] == "answered")


def is_right(question: Question, scores: Mapping[str, float | None]) -> bool:
    """Tell whether a question counts as passed: gold cited, or rightly refused, all faithful."""
    faithful = all(
        scores.get(name) in (None, 1.0)
        for name in (
            "offsets_right", "quotations_right", "verbatim_right", "figures_right", "dates_right",
            "names_right",
        )
    )  # fmt: skip
    if question.answerable:
        return faithful and scores["citation_recall"] == 1.0
    return faithful and scores["answered"] == 0.0


def _found(question: Question, answer: Mapping[str, Any]) -> Scores:
    """Score what an answerable question was answered with."""
    cited = [
        citation
        for citation in answer["citations"]
        if question.article in ("", citation["document"])
    ]
    quotes = [citation["quote"] for citation in cited]
    first = [c["quote"] for c in answer["citations"][:1] if c in cited]
    recall = citation_recall(question.gold, quotes)
    answered = is_answered(answer)
    spans = marked_spans(answer)
    return {
        "citation_recall": recall,
        "first_citation": first_is_gold(question.gold, first),
        "citation_precision": _precision(question, answer, quotes) if answered else None,
        "answer_em": exact_match(spans, question.answers) if question.answers else None,
        "answer_f1": token_f1(spans, question.answers) if question.answers else None,
        "speaker_right": (
            speaker_right(answer, question.gold, question.speakers)
            if question.speakers and recall
            else None
        ),
    }


def _precision(question: Question, answer: Mapping[str, Any], quotes: list[str]) -> float:
    shown = len(answer["citations"])
    return citation_precision(question.gold, quotes) * len(quotes) / shown if shown else 0.0
