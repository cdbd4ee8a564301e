"""Editors' own questions: from CSV, XLSX or a draft to a checked file, a run and a report."""

import csv
import json
import sys
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from test_eval_commands import ARTICLE, TABLE

from assistant import cli
from eval.collection import read_documents
from eval.draft import COLUMNS, draft
from eval.errors import EvaluationError
from eval.sheets import read_sheet, write_sheet

CELLS = [line.split(";") for line in TABLE.replace('"', "").splitlines()]


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
def workbook(tmp_path):
    """The table as a spreadsheet program saves it: a cover sheet first, numbers as numbers."""
    book = Workbook()
    book.active.append(["Questions of the city desk"])
    sheet = book.create_sheet("questions")
    for cells in CELLS:
        sheet.append([cell or None for cell in cells])
    path = tmp_path / "mine.xlsx"
    book.save(path)
    return path


def test_the_path_of_a_first_time_user_from_a_workbook_to_the_report(c5, corpus, workbook):
    """Own XLSX, checked question file, run, report: what the README tells, command by command."""
    folder = workbook.parent
    mine, result, page = (folder / name for name in ("mine.jsonl", "mine.json", "page.html"))
    code, out, _ = c5("eval", "import", workbook, "--output", mine, "--docs", corpus)
    assert (code, out.strip()) == (0, "3 questions, 0 errors, 0 warnings")
    assert c5("eval", "check", mine, "--docs", corpus)[0] == 0
    asked = ("eval", "answers", "--questions", mine, "--docs", corpus)
    code, out, _ = c5(*asked, "--json", result, "--junit", folder / "mine.xml")
    assert code == 0
    assert "3 questions" in out
    rows = json.loads(result.read_text("utf-8"))["rows"]
    assert [row["gold"] for row in rows] == [
        [["It cost 40 million euros."]], [["120 people work there"]], [],
    ]  # fmt: skip
    code, out, _ = c5("eval", "report", result, "--output", page)
    assert (code, out.strip()) == (0, str(page))
    text = page.read_text("utf-8")
    for row in rows:
        assert (row["question"] in text) is not row["right"]  # shown where it fails


def test_a_workbook_and_a_csv_are_read_alike(workbook, tmp_path):
    table = tmp_path / "mine.csv"
    table.write_text(TABLE, "utf-8-sig")
    needed = ("question", "expected")
    assert list(read_sheet(workbook, needed)) == list(read_sheet(table, needed))


@pytest.mark.parametrize("text", [b"not a workbook", b"", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_workbook_is_one_clear_line(c5, corpus, tmp_path, text):
    path = tmp_path / "mine.xlsx"
    path.write_bytes(text)
    code, out, err = c5("eval", "import", path, "--output", tmp_path / "x", "--docs", corpus)
    assert (code, out) == (2, "")
    assert err.strip() == f"c5: {path}: not an XLSX workbook"


def test_a_workbook_that_unpacks_without_end_is_refused_before_it_is_read(c5, corpus, tmp_path):
    path = tmp_path / "bomb.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (33 << 20))
    assert path.stat().st_size < 100_000
    code, _, err = c5("eval", "import", path, "--output", tmp_path / "x", "--docs", corpus)
    assert (code, err.strip()) == (2, f"c5: {path}: unpacks to more than 32 MB")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_draft_is_accepted_by_a_person_and_becomes_questions(c5, corpus, tmp_path, ending):
    path, mine = tmp_path / f"draft.{ending}", tmp_path / "mine.jsonl"
    code, out, _ = c5("eval", "draft", "lindow", "--output", path, "--docs", corpus)
    assert code == 0
    assert "figure" in out
    code, _, err = c5("eval", "import", path, "--output", mine, "--docs", corpus)
    assert code == 2, "nothing is accepted by itself"
    assert "accept" in err

    rows = [cells for _, cells in read_sheet(path, COLUMNS)]
    path.unlink()
    chosen = next(row for row in rows if row["kind"] == "figure")
    chosen |= {"accept": "yes", "question": "What did the harbour cost?"}
    write_sheet(path, COLUMNS, rows)
    code, out, _ = c5("eval", "import", path, "--output", mine, "--docs", corpus)
    assert (code, out.strip()) == (0, "1 questions, 0 errors, 0 warnings")
    (row,) = [json.loads(line) for line in mine.read_text("utf-8").splitlines()]
    assert (row["question"], row["answers"]) == ("What did the harbour cost?", ["40 million euros"])


@pytest.mark.parametrize("corpus_folder", ["docs", "eval/corpus"])
def test_every_proposal_is_answered_by_the_sentence_it_names(request, corpus_folder):
    documents = read_documents([request.config.rootpath / corpus_folder])
    for document in documents.values():
        proposals = draft(document)
        assert {p.kind for p in proposals} >= {"figure", "date", "person"}
        for proposal in proposals:
            if proposal.kind == "near-miss":
                assert not proposal.expected
                continue
            assert proposal.expected in document.text
            assert proposal.answer in proposal.expected
            before, after = proposal.expected.split(proposal.answer, 1)[0], proposal.question
            assert before.strip() in after


def test_a_year_nobody_wrote_of_is_proposed_as_a_near_miss(corpus):
    article = corpus / "lindow" / "article.md"
    article.write_text(f"{ARTICLE}\nIn 2021 the harbour handled 310 ships and 40 ferries.\n")
    document = read_documents([corpus])["lindow"]
    (missed,) = [p for p in draft(document) if p.kind == "near-miss"]
    assert "2022" in missed.question


def test_nothing_an_article_says_becomes_a_formula(tmp_path):
    row = dict.fromkeys(COLUMNS, "=1+1")
    write_sheet(tmp_path / "x.xlsx", COLUMNS, [row])
    cell = load_workbook(tmp_path / "x.xlsx").active["B2"]
    assert (cell.data_type, cell.value) == ("s", "=1+1")


def test_a_draft_overwrites_nothing(tmp_path):
    path = tmp_path / "draft.csv"
    path.write_text("mine")
    with pytest.raises(EvaluationError, match="is there already"):
        write_sheet(path, COLUMNS, [])
    assert path.read_text() == "mine"


def test_a_csv_has_the_mark_that_spreadsheets_know_utf8_by(tmp_path):
    write_sheet(tmp_path / "x.csv", ("question",), [{"question": "كم؟"}])
    raw = (tmp_path / "x.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader([raw.decode("utf-8-sig").splitlines()[1]])) == [["كم؟"]]


def test_an_answer_that_is_not_in_its_passage_is_told(c5, corpus, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("question,expected,answer\nWhat?,It cost 40 million euros,50 million\n")
    code, _, err = c5("eval", "import", path, "--output", tmp_path / "x", "--docs", corpus)
    assert code == 2
    assert "mine.csv:2: the answer '50 million' is not in the expected passage" in err
