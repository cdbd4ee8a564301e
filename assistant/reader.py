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

import numpy as np
from numpy.typing import NDArray

from assistant.article import Article, Sentence
from assistant.features import NAMES, View, features
from assistant.matching import Asked, WordMatcher
from assistant.question import Question
from assistant.trees import Trees, sigmoid
from index.encoder import StaticEncoder

Floats = NDArray[np.float32]
OVERALL = ("best", "second", "third", "gap", "above_half", "sentences")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of an article that may answer."""

    sentence: Sentence
    article: Article


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of the candidates: `scores[i]` is candidate i's own probability.

    `answerable` is the calibrated probability that the best candidate answers. `met[w, i]` tells
    how well word w of `asked` is met in candidate i, seen through its best view.
    """

    candidates: tuple[Candidate, ...]
    scores: Floats
    order: tuple[int, ...]
    answerable: float
    asked: Asked
    met: Floats
    views: tuple[View, ...]
    matcher: WordMatcher

    def context(self, texts: Sequence[str]) -> Floats:
        """Tell how well each asked word is met in other texts."""
        return self.matcher.matches(self.asked, texts)


class Reader:
    """Scores sentences; keeps the words it has met, so that the next question is faster."""

    def __init__(self, encoder: StaticEncoder) -> None:
        self.matcher = WordMatcher(encoder)

    def read(self, question: Question, candidates: Sequence[Candidate]) -> Reading:
        """Score all candidates against one question."""
        seen = [view for c in candidates for view in views(c, question.language)]
        owner = np.array([i for i, v in enumerate(candidates) for _ in views(v, question.language)])
        rows, asked, met = features(question, seen, self.matcher)
        sentence_model, answer_model = models()
        scores = sigmoid(sentence_model.score(rows))
        best = [
            int(np.flatnonzero(owner == i)[scores[owner == i].argmax()])
            for i in range(len(candidates))
        ]
        own = scores[best]
        order = tuple(int(i) for i in np.argsort(-own, kind="stable"))
        overall = answer_row(rows[best], own, order)
        answerable = float(sigmoid(answer_model.score(overall[None, :]))[0])
        return Reading(
            tuple(candidates), own, order, answerable, asked, met[:, best],
            tuple(seen[b] for b in best), self.matcher,
        )  # fmt: skip


def views(candidate: Candidate, language: str) -> tuple[View, ...]:
    """Return the ways a sentence can be read: itself, and translated into the asker's language."""
    own = candidate.article.document.language
    languages = [own]
    if language != own and language in candidate.sentence.translations:
        languages.append(language)
    return tuple(_view(candidate, each) for each in languages)


def _view(candidate: Candidate, language: str) -> View:
    sentence, article = candidate.sentence, candidate.article
    own = article.document.language
    lines = article.paragraph(sentence.paragraph)
    near = [s for s in lines if abs(s.place - sentence.place) <= 1]
    paragraph = [s.in_language(language, own) for s in lines]
    return View(
        sentence.in_language(language, own),
        " ".join(s.in_language(language, own) for s in near),
        "\n".join([sentence.section, *paragraph]),
        whole(article, language),
        sentence.place,
        sentence.heading,
    )


@lru_cache(maxsize=256)
def whole(article: Article, language: str) -> str:
    """Return a whole article in one language, title first."""
    own = article.document.language
    lines = [s.in_language(language, own) for s in article.sentences]
    return "\n".join([article.document.title, *lines])


def answer_row(rows: Floats, scores: Floats, order: Sequence[int]) -> Floats:
    """Return what the second model reads: the best sentence's row and how far it leads."""
    best = [float(scores[i]) for i in order[:3]] + [0.0, 0.0, 0.0]
    overall = [best[0], best[1], best[2], best[0] - best[1], float((scores > 0.5).sum())]
    overall.append(float(min(40, len(scores))))
    return np.concatenate([rows[order[0]], np.array(overall, np.float32)])


@cache
def models() -> tuple[Trees, Trees]:
    """Return the two models; the features they were fitted on must be ours."""
    path = files("assistant") / "reader_model.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    if tuple(stored["features"]) != NAMES:
        raise ValueError("reader_model.json was fitted on other features; run train_reader")
    return Trees.from_json(stored["sentence"]), Trees.from_json(stored["answer"])
