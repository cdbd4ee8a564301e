"""Does a sentence hold the kind of thing that was asked for? "How many" needs a number."""

from __future__ import annotations

from functools import lru_cache

from assistant.answer_kind import Present, present
from assistant.asking import Kind
from assistant.concepts import is_place, named
from assistant.question import Question
from assistant.tokens import tokens
from assistant.vocabulary import phrase_book

_MONEY = {"USD", "EUR", "GBP", "KZT", "RUB", "CNY", "AED", "SAR"}


def fits(question: Question, text: str) -> bool | None:
    """Tell whether a text holds the kind of answer; None where the kind can't be checked."""
    held = present(text)
    if question.kind is Kind.QUANTITY:
        return _has_figure(question, held)
    if question.kind is Kind.SHARE:
        own = {figure.value for figure in question.figures}
        return any(f.unit == "%" and f.value not in own for f in held.figures)
    if question.kind is Kind.WHEN:
        years = {d.year for d in question.years}
        return any(d.year not in years or d.month for d in held.dates)
    if question.kind is Kind.WHERE:
        return not _places(text) <= {token.word for token in tokens(question.text)}
    return None


def _has_figure(question: Question, held: Present) -> bool:
    own = {figure.value for figure in question.figures}
    found = [f for f in held.figures if f.value not in own and not f.is_year]
    if _asks_money(question):
        return any(figure.unit in _MONEY for figure in found)
    return bool(found)


def _asks_money(question: Question) -> bool:
    return bool(phrase_book("questions", "money").all(tokens(question.text)))


@lru_cache(maxsize=1 << 13)
def _places(text: str) -> frozenset[str]:
    return frozenset(
        token.word for token in tokens(text) if is_place(named(text[token.start : token.end]))
    )
