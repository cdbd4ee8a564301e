"""Questions spelled in another way that means the same: what folding is there to see through."""

from __future__ import annotations

import regex

_TO_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_ALEFS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا"})
_LETTER = regex.compile(r"(?<=\p{L})([بتجدرسفقكلمن])(?=\p{L})")


def respelled(text: str) -> str:
    """Write Arabic with vowel marks, without hamza, in its own digits; other scripts in capitals.

    >>> respelled("С 2015 года"), respelled("أكبر عام 2015")
    ('С 2015 ГОДА', 'اكَبَر عام ٢٠١٥')
    """
    if not regex.search(r"\p{Script=Arabic}", text):
        return text.upper()
    return str(_LETTER.sub("\\1\u064e", text.translate(_ALEFS))).translate(_TO_ARABIC_DIGITS)
