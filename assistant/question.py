"""What a question asks: its language, the kind of answer, and the words that must be met.

A follow-up is made to stand alone elsewhere (`followup`); this reads one question by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import regex

from assistant.asking import Kind, asking_at, is_stop, kind_of, telling
from assistant.dates import SOME_DAY, Date, Relative, dates, relative_times
from assistant.errors import QuestionError
from assistant.figures import Figure, figures
from assistant.incoming import LONGEST, cleaned, language_of, without_orders
from assistant.schema import LANGUAGES, Mode
from assistant.tokens import Token, tokens
from assistant.vocabulary import word_lists

_SPLIT = regex.compile(r"(?<=[?؟])\s+(?=\S)")


__all__ = [
    "LONGEST", "Kind", "Question", "check_language", "check_mode", "cleaned", "language_of",
    "parts", "read_question", "without_orders",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `content` are the folded words that carry its meaning.

    `years`, `relative` ("last year", told as if written in mid 2000) and `figures` are what the
    question itself states and an answer must agree with.
    """

    text: str
    language: str
    kind: Kind
    content: tuple[Token, ...]
    years: tuple[Date, ...]
    relative: tuple[Relative, ...]
    figures: tuple[Figure, ...]


def check_language(language: str | None) -> None:
    """Refuse a language the assistant does not speak."""
    if language is not None and language not in LANGUAGES:
        raise QuestionError(f"no language {language!r}; one of {', '.join(LANGUAGES)}")


def check_mode(mode: str) -> Mode:
    """Return the mode of that name."""
    try:
        return Mode(mode)
    except ValueError:
        raise QuestionError(f"no mode {mode!r}; one of {', '.join(Mode)}") from None


def read_question(text: str) -> Question:
    """Read one question that stands alone.

    >>> read_question("كم بلغ حجم الصادرات في عام 2020؟").kind
    <Kind.QUANTITY: 'quantity'>
    """
    found = tokens(text)
    kind, asking = kind_of(found)
    relative = relative_times(text, SOME_DAY)
    content = tuple(
        token
        for place, token in enumerate(found)
        if token.kind != "sign"
        and not any(time.start <= token.start < time.end for time in relative)
        and place not in asking
        and not is_stop(text, token)
    )
    told = tuple(
        f
        for f in figures(text)
        if not f.is_year
        and not f.spelled
        and not any(time.start <= f.start < time.end for time in relative)
    )
    return Question(text, language_of(text), kind, content, dates(text), relative, told)


def parts(text: str) -> tuple[str, ...]:
    """Split two questions in one; each part must ask something by itself."""
    pieces = [piece for piece in _SPLIT.split(text) if telling(piece)]
    if len(pieces) > 1:
        return tuple(pieces)
    found = tokens(text)
    joins = {t.word for join in word_lists("questions")["joins"] for t in tokens(join)}
    for place in range(3, len(found) - 2):
        token = found[place]
        joined = token.word in joins
        attached = _attached_question(token)
        start = place + 1 if joined else place
        if not (joined or attached) or asking_at(found, start) is None:
            continue
        first, second = text[: token.start], text[found[start].start :]
        if telling(first) and telling(second):
            return first.rstrip(" ,،;؛"), second
    return (text,)


def _attached_question(token: Token) -> bool:
    """Tell the Arabic و written together with a question word: ومتى, وكم."""
    return token.word.startswith("و") and token.word[1:] in _words_of_asking()


@cache
def _words_of_asking() -> frozenset[str]:
    kinds = word_lists("questions")["kinds"]
    keys = ("quantity", "when", "who", "where", "why", "how", "share", "definition")
    return frozenset(tokens(phrase)[0].word for key in keys for phrase in kinds[key])
