"""What the reader learns from is sound, and its trees are walked as the library walks them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.features import NAMES
from assistant.reader import answer_row, share_out
from assistant.reader_model import ANSWER_NAMES, models
from assistant.training.examples import Rows
from assistant.training.held_out import best_cite_from, best_refusal, cited
from assistant.training.kept_rows import keep, kept
from assistant.training.news import NEWS, read_news
from assistant.trees import Trees
from index.corpus import read_corpus

QUESTIONS = read_news()
TEXTS = {document.id: document.text for document in read_corpus(NEWS)}


def test_every_gold_of_the_training_news_stands_in_its_article() -> None:
    strayed = [
        (row["id"], part)
        for row in QUESTIONS
        for alternative in row["gold"]
        for part in alternative
        if part not in TEXTS[row["article"]]
    ]
    assert strayed == []


def test_questions_on_the_training_news_are_well_formed() -> None:
    assert {row["article"] for row in QUESTIONS} == set(TEXTS)
    assert [i for i, count in Counter(row["id"] for row in QUESTIONS).items() if count > 1] == []
    assert {row["lang"] for row in QUESTIONS} == {"ar", "en", "ru", "kk"}
    assert [row["id"] for row in QUESTIONS if row["answerable"] != bool(row["gold"])] == []


def test_training_news_shares_no_text_with_what_is_evaluated() -> None:
    root = Path(__file__).parents[1]
    evaluated = [
        *read_corpus(root / "docs"),
        *read_corpus(root / "eval" / "corpus"),
    ]
    lines = {line for each in evaluated for line in each.text.splitlines() if len(line) > 40}
    assert [key for key, text in TEXTS.items() if lines & set(text.splitlines())] == []


def test_stored_models_fit_the_features() -> None:
    ranker, decider = models()
    assert ranker.column.max() < len(NAMES)
    assert decider.column.max() < len(ANSWER_NAMES)
    rows = np.zeros((4, len(NAMES)), np.float32)
    scores = np.array([0.5, 2.0, -1.0, 0.0], np.float32)
    row = answer_row(rows, scores, share_out(scores, 1.0), [1, 0, 3, 2])
    assert row.shape == (len(ANSWER_NAMES),)


def test_trees_score_as_the_library_does() -> None:
    pytest.importorskip("lightgbm")
    from assistant.training.boosting import fit_decider, fit_ranker

    chance = np.random.default_rng(5)
    rows = chance.normal(size=(600, 6)).astype(np.float32)
    labels = (rows[:, 0] + rows[:, 1] * rows[:, 2] > 0).astype(np.float32)
    decider = fit_decider(rows, labels, np.ones(600, np.float32), 20)
    sets = [(rows[i : i + 20], labels[i : i + 20]) for i in range(0, 600, 20)]
    kinds = [{"num_boost_round": 20, "seed": 1}, {"num_boost_round": 9, "extra_trees": False}]
    for fitted in (decider, fit_ranker(sets, [1.0] * len(sets), kinds)):
        stored: dict[str, Any] = json.loads(json.dumps(fitted.stored()))
        assert Trees.from_json(stored).score(rows) == pytest.approx(fitted.score(rows), abs=1e-3)


def test_kept_rows_come_back_as_they_were(tmp_path: Path) -> None:
    rows = np.arange(3 * len(NAMES), dtype=np.float32).reshape(3, -1)
    labels = np.array([0, 1, 0], np.float32)
    sets = [
        Rows("news", "port", "ar", rows, labels, 1.0, 1.0, True, True),
        Rows("news", "port", "en", rows[:1], labels[:1], 1.0, 0.03, False, False),
    ]
    keep(sets, tmp_path / "rows.npz")
    back = kept(tmp_path / "rows.npz")
    assert [one.language for one in back] == ["ar", "en"]
    assert [one.natural for one in back] == [True, False]
    assert (back[0].rows == rows).all()
    assert back[1].labels.tolist() == [0]


def _set(answerable: bool) -> Rows:
    rows = np.zeros((2, len(NAMES)), np.float32)
    labels = np.array([answerable, False], np.float32)
    return Rows("news", "port", "ar", rows, labels, 1.0, 1.0, answerable, True)


def test_refusal_costs_the_wanted_part_of_what_is_answered() -> None:
    sets = [_set(True)] * 50 + [_set(False)] * 50
    probabilities = np.concatenate([np.linspace(0.5, 1, 50), np.linspace(0, 0.6, 50)])
    under = best_refusal(sets, probabilities.astype(np.float32))
    assert set(under) == {"ar"}, "nothing is chosen where nothing was asked"
    refused = probabilities < under["ar"]
    assert refused[:50].mean() == pytest.approx(0.1, abs=0.02)
    assert refused[50:].mean() > 0.8


def test_only_sentences_near_the_best_are_cited() -> None:
    shares = np.array([0.05, 0.5, 0.4, 0.05], np.float32)
    assert cited(shares, 0.5) == [1, 2]
    assert cited(shares, 0.9) == [1]
    assert best_cite_from([], [np.array([0.9, 0.1], np.float32)]) <= 0.2
