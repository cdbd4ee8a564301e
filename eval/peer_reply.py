"""What a peer replies, read leniently into one shape, and its scores.

A reply is a JSON object. Its words are `answer` or `text`; what it rests on is `contexts` (texts,
or objects with `text` and perhaps `document`) or `citations` (objects with `quote`), so that the
JSON of `c5 ask` is a reply too. It refuses by `"refused": true`, by the status `not_in_sources`,
or by giving neither words nor contexts. A peer that gives contexts alone is a retriever: what needs
words is not held against it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.dataset import Question
from eval.errors import EvaluationError
from eval.metrics.citations import citation_precision, citation_recall, first_is_gold
from eval.metrics.figures import dates_right, figures_right
from eval.metrics.language import tell_language
from eval.metrics.names import names_right
from index.fold import Folded, find, fold_text

Scores = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Reply:
    """Words, the texts they rest on (each with its document, "" if not named), and a refusal.

    `claims` is what of the words states facts, `own` what is not taken over from an article.
    """

    text: str
    contexts: tuple[tuple[str, str], ...]
    refused: bool
    claims: str = ""
    own: str = ""


def read_reply(value: object) -> Reply:
    """Read a reply; EvaluationError where it is none."""
    if not isinstance(value, dict):
        raise EvaluationError("a peer's reply must be a JSON object")
    text = value.get("answer", value.get("text")) or ""
    given = value.get("contexts", value.get("citations")) or []
    if not isinstance(text, str) or not isinstance(given, list):
        raise EvaluationError("a peer's 'answer' must be a text and its 'contexts' a list")
    contexts = tuple(_context(each) for each in given)
    refused = value.get("refused") is True or value.get("status") == "not_in_sources"
    claims = "\n".join(_said(value.get("statements"), "text")) or text
    own = text
    for key in ("citations", "statements", "nearest"):
        for told in sorted(_said(value.get(key)), key=len, reverse=True):
            own = own.replace(told, " ")
    for _, told in contexts:
        own = own.replace(told, " ")
    return Reply(text, contexts, refused or not (text.strip() or contexts), claims, own)


def _said(parts: object, only: str | None = None) -> list[str]:
    """Return the texts of the objects in a list, under one key or under all."""
    objects = [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    return [
        text
        for part in objects
        for key, text in part.items()
        if isinstance(text, str) and text.strip() and only in (None, key)
    ]


def _context(value: object) -> tuple[str, str]:
    if isinstance(value, str):
        return "", value
    if isinstance(value, Mapping):
        text = value.get("text", value.get("quote"))
        if isinstance(text, str):
            return str(value.get("document") or ""), text
    raise EvaluationError("a peer's context must be a text, or an object with 'text'")


def score_reply(question: Question, reply: Reply, articles: Mapping[str, Folded]) -> Scores:
    """Score a reply by what any peer can show; None where a measure does not apply.

    `quotes_real`: every context stands in an article. `answer_said`: the words hold a spelling of
    the short answer. `characters`: how much is shown as the basis of the answer.
    """
    contexts = [text for _, text in reply.contexts]
    scores: Scores = {
        "answered": float(not reply.refused),
        "quotes_real": None,
        "figures_right": None,
        "dates_right": None,
        "names_right": None,
        "language_right": None,
        "characters": None,
    }
    if question.answerable:
        ours = [t for key, t in reply.contexts if not (key and question.article not in ("", key))]
        scores["citation_recall"] = 0.0 if reply.refused else citation_recall(question.gold, ours)
        first = contexts[:1] if ours[:1] == contexts[:1] else []
        scores["first_citation"] = 0.0 if reply.refused else first_is_gold(question.gold, first)
    if reply.refused:
        return scores
    scores["characters"] = float(sum(map(len, contexts)))
    if contexts:
        scores["quotes_real"] = float(all(_in_articles(text, articles) for text in contexts))
        if question.answerable:
            scores["citation_precision"] = citation_precision(question.gold, contexts)
    if reply.text:
        cited = _as_answer(reply)
        scores["figures_right"] = figures_right(cited)
        scores["dates_right"] = dates_right(cited)
        scores["names_right"] = names_right(cited)
        scores["language_right"] = float(tell_language(reply.own) in (None, question.lang))
        if question.answers:
            told = fold_text(reply.text)
            scores["answer_said"] = float(any(fold_text(a) in told for a in question.answers))
    return scores


def _in_articles(text: str, articles: Mapping[str, Folded]) -> bool:
    return any(find(text, article) is not None for article in articles.values())


def _as_answer(reply: Reply) -> dict[str, Any]:
    """Return a reply as one statement that cites all its contexts."""
    citations: Sequence[dict[str, Any]] = [
        {"number": number, "quote": text} for number, (_, text) in enumerate(reply.contexts, 1)
    ]
    said = {"text": reply.claims, "citations": [c["number"] for c in citations], "speaker": None}
    return {"citations": citations, "statements": [said]}
