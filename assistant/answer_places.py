"""Where in a sentence the kind of thing stands that was asked for: figure, date, name, place."""

from __future__ import annotations

from functools import lru_cache

from assistant.answer_kind import Present, present
from assistant.concepts import is_place, named
from assistant.mentions import mentions
from assistant.question import Kind, Question
from assistant.tokens import tokens

Range = tuple[int, int]


def answer_places(question: Question, text: str) -> list[Range]:
    """Return the ranges; what the question names itself is no answer."""
    held = present(text)
    if question.kind in (Kind.WHEN, Kind.QUANTITY, Kind.SHARE):
        return measured(question, held)
    own = {token.word for token in tokens(question.text)}
    if question.kind is Kind.WHERE:
        return [span for word, span in _places(text) if word not in own]
    if question.kind is Kind.WHO:
        said = [span for name, span in _speakers(text) if name not in question.text]
        return said or [(n.start, n.end) for n in held.names if n.text.lower() not in own]
    return []


def measured(question: Question, held: Present) -> list[Range]:
    """Return where the figures or dates stand that the question doesn't name itself."""
    if question.kind is Kind.WHEN:
        years = {d.year for d in question.years}
        spans = [(d.start, d.end) for d in held.dates if d.year not in years or d.month]
        return spans + [(r.start, r.end) for r in held.relative]
    own = {figure.value for figure in question.figures}
    share = question.kind is Kind.SHARE
    return [
        (f.start, f.end)
        for f in held.figures
        if f.value not in own and (not share or f.unit == "%")
    ]


@lru_cache(maxsize=1 << 13)
def _places(text: str) -> tuple[tuple[str, Range], ...]:
    return tuple(
        (token.word, (token.start, token.end))
        for token in tokens(text)
        if is_place(named(text[token.start : token.end]))
    )


@lru_cache(maxsize=1 << 13)
def _speakers(text: str) -> tuple[tuple[str, Range], ...]:
    found = [(m.name, text.find(m.name)) for m in mentions(text) if m.name and not m.generic]
    return tuple((name, (at, at + len(name))) for name, at in found if at >= 0)
