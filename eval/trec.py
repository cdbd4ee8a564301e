"""Rankings and judgements as TREC writes them: what trec_eval, ir-measures and ranx read.

A line of a run is ``query Q0 document rank score tag``, of judgements ``query 0 document grade``,
blanks between. Ids may have no blanks there; ours that have are told rather than changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from eval.errors import EvaluationError
from eval.metrics.retrieval import Judgements, Run

_BLANK = re.compile(r"\s")


def write_trec(folder: Path, relevant: Judgements, run: Run, tag: str) -> tuple[Path, Path]:
    """Write `qrels.txt` and `run.txt` into a folder and return their paths."""
    for key in (
        *relevant,
        *(key for found in (*relevant.values(), *run.values()) for key in found),
    ):
        if _BLANK.search(key) or not key:
            raise EvaluationError(f"the id {key!r} has a blank, which TREC files cannot hold")
    qrels, ranked = folder / "qrels.txt", folder / "run.txt"
    judgements = (
        f"{query} 0 {document} {grade}\n"
        for query, grades in relevant.items()
        for document, grade in grades.items()
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        qrels.write_text("".join(judgements), "utf-8")
        ranked.write_text("".join(_ranked(run, _BLANK.sub("-", tag))), "utf-8")
    except OSError as error:
        raise EvaluationError(f"{folder}: {error.strerror or error}") from None
    return qrels, ranked


def _ranked(run: Mapping[str, Mapping[str, float]], tag: str) -> Iterator[str]:
    for query, found in run.items():
        best = sorted(found.items(), key=lambda item: -item[1])
        for rank, (document, score) in enumerate(best, 1):
            # every digit, so that ties stay ties and nothing becomes one
            yield f"{query} Q0 {document} {rank} {score!r} {tag}\n"
