"""How well speakers are told, against speakers that were read by hand (tests/data/said.json).

Of each article the sentences that someone says are listed by their first words; every other
sentence is the article's own. "?" before a name: an editor might give the sentence to that speaker
or to nobody, so neither counts. "|" parts speakers of whom either is right.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from assistant.article import Sentence, read_article
from assistant.attribution import speakers
from assistant.tokens import tokens
from assistant.training.news import NEWS
from index.corpus import read_document
from index.transliterate import script

READ_BY_HAND = json.loads(Path(__file__).with_name("data").joinpath("said.json").read_text("utf-8"))
_OF_NO_NAME = {"the", "a", "an"}
_ENDING = 3  # letters of a Cyrillic case


@dataclass(frozen=True)
class Measured:
    """Counts over sentences, and a line for each that went wrong."""

    right: int
    wrong: int
    missed: int
    faults: tuple[str, ...]

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


def measured(half: str, language: str | None = None) -> Measured:
    """Compare the speakers of the articles of one half, of one language or all."""
    right = wrong = missed = 0
    faults = []
    for slug, rows in READ_BY_HAND[half].items():
        article = read_article(read_document(NEWS / slug))
        if language not in {None, article.document.language}:
            continue
        found = speakers(article)
        for line in article.sentences:
            told = found[line.start].name if line.start in found else None
            held = _held(rows, line)
            if told is None and (held is None or held.startswith("?")):
                continue
            if told is not None and held is not None and _one(told, held):
                right += not held.startswith("?")
                continue
            wrong += told is not None
            missed += held is not None and not held.startswith("?")
            faults.append(f"{slug}: {told} for {held}: {line.text[:110]}")
    return Measured(right, wrong, missed, tuple(faults))


def _held(rows: dict[str, str], line: Sentence) -> str | None:
    return next((name for start, name in rows.items() if line.text.startswith(start)), None)


def _one(told: str, held: str) -> bool:
    """Tell whether every word of a name as told is one of a name as held, case endings aside."""
    words = [token.word for token in tokens(told) if token.word not in _OF_NO_NAME]
    names = [[token.word for token in tokens(name)] for name in held.lstrip("?").split("|")]
    return any(all(any(_same(w, n) for n in name) for w in words) for name in names)


def _same(a: str, b: str) -> bool:
    if script(a) != "cyrillic":
        return a == b
    stem = max(3, min(len(a), len(b)) - _ENDING)
    return a[:stem] == b[:stem] and abs(len(a) - len(b)) <= _ENDING
