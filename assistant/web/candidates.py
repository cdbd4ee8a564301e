"""Questions that articles may answer, made from what they say of themselves.

A heading that is a question is asked as it stands; people who are introduced with what they are,
years, and the other headings are asked about. A language other than the article's needs its
translation. Nothing here knows any article: whether there is an answer is tried elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

import regex

from assistant.mentions import mentions
from assistant.web.strings import strings
from index.same_name import same_name
from index.schema import Document
from index.split import blocks

_YEAR = regex.compile(r"(?<![\d.,٫٬-])(?:1[89]\d\d|20\d\d|[١٢][٠٨٩][٠-٩]{2})(?![\d.,٫٬-]*\d)")
_INTRODUCED = 30  # characters of a role that is more than "the expert"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question, and what it was made from: heading, who, year or about."""

    kind: str
    question: str


def candidates(documents: Sequence[Document], language: str) -> Iterator[Candidate]:
    """Yield questions in a language, each once, the kinds in turns, articles in turns."""
    seen: set[str] = set()
    for candidate in _in_turns([_of(document, language) for document in documents]):
        if candidate.question not in seen:
            seen.add(candidate.question)
            yield candidate


def _of(document: Document, language: str) -> Iterator[Candidate]:
    texts = list(_texts(document, language))
    headings = [text for level, text in texts if level]
    paragraphs = [text for level, text in texts if not level]
    words = strings(language)
    asked = [h for h in headings if h.endswith(("?", "؟"))]
    rest = [h for h in headings if not h.endswith(("?", "؟"))]
    who, year, about = words["who"], words["year"], words["about"]
    return _in_turns(
        [
            (Candidate("heading", heading) for heading in asked),
            (Candidate("who", who.format(name=name)) for name in _people(paragraphs) if who),
            (Candidate("year", year.format(year=y)) for y in _years(paragraphs, document)),
            (Candidate("about", about.format(heading=h.rstrip(" .:"))) for h in rest),
        ]
    )


def _texts(document: Document, language: str) -> Iterator[tuple[int, str]]:
    """Yield the level and the text of each block, in the language asked for."""
    translated = next((t for t in document.translations if t.language == language), None)
    if document.language != language and translated is None:
        return
    for number, block in enumerate(blocks(document.text)):
        text = document.text[block.start : block.end]
        if document.language != language and translated:
            text = translated.blocks[number] if number < len(translated.blocks) else ""
        if text:
            yield block.level, " ".join(text.split())


def _people(paragraphs: Sequence[str]) -> Iterator[str]:
    last: list[str] = []  # names by which the same person would be meant again
    for mention in chain.from_iterable(map(mentions, paragraphs)):
        role = mention.role or ""
        # a role with a full stop in it was read too far
        if mention.person and len(role) >= _INTRODUCED and "." not in role:
            words = mention.name.split()
            known = any(same_name(words[-1], other) for other in last)
            if 2 <= len(words) <= 4 and not known:
                last.append(words[-1])
                yield mention.name


def _years(paragraphs: Sequence[str], document: Document) -> Iterator[str]:
    """Yield the years that were over when the article appeared, in the digits of the page."""
    now = document.published.year if document.published else 0
    for paragraph in paragraphs:
        years = (int(match.group()) for match in _YEAR.finditer(paragraph))
        yield from (str(year) for year in years if year < now)


def _in_turns(sources: Sequence[Iterator[Candidate]]) -> Iterator[Candidate]:
    for row in zip_longest(*sources):
        yield from (candidate for candidate in row if candidate is not None)
