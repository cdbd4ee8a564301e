"""Questions to begin with, drawn from the indexed articles; every one of them has an answer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from assistant.schema import LANGUAGES, Mode, Status
from assistant.web.candidates import Candidate, candidates

if TYPE_CHECKING:
    from assistant.assistant import Assistant

_log = logging.getLogger(__name__)
FOR_EACH = 4  # language
OF_A_KIND = 2
TRIED = 24  # candidates of each language; the surest answers of them are offered


class Suggestions:
    """The questions of the current build of the index; made once for each build, in a thread."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self._build: str | None = None
        self._found: dict[str, list[str]] = {}
        self._lock = threading.Lock()

    def now(self, language: str) -> list[str]:
        """Return what has been found so far, and look again if the index has changed."""
        if not self.ready and not self._lock.locked():
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
            documents = tuple(self.assistant.index.documents.values())
            for language in LANGUAGES:
                tried = islice(candidates(documents, language), TRIED)
                sure = [(self._confidence(c.question, language), c) for c in tried]
                best = sorted((pair for pair in sure if pair[0]), key=lambda pair: -pair[0])
                self._found[language] = _varied([candidate for _, candidate in best])
            self._build = build

    def _confidence(self, question: str, language: str) -> float:
        """Return how sure the answer is; 0 where there is none."""
        try:
            answer = self.assistant.ask(question, language=language, mode=Mode.EXTRACTIVE)
        except Exception as error:  # a suggestion is worth no failure; the next one is tried
            _log.warning("a suggested question could not be tried: %s", type(error).__name__)
            return 0.0
        return answer.confidence if answer.status is Status.ANSWERED else 0.0


def _varied(best: Sequence[Candidate]) -> list[str]:
    """Return the first few, not too many of one kind unless there is no other."""
    chosen: list[Candidate] = []
    for candidate in best:
        if sum(c.kind == candidate.kind for c in chosen) < OF_A_KIND:
            chosen.append(candidate)
    chosen += [candidate for candidate in best if candidate not in chosen]
    return [candidate.question for candidate in chosen[:FOR_EACH]]
