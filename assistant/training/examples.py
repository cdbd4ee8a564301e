"""An example to learn from: a question, the sentences of a made-up article, and which answer."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.article import Article, Sentence
from assistant.features import features
from assistant.matching import WordMatcher
from assistant.question import read_question
from assistant.reader import Candidate, view
from index.encoder import StaticEncoder
from index.schema import Document

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Example:
    """`paragraphs` are lists of sentences; `answers` their places (paragraph, sentence)."""

    source: str
    group: int
    question: str
    title: str
    paragraphs: tuple[tuple[str, ...], ...]
    answers: frozenset[tuple[int, int]]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Rows:
    """The features of one example's sentences, and which of them answer."""

    source: str
    group: int
    rows: NDArray[np.float32]
    labels: NDArray[np.float32]
    weight: float


def rows_of(examples: Sequence[Example], encoder: StaticEncoder) -> list[Rows]:
    """Compute the features of all examples, as the reader does when it answers."""
    matcher = WordMatcher(encoder)
    result = []
    for number, example in enumerate(examples):
        if number % 2000 == 0:
            log.info("features of example %d of %d", number, len(examples))
        article = _article(example)
        candidates = [Candidate(sentence, article) for sentence in article.sentences]
        seen = [one for candidate in candidates if (one := view(candidate, ""))]
        rows, _, _ = features(read_question(example.question), seen, matcher)
        labels = [(s.paragraph, s.place) in example.answers for s in article.sentences]
        result.append(
            Rows(example.source, example.group, rows, np.array(labels, np.float32), example.weight)
        )
    return result


def _article(example: Example) -> Article:
    sentences, at = [], 0
    for number, lines in enumerate(example.paragraphs):
        for place, line in enumerate(lines):
            sentences.append(Sentence("", at, at + len(line), line, "", number, place))
            at += len(line) + 1
    document = Document("", example.title, "", "")
    return Article(document, (), tuple(sentences))
