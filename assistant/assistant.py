"""Question in, verified and cited answer out: understand, search, read, answer, verify."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Sequence
from functools import cached_property, partial
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING

from assistant.answering import Part, compose, fit_to_show
from assistant.article import Article, read_article
from assistant.candidates import PASSAGES, gather
from assistant.errors import SettingsError
from assistant.extract import extract
from assistant.followup import stand_alone
from assistant.question import check_language, cleaned, parts, read_question, without_orders
from assistant.reader import Reader
from assistant.schema import Answer, IndexState, Mode, Progress, Statement, Turn
from assistant.settings import Settings
from index.encoder import StaticEncoder, open_encoder
from index.search import Index
from index.snapshot import Snapshot

if TYPE_CHECKING:
    from assistant.written import Author


class Assistant:
    """Answers from the articles of an index, and from nothing else. Safe to share by threads."""

    def __init__(self, index: Index, settings: Settings) -> None:
        self.index = index
        self.settings = settings
        own = index.encoder
        encoder = (
            own if isinstance(own, StaticEncoder) and own.name == "shipped" else open_encoder()
        )
        assert isinstance(encoder, StaticEncoder)
        self.reader = Reader(encoder)
        self._reading = Lock()  # the reader's table of words grows while it reads
        self._articles: dict[str, Article] = {}
        self._build = ""

    @classmethod
    def open(cls, settings: Settings) -> Assistant:
        """Open the index that the settings name."""
        index = Index.open(settings.index, encoder=settings.encoder, chroma_url=settings.chroma_url)
        return cls(index, settings)

    def ask(
        self, question: str, history: Sequence[Turn] = (), *, language: str | None = None,
        mode: Mode = Mode.AUTO, documents: Collection[str] | None = None,
    ) -> Answer:  # fmt: skip
        """Answer one question; `history` are the turns before it, oldest first."""
        for event in self.stream(
            question, history, language=language, mode=mode, documents=documents
        ):
            if isinstance(event, Answer):
                return event
        raise AssertionError("a stream ends with its answer")

    def stream(
        self, question: str, history: Sequence[Turn] = (), *, language: str | None = None,
        mode: Mode = Mode.AUTO, documents: Collection[str] | None = None,
    ) -> Iterator[Progress | Statement | Answer]:  # fmt: skip
        """Yield what is being done, each statement that passed the checks, then the answer."""
        started = perf_counter()
        check_language(language)
        if mode is Mode.GENERATIVE and not self.settings.llm:
            raise SettingsError("no language model is set; set C5_LLM or ask without --mode")
        question = cleaned(question)
        standalone = yield from self._stand_alone(without_orders(question), history, mode)
        asked = [read_question(part) for part in separate(standalone)]
        # one generation for the whole answer: what was searched is what is quoted
        snapshot = self.index.snapshot
        speak = language or read_question(question).language
        yield Progress("searching")
        find = partial(self._article, snapshot)
        found = [gather(snapshot, one.text, find, documents) for one in asked]
        yield Progress("reading")
        read = []
        for one, candidates in zip(asked, found, strict=True):
            with self._reading:
                reading = self.reader.read(one, candidates) if candidates else None
                chosen = extract(one, reading) if reading else None
            read.append(Part(one, reading, chosen))
        yield Progress("checking")
        stale = self.index.is_stale(self.settings.docs)
        state = IndexState(snapshot.build, snapshot.built_at, stale)
        answer = compose(question, standalone, speak, read, state, snapshot.documents)
        answer = fit_to_show(answer, snapshot.documents)
        if self._writes(mode):
            yield from self._written(answer, snapshot, documents, history, started)
            return
        yield from answer.statements
        yield timed(answer, started)

    def _writes(self, mode: Mode) -> bool:
        return self.settings.llm is not None and mode is not Mode.EXTRACTIVE

    def _stand_alone(
        self, question: str, history: Sequence[Turn], mode: Mode
    ) -> Generator[Progress, None, str]:
        """Make a follow-up stand alone: in the model's words where there is one, else by rules."""
        if history and self._writes(mode):
            quarter = self.settings.llm_timeout / 4
            rewritten = yield from self._author.stand_alone(question, history, quarter)
            if rewritten is not None:
                return rewritten
        return stand_alone(question, history)

    def _written(
        self, extractive: Answer, snapshot: Snapshot, documents: Collection[str] | None,
        history: Sequence[Turn], started: float,
    ) -> Iterator[Progress | Statement | Answer]:  # fmt: skip
        hits = snapshot.search(extractive.standalone_question, PASSAGES, documents=documents)
        passages = [
            (self._article(snapshot, p.document_id), p.start, p.end)
            for p in (h.passage for h in hits)
        ]
        left = self.settings.llm_timeout - (perf_counter() - started)
        for event in self._author.write(extractive, passages, history, left):
            if isinstance(event, Answer):
                event = timed(fit_to_show(event, snapshot.documents), started)
            yield event

    @cached_property
    def _author(self) -> Author:
        from assistant.written import Author

        return Author(self.settings, self.reader.matcher, self._reading)

    def _article(self, snapshot: Snapshot, key: str) -> Article:
        if snapshot.build != self._build:
            self._build, self._articles = snapshot.build, {}
        known = self._articles.get(key)
        if known is None:
            known = self._articles[key] = read_article(snapshot.documents[key])
        return known


def separate(question: str) -> tuple[str, ...]:
    """Split two questions in one; the second stands on the first."""
    first, *others = parts(question)
    return (first, *(stand_alone(other, [Turn(first, "")]) for other in others))


def timed(answer: Answer, started: float) -> Answer:
    """Return the answer with the time it took."""
    from dataclasses import replace

    return replace(answer, elapsed_ms=(perf_counter() - started) * 1000)
