"""The evaluation evaluated: each planted fault is caught by the measure meant for it."""

from dataclasses import replace
from pathlib import Path

import pytest
from eval_oracle import ROWS, TEXTS, Oracle, write_questions

from eval.answers import run
from eval.collection import folders, read_documents
from eval.dataset import read_questions, shipped_files
from eval.marked import written_table
from eval.mutation_run import Mutation, ask_all, mutation_table, of_search, plant_all
from eval.mutations import FAULTS, each
from eval.passage_set import as_retrieval_set
from eval.search_mutations import FAULTS as SEARCH_FAULTS
from eval.search_mutations import in_other_spelling, search_scores

ROOT = Path(__file__).resolve().parent.parent
# enough facts that a fault can be more than noise
MANY = [
    r | {"id": f"{r['id']}-{n}", "question": f"{r['question']} {n}", "fact": f"{fact}-{n}"}
    for n in range(6)
    for r in ROWS
    for fact in (r.get("fact", r["id"]),)
]
PERFECT = {"error_rate": 0.0, "hallucination_rate": 0.0, "calibration_error": 0.04}
EXPECTED = [(fault.name, measure) for fault in FAULTS for measure in fault.caught_by]


@pytest.fixture(scope="module")
def questions(tmp_path_factory):
    return read_questions([write_questions(tmp_path_factory.mktemp("q") / "q.jsonl", MANY)])


@pytest.fixture(scope="module")
def planted(questions):
    return plant_all(questions, ask_all(Oracle(questions), questions), TEXTS)


def _metrics(questions, fault=lambda answer: answer):
    return run(Oracle(questions, fault), questions, TEXTS, settings={})["metrics"]


def test_a_faultless_assistant_has_full_marks(questions):
    metrics = _metrics(questions)
    for name, value in metrics.items():
        if not name.startswith(("found@", "p50", "p95", "brier")):  # no search here
            assert value == pytest.approx(PERFECT.get(name, 1.0)), name


@pytest.mark.parametrize(("fault", "measure"), EXPECTED, ids=[f"{f}: {m}" for f, m in EXPECTED])
def test_a_planted_fault_is_caught(planted, fault, measure):
    (seen,) = [m for m in planted if (m.fault, m.measure) == (fault, measure)]
    assert seen.caught
    assert abs(seen.before - seen.after) > 0.05


def test_what_is_not_noticed_is_told(questions):
    """Without a fault nothing may be caught: a measure that always cries wolf is no measure."""
    answers = ask_all(Oracle(questions), questions)
    refused = [a for a in answers if not a.statements]
    kept = [q for q in questions if not q.answerable]
    # there are only refusals here, so faults of statements change nothing
    seen = plant_all(kept, refused, TEXTS)
    assert not any(m.caught for m in seen if m.measure == "offsets_right")


def test_a_fault_leaves_measures_of_other_things_alone(questions):
    speaker = next(fault for fault in FAULTS if fault.name == "speakers swapped")
    spoil = each(lambda a: replace(a, statements=speaker.plant([a])[0].statements))
    before = _metrics(questions)
    after = _metrics(questions, lambda answer: spoil([answer])[0])
    changed = {name for name in before if before[name] != after[name] and "_ms" not in name}
    assert changed == {"speaker_right"}


@pytest.mark.parametrize(
    "name", ["a digit of the quote changed", "refusals dropped", "a name added"]
)
def test_a_faulty_answer_does_not_count_as_right(questions, name):
    (fault,) = [fault for fault in FAULTS if fault.name == name]
    spoilt = _metrics(questions, lambda answer: fault.plant([answer])[0])
    assert spoilt["right"] < 1


@pytest.mark.slow
def test_faults_of_searching_are_caught_by_ndcg(docs):
    questions = read_questions(shipped_files(), "dev")
    documents = read_documents(folders(docs, questions))
    test = as_retrieval_set(questions, documents, "dev")
    assert all(m.caught for m in of_search(search_scores(test)))
    assert len(in_other_spelling(test).queries) > 40


def test_the_readme_has_the_mutation_table_with_every_fault_caught():
    table = written_table(ROOT / "eval" / "README.md", "mutations")
    assert table, "run: c5 eval mutations --readme eval/README.md"
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()]
    told = [(row[0], row[1].strip("`")) for row in rows[2:] if len(row) == 5]
    assert told == [*EXPECTED, *((fault.name, "ndcg@10") for fault in SEARCH_FAULTS)]
    assert {row[4] for row in rows[2:] if len(row) == 5} == {"yes"}


def test_the_table_tells_what_was_not_caught():
    seen = [Mutation("a", "x", 1.0, 0.5, True), Mutation("b", "y", 1.0, 1.0, False)]
    table = mutation_table(seen, "Two questions.")
    assert "| a | `x` | 1.000 | 0.500 | yes |" in table
    assert "| b | `y` | 1.000 | 1.000 | **no** |" in table
