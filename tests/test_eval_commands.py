"""`c5 eval …` as a user meets it: results on standard output, exit codes, one-line errors."""

import json
import sys

import pytest

from assistant import cli

ARTICLE = """---
title: The harbour of Lindow
language: en
published: 2024-05-01
---
The harbour of Lindow opened on 3 March 2019. It cost 40 million euros.

The mayor, Greta Holm, said that 120 people work there.

Fishing boats pay nothing until 2026.
"""
QUESTIONS = [
    {"id": "cost", "lang": "en", "question": "How much did the harbour of Lindow cost?",
     "answerable": True, "gold": [["It cost 40 million euros"]], "kind": "figure", "split": "dev"},
    {"id": "opened", "lang": "en", "question": "When did the harbour of Lindow open?",
     "answerable": True, "gold": [["opened on 3 March 2019"]], "kind": "date", "split": "test"},
    {"id": "moon", "lang": "en", "question": "Who first walked on the moon?",
     "answerable": False, "gold": [], "kind": "off-topic", "split": "dev"},
]  # fmt: skip


@pytest.fixture
def c5(monkeypatch, capsys):
    """Run one command in this process; return its exit code, standard output and error."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["c5", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capsys.readouterr()
        return stop.value.code, out, err

    return run


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "docs" / "lindow"
    folder.mkdir(parents=True)
    (folder / "article.md").write_text(ARTICLE, "utf-8")
    return folder.parent


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in QUESTIONS), "utf-8")
    return path


def test_own_questions_on_own_articles_from_check_to_report(c5, corpus, questions, tmp_path):
    """The path of a first-time user: check the file, run it, look at the page, compare."""
    code, out, _ = c5("eval", "check", questions, "--docs", corpus)
    assert (code, out.splitlines()[-1]) == (0, "3 questions, 0 errors, 0 warnings")

    result, junit = tmp_path / "result.json", tmp_path / "junit.xml"
    asked = ("eval", "answers", "--questions", questions, "--docs", corpus)
    code, out, _ = c5(*asked, "--json", result, "--junit", junit)
    assert code == 0
    assert "3 questions" in out
    written = json.loads(result.read_text("utf-8"))
    assert [row["id"] for row in written["rows"]] == ["cost", "opened", "moon"]
    assert written["settings"]["articles"] == ["lindow"]
    for row in written["rows"]:
        assert row["scores"]["offsets_right"] == row["scores"]["quotations_right"] == 1
    assert junit.read_text("utf-8").count("<testcase") == 3

    page = tmp_path / "page.html"
    code, out, _ = c5("eval", "report", result, "--output", page)
    assert (code, out.strip()) == (0, str(page))
    assert page.read_text("utf-8").startswith("<!doctype html>")

    assert c5("eval", "compare", result, result)[0] == 0


TABLE = """Question;Expected;Kind
How much did the harbour of Lindow cost?;it cost   40 million Euros.;figure
ماذا قالت العمدة؟;"120 people work there";
;;
Who walked on the moon?;;off-topic
"""


def test_an_editors_table_becomes_a_checked_question_file(c5, corpus, tmp_path):
    table, written = tmp_path / "mine.csv", tmp_path / "mine.jsonl"
    table.write_text(TABLE, "utf-8-sig")
    code, out, _ = c5("eval", "import", table, "--output", written, "--docs", corpus)
    assert (code, out.strip()) == (0, "3 questions, 0 errors, 0 warnings")
    rows = [json.loads(line) for line in written.read_text("utf-8").splitlines()]
    assert [row["gold"] for row in rows] == [
        [["It cost 40 million euros."]], [["120 people work there"]], [],
    ]  # fmt: skip
    assert [row["lang"] for row in rows] == ["en", "ar", "en"]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("question,expected\nWhat?,It cost 50 million euros\n", "mine.csv:2: the expected passage"),
        ("question,expected\n,It cost\n", "mine.csv:2: no question"),
        ("question,expected,article\nWhat?,It cost,x\n", "mine.csv:2: no article 'x'"),
        ("frage,antwort\nWas?,Nichts\n", "must name the columns question and expected"),
        ("question,expected\n", "no questions"),
    ],
)
def test_a_table_that_does_not_fit_is_told(c5, corpus, tmp_path, table, told):
    path = tmp_path / "mine.csv"
    path.write_text(table)
    code, out, err = c5("eval", "import", path, "--output", tmp_path / "x", "--docs", corpus)
    assert (code, out) == (2, "")
    assert told in err
    assert not (tmp_path / "x").exists()


def test_a_split_is_a_part_of_the_questions(c5, corpus, questions, tmp_path):
    result = tmp_path / "result.json"
    chosen = ("--questions", questions, "--split", "dev", "--docs", corpus, "--json", result)
    assert c5("eval", "answers", *chosen)[0] == 0
    assert [row["id"] for row in json.loads(result.read_text())["rows"]] == ["cost", "moon"]


def test_an_index_that_is_there_is_used_as_it_is(c5, corpus, questions, tmp_path):
    index, result = tmp_path / "index", tmp_path / "result.json"
    assert c5("index", "--docs", corpus, "--index", index)[0] == 0
    asked = ("eval", "answers", "--questions", questions, "--docs", corpus, "--index", index)
    assert c5(*asked, "--json", result)[0] == 0
    assert json.loads(result.read_text())["settings"]["articles"] == ["lindow"]


def test_the_gate_says_no_with_exit_code_1(c5, corpus, tmp_path):
    """An answerable question about nothing in the article is refused: far below any floor."""
    path, lost = tmp_path / "lost.jsonl", QUESTIONS[0] | {"question": "zzz qqq?"}
    path.write_text(json.dumps(lost) + "\n")
    asked = ("eval", "answers", "--questions", path, "--docs", corpus)
    assert c5(*asked)[0] == 0
    code, out, _ = c5(*asked, "--gate")
    assert code == 1
    assert "below the floor: en citation_recall 0.000 is below 0.88" in out


def test_a_worse_result_is_exit_code_1(c5, tmp_path):
    def result(right):
        rows = [
            {"id": str(n), "group": str(n), "lang": "en", "answerable": True, "question": "?",
             "right": right, "scores": {"answered": 1.0, "citation_recall": float(right)}}
            for n in range(40)
        ]  # fmt: skip
        keys = ("questions", "settings", "metrics", "intervals", "by")
        return {key: {} for key in keys} | {"rows": rows}

    for name, right in (("good", True), ("bad", False)):
        (tmp_path / f"{name}.json").write_text(json.dumps(result(right)))
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    assert c5("eval", "compare", bad, good)[0] == 0
    code, out, _ = c5("eval", "compare", good, bad)
    assert (code, out.splitlines()[-1]) == (1, "worse: right, citation_recall")


def test_a_faulty_question_file_is_exit_code_1_and_named_by_line(c5, corpus, tmp_path):
    path = tmp_path / "faulty.jsonl"
    faulty = QUESTIONS[1] | {"gold": [["opened on 4 March"]]}
    path.write_text(json.dumps(QUESTIONS[0]) + "\n" + json.dumps(faulty) + "\n")
    code, out, _ = c5("eval", "check", path, "--docs", corpus)
    assert code == 1
    assert out.startswith("faulty.jsonl:2: error: this gold text is not in the article")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("answers", "--split", "train"), "--split must be one of dev, test"),
        (("answers", "--questions", "nowhere.jsonl"), "nowhere.jsonl: No such file"),
        (("answers", "--save", "../x"), "a result's name is letters"),
        (("answers", "--mode", "loud"), "loud"),
        (("report", "nowhere.json"), "nowhere.json: No such file"),
        (("compare", "nowhere.json", "nowhere.json"), "nowhere.json: No such file"),
        (("table", "--readme", "nowhere.md"), "nowhere.md"),
        (("retrieval", "--data", "nowhere"), "nowhere"),
        (("retrieval", "--data", ".", "--system", "best"), "--system must be one of"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(c5, arguments, told):
    code, out, err = c5("eval", *arguments)
    assert (code, out) == (2, "")
    (line,) = err.splitlines()
    assert line.startswith("c5: ")
    assert told in line


def test_every_command_has_a_help_with_an_example(c5):
    _, listed, _ = c5("eval", "--help")
    for name in (
        "answers", "retrieval", "report", "compare", "check", "import", "accept", "table", "draft",
        "mutations", "export", "peers", "judge",
    ):  # fmt: skip
        assert name in listed
        code, out, _ = c5("eval", name, "--help")
        assert code == 0
        assert f"Example: c5 eval {name}" in out


def test_every_benchmark_has_a_help_with_an_example(c5):
    _, listed, _ = c5("bench", "--help")
    for name in ("cold", "answers", "retrieval"):
        assert name in listed
        assert f"Example: c5 bench {name}" in c5("bench", name, "--help")[1]


@pytest.mark.slow
def test_one_question_from_a_cold_process_is_timed(c5, tmp_path):
    written = tmp_path / "cold.json"
    code, out, _ = c5("bench", "cold", "--runs", 1, "--no-peer", "--json", written)
    assert code == 0
    processes = json.loads(written.read_text())["processes"]
    assert processes.keys() == {"c5 ask", "c5 ask, imports alone"}
    assert all(10 < row["peak_mb"] < 4000 and row["seconds"] > 0 for row in processes.values())
    assert "c5 ask" in out
