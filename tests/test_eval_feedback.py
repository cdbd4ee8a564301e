"""What readers said of answers becomes evaluation cases with their expected passages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from web_stand_in import COST, WHO, StandIn

from assistant.web.feedback import Passage, Verdict, keep_feedback
from eval.dataset import read_questions
from eval.errors import EvaluationError
from eval.feedback_cases import read_feedback
from index.schema import Document

PHONE = "هاتف المكتب: +963 11 555 1234."
COSTS, CUP = "What did the port cost?", "Who won the cup?"


@pytest.fixture
def assistant() -> StandIn:
    return StandIn()


@pytest.fixture
def documents(assistant: StandIn) -> dict[str, Document]:
    return assistant.index.documents


def pointed(documents: dict[str, Document], text: str) -> Passage:
    start = documents["harbour"].text.index(text)
    return Passage("harbour", start, start + len(text), text)


@pytest.mark.parametrize(
    ("question", "verdict", "passage", "gold"),
    [
        pytest.param(COSTS, Verdict.GOOD, None, [[COST, PHONE, WHO]], id="good"),
        pytest.param(CUP, Verdict.GOOD, None, [], id="good-refusal"),
        pytest.param(COSTS, Verdict.NOT_IN_SOURCE, None, [], id="not-in-source"),
        pytest.param(COSTS, Verdict.NOT_IN_SOURCE, COST, [[COST]], id="not-in-source-but-here"),
        pytest.param(COSTS, Verdict.WRONG, PHONE, [[PHONE]], id="wrong"),
        pytest.param(CUP, Verdict.WRONG, PHONE, [[PHONE]], id="wrong-refusal"),
        pytest.param(CUP, Verdict.INCOMPLETE, PHONE, [[PHONE]], id="incomplete-refusal"),
        pytest.param(
            COSTS, Verdict.INCOMPLETE, "افتُتح الميناء",
            [[COST, PHONE, WHO, "افتُتح الميناء"]], id="incomplete",
        ),
    ],
)  # fmt: skip
def test_a_verdict_becomes_a_case(
    tmp_path, assistant, documents, question, verdict, passage, gold
) -> None:
    path = tmp_path / "said.sqlite"
    place = pointed(documents, passage) if passage else None
    keep_feedback(path, assistant.ask(question), verdict, "why", place)
    (row,) = read_feedback(path, documents, "dev").rows
    assert (row["gold"], row["answerable"]) == (gold, bool(gold))
    written = tmp_path / "cases.jsonl"
    written.write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
    (read,) = read_questions([written])
    assert (read.question, read.split) == (question, "dev")


def test_what_cannot_be_a_case_is_told(tmp_path, assistant, documents) -> None:
    path = tmp_path / "said.sqlite"
    keep_feedback(path, assistant.ask(COSTS), Verdict.WRONG, "", None)
    keep_feedback(path, assistant.ask(COSTS), Verdict.INCOMPLETE, "", None)
    gone = Passage("harbour", 0, 5, "no such words")
    keep_feedback(path, assistant.ask(COSTS), Verdict.WRONG, "", gone)
    cases = read_feedback(path, documents, "dev")
    assert not cases.rows
    assert len(cases.left) == 3
    assert "pointed to" in cases.left[0]
    assert "no longer says" in cases.left[2]


def test_of_several_words_on_one_question_the_last_counts(tmp_path, assistant, documents) -> None:
    path = tmp_path / "said.sqlite"
    keep_feedback(path, assistant.ask(COSTS), Verdict.GOOD, "", None)
    keep_feedback(path, assistant.ask(COSTS), Verdict.WRONG, "", pointed(documents, PHONE))
    cases = read_feedback(path, documents, "dev")
    assert [row["gold"] for row in cases.rows] == [[[PHONE]]]
    assert len(cases.left) == 1


@pytest.mark.parametrize("content", [None, b"not a database at all, but long enough to be read"])
def test_a_file_that_is_none_is_told_in_one_line(tmp_path, content) -> None:
    path = tmp_path / "said.sqlite"
    if content:
        path.write_bytes(content)
    with pytest.raises(EvaluationError, match=r"said\.sqlite") as caught:
        read_feedback(path, {}, "dev")
    assert "\n" not in str(caught.value)


def test_the_command_writes_a_checked_question_file(tmp_path: Path, docs: Path, capsys) -> None:
    from eval.feedback_commands import import_feedback
    from index.corpus import read_corpus

    document = read_corpus(docs)[0]
    answer = StandIn().ask(CUP)
    start = document.text.index("\n\n") + 2
    text = document.text[start : start + 40].strip()
    path, output = tmp_path / "said.sqlite", tmp_path / "cases.jsonl"
    keep_feedback(
        path, answer, Verdict.WRONG, "", Passage(document.id, start, start + len(text), text)
    )
    import_feedback(path, output, "dev", docs)
    assert "1 questions, 0 errors" in capsys.readouterr().out
    (read,) = read_questions([output])
    assert read.gold == ((text,),)
