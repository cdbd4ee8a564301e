"""Examples from SQuAD-like data: the paragraph that answers among the nearest that don't."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.question import read_question
from assistant.training.examples import Example
from assistant.training.near_miss import swapped
from index.encoder import StaticEncoder
from index.fold import fold_text
from index.split import sentences

_NEIGHBOURS = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on a paragraph (by number), and the sentences that hold the marked answer."""

    text: str
    title: str
    paragraph: int
    answers: frozenset[int]
    answer: str


def span_examples(
    data: Path, encoder: StaticEncoder, chance: random.Random, limit: int | None
) -> Iterator[Example]:
    """Yield, for each question, one example that has the answer and one or two that don't."""
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
            others = [i for i in near if i != one.paragraph][:_NEIGHBOURS]
            spoiling = fold_text(one.answer)
            rest = [paragraphs[i] for i in others]
            title = one.title if chance.random() < 0.5 else ""
            place = chance.randrange(len(rest) + 1)
            full = [*rest[:place], paragraphs[one.paragraph], *rest[place:]]
            marks = frozenset((place, sentence) for sentence in one.answers)
            yield Example(source, number, one.text, title, tuple(full), marks)
            way = chance.random()
            if way < 0.4:
                cut = tuple(s for s in full[place] if spoiling not in fold_text(s))
                if cut:
                    less = (*full[:place], cut, *full[place + 1 :])
                    yield Example(source, number, one.text, title, less, frozenset(), 0.7)
            elif way < 0.8:
                text = swapped(questions[number], chance.choice(questions), chance)
                if text is not None:
                    yield Example(source, number, text, title, tuple(full), frozenset())
            else:
                kept = [lines for lines in rest if spoiling not in fold_text(" ".join(lines))]
                if kept:
                    yield Example(source, number, one.text, "", tuple(kept), frozenset())


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
                held = frozenset(i for i, span in enumerate(spans) if span.start <= at < span.end)
                text = " ".join(qa["question"].strip(" -").split())
                if held and len(text) > 5:
                    answer = qa["answers"][0]["text"]
                    asked.append(Asked(text, article["title"], len(paragraphs) - 1, held, answer))
    return paragraphs, asked
