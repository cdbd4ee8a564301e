"""Questions that almost have an answer: one word of a question changed for another's."""

from __future__ import annotations

import random

from assistant.question import Question
from assistant.tokens import Token
from index.skeleton import names


def swapped(question: Question, other: Question, chance: random.Random) -> str | None:
    """Return the question with one name, year or content word changed for one of the other's."""
    named = {(n.start, n.end) for n in names(question.text) if not n.text[0].isdigit()}
    own = {t.word for t in question.content}
    numbers = [t for t in question.content if t.kind == "number" and len(t.word) == 4]
    if numbers and chance.random() < 0.6:
        token = chance.choice(numbers)
        year = int(token.word) + chance.choice((-40, -21, -9, -4, -3, 2, 3, 5, 8, 17))
        return _put(question.text, token, str(year))
    mine = [t for t in question.content if t.kind == "word" and len(t.word) > 3]
    theirs = [
        t for t in other.content if t.kind == "word" and len(t.word) > 3 and t.word not in own
    ]
    capital = [t for t in mine if (t.start, t.end) in named]
    if capital and chance.random() < 0.6:
        mine = capital
        theirs = [t for t in theirs if other.text[t.start].isupper() or not question.text.isascii()]
    if not mine or not theirs:
        return None
    new = chance.choice(theirs)
    return _put(question.text, chance.choice(mine), other.text[new.start : new.end])


def _put(text: str, token: Token, word: str) -> str:
    return text[: token.start] + word + text[token.end :]
