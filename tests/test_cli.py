"""The command line as a user meets it: its contract, its exit codes and its one-line errors."""

import json
import subprocess
import sys
import time

import pytest

from assistant import cli

ARTICLE = "---\ntitle: {title}\nlanguage: en\npublished: 2024-05-01\n---\n{body}\n"
FIXED_KEYS = {
    "question",
    "language",
    "standalone_question",
    "status",
    "mode",
    "text",
    "statements",
    "citations",
    "nearest",
    "confidence",
    "index",
    "elapsed_ms",
}


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


def _one_line(err):
    lines = [line for line in err.splitlines() if line.startswith("c5: ")]
    assert len(lines) == 1, err
    assert "Traceback" not in err
    return lines[0]


def test_an_arabic_question_is_answered_with_the_sentence_that_says_it(c5, docs, index_dir):
    question = "كم بلغ حجم التبادل التجاري بين كازاخستان والولايات المتحدة في العام الماضي؟"
    code, out, _ = c5("ask", question, "--json", "--docs", docs, "--index", index_dir)
    answer = json.loads(out)
    assert code == 0
    assert answer.keys() >= FIXED_KEYS
    assert (answer["status"], answer["language"]) == ("answered", "ar")
    assert "4.2 مليار دولار" in answer["citations"][0]["quote"]
    text = c5("show", answer["citations"][0]["document"], "--docs", docs)[1]
    for citation in answer["citations"]:
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        if citation["answer_span"]:
            start, end = citation["answer_span"]
            assert citation["start"] <= start < end <= citation["end"]


def test_an_english_question_finds_the_arabic_sentence(c5, docs, index_dir):
    question = "What was the trade turnover between Kazakhstan and the United States last year?"
    code, out, _ = c5("ask", question, "--json", "--docs", docs, "--index", index_dir)
    answer = json.loads(out)
    assert code == 0
    assert (answer["status"], answer["language"]) == ("answered", "en")
    assert "4.2 مليار دولار" in answer["citations"][0]["quote"]


def test_a_question_the_articles_do_not_answer_is_refused(c5, docs, index_dir):
    code, out, _ = c5(
        "ask", "Who won the 2022 World Cup?", "--json", "--docs", docs, "--index", index_dir
    )
    answer = json.loads(out)
    assert code == 0
    assert answer["status"] == "not_in_sources"
    assert answer["citations"] == []
    assert answer["statements"] == []
    assert len(answer["nearest"]) <= 3


def test_the_answer_language_can_be_chosen(c5, docs, index_dir):
    _, out, _ = c5(
        "ask",
        "Who won the 2022 World Cup?",
        "--lang",
        "kk",
        "--json",
        "--docs",
        docs,
        "--index",
        index_dir,
    )
    assert json.loads(out)["language"] == "kk"


def test_a_file_of_questions_becomes_a_file_of_answers(c5, docs, index_dir, tmp_path):
    questions = [
        {"id": "a", "question": "ما هو الممر الأوسط؟"},
        {"id": 7, "question": "And in 2015?", "history": [["What was the trade last year?", "…"]]},
    ]
    source, target = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    source.write_text("\n".join(json.dumps(q, ensure_ascii=False) for q in questions) + "\n\n")
    code, _, _ = c5(
        "ask", "--input", source, "--output", target, "--docs", docs, "--index", index_dir
    )
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert code == 0
    assert [row["id"] for row in rows] == ["a", 7]
    assert all(row.keys() >= FIXED_KEYS for row in rows)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.jsonl", "questions.jsonl"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('{"id": 2, "question": ', "not JSON"),
        ('["question"]', "'question'"),
        ('{"id": 2}', "'question'"),
        ('{"question": 5}', "'question'"),
        ('{"question": "x", "history": ["y"]}', "'history'"),
    ],
)
def test_a_broken_line_of_a_question_file_is_named_and_nothing_is_written(
    c5, tmp_path, line, fault
):
    source, target = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    source.write_text('{"id": 1, "question": "When?"}\n' + line + "\n")
    code, _, err = c5("ask", "--input", source, "--output", target)
    assert code == 2
    told = _one_line(err)
    assert f"{source}:2" in told
    assert fault in told
    assert not target.exists()


def test_a_question_in_a_file_that_cannot_be_asked_is_named(c5, docs, index_dir, tmp_path):
    source, target = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    source.write_text('{"id": 1, "question": "When?"}\n{"id": 2, "question": "  "}\n')
    target.write_text("earlier answers\n")
    code, _, err = c5(
        "ask", "--input", source, "--output", target, "--docs", docs, "--index", index_dir
    )
    assert code == 2
    assert f"{source}:2" in _one_line(err)
    assert target.read_text() == "earlier answers\n"


@pytest.mark.parametrize("question", ["", "   ", "\u200f\u200b", "\x00\x01"])
def test_an_empty_question_is_the_users_mistake(c5, docs, index_dir, question):
    code, out, err = c5("ask", question, "--docs", docs, "--index", index_dir)
    assert (code, out) == (2, "")
    assert "question" in _one_line(err)


def test_a_question_of_a_hundred_thousand_characters_is_refused_at_once(c5, docs, index_dir):
    code, out, err = c5("ask", "why " * 25_000, "--docs", docs, "--index", index_dir)
    assert (code, out) == (2, "")
    told = _one_line(err)
    assert "2,000" in told
    assert len(told) < 300


def test_control_characters_in_a_question_do_no_harm(c5, docs, index_dir):
    question = "ما هو\x07 الممر\x1b[31m الأوسط؟"
    code, out, _ = c5("ask", question, "--json", "--docs", docs, "--index", index_dir)
    assert code == 0
    assert "\x1b" not in out
    assert "\\u001b" not in out
    assert "الممر الأوسط" in json.loads(out)["citations"][0]["quote"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("ask", "why?", "--lang", "fr"),
        ("ask", "why?", "--mode", "poetic"),
        ("ask", "why?", "--input", "x.jsonl"),
        ("ask", "--input", "/no/such/file.jsonl"),
        ("search",),
        ("search", "x", "-k", "0"),
        ("serve", "--port", "high"),
        ("index", "--engine", "steam"),
        ("show", "no-such-document"),
        ("frobnicate",),
    ],
    ids=lambda arguments: " ".join(arguments),
)
def test_a_wrong_call_is_one_line_and_exit_2(c5, docs, index_dir, monkeypatch, arguments):
    monkeypatch.setenv("C5_DOCS", str(docs))
    monkeypatch.setenv("C5_INDEX", str(index_dir))
    code, out, err = c5(*arguments)
    assert (code, out) == (2, "")
    _one_line(err)


def test_asking_without_an_index_says_how_to_make_one(c5, docs, tmp_path):
    code, _, err = c5("ask", "why?", "--docs", docs, "--index", tmp_path / "none")
    assert code == 2
    assert "c5 index" in _one_line(err)


def test_indexing_without_docs_is_one_line(c5, tmp_path):
    code, _, err = c5("index", "--docs", tmp_path / "none", "--index", tmp_path / "index")
    assert code == 2
    assert str(tmp_path / "none") in _one_line(err)


def test_all_faults_of_a_corpus_are_told_and_the_old_index_keeps_answering(c5, tmp_path):
    docs, index = tmp_path / "docs", tmp_path / "index"
    (docs / "good").mkdir(parents=True)
    (docs / "good" / "article.md").write_text(
        ARTICLE.format(title="Rails", body="The railway from Dostyk opened in 1990.")
    )
    assert c5("index", "--docs", docs, "--index", index)[0] == 0
    for name, content in {
        "empty": b"---\ntitle: x\n---\n\n",
        "no-front-matter": b"Just text.\n",
        "bad-date": b"---\ntitle: x\npublished: soon\n---\nText.\n",
        "not-utf8": "---\ntitle: x\n---\nТекст.\n".encode("cp1251"),
    }.items():
        (docs / name).mkdir()
        (docs / name / "article.md").write_bytes(content)
    code, _, err = c5("index", "--docs", docs, "--index", index)
    assert code == 2
    for name in ("empty", "no-front-matter", "bad-date", "not-utf8"):
        assert len([line for line in err.splitlines() if f"{name}/article.md" in line]) == 1
    code, out, _ = c5(
        "ask", "When did the railway open?", "--json", "--docs", docs, "--index", index
    )
    assert code == 0
    assert "1990" in json.loads(out)["citations"][0]["quote"]


def test_an_article_dropped_into_docs_is_picked_up(c5, tmp_path):
    docs, index = tmp_path / "docs", tmp_path / "index"
    (docs / "rails").mkdir(parents=True)
    (docs / "rails" / "article.md").write_text(
        ARTICLE.format(title="Rails", body="The railway from Dostyk opened in 1990.")
    )
    c5("index", "--docs", docs, "--index", index)
    (docs / "harbour").mkdir()
    (docs / "harbour" / "article.md").write_text(
        ARTICLE.format(title="Harbour", body="The harbour of Bautino handled 412 ships in 2023.")
    )
    c5("index", "--docs", docs, "--index", index)
    _, out, _ = c5("search", "ships in the harbour", "--json", "--docs", docs, "--index", index)
    assert json.loads(out)[0]["document"] == "harbour"


def test_search_prints_passages_of_the_text(c5, docs, index_dir):
    code, out, _ = c5(
        "search", "بحر قزوين", "-k", "3", "--json", "--docs", docs, "--index", index_dir
    )
    hits = json.loads(out)
    text = c5("show", hits[0]["document"], "--docs", docs)[1]
    assert code == 0
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert all(text[hit["start"] : hit["end"]] == hit["text"] for hit in hits)


def test_show_prints_the_body_of_the_file_and_nothing_else(c5, docs):
    raw = (docs / "c5plus1-washington-summit" / "article.md").read_text(encoding="utf-8")
    _, out, _ = c5("show", "c5plus1-washington-summit", "--docs", docs)
    assert out == raw.split("---\n", 2)[2]


def test_doctor_finds_a_good_index_good(c5, docs, index_dir):
    code, out, _ = c5("doctor", "--json", "--docs", docs, "--index", index_dir)
    checks = {check["name"]: check for check in json.loads(out)}
    assert code == 0
    assert checks["index"]["state"] == "ok"
    assert checks["freshness"]["state"] == "ok"


def test_doctor_says_what_to_do_where_there_is_no_index(c5, docs, tmp_path):
    code, out, _ = c5("doctor", "--docs", docs, "--index", tmp_path / "none")
    assert code == 1
    assert "c5 index" in next(line for line in out.splitlines() if " index:" in line)


def test_doctor_notices_a_changed_article(c5, tmp_path):
    docs, index = tmp_path / "docs", tmp_path / "index"
    (docs / "rails").mkdir(parents=True)
    article = docs / "rails" / "article.md"
    article.write_text(ARTICLE.format(title="Rails", body="The railway opened in 1990."))
    c5("index", "--docs", docs, "--index", index)
    article.write_text(ARTICLE.format(title="Rails", body="The railway opened in 1991."))
    code, out, _ = c5("doctor", "--docs", docs, "--index", index)
    assert code == 0
    assert "warn" in next(line for line in out.splitlines() if "freshness" in line)
    _, out, _ = c5("ask", "When did it open?", "--json", "--docs", docs, "--index", index)
    assert json.loads(out)["index"]["stale"] is True


@pytest.mark.parametrize(
    "command",
    ["index", "search", "ask", "serve", "add", "show", "doctor"]
    + [f"eval {name}" for name in ("answers", "retrieval", "report", "compare")],
)
def test_every_command_has_a_help_with_an_example(c5, command):
    code, out, _ = c5(*command.split(), "--help")
    assert code == 0
    assert "Example: c5 " in out


def test_a_cold_process_answers_without_torch(docs, index_dir):
    code = (
        "import sys; sys.argv = ['c5', 'ask', 'What is the Middle Corridor?', '--json',"
        f" '--docs', {str(docs)!r}, '--index', {str(index_dir)!r}]\n"
        "from assistant.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'gradio', 'sklearn', 'scipy'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # far above the two seconds it takes: a guard against a hang, not a benchmark
    assert time.perf_counter() - started < 60
    assert done.stderr.strip().splitlines()[-1] == "[]"
    assert json.loads(done.stdout)["status"] == "answered"
