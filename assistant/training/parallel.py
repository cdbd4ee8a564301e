"""Examples across languages from parallel texts: a question made of a sentence's translation.

No question-answering data across our languages is free of the evaluation sets, so the question
is made: some content words of the translation, in order, behind a question word; the figure or
name that would be the answer is left out. Rougher than a real question, but really translated.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path

from assistant.question import read_question
from assistant.training.as_typed import typed
from assistant.training.examples import Example
from assistant.vocabulary import word_lists

# consecutive lines of the same documents, and languages both ways
_SOURCES = ("ud_pud", "tico19", "nextstrain_sitrep", "wmt_newstest", "sdg_translations", "udhr")
_WINDOW = 12
_EACH = 18
_OPENINGS = {
    "number": {"ar": "كم", "en": "How many", "ru": "Сколько", "kk": "Қанша"},
    "year": {"ar": "متى", "en": "When", "ru": "Когда", "kk": "Қашан"},
    "name": {"ar": "من", "en": "Who", "ru": "Кто", "kk": "Кім"},
    "other": {"ar": "ماذا", "en": "What", "ru": "Что", "kk": "Не"},
}


def parallel_examples(data: Path, chance: random.Random, limit: int | None) -> Iterator[Example]:
    """Yield examples for every language pair of the parallel sources, both ways."""
    group = 0
    for source in _SOURCES:
        path = data / "train" / "open" / f"{source}.jsonl.gz"
        if not path.exists():
            continue
        pairs: dict[tuple[str, str], list[tuple[str, str]]] = {}
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                pairs.setdefault((row["la"], row["lb"]), []).append((row["a"], row["b"]))
                pairs.setdefault((row["lb"], row["la"]), []).append((row["b"], row["a"]))
        for (asker, writer), lines in sorted(pairs.items()):
            places = [i for i, (_, theirs) in enumerate(lines) if 40 < len(theirs) < 500]
            chance.shuffle(places)
            for place in places[: min(_EACH, limit or _EACH)]:
                group += 1
                yield from _around(f"parallel_{asker}_{writer}", group, lines, place, asker, chance)


def _around(
    source: str, group: int, lines: list[tuple[str, str]], place: int, asker: str,
    chance: random.Random,
) -> Iterator[Example]:  # fmt: skip
    question = made_question(lines[place][0], asker, chance)
    if question is None:
        return
    first = max(0, place - chance.randrange(1, _WINDOW))
    window = [theirs for _, theirs in lines[first : first + _WINDOW]]
    size = chance.choice((1, 2, 3, 4))
    paragraphs = tuple(tuple(window[i : i + size]) for i in range(0, len(window), size))
    at = place - first
    mark = frozenset({(at // size, at % size)})
    question = typed(question, chance)
    yield Example(source, group, question, "", paragraphs, mark, 0.5)
    if chance.random() < 0.5:
        kept = [line for i, line in enumerate(window) if i != at]
        less = tuple(tuple(kept[i : i + size]) for i in range(0, len(kept), size))
        if less:
            yield Example(source, group, question, "", less, frozenset(), 0.5)
        return
    other = made_question(chance.choice(lines)[0], asker, chance)
    mixed = mix(question, other, chance) if other else None
    if mixed is not None:
        yield Example(source, group, mixed, "", paragraphs, frozenset(), 0.5)


def made_question(sentence: str, language: str, chance: random.Random) -> str | None:
    """Return a question that the sentence might answer, None for a sentence with too few words."""
    content = list(read_question(sentence).content)
    kind = "other"
    numbers = [t for t in content if t.kind == "number"]
    capitals = [t for t in content[1:] if sentence[t.start].isupper()]
    if numbers and chance.random() < 0.7:
        answer = chance.choice(numbers)
        kind = "year" if len(answer.word) == 4 else "number"
    elif capitals and chance.random() < 0.5:
        answer, kind = chance.choice(capitals), "name"
    elif content:
        answer = chance.choice(content)
    content = [t for t in content if t.start != answer.start] if content else []
    if len(content) < 3:
        return None
    share = chance.uniform(0.3, 0.7)
    kept = [t for t in content if chance.random() < share] or content[:3]
    if len(kept) < 2:
        kept = content[:3]
    kept = kept[:9]
    words = [sentence[t.start : t.end] for t in kept]
    extra = _generic(language)
    if chance.random() < 0.4:
        words.insert(chance.randrange(len(words)), chance.choice(extra))
    return f"{_OPENINGS[kind][language]} {' '.join(words)}?"


def mix(question: str, other: str, chance: random.Random) -> str | None:
    """Return a question with a third of its words taken from another."""
    words, theirs = question.rstrip("?").split(), other.rstrip("?").split()[1:]
    if len(words) < 4 or not theirs:
        return None
    for _ in range(max(1, (len(words) - 1) // 3)):
        words[chance.randrange(1, len(words))] = chance.choice(theirs)
    return " ".join(words) + "?"


def _generic(language: str) -> list[str]:
    """Return words that people put into questions and articles don't repeat."""
    stop: list[str] = word_lists("training")["generic"][language]
    return stop
