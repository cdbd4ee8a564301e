"""Questions as people type them, and with a year that the answer must agree with."""

from __future__ import annotations

import random

from assistant.dates import dates
from assistant.question import language_of
from assistant.vocabulary import word_lists

_OTHER_YEARS = (-31, -17, -9, -5, -3, -2, 2, 3, 4, 6, 11)


def typed(question: str, chance: random.Random) -> str:
    """Return a question as it was, or now and then in small letters, unmarked, mistyped."""
    if chance.random() < 0.15:
        question = question.rstrip(" ?؟")
    if chance.random() < 0.12:
        question = question.lower()
    if chance.random() < 0.1:
        place = chance.randrange(1, max(2, len(question) - 1))
        if chance.random() < 0.5:
            question = question[:place] + question[place + 1 :]
        else:
            swap = question[place : place + 2][::-1]
            question = question[:place] + swap + question[place + 2 :]
    return question


def with_year(question: str, sentence: str, chance: random.Random) -> tuple[str, str] | None:
    """Return the question with a year of its answer's sentence, and with a wrong year.

    None where the sentence names no year, or the question names one already.
    """
    years = [d.year for d in dates(sentence) if d.year is not None and d.year > 1500]
    if not years or dates(question):
        return None
    year = chance.choice(years)
    wrong = year + chance.choice(_OTHER_YEARS)
    if wrong in years:
        return None
    template: str = word_lists("training")["in_year"][language_of(question)]
    bare = question.rstrip(" ?؟")
    return (
        f"{bare} {template.format(year=year)}?",
        f"{bare} {template.format(year=wrong)}?",
    )
