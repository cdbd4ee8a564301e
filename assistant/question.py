"""What a question asks: its language, the kind of answer, and the words that must be met.

A follow-up is made to stand alone elsewhere (`followup`); this reads one question by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import regex

from assistant.dates import Date, dates
from assistant.errors import QuestionError
from assistant.figures import Figure, figures
from assistant.schema import LANGUAGES, Mode
from assistant.tokens import Phrase, Token, bare, tokens
from assistant.vocabulary import phrase_book, word_lists

LONGEST = 2000
_KAZAKH = frozenset("әғқңөұүһі")
_UNSHOWN = regex.compile(r"[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}--\u200c\u200d\t\n]", regex.V1)
_SPLIT = regex.compile(r"(?<=[?؟])\s+(?=\S)")


class Kind(StrEnum):
    """The kind of answer asked for."""

    QUANTITY = "quantity"
    SHARE = "share"
    WHEN = "when"
    WHO = "who"
    WHERE = "where"
    WHY = "why"
    LIST = "list"
    DEFINITION = "definition"
    SAID = "said"
    YES_NO = "yes_no"
    HOW = "how"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `content` are the folded words that carry its meaning, `asking` those that ask.

    `years` and `figures` are what the question itself states and an answer must agree with.
    """

    text: str
    language: str
    kind: Kind
    content: tuple[Token, ...]
    years: tuple[Date, ...]
    figures: tuple[Figure, ...]


def cleaned(text: str) -> str:
    """Return a question fit to be read, or say why it is not one."""
    text = " ".join(_UNSHOWN.sub(" ", text).split())
    if not any(char.isalnum() for char in text):
        raise QuestionError("The question is empty; ask about something in the articles.")
    if len(text) > LONGEST:
        raise QuestionError(
            f"The question has {len(text):,} characters; at most {LONGEST:,} can be read."
        )
    return text


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
    kind, asking = _kind(found)
    stop = _stop_words()
    content = tuple(
        token
        for place, token in enumerate(found)
        if token.kind != "sign"
        and place not in asking
        and token.word not in stop
        and bare(token.word) not in stop
    )
    told = tuple(f for f in figures(text) if not f.is_year and not f.spelled)
    return Question(text, language_of(text), kind, content, dates(text), told)


def parts(text: str) -> tuple[str, ...]:
    """Split two questions in one; each part must ask something by itself."""
    pieces = [piece for piece in _SPLIT.split(text) if len(_substance(piece)) >= 2]
    if len(pieces) > 1:
        return tuple(pieces)
    found = tokens(text)
    joins = {t.word for join in word_lists("questions")["joins"] for t in tokens(join)}
    for place in range(3, len(found) - 2):
        token = found[place]
        joined = token.word in joins
        attached = _attached_question(token)
        start = place + 1 if joined else place
        if not (joined or attached) or _asking(found, start) is None:
            continue
        first, second = text[: token.start], text[found[start].start :]
        if len(_substance(first)) >= 2 and len(_substance(second)) >= 1:
            return first.rstrip(" ,،;؛"), second
    return (text,)


def language_of(text: str) -> str:
    """Tell the language of a question by its script, letters and frequent words.

    >>> [language_of(t) for t in ("ما هذا؟", "What is it?", "Что это?", "Бұл не?")]
    ['ar', 'en', 'ru', 'kk']
    """
    arabic = len(regex.findall(r"\p{Arabic}", text))
    cyrillic = len(regex.findall(r"\p{Cyrillic}", text))
    latin = len(regex.findall(r"\p{Latin}", text))
    if arabic and arabic * 2 >= max(cyrillic, latin):
        return LANGUAGES[0]
    if cyrillic and cyrillic * 2 >= latin:
        plain = {token.word for token in tokens(text)} & set(_words("kazakh_words"))
        kazakh = sum(char in _KAZAKH for char in text.lower())
        return "kk" if kazakh or len(plain) >= 1 else "ru"
    return "en"


def _kind(found: tuple[Token, ...]) -> tuple[Kind, set[int]]:
    """Return the kind of the question and the places of the words that ask."""
    best: tuple[int, Kind, Phrase] | None = None
    for place in range(len(found)):
        asked = _asking(found, place)
        if asked is None:
            continue
        kind, phrase = asked
        weight = (phrase.after - phrase.first) * 4 + (3 if place < 3 else 0)
        weight -= 3 if kind in (Kind.YES_NO, Kind.DEFINITION) else 0
        weight -= 4 if kind is Kind.SAID else 0  # "according to …, how many" asks how many
        weight -= 2 if kind in (Kind.LIST, Kind.HOW) and phrase.after - phrase.first == 1 else 0
        if best is None or weight > best[0]:
            best = (weight, kind, phrase)
    asking = {
        place
        for key in ("requests", "meta")
        for phrase in phrase_book("questions", key).all(found)
        for place in range(phrase.first, phrase.after)
    }
    if best is None:
        return Kind.OTHER, asking
    return best[1], asking | set(range(best[2].first, best[2].after))


def _asking(found: tuple[Token, ...], place: int) -> tuple[Kind, Phrase] | None:
    if place >= len(found):
        return None
    phrase = phrase_book("questions", "kinds").at(found, place)
    if phrase is None:
        return None
    single = phrase.after - phrase.first == 1
    word = found[place].word
    if single and place > 1 and word in _words("who_only_first"):
        return None  # the Arabic preposition "from"
    if single and Kind(phrase.key) is Kind.YES_NO:
        last = place >= len(found) - 2
        short = regex.fullmatch(r"\p{Cyrillic}{2}", word) is not None
        if (short and not last) or (not short and place > 0 and word != "ли"):
            return None
    return Kind(phrase.key), phrase


def _attached_question(token: Token) -> bool:
    """Tell the Arabic و written together with a question word: ومتى, وكم."""
    return token.word.startswith("و") and token.word[1:] in _words_of_asking()


def _substance(text: str) -> list[Token]:
    stop = _stop_words()
    return [t for t in tokens(text) if t.kind != "sign" and t.word not in stop]


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(_words("stop"))


@cache
def _words(key: str) -> tuple[str, ...]:
    return tuple(t.word for phrase in word_lists("questions")[key] for t in tokens(phrase))


@cache
def _words_of_asking() -> frozenset[str]:
    kinds = word_lists("questions")["kinds"]
    keys = ("quantity", "when", "who", "where", "why", "how", "share", "definition")
    return frozenset(tokens(phrase)[0].word for key in keys for phrase in kinds[key])
