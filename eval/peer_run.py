"""`c5 eval peers`: the same questions to ours and to others, scored by what all of them show.

Each peer's row tells its mean and what ours has more (paired by question, 95 % bootstrap interval
by fact). A question that a peer fails on counts as refused.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.schema import Turn
from eval.dataset import Question
from eval.errors import EvaluationError
from eval.metrics.interval import bootstrap_interval
from eval.metrics.latency import percentile
from eval.peer_reply import Reply, read_reply, score_reply
from eval.peers import Peer, PeerFailure
from eval.summary import Row, value_of
from index.fold import Folded, fold
from index.schema import Document

if TYPE_CHECKING:
    from assistant.assistant import Assistant

MEASURES = (
    "citation_recall", "first_citation", "citation_precision", "answer_said", "refusal_rate",
    "error_rate", "quotes_real", "figures_right", "dates_right", "names_right", "language_right",
    "characters",
)  # fmt: skip
_GIVE_UP = 5  # failures in a row


class Ours:
    """The assistant as a peer among peers."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def ask(self, question: Question) -> Reply:
        """Ask it in this process."""
        history = tuple(Turn(asked, told) for asked, told in question.history)
        return read_reply(self._assistant.ask(question.question, history).as_dict())


def ask_peer(
    peer: Peer,
    questions: Sequence[Question],
    articles: Mapping[str, Folded],
    progress: Callable[[Iterable[Question]], Iterable[Question]] = iter,
) -> list[dict[str, Any]]:
    """Return a row for each question; EvaluationError where a peer fails again and again."""
    rows: list[dict[str, Any]] = []
    failed = 0
    for question in progress(questions):
        start = time.perf_counter()
        fault = ""
        try:
            reply = peer.ask(question)
            failed = 0
        except PeerFailure as failure:
            reply, fault, failed = Reply("", (), True), str(failure), failed + 1
            if failed == _GIVE_UP:
                raise EvaluationError(f"{_GIVE_UP} questions in a row failed: {fault}") from None
        elapsed = (time.perf_counter() - start) * 1000
        rows.append(
            {
                "id": question.id,
                "group": question.group,
                "lang": question.lang,
                "kind": question.kind,
                "answerable": question.answerable,
                "scores": score_reply(question, reply, articles),
                "text": reply.text,
                "contexts": [text for _, text in reply.contexts],
                "fault": fault,
                "elapsed_ms": round(elapsed, 2),
            }
        )
    return rows


def folded(documents: Mapping[str, Document], docs: Path) -> dict[str, Folded]:
    """Return the articles in search form, as whole files where those are there.

    Others may show what stands above the text of an article, and that is no invention.
    """
    files = {key: docs / key / "article.md" for key in documents}
    return {
        key: fold(files[key].read_text("utf-8") if files[key].is_file() else document.text)
        for key, document in documents.items()
    }


def summary(rows: Mapping[str, Sequence[Row]], ours: str) -> dict[str, dict[str, Any]]:
    """Return for each system its means, and the difference of ours from it with its interval."""
    own = {row["id"]: row for row in rows[ours]}
    found: dict[str, dict[str, Any]] = {}
    for name, theirs in rows.items():
        figures: dict[str, Any] = {}
        for measure in MEASURES:
            values = [value for row in theirs if (value := value_of(row, measure)) is not None]
            figures[measure] = sum(values) / len(values) if values else None
        elapsed = [row["elapsed_ms"] for row in theirs]
        found[name] = {
            "metrics": figures | {"p50_ms": percentile(elapsed, 50)},
            "failed": sum(bool(row["fault"]) for row in theirs),
            "ours_more": {} if name == ours else _more(own, theirs),
        }
    return found


def _more(own: Mapping[str, Row], theirs: Sequence[Row]) -> dict[str, tuple[float, float] | None]:
    intervals = {}
    for measure in MEASURES:
        pairs = [
            (a - b, row["group"])
            for row in theirs
            if (a := value_of(own[row["id"]], measure)) is not None
            and (b := value_of(row, measure)) is not None
        ]
        intervals[measure] = bootstrap_interval([d for d, _ in pairs], [g for _, g in pairs])
    return intervals


def as_text(systems: Mapping[str, Mapping[str, Any]], count: int) -> str:
    """Return the table as a person reads it: systems as columns."""
    lines = [f"{'':<20}" + "".join(f"{name[:17]:>18}" for name in systems)]
    for measure in (*MEASURES, "p50_ms"):
        cells = []
        for system in systems.values():
            value = system["metrics"][measure]
            whole = measure in ("characters", "p50_ms")
            told = "–" if value is None else f"{value:.0f}" if whole else f"{value:.3f}"
            interval = system["ours_more"].get(measure)
            sure = interval is not None and (interval[0] > 0 or interval[1] < 0)
            cells.append(f"{told + (' *' if sure else '  '):>18}")
        lines.append(f"{measure:<20}" + "".join(cells))
    lines.append(f"{count} questions; * differs from ours by more than noise (95 %)")
    failed = {name: system["failed"] for name, system in systems.items() if system["failed"]}
    lines.extend(f"{name}: {number} questions failed" for name, number in failed.items())
    return "\n".join(lines)
