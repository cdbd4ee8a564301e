"""The evaluation evaluated: each planted fault is caught by the measure meant for it."""

from dataclasses import replace

import pytest
from eval_oracle import ROWS, TEXTS, Oracle, write_questions

from assistant.schema import Status
from eval.answers import run
from eval.dataset import read_questions


def _cite(answer, **change):
    return replace(answer, citations=tuple(replace(c, **change) for c in answer.citations))


def _say(answer, **change):
    return replace(answer, statements=tuple(replace(s, **change) for s in answer.statements))


def another_passage(answer):
    """Cite the first words of the other article instead."""
    if not answer.citations:
        return answer
    other = "bridge" if answer.citations[0].document == "port" else "port"
    quote = TEXTS[other].split(".")[0]
    moved = _cite(answer, document=other, start=0, end=len(quote), quote=quote, answer_span=None)
    return _say(replace(moved, text=quote), text=quote)


def a_digit_of_the_statement(answer):
    return (
        _say(answer, text=answer.statements[0].text.replace("٢", "٣").replace("7", "8"))
        if (answer.statements)
        else answer
    )


def a_digit_of_the_quote(answer):
    return _cite(answer, quote=answer.citations[0].quote[:-1] + "9") if answer.citations else answer


def offsets_by_one(answer):
    return replace(
        answer,
        citations=tuple(replace(c, start=c.start + 1, end=c.end + 1) for c in answer.citations),
    )


def no_refusal(answer):
    if answer.status is Status.ANSWERED:
        return answer
    near = answer.nearest[0]
    return replace(answer, status=Status.ANSWERED, text=near.quote, confidence=0.9)


def only_refusals(answer):
    return replace(
        answer, status=Status.NOT_IN_SOURCES, statements=(), citations=(), confidence=0.1
    )


def another_speaker(answer):
    return _say(answer, speaker="John Kerry")


def words_put_into_a_mouth(answer):
    return _say(answer, text="He said «we shall win»")


def another_date(answer):
    return _say(answer, text="on 7 November 2025")


def another_language(answer):
    return replace(answer, text="Das steht nicht in den Artikeln.")


def no_citation(answer):
    return _say(answer, citations=())


def a_number_that_nothing_has(answer):
    return _say(answer, citations=(9,))


def no_span(answer):
    return _cite(answer, answer_span=None)


def confidence_turned_round(answer):
    return replace(answer, confidence=1 - answer.confidence)


CAUGHT_BY = [
    (another_passage, "citation_recall"),
    (another_passage, "first_citation"),
    (another_passage, "citation_precision"),
    (a_digit_of_the_statement, "figures_right"),
    (a_digit_of_the_statement, "verbatim_right"),
    (a_digit_of_the_quote, "offsets_right"),
    (offsets_by_one, "offsets_right"),
    (no_refusal, "refusal_rate"),
    (no_refusal, "f1_refused"),
    (only_refusals, "error_rate"),
    (only_refusals, "citation_recall"),
    (another_speaker, "speaker_right"),
    (words_put_into_a_mouth, "quotations_right"),
    (another_date, "dates_right"),
    (another_language, "language_right"),
    (no_citation, "coverage"),
    (a_number_that_nothing_has, "quotations_right"),
    (no_span, "answer_f1"),
    (no_span, "answer_em"),
    (confidence_turned_round, "calibration_error"),
    (confidence_turned_round, "auroc"),
]
PERFECT = {"error_rate": 0.0, "hallucination_rate": 0.0, "calibration_error": 0.04}


@pytest.fixture(scope="module")
def questions(tmp_path_factory):
    return read_questions([write_questions(tmp_path_factory.mktemp("q") / "q.jsonl", ROWS)])


def _metrics(questions, fault=lambda answer: answer):
    return run(Oracle(questions, fault), questions, TEXTS, settings={})["metrics"]


def test_a_faultless_assistant_has_full_marks(questions):
    metrics = _metrics(questions)
    for name, value in metrics.items():
        if not name.startswith(("found@", "p50", "p95", "brier")):  # no search here
            assert value == pytest.approx(PERFECT.get(name, 1.0)), name


@pytest.mark.parametrize(
    ("fault", "metric"), CAUGHT_BY, ids=[f"{f.__name__}-{m}" for f, m in CAUGHT_BY]
)
def test_a_planted_fault_is_caught(questions, fault, metric):
    before, after = _metrics(questions)[metric], _metrics(questions, fault)[metric]
    assert abs(before - after) > 0.2


def test_a_fault_leaves_measures_of_other_things_alone(questions):
    before, after = _metrics(questions), _metrics(questions, another_speaker)
    changed = {name for name in before if before[name] != after[name] and "_ms" not in name}
    assert changed == {"speaker_right"}


@pytest.mark.parametrize("fault", [a_digit_of_the_quote, another_passage, no_refusal])
def test_a_faulty_answer_does_not_count_as_right(questions, fault):
    assert _metrics(questions, fault)["right"] < 1
