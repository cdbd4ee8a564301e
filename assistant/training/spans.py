"""Examples from SQuAD-like data: the paragraph that answers among the nearest that don't."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import regex

from assistant.question import Question, read_question
from assistant.training.as_typed import typed, with_year
from assistant.training.examples import Example
from assistant.training.near_miss import swapped
from index.encoder import StaticEncoder
from index.fold import fold_text
from index.split import sentences

_NEIGHBOURS = 7
_CLAUSE = regex.compile(r"[,،;؛:–—]\s+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on a paragraph (by number), and the sentence that holds the marked answer.

    `at` is where the answer starts in that sentence.
    """

    text: str
    title: str
    paragraph: int
    sentence: int
    answer: str
    at: int


def span_examples(
    data: Path, encoder: StaticEncoder, chance: random.Random, limit: int | None
) -> Iterator[Example]:
    """Yield, for each question, one example that has the answer and one that doesn't."""
    for path in sorted((data / "train" / "qa_spans").glob("*.json.gz")):
        source = path.name.removesuffix(".json.gz")
        paragraphs, asked = _read(path)
        chance.shuffle(asked)
        asked = asked[:limit]
        vectors = encoder.encode(["\n".join(lines) for lines in paragraphs])
        queries = encoder.encode([one.text for one in asked], query=True)
        questions = [read_question(one.text) for one in asked]
        for number, one in enumerate(asked):
            blend = queries[number] + vectors[one.paragraph] * chance.choice((0.0, 0.5))
            near = [int(i) for i in np.argsort(-(vectors @ blend))[: _NEIGHBOURS + 1]]
            rest = [paragraphs[i] for i in near if i != one.paragraph][:_NEIGHBOURS]
            lines = [paragraphs[one.paragraph], *rest]
            other = chance.choice(questions)
            yield from _examples(source, number, one, lines, questions[number], other, chance)


def _examples(
    source: str, group: int, one: Asked, paragraphs: list[tuple[str, ...]], question: Question,
    other: Question, chance: random.Random,
) -> Iterator[Example]:  # fmt: skip
    own, rest = paragraphs[0], paragraphs[1:]
    title = one.title if chance.random() < 0.5 else ""
    answer = one.sentence
    if chance.random() < 0.25:
        own, answer = _cut(own, one)
    place = chance.randrange(len(rest) + 1)
    full = (*rest[:place], own, *rest[place:])
    mark = frozenset({(place, answer)})
    years = with_year(one.text, own[answer], chance) if chance.random() < 0.4 else None
    text = typed(years[0] if years else one.text, chance)
    yield Example(source, group, text, title, full, mark)
    changed = swapped(question, other, chance)
    if changed is not None:
        yield Example(source, group, typed(changed, chance), title, full, frozenset())
    spoiling = fold_text(one.answer)
    way = chance.random()
    if years is not None and way < 0.7:
        yield Example(source, group, typed(years[1], chance), title, full, frozenset())
    elif way < 0.4:
        left = tuple(s for s in own if spoiling not in fold_text(s))
        if left:
            less = (*full[:place], left, *full[place + 1 :])
            yield Example(source, group, text, title, less, frozenset(), 0.7)
    elif way > 0.6:
        kept = tuple(lines for lines in rest if spoiling not in fold_text(" ".join(lines)))
        if kept:
            yield Example(source, group, text, "", kept, frozenset())


def _cut(lines: tuple[str, ...], one: Asked) -> tuple[tuple[str, ...], int]:
    """Cut the answer's sentence before its clause: news often goes on with "It was ..."."""
    line = lines[one.sentence]
    breaks = [m for m in _CLAUSE.finditer(line) if m.start() >= 25 and m.end() <= one.at]
    if not breaks or len(line) - breaks[-1].end() < 20:
        return lines, one.sentence
    first, second = line[: breaks[-1].start()] + ".", line[breaks[-1].end() :]
    return (*lines[: one.sentence], first, second, *lines[one.sentence + 1 :]), one.sentence + 1


def _read(path: Path) -> tuple[list[tuple[str, ...]], list[Asked]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    paragraphs: list[tuple[str, ...]] = []
    asked = []
    for article in articles:
        for paragraph in article["paragraphs"]:
            context = paragraph["context"]
            spans = sentences(context)
            if not spans:
                continue
            paragraphs.append(tuple(span.of(context) for span in spans))
            for qa in paragraph["qas"]:
                at = qa["answers"][0]["answer_start"] if qa["answers"] else -1
                held = [i for i, span in enumerate(spans) if span.start <= at < span.end]
                text = " ".join(qa["question"].strip(" -").split())
                if held and len(text) > 5:
                    inside = at - spans[held[0]].start
                    answer = qa["answers"][0]["text"]
                    number = len(paragraphs) - 1
                    asked.append(Asked(text, article["title"], number, held[0], answer, inside))
    return paragraphs, asked
