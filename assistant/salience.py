"""What of a question must be met in what is cited: names, years, figures, and telling words."""

from __future__ import annotations

from assistant.answer_kind import present
from assistant.question import Question
from assistant.reader import Reading


def missing(question: Question, reading: Reading, place: int) -> tuple[str, ...]:
    """Return the salient words that neither the sentence nor what stands around it meets.

    A year of the question must be named in the sentence or its paragraph, or be the year that
    the article was written in; a figure in the sentence itself; a name in the paragraph, its
    section, the title, or all over the article.
    """
    candidate = reading.candidates[place]
    article = candidate.article
    lines = article.paragraph(candidate.sentence.paragraph)
    paragraph = " ".join(line.text for line in lines)
    absent = []
    years = set(present(paragraph).years) | set(present(candidate.sentence.section).years)
    published = article.document.published
    if published:
        years |= {published.year}
        for line in lines:
            years |= _relative_years(line.text, published.year)
    for asked in question.years:
        if asked.year is not None and asked.year not in years:
            absent.append(question.text[asked.start : asked.end])
    held = present(candidate.sentence.text).figures
    for figure in question.figures:
        if figure.unit and not any(figure.same(other) for other in held):
            absent.append(question.text[figure.start : figure.end])
    absent.extend(_names(question, reading, place))
    return tuple(dict.fromkeys(absent))


def _names(question: Question, reading: Reading, place: int) -> list[str]:
    view = reading.views[place]
    texts = ["\n".join([view.paragraph, view.around]), view.article]
    met = reading.context(texts)
    return [
        question.text[token.start : token.end]
        for row, token in enumerate(reading.asked.words)
        if reading.asked.named[row] and met[row, 0] < 0.5 and met[row, 1] < 0.5
    ]


def _relative_years(text: str, published: int) -> set[int]:
    from datetime import date

    from assistant.dates import relative_times

    found = relative_times(text, date(published, 6, 15))
    return {r.first.year for r in found} | {r.last.year for r in found}
