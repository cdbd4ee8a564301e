"""What a sentence holds that could be an answer: figures, dates, names, a list, a cause."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import regex

from assistant.dates import SOME_DAY, Date, Relative, dates, relative_times
from assistant.figures import Figure, figures
from assistant.question import Question
from assistant.tokens import Phrase, tokens
from assistant.vocabulary import phrase_book
from index.skeleton import Name, names
from index.transliterate import script

_JOIN = regex.compile(r"[,،;؛、]|\s(?:and|or|и|или|және|мен|бен|пен)\s|\s(?=و(?:ال)?\p{Arabic}{3})")


@dataclass(frozen=True, slots=True)
class Present:
    """The possible answers in one sentence. `listed` counts the joints of an enumeration."""

    figures: tuple[Figure, ...]
    dates: tuple[Date, ...]
    relative: tuple[Relative, ...]
    names: tuple[Name, ...]
    listed: int
    cause: bool
    speech: tuple[Phrase, ...]

    @property
    def years(self) -> frozenset[int]:
        """Return the years that the sentence names."""
        return frozenset(d.year for d in self.dates if d.year is not None)

    @property
    def times(self) -> frozenset[tuple[int, int]]:
        """Return the relative times of the sentence as years from and to, of mid 2000."""
        return frozenset((r.first.year, r.last.year) for r in self.relative)

    def names_beyond(self, question: Question) -> int:
        """Count the names that the question doesn't already hold."""
        own = {token.word for token in tokens(question.text)}
        return sum(
            name.text.lower() not in own and not name.text[0].isdigit() for name in self.names
        )


@lru_cache(maxsize=8192)
def present(text: str) -> Present:
    """Read what a sentence holds."""
    found = tokens(text)
    years = {d.start for d in dates(text)}
    marks = phrase_book("questions", "markers").all(found)
    return Present(
        tuple(
            f
            for f in figures(text)
            if (f.start not in years or not f.is_year)
            # "the five states": a number with the article counts nothing new
            and not (f.spelled and text.startswith("ال", f.start))
        ),
        dates(text),
        relative_times(text, SOME_DAY),
        _capitalised(text),
        len(_JOIN.findall(text)),
        any(mark.key == "why" for mark in marks),
        tuple(mark for mark in marks if mark.key == "said"),
    )


def _capitalised(text: str) -> tuple[Name, ...]:
    """Return words that may be names; the first word of a sentence proves nothing."""
    found = names(text)
    if script(text) == "arabic":
        return found
    first = next(iter(tokens(text)), None)
    return tuple(n for n in found if first is None or n.start != first.start)
