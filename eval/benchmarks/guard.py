"""What the guard lets through of scripted models' replies, and the time that checking takes.

A loopback server that speaks the OpenAI-compatible and the Ollama protocol plays honest, sloppy,
hostile, slow and broken models over true statements about the shipped articles. Everything on our
side of the socket is what serves readers. What is shown is judged by how the reply was made, and
once more by the measures of `eval.metrics`, which do not know the guard.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from assistant.article import read_article
from assistant.candidates import gather
from assistant.citing import Draft
from assistant.claims import ClaimChecker
from assistant.fact_checks import Problem
from assistant.generate import Claim as Passed
from assistant.generate import Writer
from assistant.llm import ChatModel
from assistant.prompting import Source, number_sources
from assistant.question import read_question
from assistant.reader import Reader
from assistant.schema import Answer, Mode
from assistant.settings import Settings
from assistant.written import write_answer
from eval.benchmarks.guard_replies import Scripted, quoted_answer, replies
from eval.collection import CORPUS, read_documents, temporary_index
from eval.metrics.fidelity import offsets_right, quotations_right
from eval.metrics.figures import dates_right, figures_right
from eval.metrics.latency import percentile
from eval.results import commit
from eval.scripted.claims import Claim, claims
from eval.scripted.server import Server, llm_server
from index.encoder import StaticEncoder
from index.search import Index

PROTOCOLS = ("openai", "ollama")
_TIMEOUT = 20.0
_SHORT = 2.0  # for the replies that never end
_PASSAGES = 10
_USUAL = 4  # statements of an answer: longer ones are for the sake of the experiment


class TimedWriter(Writer):
    """Counts the processor time that checking takes."""

    spent = 0.0
    checked = 0

    def check(
        self, draft: Draft, sources: Sequence[Source], language: str
    ) -> tuple[Passed | None, tuple[Problem, ...]]:
        """Check a statement, and count."""
        begun = time.thread_time()
        try:
            return super().check(draft, sources, language)
        finally:
            self.spent += time.thread_time() - begun
            self.checked += 1


def measure_guard(every: int = 1) -> dict[str, Any]:
    """Return what was shown and lost, over the replies to every `every`-th true statement."""
    roots = (Settings.load().docs, CORPUS)
    chosen = claims()[::every]
    tally = _Tally()
    for translations in (True, False):
        documents = read_documents(roots)
        asked = [
            claim for claim in chosen if not translations or documents[claim.article].translations
        ]
        with temporary_index(roots, translations=translations) as (_, folder):
            _play(Index.open(folder), asked, tally, translations=translations)
    return tally.result()


def _play(index: Index, asked: Sequence[Claim], tally: _Tally, *, translations: bool) -> None:
    current: list[Scripted] = []
    texts = {key: document.text for key, document in index.documents.items()}
    with ExitStack() as stack:
        server = stack.enter_context(llm_server(lambda _: current[-1].reply))
        assert isinstance(index.encoder, StaticEncoder)
        reader = Reader(index.encoder)
        checker = ClaimChecker(reader.matcher)
        writers = {
            (protocol, timeout): TimedWriter(_model(server, protocol, timeout), checker)
            for protocol in PROTOCOLS
            for timeout in (_TIMEOUT, _SHORT)
        }
        for place, (claim, sources) in enumerate(_with_sources(index, asked)):
            _read(reader, index, claim)
            for number, scripted in enumerate(replies(claim, sources, place)):
                current.append(scripted)
                timeout = _SHORT if scripted.endless else _TIMEOUT
                writer = writers[PROTOCOLS[(place + number) % 2], timeout]
                extractive = quoted_answer(claim, sources)
                writer.spent, writer.checked, begun = 0.0, 0, time.monotonic()
                *_, answer = write_answer(extractive, sources, writer, (), timeout)
                assert isinstance(answer, Answer)
                late = time.monotonic() - begun > timeout + 2
                tally.add(claim, scripted, answer, texts, late=late, alone=not translations)
                if 0 < writer.checked <= _USUAL:
                    tally.milliseconds.append(writer.spent * 1000)


def _read(reader: Reader, index: Index, claim: Claim) -> None:
    """Read what search finds, as an assistant does for the quoted answer before a model writes."""
    snapshot = index.snapshot
    found = gather(snapshot, claim.text, lambda key: read_article(snapshot.documents[key]))
    if found:
        reader.read(read_question(claim.text), found)


def _model(server: Server, protocol: str, timeout: float) -> ChatModel:
    base = f"{server.url}/v1" if protocol == "openai" else server.url
    return ChatModel(
        Settings.load(llm=f"{protocol}:scripted", llm_base_url=base, llm_timeout=timeout)
    )


def _with_sources(index: Index, asked: Sequence[Claim]) -> Iterator[tuple[Claim, list[Source]]]:
    """Yield each statement with what search finds for it; the right passage is among them."""
    articles = {key: read_article(document) for key, document in index.documents.items()}
    for claim in asked:
        hits = [hit.passage for hit in index.search(claim.text, _PASSAGES)]
        own = [p for p in hits if p.document_id == claim.article and claim.gold in p.text]
        if not own:
            more = index.search(claim.gold, _PASSAGES)
            own = [h.passage for h in more if claim.gold in h.passage.text][:1]
        passages = [*own[:1], *(p for p in hits if p not in own)]
        found = [(articles[p.document_id], p.start, p.end) for p in passages]
        if own:
            yield claim, number_sources(found)


class _Tally:
    """Counts what was played and what was shown."""

    def __init__(self) -> None:
        self.replies: Counter[str] = Counter()
        self.false_tried: Counter[str] = Counter()
        self.false_shown: Counter[str] = Counter()
        self.honest: dict[str, Counter[str]] = {}
        self.faults: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.milliseconds: list[float] = []

    def add(
        self, claim: Claim, scripted: Scripted, answer: Answer, texts: Mapping[str, str],
        *, late: bool, alone: bool,
    ) -> None:  # fmt: skip
        self.replies[scripted.model] += 1
        written = answer.statements if answer.mode is Mode.GENERATIVE else ()
        shown = {_letters(statement.text) for statement in written}
        for deed, text in scripted.false:
            self.false_tried[deed] += 1
            self.false_shown[deed] += _letters(text) in shown
        if scripted.model == "honest":
            for name in ("originals alone" if alone else "with translations", claim.language):
                counts = self.honest.setdefault(name, Counter())
                counts["stated"] += 1
                counts["kept"] += _letters(claim.text) in shown
        if scripted.fails:
            quoted = answer.mode is Mode.EXTRACTIVE and bool(answer.notes)
            self.failures[f"{scripted.model} {'quoted' if quoted and not late else 'not'}"] += 1
        told = answer.as_dict()
        for name, right in (
            ("quotations", quotations_right(told)),
            ("offsets", offsets_right(told, texts)),
            ("figures", figures_right(told)),
            ("dates", dates_right(told)),
        ):
            self.faults[name] += right < 1

    def result(self) -> dict[str, Any]:
        failing = sum(self.failures.values())
        ended = sum(n for name, n in self.failures.items() if name.endswith(" quoted"))
        return {
            "replies": sum(self.replies.values()),
            "models": dict(self.replies),
            "false_tried": dict(self.false_tried),
            "false_shown": {deed: self.false_shown[deed] for deed in self.false_tried},
            "honest": {name: dict(counts) for name, counts in self.honest.items()},
            "wrong_by_other_measures": dict(self.faults),
            "failing_models": failing,
            "failing_models_quoted_in_time": ended,
            "checking_ms_p50": percentile(self.milliseconds, 50),
            "checking_ms_p95": percentile(self.milliseconds, 95),
            "commit": commit(),
            "machine": f"{os.cpu_count()} CPU cores (load {os.getloadavg()[0]:.0f})",
        }


def _letters(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def write_guard_table(readme: Path, figures: Mapping[str, Any]) -> None:
    """Put the table between its marks in a README."""
    from eval.benchmarks.guard_table import guard_table
    from eval.marked import write_table

    write_table(readme, "guard", guard_table(figures))
