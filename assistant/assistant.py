"""Question in, verified and cited answer out: understand, search, read, answer, verify."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from time import perf_counter

from assistant.answering import Part, compose, fit_to_show
from assistant.article import Article, read_article
from assistant.errors import SettingsError
from assistant.extract import extract, nearest
from assistant.followup import stand_alone
from assistant.question import check_language, cleaned, parts, read_question
from assistant.reader import Candidate, Reader
from assistant.schema import Answer, IndexState, Mode, Progress, Statement, Turn
from assistant.settings import Settings
from index.encoder import StaticEncoder, open_encoder
from index.schema import Document
from index.search import Index

PASSAGES = 10
# Where wrong answers and wrong refusals cost the same on held-out public questions; see the card.
THRESHOLD = 0.5


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
        self._articles: dict[str, Article] = {}

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
        standalone = stand_alone(question, history)
        asked = [read_question(part) for part in parts(standalone)]
        speak = language or read_question(question).language
        yield Progress("searching")
        found = [self._candidates(one.text, documents) for one in asked]
        yield Progress("reading")
        read = []
        for one, candidates in zip(asked, found, strict=True):
            reading = self.reader.read(one, candidates) if candidates else None
            chosen = extract(one, reading, THRESHOLD) if reading else None
            read.append(Part(one, reading, chosen))
        yield Progress("checking")
        answer = compose(question, standalone, speak, read, self._state(), self.index.documents)
        answer = fit_to_show(answer, self.index.documents)
        yield from answer.statements
        yield timed(answer, started)

    def _candidates(self, text: str, documents: Collection[str] | None) -> list[Candidate]:
        """Return the sentences of the best passages, each once, best passage first."""
        result: dict[tuple[str, int], Candidate] = {}
        for hit in self.index.search(text, PASSAGES, documents=documents):
            passage = hit.passage
            article = self._article(self.index.documents[passage.document_id])
            for sentence in article.within(passage.start, passage.end):
                result.setdefault((sentence.document, sentence.start), Candidate(sentence, article))
        return list(result.values())

    def _article(self, document: Document) -> Article:
        known = self._articles.get(document.id)
        if known is None or known.document is not document:
            known = self._articles[document.id] = read_article(document)
        return known

    def _state(self) -> IndexState:
        return IndexState(
            self.index.build, self.index.built_at, self.index.is_stale(self.settings.docs)
        )


def timed(answer: Answer, started: float) -> Answer:
    """Return the answer with the time it took."""
    from dataclasses import replace

    return replace(answer, elapsed_ms=(perf_counter() - started) * 1000)


__all__ = ["Assistant", "nearest"]
