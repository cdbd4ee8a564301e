"""Fusion of the parts of a score, on corpora of any size, and the scorer that serves with it."""

from dataclasses import replace

import numpy as np
import pytest

from index import scoring
from index.encoder import open_encoder
from index.fusion import PARTS, Parts, fuse, standardise
from index.scoring import Scorer, build_scorer

TEXTS = [
    "وقع وزير الطاقة مرات كوشيرباييف اتفاقية لتوريد 300 قاطرة في أستانا.",
    "أعلن البنك المركزي رفع سعر الفائدة إلى 15 في المئة.",
    "The farmers of the valley sold their apples at a good price this autumn.",
    "Министр образования открыл новую школу в Шымкенте.",
    "تساقطت الثلوج على المرتفعات الشمالية هذا الأسبوع.",
]


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return build_scorer(TEXTS, open_encoder())


def parts(size: int, value: float = 0.0) -> Parts:
    same = np.full(size, value, dtype=np.float32)
    return Parts(**dict.fromkeys(Parts.__slots__, same))


@pytest.mark.parametrize("size", [0, 1, 2, 30])
def test_scores_of_any_number_of_passages_are_finite_and_modest(size: int) -> None:
    scores = fuse("query", np.ones(size, dtype=bool), parts(size, 0.5))
    assert scores.shape == (size,)
    assert np.isfinite(scores).all()
    assert (np.abs(scores) < 30).all()


def test_a_lucky_passage_among_few_is_not_blown_apart() -> None:
    prior = {"mean": 0.1, "deviation": 0.1, "strength": 10.0}
    few = np.array([0.1, 0.1, 0.12], dtype=np.float32)
    many = np.tile(few, 200)
    assert standardise(few, prior).max() < 0.5
    assert standardise(many, prior).max() > 0.8  # with many passages the spread is known


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("same", [True, False])
def test_no_part_ever_counts_against_a_passage(name: str, same: bool) -> None:
    rising = np.array([0.1, 0.2, 0.3, 0.4], dtype=np.float32)
    scores = fuse("query", np.full(4, same), replace(parts(4, 0.2), **{name: rising}))
    assert (np.diff(scores) >= 0).all()


def test_an_encoder_without_pieces_is_fused_without_late_interaction() -> None:
    rising = np.array([0.1, 0.2, 0.3, 0.4], dtype=np.float32)
    scores = fuse("query", np.ones(4, dtype=bool), Parts(rising, rising, rising))
    assert (np.diff(scores) > 0).all()


@pytest.mark.parametrize("same", [True, False])
def test_an_encoder_without_pieces_counts_by_its_cosine(same: bool) -> None:
    """Also between texts of one script, where late interaction makes ours needless."""
    rising, level = np.array([[0.1, 0.2, 0.3, 0.4], [0.2, 0.2, 0.2, 0.2]], dtype=np.float32)
    scores = fuse("query", np.full(4, same), Parts(rising, level, level))
    assert (np.diff(scores) > 0).all()


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("من وقع اتفاقية القاطرات؟", 0),
        ("What did Kosherbayev sign in Astana?", 0),
        ("Что подписал Кошербаев в Астане?", 0),
        ("Көшербаев Астанада не қол қойды?", 0),
        ("who sold apples", 2),
        ("школа в Шымкенте", 3),
    ],
)
def test_the_right_passage_comes_first_whatever_the_language(
    scorer: Scorer, query: str, best: int
) -> None:
    scored = scorer.score(query)
    assert scored.places[scored.best(1)[0]] == best


def test_a_large_corpus_finds_what_a_small_one_does(
    scorer: Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "LIMIT", 2)
    exact = scorer.score("What did Kosherbayev sign in Astana?")
    assert len(exact.places) == 2
    assert exact.places[exact.best(1)[0]] == 0
    near = scorer.score("who sold apples", near=lambda vector: np.array([2, 4]))
    assert 2 in near.places
    assert near.places[near.best(1)[0]] == 2


def test_the_article_part_is_the_mean_of_its_own_passages_in_one_script(
    scorer: Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    owned = replace(scorer, owners=np.array([7, 7, 7, 9, 9], dtype=np.int32))
    query = "What did Kosherbayev sign in Astana?"
    parts = owned.score(query).parts
    assert parts.article is not None
    cosines = parts.dense
    expected = [*[(cosines[0] + cosines[1]) / 2] * 2, *cosines[2:]]  # 3 and 4 differ in script
    np.testing.assert_allclose(parts.article, expected, atol=1e-6)

    # with an index of vectors the other passages of a candidate's article count as well
    monkeypatch.setattr(scoring, "LIMIT", 2)
    near = owned.score(query, near=lambda vector: np.array([0]))
    assert near.parts.article is not None
    assert 1 not in near.places
    row = near.places.tolist().index(0)
    assert near.parts.article[row] == pytest.approx(expected[0], abs=1e-6)


def test_a_headline_finds_the_article_by_all_of_it(scorer: Scorer) -> None:
    texts = ["ارتفعت أسعار النفط.", "قال محلل إن الأسواق تترقب.", "قال محلل إن الأسواق تترقب."]
    texts.append("فاز الفريق بكأس العالم.")
    built = build_scorer(texts, scorer.encoder, np.array([0, 0, 1, 1]))
    scored = built.score("أسعار النفط")
    assert scored.places.tolist() == [0, 1, 2, 3]
    assert scored.scores[1] > scored.scores[2]  # equal words, another article


def test_only_the_passages_asked_for_are_scored(scorer: Scorer) -> None:
    scored = scorer.score("What did Kosherbayev sign in Astana?", among=np.array([1, 3]))
    assert scored.places.tolist() == [1, 3]


def test_raw_parts_tell_a_query_on_the_topic_from_one_off_it(scorer: Scorer) -> None:
    on, off = scorer.score("اتفاقية لتوريد قاطرة"), scorer.score("وصفة كعكة الشوكولاتة")
    assert on.parts.lexical.max() > 2 * off.parts.lexical.max()
    assert on.parts.dense.max() > off.parts.dense.max()


def test_a_part_left_out_does_not_count(scorer: Scorer) -> None:
    without = replace(scorer, without=frozenset(PARTS) - {"dense"})
    scored = without.score("who sold apples")
    assert (np.argsort(scored.scores) == np.argsort(scored.parts.dense)).all()


def test_an_empty_query_and_an_empty_corpus_are_no_trouble(scorer: Scorer) -> None:
    assert np.isfinite(scorer.score("").scores).all()
    assert len(build_scorer([], scorer.encoder).score("apples").places) == 0
