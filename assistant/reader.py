"""The reader: which sentences answer a question, and how likely the sources answer it at all.

Two small models from `reader_model.json` (see `train_reader`): trees rank every sentence, and a
second set of trees reads the best sentence beside its rivals and gives the probability that the
question is answered at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.article import Article
from assistant.attribution import speakers
from assistant.candidates import Candidate, is_statement
from assistant.features import NAMES, features
from assistant.matching import Asked, WordMatcher
from assistant.question import Question
from assistant.reader_model import SEEN, models, settings
from assistant.trees import sigmoid
from assistant.views import View
from index.encoder import StaticEncoder

Floats = NDArray[np.float32]
_SEEN = [NAMES.index(name) for name in SEEN]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of the candidates: `scores[i]` is candidate i's rank score.

    `shares[i]` is how likely it is the one that answers, if any does. `order` has the statements
    with the best first. `met[w, i]` tells how well word w of `asked` is met in candidate i,
    seen through its best view; `rows` are the features of that view.
    """

    candidates: tuple[Candidate, ...]
    scores: Floats
    shares: Floats
    order: tuple[int, ...]
    rows: Floats
    asked: Asked
    met: Floats
    views: tuple[View, ...]
    matcher: WordMatcher

    def answerable(self, place: int) -> float:
        """Return the calibrated probability that a candidate answers the question."""
        order = [place, *(i for i in self.order if i != place)]
        row = answer_row(self.rows, self.scores, self.shares, order)
        return float(sigmoid(models()[1].score(row[None, :]))[0])

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
            own_scores = models()[0].score(own)
            for line, (i, one) in enumerate(seen):
                if own_scores[line] > scores[i]:
                    scores[i], rows[i], best[i] = own_scores[line], own[line], one
                    met[:, i] = own_met[:, line]
        stated = np.array([is_statement(one.sentence) for one in candidates], bool)
        shares = share_out(np.where(stated, scores, -np.inf), settings().sharpness)
        order = tuple(int(i) for i in np.argsort(-scores, kind="stable") if stated[i])
        shown = tuple(one for one in best if one is not None)
        return Reading(
            tuple(candidates), scores, shares, order, rows, asked, met, shown, self.matcher
        )


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
        lines[place + 1 : place + 2],
        lines[max(0, place - 1) : place + 2],
        (sentence.section, *lines),
        whole(article, language),
        place,
        sentence.heading,
        article.document.published,
        _speaker(article, sentence.start),
        sentence.paragraph / max(1, article.sentences[-1].paragraph),
    )


def _speaker(article: Article, start: int) -> str:
    """Return who said a sentence, with his role; "" where the article itself speaks."""
    said = speakers(article).get(start)
    return f"{said.name} {said.role or ''}".strip() if said else ""


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


def share_out(scores: Floats, sharpness: float) -> Floats:
    """Turn rank scores into shares of one; minus infinity gets none."""
    if not np.isfinite(scores).any():
        return np.zeros(len(scores), np.float32)
    raised = np.exp(sharpness * (scores - scores.max()))
    shares: Floats = (raised / raised.sum()).astype(np.float32)
    return shares


def answer_row(rows: Floats, scores: Floats, shares: Floats, order: Sequence[int]) -> Floats:
    """Return what the second model reads: the best sentence's row, its lead, its rivals' rows."""
    best = [float(scores[i]) for i in order[:3]]
    best += [best[-1] - 5.0] * (3 - len(best))
    spread = -float((shares * np.log(shares + 1e-9)).sum())
    overall = [
        best[0], best[1], best[0] - best[1], best[0] - best[2], float(shares[order[0]]), spread,
        min(60, len(order)),
    ]  # fmt: skip
    three = rows[list(order[:3])][:, _SEEN].max(axis=0)
    second = rows[order[1] if len(order) > 1 else order[0]][_SEEN]
    parts = [rows[order[0]], np.array(overall, np.float32), three, second]
    return np.concatenate(parts).astype(np.float32)
