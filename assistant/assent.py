"""An opening "Yes," or "You are right": a model's agreement, which no source can bear out."""

from __future__ import annotations

import regex

from assistant.tokens import tokens
from assistant.vocabulary import phrase_book

_AFTER_ASSENT = regex.compile(r"\s*(?:[,،.!:;؛]|\s[—–-])\s+(?=[\p{L}\p{Nd}«“\"])")


def without_assent(text: str) -> str | None:
    """Take an opening "Yes," or "No," off, which no source can bear out; None if all is assent.

    >>> without_assent("Yes, trade grew."), without_assent("You are right that trade grew.")
    ('Trade grew.', None)
    """
    found = tokens(text)
    phrase = phrase_book("speech", "assent").at(found, 0) if found else None
    if phrase is None:
        return text
    rest = _AFTER_ASSENT.match(text, phrase.end)
    if rest is not None:
        told = text[rest.end() :]
        return without_assent(told[0].upper() + told[1:])
    single = phrase.after - phrase.first == 1  # "No company …" is no answer to a yes-or-no question
    return text if single and phrase.after < len(found) else None
