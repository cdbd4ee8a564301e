"""Figures in a text: the value with its magnitude, and the unit, in four languages.

``4.2 مليار دولار`` = ``$4.2 billion`` = ``4,2 млрд долларов``; ``٤٧٪`` = ``47%``. Nothing is
rounded: two figures are the same when value and unit are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import regex

from assistant.tokens import Phrase, Token, bare, tokens
from assistant.vocabulary import phrase_book

_DUAL = {"ملياري", "مليارين", "مليوني", "مليونين"}
_GLUED = {"bn": "1000000000", "m": "1000000", "k": "1000", "tn": "1000000000000"}
_QUALIFIED = {"USD", "t", "m3"}  # "US dollars", "metric tons", "cubic metres"
_PART_OF_NAME = regex.compile(r"(?:\p{L}[-‑–]?|\d\+)$")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it stands (`start` to `end`, unit included), its value and canonical unit.

    `spelled` is True where the number is written as a word.
    """

    start: int
    end: int
    value: Decimal
    unit: str
    spelled: bool = False

    @property
    def is_year(self) -> bool:
        """Tell whether it may be a year: a bare whole number of four digits."""
        return not self.unit and not self.spelled and self.value in range(1000, 2101)

    def same(self, other: Figure) -> bool:
        """Compare value and unit; a figure without a unit agrees with any unit."""
        agree = self.unit == other.unit or not self.unit or not other.unit
        return self.value == other.value and agree


@lru_cache(maxsize=4096)
def figures(text: str) -> tuple[Figure, ...]:
    """Return the figures of a text, in order; digits inside names (``C5+1``) are none.

    >>> [(str(f.value), f.unit) for f in figures("about $4.2 billion, or 47%")]
    [('4200000000.0', 'USD'), ('47', '%')]
    """
    found = tokens(text)
    result = []
    place = 0
    while place < len(found):
        read = _number(text, found, place)
        if read is None:
            place += 1
            continue
        value, after, spelled = read
        figure, place = _with_unit(found, place, after, value, spelled)
        result.append(figure)
    return tuple(result)


def _number(text: str, found: Sequence[Token], place: int) -> tuple[Decimal, int, bool] | None:
    """Read the number at a token: its value with magnitude, the token after it, spelled or not."""
    token = found[place]
    if token.kind == "number":
        if _PART_OF_NAME.search(text[max(0, token.start - 3) : token.start]) and _glued_left(
            text, token
        ):
            return None
        if text[token.end : token.end + 1] == "+" and text[token.end + 1 : token.end + 2].isdigit():
            return None
        value, after, spelled = parse_number(token.word), place + 1, False
    else:
        words = _spelled(found, place)
        if words is None:
            return _lone_magnitude(found, place)
        value, after, spelled = *words, True
    return *_magnified(found, token, value, after), spelled


def _glued_left(text: str, token: Token) -> bool:
    """Tell a digit of a name (C5, A-320) from Arabic's glued prepositions and joins."""
    before = text[max(0, token.start - 1) : token.start]
    return before.isascii() or before in "‑–" or not _is_arabic(before)


def _is_arabic(char: str) -> bool:
    return "\u0600" <= char <= "\u06ff"


def _magnified(
    found: Sequence[Token], token: Token, value: Decimal, after: int
) -> tuple[Decimal, int]:
    book = phrase_book("figures", "magnitudes")
    while after < len(found):
        following = found[after]
        if following.start == found[after - 1].end and following.word in _GLUED:
            return value * Decimal(_GLUED[following.word]), after + 1
        phrase = book.at(found, after)
        if phrase is None or following.start - found[after - 1].end > 2:
            break
        value, after = value * Decimal(phrase.key), phrase.after
    return value, after


def _lone_magnitude(found: Sequence[Token], place: int) -> tuple[Decimal, int, bool] | None:
    """Read "a billion dollars" and the Arabic dual, where no number stands before."""
    phrase = phrase_book("figures", "magnitudes").at(found, place)
    if phrase is None:
        return None
    if bare(found[place].word) in _DUAL:
        return Decimal(2) * Decimal(phrase.key), phrase.after, True
    unit = _unit(found, phrase.after)
    if unit and unit.key in {"USD", "EUR", "GBP", "KZT", "RUB", "CNY", "t", "bbl"}:
        return Decimal(phrase.key), phrase.after, True
    return None


def _spelled(found: Sequence[Token], place: int) -> tuple[Decimal, int] | None:
    """Read number words: "twenty five", خمسة وعشرين, "seven hundred"."""
    book = phrase_book("figures", "numbers")
    first = book.at(found, place)
    if first is None:
        return None
    value, after = Decimal(first.key), first.after
    second = book.at(found, after) if after < len(found) else None
    if second is not None and found[after].start - found[after - 1].end <= 1:
        more = Decimal(second.key)
        joined = found[after].word.startswith("و")
        tens_units = value in range(20, 100) and more < 10 and not joined
        if tens_units or (joined and value < 10 and more in range(20, 100)):
            return value + more, second.after
        if more == 100 and value < 10:
            return value * more, second.after
    return value, after


def _unit(found: Sequence[Token], place: int) -> Phrase | None:
    if place >= len(found):
        return None
    return phrase_book("figures", "units").at(found, place)


def _with_unit(
    found: Sequence[Token], place: int, after: int, value: Decimal, spelled: bool
) -> tuple[Figure, int]:
    """Attach the unit that follows (one adjective may stand between), or a sign before."""
    start, end = found[place].start, found[after - 1].end
    unit = _unit(found, after)
    if unit is None and after + 1 < len(found) and found[after].start - end <= 1:
        unit = _unit(found, after + 1)
        if unit is not None and (unit.key not in _QUALIFIED or unit.start - found[after].end > 1):
            unit = None
    if unit is not None and unit.key == "year" and not spelled and value in range(1000, 2101):
        unit = None  # "2024 года" is a year, not a count of years
    if unit is not None and unit.start - found[unit.first - 1].end <= 3:
        return Figure(start, unit.end, value, unit.key, spelled), unit.after
    before = _unit(found, place - 1) if place else None
    if before is not None and before.after == place and len(before.key) == 3:
        return Figure(before.start, end, value, before.key, spelled), after
    return Figure(start, end, value, "", spelled), after


def parse_number(written: str) -> Decimal:
    """Return the value of digits in any of the three forms, with either decimal sign.

    >>> [str(parse_number(n)) for n in ("4,2", "٤٫٢", "1,234,567", "1 234", "2.500.000")]
    ['4.2', '4.2', '1234567', '1234', '2500000']
    """
    digits = "".join(str(int(c)) if c.isdigit() else c for c in written)
    digits = regex.sub(r"[ \u00a0\u202f٬]", "", digits).replace("٫", ".")
    marks = regex.findall(r"[.,]", digits)
    if len(marks) > 1 and len(set(marks)) == 1:
        digits = regex.sub(r"[.,]", "", digits)  # 1,234,567: only thousands repeat their mark
    elif len(marks) > 1:
        digits = regex.sub(r"[.,](?=.*[.,])", "", digits)
    elif regex.fullmatch(r"[1-9]\d{0,2},\d{3}", digits):
        digits = digits.replace(",", "")
    return Decimal(digits.replace(",", "."))
