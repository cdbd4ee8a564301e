"""`c5 bench reading`: the reader alone on sets laid out as ARCD and NoMIRACL."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.benchmarks.reading import as_text, measure_reading
from eval.errors import EvaluationError

PORT = (
    "The port of Kuryk was opened in 2016. It lies on the Caspian Sea. "
    "Ferries take 24 hours to Baku. Its director is Marat Ospanov."
)
BREAD = "Bread is baked from flour and water. The oven must be hot. Salt is added at the end."


def _lines(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


def test_the_sentence_with_the_answer_is_looked_for_in_its_own_passage(tmp_path: Path) -> None:
    _lines(tmp_path / "corpus.jsonl", [{"_id": "p", "title": "", "text": PORT}])
    question = {
        "_id": "q",
        "text": "When was the port of Kuryk opened?",
        "metadata": {"answers": ["2016"]},
    }
    _lines(tmp_path / "queries.jsonl", [question])
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("q\tp\t1\n", encoding="utf-8")
    told = measure_reading(tmp_path, None)
    assert told["arcd"] == {"questions": 1, "sentences": 4.0, "rank_1": 1.0, "rank_3": 1.0}
    assert "100.0% of 1 questions" in as_text(told)


def test_refusals_are_counted_by_language(tmp_path: Path) -> None:
    rows = [
        {"_id": "1", "answerable": True, "text": "When was the port of Kuryk opened?"},
        {"_id": "2", "answerable": False, "text": "Who won the chess championship in 1987?"},
    ]
    passages = [{"_id": "a", "text": PORT}, {"_id": "b", "text": BREAD}]
    _lines(tmp_path / "en.jsonl", [row | {"passages": passages} for row in rows])
    told = measure_reading(None, tmp_path)["nomiracl"]["en"]
    assert told == {"questions": 2, "auroc": 1.0, "hallucination_rate": 0.0, "error_rate": 0.0}


def test_a_folder_without_the_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"no \*\.jsonl"):
        measure_reading(None, tmp_path)
