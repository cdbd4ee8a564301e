"""The shipped questions are fit to measure with, and a broken question file is told by line."""

import json
from collections import Counter

import pytest

from eval.collection import folders, read_documents
from eval.dataset import read_questions, shipped_files
from eval.errors import EvaluationError
from eval.questions_check import check_questions
from index.schema import Document

GOOD = {
    "id": "a",
    "lang": "en",
    "question": "How many ships came?",
    "answerable": True,
    "gold": [["Seven ships came in May."]],
    "kind": "figure",
    "split": "dev",
    "article": "ships",
}
DOCUMENTS = {
    "ships": Document("ships", "Ships", "en", "Seven ships came in May. Nine left. The port grew.")
}


@pytest.fixture(scope="module")
def shipped():
    return read_questions(shipped_files())


@pytest.fixture
def written(tmp_path):
    def write(*rows):
        path = tmp_path / "questions.jsonl"
        lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    return write


def test_the_shipped_questions_have_no_fault(shipped, docs):
    documents = read_documents(folders(docs, shipped))
    assert [str(finding) for finding in check_questions(shipped, documents)] == []


def test_the_shipped_questions_cover_languages_splits_and_refusals(shipped):
    assert len(shipped) >= 300
    languages = Counter(question.lang for question in shipped)
    assert min(languages[lang] for lang in ("ar", "en", "ru", "kk")) >= 80
    splits = Counter(question.split for question in shipped)
    assert abs(splits["dev"] - splits["test"]) < 0.2 * len(shipped)
    refusals = sum(not question.answerable for question in shipped)
    assert 0.25 < refusals / len(shipped) < 0.35


KINDS = {
    "figure", "date", "person", "place", "organisation", "list", "cause", "definition",
    "quotation", "yes-no", "comparison", "off-topic", "near-miss", "false-premise",
}  # fmt: skip
FORMS = {
    "plain", "follow-up", "two-part", "mistyped", "code-switched", "keyword", "request",
    "injection", "conflict",
}  # fmt: skip


@pytest.mark.parametrize("split", ["dev", "test"])
def test_every_kind_and_form_is_asked_in_both_splits_and_all_languages(shipped, split):
    asked = [question for question in shipped if question.split == split]
    languages = ("ar", "en", "ru", "kk")
    kinds = {(question.kind, question.lang) for question in asked}
    forms = {(question.form, question.lang) for question in asked}
    assert {(kind, lang) for kind in KINDS for lang in languages} <= kinds
    assert {(form, lang) for form in FORMS for lang in languages} <= forms


def test_follow_ups_have_a_history(shipped):
    assert all(question.history for question in shipped if question.form == "follow-up")


def test_the_articles_made_for_testing_say_so(docs, shipped):
    own = folders(docs, shipped)[1]
    articles = sorted(own.glob("*/article.md"))
    assert len(articles) >= 2
    for article in articles:
        front = article.read_text("utf-8").split("---")[1]
        assert "made for testing" in front


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ('{"id": "b"', "questions.jsonl:2: not JSON"),
        ('["b"]', "questions.jsonl:2: an object is expected"),
        (GOOD | {"lang": "de"}, "'lang' must be one of ar, en, ru, kk, not 'de'"),
        (GOOD | {"answerable": "yes"}, "'answerable' must be true or false"),
        (GOOD | {"question": "  "}, "'question' must be a text"),
        (GOOD | {"gold": []}, "'gold' must hold"),
        (GOOD | {"answerable": False}, "'gold' must hold"),
        (GOOD | {"gold": ["Seven ships came in May."]}, "'gold' must be made of lists of texts"),
        (GOOD | {"gold": [[]]}, "'gold' must hold"),
        (GOOD | {"history": [["only a question"]]}, "'history' must be a list of"),
    ],
)
def test_a_broken_line_is_named(written, broken, told):
    with pytest.raises(EvaluationError, match=r"questions\.jsonl:2") as error:
        read_questions([written(GOOD, broken)])
    assert told in str(error.value)


def test_only_the_keys_of_the_contract_are_needed(written):
    contract = {key: value for key, value in GOOD.items() if key != "article"}
    (question,) = read_questions([written(contract)])
    assert check_questions([question], DOCUMENTS) == ()


def test_a_split_without_questions_is_told(written):
    with pytest.raises(EvaluationError, match="no questions in the split 'test'"):
        read_questions([written(GOOD)], "test")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"id": "a"}, "the id 'a' is also at questions.jsonl:1"),
        ({"gold": [["Eight ships came."]]}, "this gold text is not in the article"),
        ({"article": "planes"}, "no article 'planes'"),
        ({"fact": "f", "split": "test"}, "is in split 'test' here and in 'dev'"),
        ({"split": "train"}, "'split' must be one of dev, test"),
        ({"answers": ["Nine"]}, "this answer is not in the gold text: 'Nine'"),
        ({"question": "how many ships came"}, "nearly the question of questions.jsonl:1"),
    ],
)
def test_a_question_that_would_mislead_is_found(written, change, told):
    other = GOOD | {"id": "b", "question": "Did the port grow this year?"} | change
    questions = read_questions([written(GOOD | {"fact": "f"}, other)])
    (finding,) = check_questions(questions, DOCUMENTS)
    assert finding.error
    assert (finding.where, told in finding.message) == ("questions.jsonl:2", True)


def test_a_gold_text_over_two_sentences_and_a_near_question_are_warnings(written):
    crossing = GOOD | {"id": "b", "gold": [["in May. Nine left"]]}
    crossing["question"] = "How many ships then came?"
    findings = check_questions(read_questions([written(GOOD, crossing)]), DOCUMENTS)
    assert [finding.error for finding in findings] == [False]
    assert "crosses a sentence's end" in findings[0].message


def test_another_year_is_another_question(written):
    asked = [
        GOOD | {"id": year, "question": f"How many ships came to the port in {year}?"}
        for year in ("2015", "2016")
    ]
    assert check_questions(read_questions([written(*asked)]), DOCUMENTS) == ()
