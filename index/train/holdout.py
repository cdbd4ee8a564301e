"""A slice of the training data kept aside, to choose between recipes without the test sets."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.train.pairs import Group

# (source, kind, query language, passage language, how many): parallel sentences for each way into
# Arabic, Kazakh also by way of its neighbours, and questions or terms with the text that answers.
_WANTED = (
    ("tico19", "parallel", "en", "ar", 400),
    ("tico19", "parallel", "ru", "ar", 400),
    ("nextstrain_sitrep", "parallel", "en", "ar", 150),
    ("sdg_translations", "parallel", "kk", "ar", 150),
    ("pkp_journals", "parallel", "kk", "ar", 250),
    ("apertium_kaz_rus_corpus", "parallel", "kk", "ru", 300),
    ("wmt_newstest", "parallel", "kk", "en", 200),
    ("arabterm_definitions", "title", "en", "ar", 400),
    ("antnews", "title", "ar", "ar", 400),
    ("tydiqa_en_train", "qa", "en", "en", 300),
    ("tydiqa_ru_dev", "qa", "ru", "ru", 200),
)
_SHORTEST = 40


@dataclass(frozen=True, slots=True)
class Task:
    """Queries, their passages in the same order, and what they were taken from."""

    name: str
    queries: tuple[str, ...]
    passages: tuple[str, ...]


def hold_out(groups: Sequence[Group], seed: int = 0) -> tuple[list[Group], list[Task]]:
    """Take the tasks out of the groups, with every other pair that shares a text with them."""
    random = np.random.default_rng(seed)
    tasks: list[Task] = []
    kept_aside: set[str] = set()
    for source, kind, asked, found, size in _WANTED:
        for group in groups:
            if (group.source, group.kind) != (source, kind):
                continue
            if group.languages == (asked, found):
                pairs = list(zip(group.left, group.right, strict=True))
            elif group.languages == (found, asked):
                pairs = list(zip(group.right, group.left, strict=True))
            else:
                continue
            long = [pair for pair in pairs if len(pair[1]) >= _SHORTEST]
            unique = list({pair[1]: pair for pair in long}.values())
            chosen = random.permutation(len(unique))[: min(size, len(unique) // 2)]
            queries, passages = zip(*(unique[n] for n in chosen), strict=True)
            tasks.append(Task(f"{source} {asked}-{found}", queries, passages))
            kept_aside.update(queries, passages)
    for _ in range(2):  # the same sentence in the other languages
        kept_aside |= {
            text
            for group in groups
            if group.kind == "parallel"
            for pair in zip(group.left, group.right, strict=True)
            if not kept_aside.isdisjoint(pair)
            for text in pair
            if len(text) >= _SHORTEST
        }
    return [_without(group, kept_aside) for group in groups], tasks


def read_questions(path: Path) -> Task:
    """Read a SQuAD-like file of questions: each with its paragraph among all the paragraphs."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    rows = [
        (qa["question"], paragraph["context"])
        for article in articles
        for paragraph in article["paragraphs"]
        for qa in paragraph["qas"]
    ]
    queries, passages = zip(*rows, strict=True)
    return Task(path.name.removesuffix(".json.gz"), queries, passages)


def _without(group: Group, texts: set[str]) -> Group:
    keep = [
        n
        for n, pair in enumerate(zip(group.left, group.right, strict=True))
        if texts.isdisjoint(pair)
    ]
    if len(keep) == len(group):
        return group
    return replace(
        group,
        left=tuple(group.left[n] for n in keep),
        right=tuple(group.right[n] for n in keep),
    )
