"""Which kind of answer a question asks for, told by its words of asking."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

import regex

from assistant.tokens import Phrase, Token, bare, tokens
from assistant.vocabulary import phrase_book, word_lists


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


def kind_of(found: tuple[Token, ...]) -> tuple[Kind, set[int]]:
    """Return the kind of the question and the places of the words that ask."""
    best: tuple[int, Kind, Phrase] | None = None
    for place in range(len(found)):
        asked = asking_at(found, place)
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
    kind = best[1]
    if kind in (Kind.DEFINITION, Kind.LIST) and _asks_measure(found):
        kind = Kind.QUANTITY
    # "which ports": the thing asked for tells as much as the rest of the question
    return kind, asking | {best[2].first}


def _asks_measure(found: tuple[Token, ...]) -> bool:
    """Tell "what was the turnover" and "каков урожай" from other questions with what."""
    if phrase_book("questions", "kinds").at(found, 0) is None or len(found) < 2:
        return False
    book = phrase_book("questions", "measures")
    joins = words_for("prepositions")
    for place in range(1, min(7, len(found))):
        if book.at(found, place) is not None:
            return True
        if found[place].word in joins:
            return False  # "what was the role of the budget" asks for no measure
    return False


def asking_at(found: tuple[Token, ...], place: int) -> tuple[Kind, Phrase] | None:
    """Return the kind and the words that ask, if they begin at this place."""
    if place >= len(found):
        return None
    phrase = phrase_book("questions", "kinds").at(found, place)
    if phrase is None:
        return None
    single = phrase.after - phrase.first == 1
    word = found[place].word
    if single and place > 1 and word in words_for("who_only_first"):
        return None  # the Arabic preposition "from"
    if single and Kind(phrase.key) is Kind.YES_NO:
        last = place >= len(found) - 2
        short = regex.fullmatch(r"\p{Cyrillic}{2}", word) is not None
        if (short and not last) or (not short and place > 0 and word != "ли"):
            return None
    return Kind(phrase.key), phrase


def is_stop(text: str, token: Token) -> bool:
    """Tell a word that carries no meaning; the name علي folds like the preposition and does."""
    if text[token.start : token.end].endswith("علي"):
        return False
    forms = {token.word, bare(token.word), token.word.removeprefix("و")}
    return not forms.isdisjoint(stop_words())


def telling(text: str) -> list[Token]:
    """Return the words of a text that aren't function words."""
    stop = stop_words()
    return [t for t in tokens(text) if t.kind != "sign" and t.word not in stop]


@cache
def stop_words() -> frozenset[str]:
    """Return the function words of all four languages, folded."""
    return frozenset(words_for("stop"))


@cache
def words_for(key: str) -> tuple[str, ...]:
    """Return the words of one list of `words/questions.json`, folded."""
    return tuple(t.word for phrase in word_lists("questions")[key] for t in tokens(phrase))
