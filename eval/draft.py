"""Questions proposed from an article, for a person to reword and accept: `c5 eval draft`.

What can be asked is found by the readers of figures, dates, names and speakers that the assistant
itself uses; the question is the sentence with the answer left out. So a proposal that is accepted
as it stands is easier than what people ask, and the person is told to put it in their own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from assistant.article import Article, Sentence, read_article
from assistant.attribution import speakers
from assistant.concepts import is_place, named
from assistant.dates import dates
from assistant.figures import figures
from assistant.named import named_words
from index.schema import Document

COLUMNS = (
    "accept", "question", "expected", "answer", "kind", "speaker", "article", "language", "id",
)  # fmt: skip
_ASKED = {
    "figure": ("ما الرقم؟", "Which figure?", "Какая цифра?", "Қандай сан?"),
    "date": ("متى؟", "When?", "Когда?", "Қашан?"),
    "place": ("أين؟", "Where?", "Где?", "Қайда?"),
    "name": ("من أو ما هو؟", "Who or what?", "Кто или что?", "Кім немесе не?"),
    "person": ("من قال ذلك؟", "Who said this?", "Кто это сказал?", "Мұны кім айтты?"),
}
_ORDER = ("ar", "en", "ru", "kk")
_LEAST, _LONGEST = 20, 300  # characters of a sentence that is worth asking about
_SHORTEST = 4
_ADJECTIVES = ("ي", "ية", "يين")
# a spreadsheet takes what begins so for a formula
_FORMULA = ("=", "+", "-", "@", "\t")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question that a sentence answers; `expected` is empty where no article does."""

    kind: str
    question: str
    expected: str
    answer: str = ""
    speaker: str = ""


def draft(document: Document) -> list[Proposal]:
    """Return proposals in the order of the article, at most one of each kind for a sentence."""
    article = read_article(document)
    said = speakers(article)
    lines = [s for s in article.sentences if not s.heading and _LEAST <= len(s.text) <= _LONGEST]
    found = [
        proposal
        for line in lines
        for proposal in _of_sentence(line, document.language, said_by(line, said))
        if not proposal.expected.startswith(_FORMULA) and not proposal.answer.startswith(_FORMULA)
    ]
    return [*found, *_near_misses(found, article)]


def said_by(line: Sentence, said: Mapping[int, object]) -> str:
    """Return the name of the one who says a sentence; "" for the article itself."""
    return str(getattr(said.get(line.start), "name", "") or "")


def _of_sentence(line: Sentence, language: str, speaker: str) -> Iterator[Proposal]:
    text = line.text
    days = dates(text)
    inside = [(day.start, day.end) for day in days]
    numbers = [
        f for f in figures(text)
        if not f.spelled and not f.is_year and not any(s <= f.start < e for s, e in inside)
    ]  # fmt: skip
    if numbers:
        yield _proposal("figure", line, numbers[0].start, numbers[0].end, language, speaker)
    if days:
        yield _proposal("date", line, days[0].start, days[0].end, language, speaker)
    if speaker and speaker in text:
        start = text.index(speaker)
        yield _proposal("person", line, start, start + len(speaker), language, speaker)
    else:
        for start, end in _whole_names(text)[:1]:
            kind = "place" if is_place(named(text[start:end])) else "name"
            yield _proposal(kind, line, start, end, language, speaker)


def _whole_names(text: str) -> list[tuple[int, int]]:
    """Join names that stand side by side; leave out what is short or an Arabic adjective."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(named_words(text)):
        if joined and text[joined[-1][1] : start] == " ":
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [
        (start, end)
        for start, end in joined
        if end - start >= _SHORTEST and not text[start:end].endswith(_ADJECTIVES)
    ]


def _proposal(
    kind: str, line: Sentence, start: int, end: int, language: str, speaker: str
) -> Proposal:
    gap = f"{line.text[:start]}…{line.text[end:]}"
    return Proposal(
        kind, f"{_asked(kind, language)} {gap}", line.text, line.text[start:end], speaker
    )


def _near_misses(found: Iterable[Proposal], article: Article) -> Iterator[Proposal]:
    """Ask a question of a year for the first later year that the article says nothing of."""
    text = article.document.text
    known = {day.year for day in dates(text)}
    for proposal in found:
        years = [d for d in dates(proposal.question) if d.year and d.month is None]
        if proposal.kind != "figure" or len(years) != 1 or not years[0].year:
            continue
        other = next(year for year in count(years[0].year + 1) if year not in known)
        asked = proposal.question
        changed = f"{asked[: years[0].start]}{other}{asked[years[0].end :]}"
        yield Proposal("near-miss", changed, "")


def _asked(kind: str, language: str) -> str:
    place = _ORDER.index(language) if language in _ORDER else _ORDER.index("en")
    return _ASKED[kind][place]


def as_rows(document: Document, proposals: Iterable[Proposal]) -> list[dict[str, str]]:
    """Return the rows of the table, `accept` left empty for the person."""
    return [
        {
            "accept": "",
            "question": p.question,
            "expected": p.expected,
            "answer": p.answer,
            "kind": "" if p.kind == "name" else p.kind,
            "speaker": p.speaker,
            "article": document.id,
            "language": document.language if document.language in _ORDER else "",
            "id": f"{document.id}-draft-{number}",
        }
        for number, p in enumerate(proposals, 1)
    ]
