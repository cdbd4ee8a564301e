"""`c5 eval retrieval`: BEIR folders, TREC's measures, and the same scorer as serving."""

import json
from pathlib import Path

import numpy as np
import pytest

from eval.beir import read_beir
from eval.metrics.retrieval import METRICS, intervals, mean, per_query
from eval.retrieval import SYSTEMS, open_corpus, run_retrieval
from eval.retrieval_ablation import write_section
from index.encoder import open_encoder
from index.errors import CorpusError

CORPUS = {
    "energy": ("الطاقة", "وقعت كازاخستان عقدا مع شركة شيفرون لتطوير حقل تنغيز حتى عام 2033."),
    "rail": ("", "اشترت السكك الحديدية 300 قاطرة أمريكية بقيمة أربعة مليارات دولار."),
    "school": ("", "افتتح وزير التعليم مدرسة جديدة في شيمكنت تتسع لألف تلميذ."),
    "weather": ("", "تساقطت الثلوج بكثافة على المرتفعات الشمالية هذا الأسبوع."),
}
QUERIES = {
    "q1": ("متى ينتهي عقد حقل تنغيز؟", "energy"),
    "q2": ("How many locomotives did the railways buy, 300?", "rail"),
    "q3": ("Какую школу открыли в Шымкенте?", "school"),
    "q4": ("ماذا حدث في المرتفعات الشمالية؟", "weather"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    corpus = [{"_id": key, "title": title, "text": text} for key, (title, text) in CORPUS.items()]
    queries = [{"_id": key, "text": text} for key, (text, _) in QUERIES.items()]
    queries.append({"_id": "unjudged", "text": "nothing"})
    judged = "".join(f"{key}\t{right}\t1\n" for key, (_, right) in QUERIES.items())
    for name, rows in (("corpus", corpus), ("queries", queries)):
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + judged)
    return tmp_path


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_the_result_is_what_the_contract_says(folder: Path, system: str) -> None:
    result = run_retrieval(folder, system)
    assert {"data", "system", "encoder", "metrics", "intervals", "queries"} == set(result)
    assert (result["data"], result["system"]) == (folder.name, system)
    assert list(result["metrics"]) == list(METRICS)
    assert all(0 <= value <= 1 for value in result["metrics"].values())
    assert [row["id"] for row in result["queries"]] == list(QUERIES)
    for row in result["queries"]:
        assert row["relevant"] == [QUERIES[row["id"]][1]]
        assert row["found"][0] in CORPUS
    json.dumps(result)  # plain values only


def test_the_hybrid_finds_what_every_query_asks_for(folder: Path) -> None:
    result = run_retrieval(folder)
    assert result["metrics"]["recall@1"] == 1
    assert result["metrics"]["ndcg@10"] == pytest.approx(1)


def test_the_mean_and_the_interval_are_those_of_the_queries(folder: Path) -> None:
    result = run_retrieval(folder, "lexical")
    for name in METRICS:
        values = [row["metrics"][name] for row in result["queries"]]
        low, high = result["intervals"][name]
        assert result["metrics"][name] == pytest.approx(np.mean(values))
        assert low <= result["metrics"][name] <= high


def test_measures_are_those_of_trec() -> None:
    relevant = {"a": {"x": 1, "y": 1}, "b": {"x": 1}, "c": {"z": 1}}
    run = {"a": {"x": 3.0, "w": 2.0, "y": 1.0}, "b": {"w": 2.0, "x": 1.0}}
    rows = per_query(relevant, run)
    ideal, found = 1 + 1 / np.log2(3), 1 + 1 / np.log2(4)
    assert rows["a"]["ndcg@10"] == pytest.approx(found / ideal)
    assert rows["a"]["recall@1"] == 0.5
    assert rows["b"]["mrr@10"] == 0.5
    assert rows["c"] == dict.fromkeys(METRICS, 0.0)  # not found counts, and counts as nothing
    assert mean(list(rows.values()))["mrr@10"] == pytest.approx(0.5)


def test_intervals_narrow_with_more_queries_and_repeat_with_the_seed() -> None:
    few = [dict.fromkeys(METRICS, float(n % 2)) for n in range(20)]
    many = few * 50
    (low, high), (lower, higher) = intervals(few)["mrr@10"], intervals(many)["mrr@10"]
    assert high - low > 5 * (higher - lower)
    assert intervals(few) == intervals(few)


def test_a_document_scores_as_its_best_passage(folder: Path) -> None:
    test = read_beir(folder)
    corpus = open_corpus(test.documents, open_encoder())
    ranked = corpus.rank(QUERIES["q4"][0], 4)
    scored = corpus.scorer.score(QUERIES["q4"][0])
    for place, score in ranked.items():
        assert score == scored.scores[corpus.owners[scored.places] == place].max()


def test_a_title_is_part_of_the_document(folder: Path) -> None:
    assert read_beir(folder).documents[0].text.startswith("الطاقة\n\n")


def test_what_is_missing_or_malformed_is_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"corpus\.jsonl"):
        run_retrieval(tmp_path / "nowhere")
    (folder / "queries.jsonl").write_text('{"_id": "q1"}\n')
    with pytest.raises(CorpusError, match=r"queries\.jsonl, line 1"):
        run_retrieval(folder)


def test_tables_replace_the_ones_of_the_run_before(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("# The index\n\nWords.\n")
    write_section("first", readme)
    write_section("second", readme)
    text = readme.read_text()
    assert text.startswith("# The index\n\nWords.\n")
    assert "second" in text
    assert "first" not in text
