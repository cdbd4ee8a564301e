"""An example to learn from: a question, the sentences of a made-up article, and which answer."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.article import Article, Sentence
from assistant.candidates import Candidate, is_statement
from assistant.features import features
from assistant.matching import WordMatcher
from assistant.question import Question, read_question
from assistant.reader import view
from assistant.training.news import Asked
from index.encoder import StaticEncoder
from index.schema import Block, Document

log = logging.getLogger(__name__)
# what a question counts for when the answer is decided on; a spoiled one may still be answered
_DECIDES = {"written": 1.0, "elsewhere": 0.5, "spoiled": 0.5}
_PUBLIC, _PUBLIC_DECIDES = 0.3, 0.3


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
    """The features of one question's statements, and which of them answer.

    `group` names what must not be split between learning and checking; `natural` is a question as
    a person wrote it for the article, `answerable` whether the article answers it. `weight` is what
    it counts for in ranking sentences, `decides` in deciding whether to answer.
    """

    source: str
    group: str
    language: str
    rows: NDArray[np.float32]
    labels: NDArray[np.float32]
    weight: float
    decides: float
    answerable: bool
    natural: bool


def rows_of_public(examples: Sequence[Example], encoder: StaticEncoder) -> Iterable[Rows]:
    """Compute the features of examples from public data, as the reader does when it answers."""
    matcher = WordMatcher(encoder)
    for number, example in enumerate(examples):
        if number % 1000 == 0:
            log.info("features of public example %d of %d", number, len(examples))
        article = _article(example)
        candidates = [Candidate(sentence, article) for sentence in article.sentences]
        answers = [(s.paragraph, s.place) in example.answers for s in article.sentences]
        group = f"{example.source}/{example.group}"
        yield from _rows(
            example.source, group, read_question(example.question), candidates, answers, matcher,
            _PUBLIC * example.weight, _PUBLIC_DECIDES, bool(example.answers), False,
        )  # fmt: skip


def rows_of_news(asked: Iterable[Asked], encoder: StaticEncoder) -> Iterable[Rows]:
    """Compute the features of questions on the made-up news."""
    matcher = WordMatcher(encoder)
    for number, one in enumerate(asked):
        if number % 1000 == 0:
            log.info("features of question %d on the news", number)
        yield from _rows(
            "news", one.article, one.question, one.candidates, one.answers, matcher,
            1.0, _DECIDES[one.origin], one.answerable, one.origin == "written",
        )  # fmt: skip


def _rows(
    source: str, group: str, question: Question, candidates: Sequence[Candidate],
    answers: Sequence[bool], matcher: WordMatcher, weight: float, decides: float,
    answerable: bool, natural: bool,
) -> Iterable[Rows]:  # fmt: skip
    seen = [one for candidate in candidates if (one := view(candidate, ""))]
    stated = np.array([is_statement(candidate.sentence) for candidate in candidates], bool)
    if not stated.any():
        return
    rows, _, _ = features(question, seen, matcher)
    labels = np.array(answers, np.float32)[stated]
    yield Rows(
        source, group, question.language, rows[stated], labels, weight, decides, answerable, natural
    )  # fmt: skip


def _article(example: Example) -> Article:
    sentences, blocks, at = [], [], 0
    for number, lines in enumerate(example.paragraphs):
        blocks.append(Block(at, at + len(" ".join(lines)), ""))
        for place, line in enumerate(lines):
            sentences.append(Sentence("", at, at + len(line), line, "", number, place))
            at += len(line) + 1
    document = Document("", example.title, "", "")
    return Article(document, tuple(blocks), tuple(sentences))
