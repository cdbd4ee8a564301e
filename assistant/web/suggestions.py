"""Questions to begin with, drawn from the indexed articles; every one of them has an answer.

Headings are what an article says of itself: one that is a question is asked as it stands, another
is asked about. A language other than the article's needs a translation of the heading.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from assistant.schema import LANGUAGES, Status
from assistant.web.strings import say
from index.schema import Document
from index.split import blocks

if TYPE_CHECKING:
    from assistant.assistant import Assistant

_log = logging.getLogger(__name__)
FOR_EACH = 4  # language
TRIED = 24  # headings of each language


class Suggestions:
    """The questions of the current build of the index; made once for each build, in a thread."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self._build: str | None = None
        self._found: dict[str, list[str]] = {}
        self._lock = threading.Lock()

    def now(self, language: str) -> list[str]:
        """Return what has been found so far, and look again if the index has changed."""
        if self._build != self.assistant.index.build:
            threading.Thread(target=self.find, name="suggestions", daemon=True).start()
        return list(self._found.get(language, ()))

    @property
    def ready(self) -> bool:
        """Whether the search for questions is over."""
        return self._build == self.assistant.index.build

    def find(self) -> None:
        """Try questions of all languages and keep those that are answered."""
        with self._lock:
            build = self.assistant.index.build
            if self._build == build:
                return
            for language in LANGUAGES:
                answered = (q for q in self._candidates(language) if self._answered(q, language))
                self._found[language] = list(islice(answered, FOR_EACH))
            self._build = build

    def _candidates(self, language: str) -> Iterator[str]:
        seen = set()
        documents = self.assistant.index.documents.values()
        headings = (h for document in documents for h in headings_in(document, language))
        for heading in islice(headings, TRIED):
            question = as_question(heading, language)
            if question not in seen:
                seen.add(question)
                yield question

    def _answered(self, question: str, language: str) -> bool:
        try:
            answer = self.assistant.ask(question, language=language)
        except Exception as error:  # a suggestion is worth no failure; the next one is tried
            _log.warning("a suggested question could not be tried: %s", type(error).__name__)
            return False
        return answer.status is Status.ANSWERED


def headings_in(document: Document, language: str) -> Iterator[str]:
    """Yield the headings of an article in a language, from its translation where it has one."""
    translated = next((t for t in document.translations if t.language == language), None)
    for number, block in enumerate(blocks(document.text)):
        if not block.level:
            continue
        if document.language == language:
            yield document.text[block.start : block.end]
        elif translated and number < len(translated.blocks):
            yield translated.blocks[number]


def as_question(heading: str, language: str) -> str:
    """Return a heading as a question.

    >>> as_question("Who pays?", "en"), as_question("The bill", "en")
    ('Who pays?', 'What do the articles say about “The bill”?')
    """
    words = " ".join(heading.split())
    if words.endswith(("?", "؟")):
        return words
    return say(language, "about", heading=words.rstrip(" .:"))
