"""`c5 bench guard`: scripted models through the real clients, nothing false shown."""

import pytest

from eval.benchmarks.guard import measure_guard, write_guard_table
from eval.benchmarks.guard_table import guard_table
from eval.errors import EvaluationError


@pytest.fixture(scope="module")
def measured():
    return measure_guard(every=21)


@pytest.mark.slow
def test_nothing_false_is_shown_and_honest_statements_are(measured):
    assert sum(measured["false_tried"].values()) > 100
    assert {deed: shown for deed, shown in measured["false_shown"].items() if shown} == {}
    assert measured["wrong_by_other_measures"]["quotations"] == 0
    assert measured["wrong_by_other_measures"]["offsets"] == 0
    kept = sum(counts["kept"] for counts in measured["honest"].values())
    assert kept >= 0.8 * sum(counts["stated"] for counts in measured["honest"].values())


@pytest.mark.slow
def test_every_broken_model_ends_in_the_quoted_answer_in_time(measured):
    assert measured["failing_models"] > 10
    assert measured["failing_models_quoted_in_time"] == measured["failing_models"]


@pytest.mark.slow
def test_the_table_goes_between_its_marks_and_nowhere_else(measured, tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- guard:begin -->\nold\n<!-- guard:end -->\nafter\n", "utf-8")
    write_guard_table(readme, measured)
    text = readme.read_text("utf-8")
    assert guard_table(measured) in text
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    readme.write_text("no marks\n", "utf-8")
    with pytest.raises(EvaluationError, match="guard:begin"):
        write_guard_table(readme, measured)
