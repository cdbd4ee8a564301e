"""Small corpora put together from parallel sentences that stand in the order of their articles.

The sentences become passages again, as long as those of an index. What is asked for is either one
sentence in another language, without some of its words, or a headline with its whole article. The
articles of the news sets begin with their headlines, the only sentences there without a full stop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index.split import TARGET
from index.train.holdout import Task
from index.train.pairs import Group

_ENDED = re.compile(r"[.!?…:;\"'”»)\]]\s*$")
_HEADLINE = range(20, 110)  # characters
_ARTICLE = range(8, 46)  # sentences
_KEPT = 0.6  # of the words of a sentence that is asked
_FEWEST = 4  # words of one

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Assembled:
    """Queries, the passages, each passage's document, and for each query the right passages."""

    name: str
    queries: tuple[str, ...]
    passages: tuple[str, ...]
    owners: tuple[int, ...]
    right: tuple[tuple[int, ...], ...]


def plain(task: Task) -> Assembled:
    """Turn a task of pairs into a corpus in which every passage is a document."""
    texts = tuple(dict.fromkeys(task.passages))
    places = {text: place for place, text in enumerate(texts)}
    right = tuple((places[text],) for text in task.passages)
    return Assembled(task.name, task.queries, texts, tuple(range(len(texts))), right)


def runs(group: Group, asked: str, size: int, seed: int = 0) -> Assembled:
    """Ask with a sentence in the language `asked` for the passage that holds its translation."""
    flip = group.languages[1] == asked
    sides = (group.right, group.left) if flip else (group.left, group.right)
    pairs = list(zip(*sides, strict=True))
    random = np.random.default_rng(seed)
    start = int(random.integers(max(1, len(pairs) - 20 * size)))
    passages, members = _passages(pairs[start : start + 20 * size])
    chosen = random.permutation(len(passages))[:size]
    rows = []
    for place in map(int, chosen):
        sentence = pairs[start + int(random.choice(members[place]))][0]
        if query := _thinned(sentence, random):
            rows.append((query, (place,)))
    owners = tuple(range(len(passages)))
    return _asked(f"{group.source} {asked} in passages", rows, tuple(passages), owners)


def headlines(
    group: Group, asked: int, found: int, size: int, seed: int = 0
) -> tuple[Assembled, Assembled]:
    """Ask with headlines for articles, and with sentences for passages of the same articles.

    `asked` and `found` say which side of the pairs to take, 0 or 1; they may be the same.
    """
    random = np.random.default_rng(seed)
    articles = list(_articles(group))
    chosen = [articles[n] for n in random.permutation(len(articles))[:size]]
    texts: list[str] = []
    owners: list[int] = []
    titles, sentences = [], []
    for number, (title, body) in enumerate(chosen):
        passages, members = _passages([(pair[asked], pair[found]) for pair in body])
        places = range(len(texts), len(texts) + len(passages))
        titles.append((title[asked], tuple(places)))
        place = int(random.integers(len(passages)))
        if query := _thinned(body[int(random.choice(members[place]))][asked], random):
            sentences.append((query, (places[place],)))
        texts.extend(passages)
        owners.extend([number] * len(passages))
    languages = f"{group.languages[asked]}-{group.languages[found]}"
    corpus = tuple(texts), tuple(owners)
    return (
        _asked(f"{group.source} {languages} headlines", titles, *corpus),
        _asked(f"{group.source} {languages} sentences", sentences, *corpus),
    )


def _asked(
    name: str,
    rows: Sequence[tuple[str, tuple[int, ...]]],
    passages: tuple[str, ...],
    owners: tuple[int, ...],
) -> Assembled:
    queries, right = zip(*rows, strict=True)
    return Assembled(name, queries, passages, owners, right)


def _articles(group: Group) -> Iterator[tuple[tuple[str, str], list[tuple[str, str]]]]:
    title: tuple[str, str] | None = None
    body: list[tuple[str, str]] = []
    for pair in [*zip(group.left, group.right, strict=True), ("", "")]:
        if any(_ENDED.search(text) for text in pair) or len(pair[0]) not in {*_HEADLINE, 0}:
            body.append(pair)
            continue
        if title is not None and len(body) in _ARTICLE:
            yield title, body
        title, body = pair, []


def _passages(pairs: Pairs) -> tuple[list[str], list[list[int]]]:
    """Join what is found into passages; with each come the places of its sentences."""
    passages: list[str] = []
    members: list[list[int]] = []
    for place, (_, sentence) in enumerate(pairs):
        if passages and len(passages[-1]) + len(sentence) < TARGET:
            passages[-1] += f" {sentence}"
            members[-1].append(place)
        else:
            passages.append(sentence)
            members.append([place])
    return passages, members


def _thinned(sentence: str, random: np.random.Generator) -> str:
    words = sentence.split()
    kept = [word for word in words if random.random() < _KEPT]
    return " ".join(kept) if len(kept) >= _FEWEST else ""
