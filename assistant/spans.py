"""The answer inside a quote: the figure, date, name, place, list or cause that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex

from assistant.answer_kind import present
from assistant.concepts import is_place, named
from assistant.figures import Figure
from assistant.mentions import mentions
from assistant.question import Kind, Question
from assistant.tokens import Token, tokens
from assistant.vocabulary import phrase_book
from index.skeleton import Name, names
from index.transliterate import script

Range = tuple[int, int]
_JOINED = regex.compile(r"[،,]|\s(?:و\p{L}|and\s|и\s|және\s|мен\s)")


def answer_span(question: Question, quote: str, near: Sequence[Range] = ()) -> Range | None:
    """Return where in a quote the answer stands; `near` are the words that the question met.

    >>> from assistant.question import read_question
    >>> quote = "Trade grew to $4.2 billion in 2024."
    >>> span = answer_span(read_question("How much was trade?"), quote)
    >>> quote[slice(*span)]
    '$4.2 billion'
    """
    finders = {
        Kind.QUANTITY: _figure, Kind.SHARE: _figure, Kind.WHEN: _date, Kind.WHO: _person,
        Kind.WHERE: _place, Kind.LIST: _list, Kind.WHY: _cause,
    }  # fmt: skip
    finder = finders.get(question.kind)
    found = finder(question, quote, near) if finder else None
    if found is None or not 0 <= found[0] < found[1] <= len(quote):
        return None
    return found


def _nearest(spans: Iterable[Range], near: Sequence[Range]) -> Range | None:
    """Return the span with the least distance to the words that the question met."""

    def away(span: Range) -> float:
        gaps = sorted(max(0, span[0] - end, start - span[1]) for start, end in near)
        return sum(gaps[:3]) / len(gaps[:3]) if gaps else 0.0

    spans = list(spans)
    return min(spans, key=lambda span: (away(span), span[0])) if spans else None


def _figure(question: Question, quote: str, near: Sequence[Range]) -> Range | None:
    own = {figure.value for figure in question.figures}
    found = [f for f in present(quote).figures if f.value not in own and not f.is_year]
    wanted = _unit_asked(question)
    if question.kind is Kind.SHARE:
        wanted = wanted or "%"
    best = [f for f in found if wanted and f.unit == wanted]
    if not best and question.kind is Kind.QUANTITY:
        best = [f for f in found if not f.spelled and f.unit != "%"]
    chosen = _nearest(((f.start, f.end) for f in best or found), near)
    figure = next((f for f in found if chosen == (f.start, f.end)), None)
    return _counted(quote, figure) if figure else None


def _unit_asked(question: Question) -> str | None:
    units = phrase_book("figures", "units").all(tokens(question.text))
    return next((unit.key for unit in units if unit.key not in {"year", "month", "day"}), None)


def _counted(quote: str, figure: Figure) -> Range:
    """Take the counted noun in: "700 companies"."""
    if figure.unit:
        return figure.start, figure.end
    following = regex.match(r"[ \u00a0]\p{L}[\p{L}\p{M}]+", quote[figure.end :])
    return figure.start, figure.end + (following.end() if following else 0)


def _date(question: Question, quote: str, near: Sequence[Range]) -> Range | None:
    held = present(quote)
    years = {d.year for d in question.years}
    spans = [(d.start, d.end) for d in held.dates if d.year not in years or d.month]
    spans = spans or [(r.start, r.end) for r in held.relative]
    return _nearest(spans, near)


def _person(question: Question, quote: str, near: Sequence[Range]) -> Range | None:
    own = {token.word for token in tokens(question.text)}
    for mention in mentions(quote):
        at = quote.find(mention.name) if mention.name and not mention.generic else -1
        if at >= 0 and not {t.word for t in tokens(mention.name)} <= own:
            return at, at + len(mention.name)
    return _nearest(_name_runs(question, quote), near)


def _place(question: Question, quote: str, near: Sequence[Range]) -> Range | None:
    """Return a name that the glossary knows for a place, else one behind "in" or "at"."""
    own = {token.word for token in tokens(question.text)}
    known = [
        (token.start, token.end)
        for token in tokens(quote)
        if token.word not in own and is_place(named(quote[token.start : token.end]))
    ]
    runs = _name_runs(question, quote)
    before = {phrase.end for phrase in phrase_book("spans", "before_places").all(tokens(quote))}
    located = [run for run in runs if any(0 <= run[0] - end <= 2 for end in before)]
    return _nearest(known or located or runs, near)


def _name_runs(question: Question, quote: str) -> list[Range]:
    """Return runs of words that may be names and that the question doesn't hold."""
    own = {token.word for token in tokens(question.text)}
    if script(quote) == "arabic":
        return _arabic_runs(quote, own)
    runs: list[list[Name]] = []
    for name in names(quote):
        if not name.text[0].isupper() or name.text.lower() in own:
            continue
        if runs and quote[runs[-1][-1].end : name.start].strip(" -") == "":
            runs[-1].append(name)
        else:
            runs.append([name])
    return [(run[0].start, run[-1].end) for run in runs]


def _arabic_runs(quote: str, own: set[str]) -> list[Range]:
    """Return what may be names in Arabic: words behind a role or a word for a place."""
    found = tokens(quote)
    places = phrase_book("spans", "before_names").all(found)
    spans = []
    for phrase in places:
        after = phrase.after
        while after < len(found) and found[after].word.startswith("ال"):
            after += 1  # "وزير الخارجية الأميركي": the role goes on
        words: list[Token] = []
        for token in found[after : after + 3]:
            if words and quote[words[-1].end : token.start].strip():
                break
            if token.word in own or token.kind != "word" or token.word.startswith("ال"):
                break
            if phrase_book("spans", "not_names").at(found, found.index(token)):
                break
            words.append(token)
        if words:
            spans.append((words[0].start, words[-1].end))
    return spans


def _list(question: Question, quote: str, near: Sequence[Range]) -> Range | None:
    """Return what follows "such as" or a colon, up to the end of the clause."""
    marks = [phrase.end for phrase in phrase_book("spans", "before_lists").all(tokens(quote))]
    marks += [match.end() for match in regex.finditer(r":|(?<=\s)ك(?=ال)", quote)]
    marks = [mark for mark in marks if _JOINED.search(quote[mark:])]
    if not marks:
        return None
    start = min(marks)
    start += len(quote[start:]) - len(quote[start:].lstrip())
    stop = regex.search(r"[.;؛]\s|[.؟?!]?$|\s[–—]\s", quote[start:])
    return start, start + (stop.start() if stop else len(quote) - start)


def _cause(question: Question, quote: str, near: Sequence[Range]) -> Range | None:
    marks = [m for m in phrase_book("questions", "markers").all(tokens(quote)) if m.key == "why"]
    if not marks:
        return None
    stop = regex.search(r"[،,;؛]|[.]?$", quote[marks[0].end :])
    return marks[0].start, marks[0].end + (stop.start() if stop else 0)
