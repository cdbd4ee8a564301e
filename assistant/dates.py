"""Dates and years in a text, and the years that "today" and "last year" mean.

Month names of the four languages, Levantine and Maghrebi ones among them, are one:
``نوفمبر`` = ``تشرين الثاني`` = ``November`` = ``ноября`` = ``қараша``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

import regex

from assistant.tokens import Phrase, Token, tokens
from assistant.vocabulary import phrase_book, word_lists

_BETWEEN = frozenset(("من", "عام", "سنه", "لعام", "of", "in", "the", "year", "жылы", "жылгы"))
_NUMERIC = regex.compile(
    r"(?<!\d)(?:(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"
    r"|(?P<d2>\d{1,2})[./](?P<m2>\d{1,2})[./](?P<y2>\d{4}))(?!\d)"
)


SOME_DAY = date(2000, 6, 15)
"""A day to read relative times from where only their distance matters."""


@dataclass(frozen=True, slots=True)
class Date:
    """A date as it stands, with what it says of year, month and day."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None

    def within(self, other: Date) -> bool:
        """Tell whether `other` says everything that this date says."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(mine is None or mine == theirs for mine, theirs in pairs)


@dataclass(frozen=True, slots=True)
class Relative:
    """A time told from the day of writing: "last year", and the first and last day it means."""

    start: int
    end: int
    first: date
    last: date


@lru_cache(maxsize=4096)
def dates(text: str) -> tuple[Date, ...]:
    """Return the dates of a text in order: full ones, month and year, bare years.

    >>> [(d.year, d.month, d.day) for d in dates("6 ноября 2025 года, с 2015")]
    [(2025, 11, 6), (2015, None, None)]
    """
    found = [token for token in tokens(text) if token.kind != "sign"]
    result = [_from_numeric(match) for match in _NUMERIC.finditer(text)]
    taken = [(d.start, d.end) for d in result]
    months = phrase_book("dates", "months")
    place = 0
    while place < len(found):
        token = found[place]
        phrase = months.at(found, place) if token.kind == "word" else None
        if phrase is not None:
            read = _around_month(found, phrase)
            if read is not None:
                if result and result[-1].end > read.start:
                    result.pop()  # "2025 жылғы 6 қараша": the year was taken for a bare one
                result.append(read)
                place = max(phrase.after, _after(found, read.end))
                continue
        year = _year(token)
        if year is not None and not any(s <= token.start < e for s, e in taken):
            result.append(Date(token.start, token.end, year))
        place += 1
    return tuple(sorted(result, key=lambda d: d.start))


def _after(found: Sequence[Token], end: int) -> int:
    return next((i for i, token in enumerate(found) if token.start >= end), len(found))


def _from_numeric(match: regex.Match[str]) -> Date:
    year, month, day = (
        int(match[a] or match[b]) for a, b in (("y", "y2"), ("m", "m2"), ("d", "d2"))
    )
    return Date(match.start(), match.end(), year, month, day)


def _year(token: Token) -> int | None:
    if token.kind == "number" and regex.fullmatch(r"\d{4}", token.word):
        value = int(token.word)
        return value if 1000 <= value <= 2100 else None
    return None


def _day(token: Token) -> int | None:
    word = regex.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", token.word)
    if token.kind == "number" and regex.fullmatch(r"\d{1,2}", word) and 1 <= int(word) <= 31:
        return int(word)
    return None


def _around_month(found: Sequence[Token], phrase: Phrase) -> Date | None:
    """Read day and year beside a month name."""
    month, start, end = int(phrase.key), phrase.start, phrase.end
    before = found[phrase.first - 1] if phrase.first else None
    day = _day(before) if before is not None else None
    if day is not None and before is not None:
        start = before.start
    place = phrase.after
    if place < len(found) and found[place].word in {"/"}:
        place += 1
    if day is None and place < len(found) and (day := _day(found[place])) is not None:
        end, place = found[place].end, place + 1
    other = phrase_book("dates", "months").at(found, place) if place < len(found) else None
    if other is not None and other.key == phrase.key:  # "آب / أغسطس": one month named twice
        end, place = other.end, other.after
    year = None
    for following in found[place : place + 3]:  # words like عام or "of" may stand between
        if (year := _year(following)) is not None:
            end = following.end
            break
        if following.word not in _BETWEEN:
            break
    if year is None:
        year, start = _year_before(found, phrase, day, start)
    if year is None and day is None and found[phrase.first].word in _ambiguous():
        return None
    return Date(start, end, year, month, day)


@cache
def _ambiguous() -> frozenset[str]:
    spellings = word_lists("dates")["ambiguous_months"]
    return frozenset(token.word for spelling in spellings for token in tokens(spelling))


def _year_before(
    found: Sequence[Token], phrase: Phrase, day: int | None, start: int
) -> tuple[int | None, int]:
    """Read the year of "2025 жылғы 6 қараша"."""
    for place in range(phrase.first - (2 if day else 1), max(-1, phrase.first - 4), -1):
        if place < 0 or (year := _year(found[place])) is None:
            continue
        joined = place + 1 == phrase.first or found[place + 1].word.startswith("жыл")
        if joined and found[phrase.first].word not in _ambiguous():
            return year, found[place].start
    return None, start


@lru_cache(maxsize=2048)
def relative_times(text: str, published: date) -> tuple[Relative, ...]:
    """Return the times told from the day of writing, with the days they mean."""
    found = tokens(text)
    result = []
    for phrase in phrase_book("dates", "relative_years").all(found):
        year = published.year + int(phrase.key)
        result.append(Relative(phrase.start, phrase.end, date(year, 1, 1), date(year, 12, 31)))
    for phrase in phrase_book("dates", "relative_days").all(found):
        day = published + timedelta(days=int(phrase.key))
        result.append(Relative(phrase.start, phrase.end, day, day))
    for phrase in phrase_book("dates", "decade_words").all(found):
        result.append(_past(phrase.start, phrase.end, int(phrase.key), published))
    result.extend(_past_spans(found, published))
    result.sort(key=lambda r: (r.start, r.start - r.end))
    return tuple(r for i, r in enumerate(result) if not any(o.end > r.start for o in result[:i]))


def _past(start: int, end: int, years: int, published: date) -> Relative:
    return Relative(start, end, date(published.year - years, 1, 1), published)


def _past_spans(found: Sequence[Token], published: date) -> list[Relative]:
    """Read "the past 20 years", السنوات العشرين الماضية, "последние 20 лет", "соңғы 20 жыл"."""
    lists = word_lists("dates")["past_spans"]
    sets = {key: {t.word for w in words for t in tokens(w)} for key, words in lists.items()}
    numbers = phrase_book("figures", "numbers")
    result = []
    for place, token in enumerate(found):
        number = numbers.at(found, place)
        digits = token.kind == "number" and token.word.isdigit()
        count = int(number.key) if number else int(token.word[:9]) if digits else 0
        if not 1 < count <= 100:
            continue
        near = range(max(0, place - 3), min(len(found), place + 4))
        years = [i for i in near if found[i].word in sets["years"]]
        marks = [i for i in near if found[i].word in sets["before"] and i < place]
        marks += [i for i in near if found[i].word in sets["after"] and i > place]
        if years and marks:
            covered = (place, years[0], marks[0])
            start, end = found[min(covered)].start, found[max(covered)].end
            result.append(_past(start, end, count, published))
    return result
