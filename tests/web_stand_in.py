"""A small corpus in memory and an assistant over it, so that the web is tested without an index."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from assistant.errors import QuestionError
from assistant.schema import (
    Answer,
    Citation,
    IndexState,
    Mode,
    Nearest,
    Progress,
    Statement,
    Status,
    Support,
    Turn,
)
from index.schema import Document, Hit, Passage, Translation
from index.split import passages

HARBOUR = """وكالة الميناء

افتُتح الميناء الجديد في مدينة بندر يوم 2024-03-15 بحضور الوزير.

## كم بلغت كلفة الميناء؟

بلغت كلفة الميناء 4.2 مليار دولار، بزيادة قدرها 96.4٪ عن التقدير الأول. \
ووفقًا للخبير كريم نوري، يعمل فيه بين 10-20 شركة من مجموعة C5+1 وشركة Harbour Works Ltd.

هاتف المكتب: +963 11 555 1234.

## خطط التوسعة

ستبدأ التوسعة في عام ٢٠٢٧، وفقًا للوزارة <script>alert(1)</script>.
"""
ENGLISH = (
    "Port Agency",
    "The new port in the city of Bandar opened on 2024-03-15 in the minister's presence.",
    "What did the port cost?",
    "The port cost $4.2 billion, 96.4% above the first estimate. According to the expert Karim "
    "Nouri, 10-20 companies of the C5+1 group and Harbour Works Ltd work in it.",
    "Office telephone: +963 11 555 1234.",
    "Plans for the extension",
    "The extension begins in 2027, according to the ministry <script>alert(1)</script>.",
)
COST = "بلغت كلفة الميناء 4.2 مليار دولار، بزيادة قدرها 96.4٪ عن التقدير الأول."
WHO = "ووفقًا للخبير كريم نوري، يعمل فيه بين 10-20 شركة من مجموعة C5+1"
HOSTILE = "<img src=x onerror=alert(2)> **Harbour** `x` $y$ [a](javascript:alert(3))"


def corpus() -> tuple[Document, ...]:
    return (
        Document(
            "harbour",
            "ميناء بندر C5+1 <b>",
            "ar",
            HARBOUR,
            publisher="وكالة <i>الميناء</i>",
            published=date(2024, 3, 16),
            url="https://example.org/harbour",
            translations=(Translation("en", ENGLISH),),
        ),
        Document(
            "market", "The market", "en", f"# The market\n\nFish is sold at dawn. {HOSTILE}\n"
        ),
    )


class StandInIndex:
    """The same interface as the real index; finds what shares words with the query."""

    build = "b1"
    built_at = "2026-11-23T18:00:00+00:00"

    def __init__(self) -> None:
        self.documents = {d.id: d for d in corpus()}
        self.passages: Sequence[Passage] = [p for d in corpus() for p in passages(d)]

    def search(
        self, query: str, k: int = 5, *, documents: Collection[str] | None = None
    ) -> list[Hit]:
        words = set(query.split())
        scored = [
            (len(words & set(p.text.split())) / (len(words) or 1), p)
            for p in self.passages
            if documents is None or p.document_id in documents
        ]
        best = sorted(scored, key=lambda pair: -pair[0])[:k]
        return [Hit(p, score, rank, {"words": score}) for rank, (score, p) in enumerate(best, 1)]

    def refresh(self) -> bool:
        return False

    def prepare(self) -> None:
        pass

    def turn(self) -> bool:
        return False

    def is_stale(self, docs: Path) -> bool:
        return False

    def changed(self, docs: Path) -> frozenset[str]:
        return frozenset()


@dataclass
class StandIn:
    """Knows the cost and the phone number of a made-up port, and nothing else."""

    index: StandInIndex = field(default_factory=StandInIndex)
    slow: float = 0.0
    histories: list[Sequence[Turn]] = field(default_factory=list)
    stopped: int = 0

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        language: str | None = None,
        mode: Mode = Mode.AUTO,
        documents: Collection[str] | None = None,
    ) -> Answer:
        if not question.strip():
            raise QuestionError("the question is empty")
        if "explode" in question:
            raise RuntimeError(f"secret: {question}")
        self.histories.append(history)
        arabic = any("\u0600" <= c <= "\u06ff" for c in question)
        answer = Answer(
            question=question,
            language=language or ("ar" if arabic else "en"),
            standalone_question=question,
            status=Status.NOT_IN_SOURCES,
            mode=Mode.EXTRACTIVE,
            text="لا تذكر المقالات ذلك." if arabic else "The articles do not say.",
            statements=(),
            citations=(),
            nearest=(Nearest("market", 14, 35, self._text("market")[14:35]),),
            confidence=0.1,
            index=IndexState(self.index.build, self.index.built_at, False),
            elapsed_ms=1.0,
        )
        wanted = documents is None or "harbour" in documents
        if wanted and any(w in question for w in ("كلف", "cost", "phone", "هاتف")):
            return self._answered(answer)
        return answer

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        language: str | None = None,
        mode: Mode = Mode.AUTO,
        documents: Collection[str] | None = None,
    ) -> Iterator[Progress | Statement | Answer]:
        try:
            for stage in ("searching", "reading", "checking"):
                yield Progress(stage)
                for _ in range(10):
                    time.sleep(self.slow / 10)
                    yield Progress(stage)
            answer = self.ask(question, history, language=language, mode=mode, documents=documents)
            yield from answer.statements
        except GeneratorExit:
            self.stopped += 1
            raise
        yield answer

    def _text(self, document: str) -> str:
        return self.index.documents[document].text

    def _answered(self, answer: Answer) -> Answer:
        arabic = answer.language == "ar"
        cost = self._citation(1, arabic, 3, COST, "4.2 مليار دولار")
        phone = self._citation(2, arabic, 4, "هاتف المكتب: +963 11 555 1234.")
        who = self._citation(3, arabic, 3, WHO)
        return replace(
            answer,
            status=Status.ANSWERED,
            text=f"{cost.quote} [1] {phone.quote} [2]",
            statements=(
                Statement(cost.quote, (1,), Support.VERBATIM, note="التقدير الأول: 2019"),
                Statement(phone.quote, (2,), Support.VERBATIM),
                Statement("يعمل في الميناء 10-20 شركة.", (3, 1), Support.VERIFIED, "كريم نوري"),
            ),
            citations=(cost, phone, who),
            nearest=(),
            confidence=0.9,
        )

    def _citation(
        self, number: int, arabic: bool, block: int, quote: str, span: str | None = None
    ) -> Citation:
        text = self._text("harbour")
        start = text.index(quote)
        first = text.index(span) if span else 0
        return Citation(
            number=number,
            document="harbour",
            title=self.index.documents["harbour"].title,
            section="كم بلغت كلفة الميناء؟",
            start=start,
            end=start + len(quote),
            quote=quote,
            answer_span=(first, first + len(span)) if span else None,
            translation=None if arabic else ENGLISH[block],
            published="2024-03-16",
            url="https://example.org/harbour",
        )
