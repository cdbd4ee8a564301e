"""What of a question must be met in what is cited: names, places, years and figures.

A figure on American investment doesn't answer a question on Chinese investment, nor one of 2015
a question on 1999, however alike the sentences are otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.answer_kind import present
from assistant.article import Sentence
from assistant.dates import relative_times
from assistant.question import Question
from assistant.reader import Reading
from assistant.views import MET, THEME


def missing(question: Question, reading: Reading, place: int) -> tuple[str, ...]:
    """Return the salient words that neither the sentence nor what stands around it meets.

    A year must be named in the paragraph or its heading, or be meant there ("last year"), or be
    the article's own; a figure must stand in the sentence; a name in the paragraph, its heading
    or the title, unless the whole article is about it.
    """
    candidate = reading.candidates[place]
    lines = candidate.article.paragraph(candidate.sentence.paragraph)
    published = candidate.article.document.published
    years = _years(lines, published)
    absent = [
        question.text[asked.start : asked.end]
        for asked in question.years
        if asked.year is not None and asked.year not in years
    ]
    held = present(candidate.sentence.text).figures
    absent += [
        question.text[figure.start : figure.end]
        for figure in question.figures
        if figure.unit and not any(figure.same(other) for other in held)
    ]
    return tuple(dict.fromkeys([*absent, *_names(reading, place)]))


def nowhere(reading: Reading, absent: Sequence[str]) -> tuple[str, ...]:
    """Return those of the absent words that nothing in the articles read meets.

    A name that stands in another paragraph is not met in what would be cited, but to say that
    nothing was found on it would be false.
    """
    if not absent:
        return ()
    articles = {id(one.article): one.article for one in reading.candidates}.values()
    lines = list(dict.fromkeys(s.text for a in articles for s in a.sentences))
    years = _years(tuple(s for a in articles for s in a.sentences), None)
    figures = [figure for line in lines for figure in present(line).figures]
    asked = reading.asked
    met = reading.context(lines).max(axis=1) >= MET
    found = {
        asked.text[word.start : word.end]
        for word, is_met in zip(asked.words, met, strict=True) if is_met
    }  # fmt: skip
    return tuple(
        word for word in absent
        if word not in found and not any(str(year) in word for year in years)
        and not any(own.same(other) for own in present(word).figures for other in figures)
    )  # fmt: skip


def _years(lines: tuple[Sentence, ...], published: date | None) -> set[int]:
    years: set[int] = set()
    for text in {line.text for line in lines} | {line.section for line in lines}:
        years |= {year for year in present(text).years}
        if published is not None:
            for found in relative_times(text, published):
                years |= {found.first.year, found.last.year}
    return years | ({published.year} if published else set())


def _names(reading: Reading, place: int) -> list[str]:
    """Return the names that are met neither near the sentence nor all over the article."""
    asked, view = reading.asked, reading.views[place]
    rows = [row for row in range(len(asked.words)) if asked.named[row] and not asked.aside[row]]
    if not rows:
        return []
    title = reading.candidates[place].article.document.title
    near = reading.context([*view.paragraph, title]).max(axis=1)
    rows = [row for row in rows if near[row] < MET]
    if not rows:
        return []
    share = (reading.context(view.article) >= MET).mean(axis=1)
    text = asked.text
    return [
        text[asked.words[row].start : asked.words[row].end] for row in rows if share[row] < THEME
    ]
