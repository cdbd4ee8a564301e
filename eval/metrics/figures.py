"""Whether every figure and date of a statement occurs in what the statement cites.

1 where all numbers of all statements are in the cited quotes, else 0; the same for dates. A number
is compared by its digits (٤٫٢ = 4.2 = 4,2), written without the assistant's own verification on
purpose: a checker that is checked by itself finds nothing. The BBC's study of February 2025 found
wrong figures, dates or statements in 19 % of the answers that cited it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.dates import dates

_NUMBER = re.compile(r"\d+(?:[.,٫٬\u00a0\u202f]\d+)*")
_MARKER = re.compile(r"\[\d+\]")


def figures_right(answer: Mapping[str, Any]) -> float:
    """Tell whether each number of each statement is in a quote that it cites."""
    return float(
        all(numbers(said) <= numbers(cited) for said, cited in _statements_and_quotes(answer))
    )


def dates_right(answer: Mapping[str, Any]) -> float:
    """Tell whether each date of each statement is said by a quote that it cites."""
    return float(
        all(
            any(date.within(other) for other in dates(cited))
            for said, cited in _statements_and_quotes(answer)
            for date in dates(said)
        )
    )


def numbers(text: str) -> frozenset[str]:
    """Return the numbers of a text in one spelling; citation marks like [1] are not numbers.

    >>> sorted(numbers("٤٫٢ مليار [1], 1,250,000 and 4,2"))
    ['1250000', '4.2']
    """
    return frozenset(_plain(found) for found in _NUMBER.findall(_MARKER.sub(" ", text)))


def _plain(number: str) -> str:
    digits = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in number)
    digits = re.sub("[\u00a0\u202f٬]", "", digits).replace("٫", ".").replace(",", ".")
    if re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+", digits):
        return digits.replace(".", "")  # only thousands come in threes
    return digits


def _statements_and_quotes(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    quotes = {citation["number"]: citation["quote"] for citation in answer["citations"]}
    return [
        (s["text"], "\n".join(quotes.get(number, "") for number in s["citations"]))
        for s in answer["statements"]
    ]
