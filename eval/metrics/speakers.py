"""Whether what somebody said is given to the one who said it.

Speaker accuracy: of the questions whose answer has a named source, and whose gold was cited, the
share where the statement that cites it names that source, in any of its spellings and in any of
three scripts. Wrong attribution is part of what EBU/BBC 2025 count under sourcing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from index.fold import fold_text
from index.same_name import same_name


def speaker_right(
    answer: Mapping[str, Any], gold: Sequence[Sequence[str]], speakers: Sequence[str]
) -> float:
    """Tell whether a statement that cites the gold names one of the speakers."""
    holding = {
        citation["number"]
        for citation in answer["citations"]
        if any(part in citation["quote"] for alternative in gold for part in alternative)
    }
    named = [
        statement["speaker"]
        for statement in answer["statements"]
        if statement["speaker"] and holding & set(statement["citations"])
    ]
    return float(any(is_named(name, speaker) for name in named for speaker in speakers))


def is_named(name: str, speaker: str) -> bool:
    """Tell whether a speaker as shown is the speaker as expected.

    >>> is_named("Ali Mukhambet, expert", "علي مخامبيت")
    True
    """
    shown, expected = fold_text(name), fold_text(speaker)
    if expected in shown or shown in expected or same_name(name, speaker):
        return True
    tokens, count = name.replace(",", " ").split(), len(speaker.split())
    return any(
        same_name(" ".join(tokens[at : at + count]), speaker)
        for at in range(len(tokens) - count + 1)
    )
