"""What the model is worth: recall on the held-out slice, and the BEIR folders of `data/eval`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoder import StaticEncoder
from index.late import late_scores
from index.train.holdout import Task


@dataclass(frozen=True, slots=True)
class Row:
    """A set, its measure, and the figure for the mean, for late interaction, for their sum."""

    name: str
    measure: str
    dense: float
    late: float
    both: float


def task_scores(folder: Path, tasks: Sequence[Task]) -> list[Row]:
    """Recall@1 on the held-out tasks."""
    encoder = StaticEncoder(folder)
    rows = []
    for task in tasks:
        passages = list(dict.fromkeys(task.passages))
        place = {passage: n for n, passage in enumerate(passages)}
        relevant = [{place[passage]} for passage in task.passages]
        rows.append(_measure(encoder, task.name, "R@1", task.queries, passages, relevant))
    return rows


def read_beir(folder: Path) -> tuple[list[str], list[str], list[set[int]]]:
    """Return queries, passages, and the places of each query's relevant passages."""
    passages: list[str] = []
    place: dict[str, int] = {}
    for line in (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        place[record["_id"]] = len(passages)
        passages.append(f"{record.get('title', '')} {record['text']}".strip())
    relevant: dict[str, set[int]] = {}
    for line in (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, passage, score = line.split("\t")
        if int(score) > 0:
            relevant.setdefault(query, set()).add(place[passage])
    records = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    queries = {record["_id"]: record["text"] for record in map(json.loads, records)}
    asked = [query for query in queries if query in relevant]
    return [queries[query] for query in asked], passages, [relevant[query] for query in asked]


def test_scores(folder: Path, data: Path) -> list[Row]:
    """nDCG@10 on each BEIR folder in `data`; recall@1 where the texts are parallel sentences."""
    encoder = StaticEncoder(folder)
    rows = []
    for beir in sorted(path.parent for path in data.glob("*/corpus.jsonl")):
        measure = "R@1" if "_sent_" in beir.name else "nDCG@10"
        rows.append(_measure(encoder, beir.name, measure, *read_beir(beir)))
    return rows


def as_table(title: str, rows: Sequence[Row]) -> str:
    """Return a Markdown table, in percent."""
    lines = [f"| {title} | measure | mean | late | mean + late |", "|---|---|---|---|---|"]
    for row in rows:
        figures = " | ".join(f"{100 * value:.1f}" for value in (row.dense, row.late, row.both))
        lines.append(f"| {row.name} | {row.measure} | {figures} |")
    return "\n".join(lines) + "\n"


def _measure(
    encoder: StaticEncoder,
    name: str,
    measure: str,
    queries: Sequence[str],
    passages: Sequence[str],
    relevant: Sequence[set[int]],
) -> Row:
    dense = encoder.encode(queries, query=True) @ encoder.encode(passages).T
    cut = [np.unique(ids) for ids in encoder.token_ids(passages)]
    late = np.stack([late_scores(ids, cut, encoder) for ids in encoder.token_ids(queries)])
    score = _recall_at_1 if measure == "R@1" else _ndcg_at_10
    three = (dense, late, _standard(dense) + _standard(late))
    return Row(name, measure, *(score(scores, relevant) for scores in three))


def _standard(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    spread: NDArray[np.float32] = scores.std(axis=1, keepdims=True)
    standard: NDArray[np.float32] = scores - scores.mean(axis=1, keepdims=True)
    standard /= np.maximum(spread, 1e-9)
    return standard


def _recall_at_1(scores: NDArray[np.float32], relevant: Sequence[set[int]]) -> float:
    found = [int(best) in good for best, good in zip(scores.argmax(axis=1), relevant, strict=True)]
    return float(np.mean(found))


def _ndcg_at_10(scores: NDArray[np.float32], relevant: Sequence[set[int]]) -> float:
    """Return nDCG over the first ten, with binary gains (Järvelin and Kekäläinen 2002)."""
    gains = 1 / np.log2(np.arange(2, 12))
    total = 0.0
    for ranking, good in zip(np.argsort(-scores, axis=1)[:, :10], relevant, strict=True):
        gained = sum(gains[n] for n, passage in enumerate(ranking) if int(passage) in good)
        total += float(gained / gains[: min(10, len(good))].sum())
    return total / len(relevant)
