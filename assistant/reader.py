"""The reader: which sentences answer a question, and how likely the sources answer it at all.

Two small models from `reader_model.json` (see `train_reader`): trees score every sentence, and a
second set of trees reads the best sentence beside its rivals and gives the probability that it
is an answer. Nothing here was tuned on our own questions.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.article import Article, Sentence
from assistant.features import NAMES, View, features
from assistant.matching import Asked, WordMatcher
from assistant.question import Question
from assistant.trees import Trees, sigmoid
from index.encoder import StaticEncoder

Floats = NDArray[np.float32]
OVERALL = ("best", "second", "third", "gap")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of an article that may answer."""

    sentence: Sentence
    article: Article


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of the candidates: `scores[i]` is candidate i's own probability.

    `order` has the best first. `met[w, i]` tells how well word w of `asked` is met in candidate i,
    seen through its best view; `rows` are the features of that view.
    """

    candidates: tuple[Candidate, ...]
    scores: Floats
    order: tuple[int, ...]
    rows: Floats
    asked: Asked
    met: Floats
    views: tuple[View, ...]
    matcher: WordMatcher

    def answerable(self, place: int) -> float:
        """Return the calibrated probability that a candidate answers the question."""
        order = [place, *(i for i in self.order if i != place)]
        row = answer_row(self.rows, self.scores, order)
        return float(sigmoid(models()[1].score(row[None, :]))[0])

    def threshold(self, place: int) -> float:
        """Return the probability under which a candidate is no answer."""
        same = self.rows[place, NAMES.index("same_script")] > 0.5
        return thresholds()["same" if same else "other"]

    def context(self, texts: Sequence[str]) -> Floats:
        """Tell how well each asked word is met in other texts."""
        return self.matcher.matches(self.asked, texts)


class Reader:
    """Scores sentences; keeps the words it has met, so that the next question is faster."""

    def __init__(self, encoder: StaticEncoder) -> None:
        self.matcher = WordMatcher(encoder)

    def read(self, question: Question, candidates: Sequence[Candidate]) -> Reading:
        """Score all candidates against one question, each through the view that shows it best."""
        asked = self.matcher.asked(question.text, question.content)
        count = len(candidates)
        scores = np.full(count, -np.inf, np.float32)
        rows = np.zeros((count, len(NAMES)), np.float32)
        met = np.zeros((len(asked.words), count), np.float32)
        best: list[View | None] = [None] * count
        for language in ("", question.language):
            seen = [(i, v) for i, c in enumerate(candidates) if (v := view(c, language))]
            if not seen:
                continue
            # ranks and spreads are told within one language: translations meet more words
            own, asked, own_met = features(question, [v for _, v in seen], self.matcher)
            own_scores = sigmoid(models()[0].score(own))
            for line, (i, one) in enumerate(seen):
                if own_scores[line] > scores[i]:
                    scores[i], rows[i], best[i] = own_scores[line], own[line], one
                    met[:, i] = own_met[:, line]
        order = tuple(int(i) for i in np.argsort(-scores, kind="stable"))
        shown = tuple(one for one in best if one is not None)
        return Reading(tuple(candidates), scores, order, rows, asked, met, shown, self.matcher)


def view(candidate: Candidate, language: str) -> View | None:
    """Return a sentence as it stands (""), or as its translation into a language shows it."""
    own = candidate.article.document.language
    if not language:
        return _view(candidate, own)
    if language == own or language not in candidate.sentence.translations:
        return None
    return _view(candidate, language)


def _view(candidate: Candidate, language: str) -> View:
    sentence, article = candidate.sentence, candidate.article
    own = article.document.language
    lines = paragraph(article, sentence.paragraph, language)
    place = sentence.place
    return View(
        sentence.in_language(language, own),
        lines[max(0, place - 1) : place],
        lines[max(0, place - 1) : place + 2],
        (sentence.section, *lines),
        whole(article, language),
        place,
        sentence.heading,
        article.document.published,
    )


@lru_cache(maxsize=1 << 14)
def paragraph(article: Article, number: int, language: str) -> tuple[str, ...]:
    """Return the sentences of a paragraph in one language."""
    own = article.document.language
    return tuple(s.in_language(language, own) for s in article.paragraph(number))


@lru_cache(maxsize=256)
def whole(article: Article, language: str) -> tuple[str, ...]:
    """Return all sentences of an article in one language, title first."""
    own = article.document.language
    return (article.document.title, *(s.in_language(language, own) for s in article.sentences))


def answer_row(rows: Floats, scores: Floats, order: Sequence[int]) -> Floats:
    """Return what the second model reads: the best sentence's row and how far it leads."""
    best = [float(scores[i]) for i in order[:3]] + [0.0, 0.0, 0.0]
    overall = [best[0], best[1], best[2], best[0] - best[1]]
    return np.concatenate([rows[order[0]], np.array(overall, np.float32)])


@cache
def _stored() -> dict[str, Any]:
    path = files("assistant") / "reader_model.json"
    stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if tuple(stored["features"]) != NAMES:
        raise ValueError("reader_model.json was fitted on other features; run train_reader")
    return stored


@cache
def thresholds() -> dict[str, float]:
    """Return the probabilities under which to refuse, fitted on held-out public data."""
    return dict(_stored()["thresholds"])


@cache
def models() -> tuple[Trees, Trees]:
    """Return the two models; the features they were fitted on must be ours."""
    stored = _stored()
    return Trees.from_json(stored["sentence"]), Trees.from_json(stored["answer"])
