"""The reader alone on public data: the sentence that answers, and knowing that none does.

ARCD (Mozannar et al. 2019): each question with its own passage; is the first sentence the one that
holds the marked answer? NoMIRACL (Thakur et al. 2024): each question with ten passages, none of
which answers half of the questions; hallucination and error rates are defined as there. The
reader has seen neither.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from assistant.article import read_article
from assistant.candidates import Candidate
from assistant.extract import Extract, extract
from assistant.question import read_question
from assistant.reader import Reader
from eval.beir import read_beir
from eval.errors import EvaluationError
from eval.metrics.calibration import auroc
from eval.metrics.refusal import count_refusals
from index.encoder import StaticEncoder, open_encoder
from index.fold import fold_text
from index.schema import Document


def measure_reading(arcd: Path | None, nomiracl: Path | None) -> dict[str, Any]:
    """Return the figures of the sets whose folders are given."""
    encoder = open_encoder()
    assert isinstance(encoder, StaticEncoder)
    reader = Reader(encoder)
    measured: dict[str, Any] = {}
    if arcd is not None:
        measured["arcd"] = _answer_sentences(reader, arcd)
    if nomiracl is not None:
        paths = sorted(nomiracl.glob("*.jsonl"))
        if not paths:
            raise EvaluationError(f"{nomiracl}: no *.jsonl of NoMIRACL in this folder")
        measured["nomiracl"] = {path.stem: _refusals(reader, path) for path in paths}
    return measured


def as_text(measured: dict[str, Any]) -> str:
    """Return the figures as lines."""
    lines = []
    if told := measured.get("arcd"):
        lines.append(
            f"arcd: the answer's sentence first for {told['rank_1']:.1%} of {told['questions']} "
            f"questions, among the first three for {told['rank_3']:.1%} "
            f"({told['sentences']:.1f} sentences a passage)"
        )
    lines += [
        f"nomiracl {language}: AUROC {told['auroc']:.3f}, hallucination "
        f"{told['hallucination_rate']:.1%}, error {told['error_rate']:.1%} "
        f"({told['questions']} questions)"
        for language, told in measured.get("nomiracl", {}).items()
    ]
    return "\n".join(lines)


def _answer_sentences(reader: Reader, folder: Path) -> dict[str, float]:
    collection = read_beir(folder)
    texts = {document.id: document.text for document in collection.documents}
    ranks, sizes = [], []
    for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        answers = [fold_text(answer) for answer in row.get("metadata", {}).get("answers", ())]
        for key in collection.relevant.get(row["_id"], ()):
            candidates = _candidates([texts[key]])
            reading = reader.read(read_question(row["text"]), candidates)
            held = [
                any(answer in fold_text(candidates[place].sentence.text) for answer in answers)
                for place in reading.order
            ]
            if any(held) and len(held) > 1:
                ranks.append(held.index(True) + 1)
                sizes.append(len(held))
    if not ranks:
        raise EvaluationError(f"{folder}: no question whose answer stands in one of its sentences")
    return {
        "questions": len(ranks),
        "sentences": sum(sizes) / len(sizes),
        "rank_1": sum(rank == 1 for rank in ranks) / len(ranks),
        "rank_3": sum(rank <= 3 for rank in ranks) / len(ranks),
    }


def _refusals(reader: Reader, path: Path) -> dict[str, float | None]:
    answerable, answered, confidences = [], [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found = _read(reader, row["text"], [p["text"] for p in row["passages"]])
        answerable.append(bool(row["answerable"]))
        answered.append(bool(found.chosen))
        confidences.append(found.probability)
    counted = count_refusals(answerable, answered)
    return {
        "questions": len(answerable),
        "auroc": auroc(confidences, answerable),
        "hallucination_rate": counted.hallucination_rate,
        "error_rate": counted.error_rate,
    }


def _read(reader: Reader, text: str, passages: Sequence[str]) -> Extract:
    question = read_question(text)
    return extract(question, reader.read(question, _candidates(passages)))


def _candidates(passages: Iterable[str]) -> list[Candidate]:
    """Make an article of each passage, as search would find it."""
    result = []
    for number, text in enumerate(passages):
        article = read_article(Document(str(number), "", "", text))
        result += [Candidate(sentence, article) for sentence in article.sentences]
    return result
