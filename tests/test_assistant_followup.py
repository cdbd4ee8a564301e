"""Follow-ups stand on the question before, a new subject drops it."""

import json
from pathlib import Path

import pytest

from assistant.followup import stand_alone
from assistant.schema import Turn

DIALOGUES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "dialogues.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


def test_the_dialogues_cover_every_case_in_every_language():
    assert len(DIALOGUES) >= 40
    cases = {(d["lang"], d["case"]) for d in DIALOGUES}
    for language in ("ar", "en", "ru", "kk"):
        for case in ("year", "pronoun", "no subject", "speaker", "new subject", "chain"):
            assert (language, case) in cases


@pytest.mark.parametrize(
    "dialogue",
    [
        pytest.param(d, id=f"{number}-{d['lang']}-{d['case'].replace(' ', '-')}")
        for number, d in enumerate(DIALOGUES)
    ],
)
def test_a_dialogue_reads_as_one_question(dialogue):
    history = [Turn(*turn) for turn in dialogue["history"]]
    standalone = stand_alone(dialogue["question"], history)
    if dialogue.get("same"):
        assert standalone == dialogue["question"]
    if "standalone" in dialogue:
        assert standalone == dialogue["standalone"]
    for word in dialogue.get("has", ()):
        assert word in standalone
    for word in dialogue.get("lacks", ()):
        assert word not in standalone


def test_a_question_without_history_is_left_alone():
    assert stand_alone("And in 2015?", []) == "And in 2015?"


def test_old_turns_of_a_long_history_cost_nothing():
    history = [Turn(f"How many ships came in {year}?", "Ten.") for year in range(1900, 2000)]
    assert stand_alone("and in 2015?", history) == "How many ships came in 2015?"
