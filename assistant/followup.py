"""A follow-up question made to stand alone, by rules: no model is asked.

Four cases: "and in 2015?" puts its year or place into the question before; "who said that?" asks
for the speaker of the answer before; a pronoun, or a question without a subject, borrows the
subject of the turn before; anything else is a new subject and drops the old one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import regex

from assistant.dates import SOME_DAY, dates, relative_times
from assistant.errors import QuestionError
from assistant.question import Kind, read_question
from assistant.schema import Turn
from assistant.tokens import Token, tokens
from assistant.vocabulary import phrase_book, word_lists
from index.transliterate import script

_QUOTED = regex.compile(r"[«“„\"]([^«»“”„\"]{15,})[»”\"]")
_MARKS = regex.compile(r"(?<![\s?؟.!,،])[\s?؟.!,،]++$")
_NUMBERS = regex.compile(r"\$?\d[\d.,٫٬\s]*(?:%|٪)?")
_LONGEST_ANSWER = 160
_BACK = 3
_SPELLED_AFTER = frozenset(("году", "года", "год", "годом", "г", "жылы", "жылдан", "жылға"))


def stand_alone(question: str, history: Sequence[Turn]) -> str:
    """Return the question as it reads without the turns before it.

    >>> stand_alone("and in 2015?", [Turn("How much was trade in 2020?", "4 billion.")])
    'How much was trade in 2015?'
    """
    if not history:
        return question
    before = _resolved(history[:-1][-_BACK:], history[-1])
    asked = read_question(question)
    if _asks_speaker(question):
        return _who_said(question, history[-1], before)
    bare = _without_opener(question)
    opened = bare != question
    content = read_question(bare).content
    if opened and len(content) <= 4 and not _asks(bare):
        return _replaced(before, bare)
    if _refers(question) or len(asked.content) <= 1 or (opened and len(content) <= 2):
        return _borrowed(question, before, history[-1])
    return question


def _resolved(earlier: Sequence[Turn], last: Turn) -> str:
    """Return the question before as it stands alone; it may be a follow-up itself."""
    try:
        return stand_alone(last.question.strip(), earlier) if earlier else last.question.strip()
    except QuestionError:
        return last.question


def _asks_speaker(question: str) -> bool:
    found = tokens(question)
    phrases = phrase_book("followups", "saying").all(found)
    return bool(phrases) and len(read_question(question).content) <= 3


def _who_said(question: str, last: Turn, before: str) -> str:
    """Ask for the speaker of what the answer before quotes, else of what it was about."""
    quoted = _QUOTED.search(last.answer)
    if quoted is not None:
        return f"{_bare(question)}: «{quoted[1]}»"
    answer = last.answer if len(last.answer) <= _LONGEST_ANSWER else ""
    return f"{_bare(question)}: {_topic(before)} {_bare(answer)}".strip()


def _without_opener(question: str) -> str:
    found = tokens(question)
    if not found:
        return question
    phrase = phrase_book("followups", "openers").at(found, 0)
    rest = question
    if phrase is not None and phrase.first == 0 and phrase.after < len(found):
        glued = found[0].word.startswith("و") and phrase.after == 1 and len(found[0].word) > 1
        rest = question[found[0].start + 1 :] if glued else question[found[phrase.after].start :]
    elif found[0].word.startswith("و") and len(found[0].word) > 2:
        rest = question[found[0].start + 1 :]  # the Arabic "and" is written on to the word
    last = [t for t in tokens(rest) if t.kind != "sign"][-1:]
    if last and last[0].word in _words("closers"):
        rest = rest[: last[0].start].rstrip()
    return rest


def _asks(text: str) -> bool:
    """Tell whether a question word stands at the beginning."""
    found = tokens(text)
    book = phrase_book("questions", "kinds")
    return any(book.at(found, place) is not None for place in range(min(2, len(found))))


def _refers(question: str) -> bool:
    """Tell whether a pronoun points outside the question."""
    found = [token for token in tokens(question) if token.kind == "word"]
    if any(token.word in _words("pronouns") for token in found):
        return True
    suffixes = tuple(word_lists("followups")["arabic_suffixes"])
    short = len(read_question(question).content) <= 4
    return short and any(t.word.endswith(suffixes) and len(t.word) > 4 for t in found)


def _replaced(before: str, new: str) -> str:
    """Put a new year, place or thing where the question before had its own."""
    new = _bare(new)
    old = _same_slot(before, new)
    if old is None:
        return f"{_bare(before)} — {new}{_mark(before)}"
    start, end = old
    return f"{_bare(before[:start] + new + before[end:])}{_mark(before)}"


def _same_slot(before: str, new: str) -> tuple[int, int] | None:
    """Return the stretch of the question before that the new words take the place of."""
    if dates(new) or relative_times(new, SOME_DAY):
        return _time_slot(before, new)
    found = tokens(new)
    if found and found[0].word in _words("prepositions"):
        for token in reversed(tokens(before)):
            if token.word == found[0].word:
                return token.start, _until_break(before, token)
    content = read_question(before).content
    shared = next((t for t in content if any(t.word == other.word for other in found)), None)
    if shared is not None:
        return _run(before, content, shared)
    named = [t for t in content if before[t.start].isupper()]
    if named and any(new[t.start].isupper() for t in found):
        return named[-1].start, named[-1].end
    if content and read_question(before).kind in (Kind.WHO, Kind.DEFINITION, Kind.WHERE):
        return content[0].start, content[0].end
    return None


def _time_slot(before: str, new: str) -> tuple[int, int] | None:
    """Return where the question before tells a time, as much of it as the new words bring."""
    times = [(d.start, d.end) for d in dates(before)]
    times += [(r.start, r.end) for r in relative_times(before, SOME_DAY)]
    if not times:
        return None
    start, end = min(times)
    inside = {t.word for t in tokens(new)}
    brings = inside & _words("prepositions") or relative_times(new, SOME_DAY)
    found = [t for t in tokens(before) if t.end <= start]
    told = _words("year_words") | _words("prepositions")
    while found and (brings or inside & _words("year_words")) and found[-1].word in told:
        if found[-1].word in _words("prepositions") and not brings:
            break
        start = found.pop().start
    for token in tokens(before):
        if token.start >= end and token.word in _words("year_words") & _SPELLED_AFTER:
            if inside & _words("year_words") or relative_times(new, SOME_DAY):
                end = token.end
            break
    return start, end


def _run(text: str, content: Sequence[Token], shared: Token) -> tuple[int, int]:
    """Return the run of telling words around one that both questions have."""
    place = content.index(shared)
    first = last = place
    while first > 0 and content[first].start - content[first - 1].end <= 1:
        first -= 1
    while last + 1 < len(content) and content[last + 1].start - content[last].end <= 1:
        last += 1
    if script(text) == "arabic":
        first = place  # what describes a word follows it
    else:
        last = place
    return content[first].start, content[last].end


def _until_break(text: str, token: Token) -> int:
    """Return where the phrase of a preposition ends: at the next one, or with the question."""
    for following in tokens(text):
        if following.start > token.end and (
            following.word in _words("prepositions") or following.kind == "sign"
        ):
            return len(text[: following.start].rstrip())
    return len(_bare(text))


def _borrowed(question: str, before: str, last: Turn) -> str:
    """Add the subject of the turn before: its telling words, and a short answer's."""
    answer = last.answer if len(last.answer) <= _LONGEST_ANSWER else ""
    own = {token.word for token in tokens(question)}
    answer = _NUMBERS.sub(" ", answer)  # what was found is no condition of what is asked next
    words = f"{_topic(before)} {_topic(answer)}".split()
    topic = " ".join(word for word in words if word not in own)
    return f"{_bare(question)} ({topic}){_mark(question)}" if topic else question


def _topic(text: str) -> str:
    """Return the telling words of a text, in order."""
    if not tokens(text):
        return ""
    content = read_question(text).content
    return " ".join(dict.fromkeys(text[token.start : token.end] for token in content))


def _mark(text: str) -> str:
    """Return the question mark of the text's script."""
    return "؟" if script(text) == "arabic" else "?"


def _bare(text: str) -> str:
    return _MARKS.sub("", text)


@cache
def _words(key: str) -> frozenset[str]:
    lists = word_lists("dates") if key == "year_words" else word_lists("followups")
    return frozenset(t.word for phrase in lists[key] for t in tokens(phrase))
