"""Runs, and what is made of them: comparison, floors, JUnit, the page, the table of scores."""

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from eval_oracle import ROWS, TEXTS, Oracle, write_questions

from assistant.schema import Status
from eval.answers import run
from eval.compare import as_text, compare
from eval.dataset import read_questions
from eval.errors import EvaluationError
from eval.floors import read_floors, shortfalls
from eval.journal import Journal
from eval.junit import junit
from eval.marked import marks, write_table, written_table
from eval.report import report_html
from eval.results import BASELINE, named, read_result, without_answers, write_result
from eval.summary import MEANS, value_of
from eval.table import score_table
from eval.told import summary_text

ROOT = Path(__file__).resolve().parent.parent
# many facts, so that a difference can be more than noise
MANY = [
    r | {"id": f"{r['id']}-{n}", "question": f"{r['question']} {n}", "fact": f"{fact}-{n}"}
    for n in range(12)
    for r in ROWS
    for fact in (r.get("fact", r["id"]),)
]


def refuse(answer):
    return replace(answer, status=Status.NOT_IN_SOURCES, citations=(), statements=())


def refuse_arabic(answer):
    return refuse(answer) if answer.language == "ar" else answer


@pytest.fixture(scope="module")
def questions(tmp_path_factory):
    return read_questions([write_questions(tmp_path_factory.mktemp("q") / "q.jsonl", MANY)])


@pytest.fixture(scope="module")
def ran(questions):
    def result(fault=lambda answer: answer, only=None):
        asked = [q for q in questions if only is None or only(q)]
        return run(Oracle(asked, fault), asked, TEXTS, settings={"machine": "a test"})

    return result


@pytest.fixture(scope="module")
def good(ran):
    return ran()


def test_a_result_has_the_shape_of_the_contract(good):
    assert good.keys() >= {"questions", "settings", "metrics", "rows"}
    assert len(good["rows"]) == good["questions"]["count"] == len(MANY)
    assert set(good["by"]["lang"]) == {"ar", "en", "ru", "kk"}
    assert good["by"]["split"].keys() == {"dev"}
    json.dumps(good)


def test_an_interrupted_run_goes_on_where_it_stopped(questions, tmp_path):
    result, asked = tmp_path / "result.json", []

    def stop_after(count):
        def note(answer):
            if len(asked) == count:
                raise KeyboardInterrupt
            asked.append(answer.question)
            return answer

        return note

    some = questions[:20]
    with pytest.raises(KeyboardInterrupt):
        run(Oracle(some, stop_after(9)), some, TEXTS, settings={}, journal=result)
    (journal,) = tmp_path.iterdir()
    journal.write_text(journal.read_text("utf-8")[:-20], "utf-8")  # killed in the midst of a line

    whole = run(Oracle(some, stop_after(99)), some, TEXTS, settings={}, journal=result)
    assert [row["id"] for row in whole["rows"]] == [question.id for question in some]
    # 1 to warm up and 8 rows; 1 to warm up, then the row that was lost and those not yet asked
    assert asked[9:] == [some[0].question, *(question.question for question in some[7:])]
    assert list(tmp_path.iterdir()) == []


def test_other_settings_begin_anew(questions, tmp_path):
    some, result = questions[:3], tmp_path / "result.json"
    for mode in ("a", "b"):
        path = Journal(result, {"questions": "q", "settings": mode})
        assert path.rows == {}
        path.add({"id": some[0].id})
    assert Journal(result, {"questions": "q", "settings": "b"}).rows == {
        some[0].id: {"id": some[0].id}
    }


def test_shares_are_fractions_and_intervals_hold_them(ran):
    result = ran(refuse_arabic)
    for name in MEANS:
        value = result["metrics"][name]
        assert value is None or 0 <= value <= 1
        if value is not None:
            low, high = result["intervals"][name]
            assert low <= value <= high


def test_a_result_survives_the_disk(good, tmp_path):
    path = tmp_path / "folder" / "result.json"
    write_result(good, path)
    assert read_result(path)["metrics"] == good["metrics"]
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("text", ["", "[]", '{"metrics": {}}'])
def test_a_file_that_is_no_result_is_told(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(EvaluationError, match="not a result of c5 eval answers"):
        read_result(path)


def test_a_name_cannot_leave_the_folder_of_results():
    with pytest.raises(EvaluationError, match="letters, digits"):
        named("../../etc/x")
    assert named("nightly").name.startswith("nightly-")


def test_a_result_without_answers_keeps_what_comparisons_need(good, ran):
    slim = without_answers(good)
    assert "quote" not in json.dumps(slim)
    after = ran(refuse_arabic)
    assert compare(slim, after) == compare(good, after)


def test_the_same_run_twice_is_no_difference(good, ran):
    comparison = compare(good, ran())
    assert not comparison.worse
    assert {d.verdict for d in comparison.differences} == {"noise"}
    assert (comparison.lost, comparison.won, comparison.p_value) == ((), (), 1.0)


def test_a_worse_run_is_worse_and_names_its_questions(good, ran):
    comparison = compare(good, ran(refuse_arabic))
    assert {d.metric for d in comparison.worse} >= {"right", "citation_recall", "error_rate"}
    assert {row["lang"] for row in comparison.lost} == {"ar"}
    assert comparison.lost[0]["question"] in as_text(comparison)
    assert not compare(ran(refuse_arabic), good).worse


def test_one_question_more_or_less_is_noise(good, ran):
    lost = MANY[0]["question"]
    slightly = ran(lambda answer: refuse(answer) if answer.question == lost else answer)
    comparison = compare(good, slightly)
    assert len(comparison.lost) == 1
    assert not comparison.worse


def test_runs_without_a_common_question_cannot_be_compared(ran):
    arabic, russian = (ran(only=lambda q, x=lang: q.lang == x) for lang in ("ar", "ru"))
    with pytest.raises(EvaluationError, match="no question in common"):
        compare(arabic, russian)


def test_a_run_below_a_floor_is_told_by_group_and_measure(good, ran):
    floors = read_floors()
    assert shortfalls(good, floors) == ()
    short = {str(fall).rsplit(" is ", 1)[0] for fall in shortfalls(ran(refuse_arabic), floors)}
    assert short == {
        "ar citation_recall 0.000", "ar first_citation 0.000", "ar error_rate 1.000",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["[ar]\nleast = 1", "ar = 1", "[ar.lowest]\nx = 1", "["])
def test_broken_floors_are_told(tmp_path, text):
    path = tmp_path / "floors.toml"
    path.write_text(text)
    with pytest.raises(EvaluationError, match=r"floors\.toml"):
        read_floors(path)


def test_every_floor_is_a_measure_that_exists(good):
    for group, sides in read_floors().items():
        measured = good["metrics"] if group == "all" else good["by"]["lang"][group]
        for bounds in sides.values():
            assert bounds.keys() <= measured.keys()


def test_junit_has_a_case_for_each_question_and_a_failure_for_each_fault(ran):
    result = ran(refuse_arabic)
    suite = ElementTree.fromstring(junit(result)).find("testsuite")
    failed = [case.get("name") for case in suite if case.find("failure") is not None]
    wrong = [row["id"] for row in result["rows"] if not row["right"]]
    assert (suite.get("tests"), suite.get("failures")) == (str(len(MANY)), str(len(wrong)))
    assert failed == wrong
    assert "expected: بلغت كلفته" in next(case for case in suite if len(case))[0].text


def test_the_page_needs_nothing_from_outside_and_escapes_what_it_shows(questions, ran):
    result = ran(refuse_arabic)
    result["rows"][0]["question"] = "<script>alert(1)</script> كم؟"
    page = report_html(
        result,
        name="a<b",
        comparison=compare(ran(), result),
        short=shortfalls(result, read_floors()),
    )
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"(?:src|href)\s*=|url\(|@import|https?:", page)
    assert page.count("<article>") == sum(not row["right"] for row in result["rows"])
    assert "Not fit for release" in page
    assert page.count("<svg") == 2


def test_the_page_of_a_good_run_says_so(good):
    page = report_html(without_answers(good))
    assert "Every floor is reached" in page
    assert "Where it fails (0)" in page


def test_the_table_goes_between_its_marks_and_nowhere_else(good, tmp_path):
    readme, (begin, end) = tmp_path / "README.md", marks("scores")
    readme.write_text(f"before\n{begin}\nold\n{end}\nafter\n", "utf-8")
    table = score_table(good)
    write_table(readme, "scores", table)
    assert written_table(readme, "scores") == table
    assert readme.read_text("utf-8") == f"before\n{begin}\n{table}{end}\nafter\n"
    assert "| Arabic | English | Russian | Kazakh | all |" in table


def test_a_readme_without_marks_is_told(good, tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("nothing here\n")
    with pytest.raises(EvaluationError, match="no lines"):
        write_table(readme, "scores", score_table(good))


def test_the_summary_in_the_terminal_names_every_language(good):
    text = summary_text(good)
    assert all(language in text.splitlines()[0] for language in ("ar", "en", "ru", "kk"))
    assert f"{len(MANY)} questions, 0 not right" in text


def test_every_compared_measure_can_be_told_row_by_row(good):
    for row_ in good["rows"]:
        assert value_of(row_, "right") == 1.0
        assert (value_of(row_, "error_rate") is None) != row_["answerable"]


def test_the_readme_has_the_scores_of_the_committed_baseline():
    table = written_table(ROOT / "README.md", "scores")
    if not BASELINE.is_file() or table is None:
        pytest.skip("no baseline, or no place for its table in README.md")
    assert table == score_table(read_result(BASELINE)), "run: c5 eval table --readme README.md"


def test_every_measurement_that_is_shown_names_its_commit_and_machine():
    measured = sorted((ROOT / "eval" / "benchmarks" / "results").glob("*.json"))
    assert measured
    for path in measured:
        told = json.loads(path.read_text("utf-8"))
        assert re.match(r"[0-9a-f]{7,}", told["commit"]), path.name
        assert "CPU cores" in told["machine"], path.name
        assert len(told["load"]) == 3, path.name
