"""Late interaction: the written formula, its speed, and the alignment shown to the reader."""

import time

import numpy as np
import pytest

from index.encoder import SHIPPED, StaticEncoder
from index.late import align, late_parts, late_scores


@pytest.fixture(scope="module")
def encoder():
    return StaticEncoder(SHIPPED)


QUERY = "When did inflation rise in Kazakhstan?"
PASSAGES = [
    "ارتفع التضخم في كازاخستان سنة 2022 إلى عشرين في المئة.",
    "فاز الفريق بكأس العالم في المباراة النهائية.",
    "Инфляция в Казахстане выросла.",
    "Қазақстанда инфляция өсті.",
]


def _by_hand(query, passage, encoder):
    """For each distinct piece: (best cosine, cut at 0) squared, weighted by the piece's norm."""
    total = weights = 0.0
    for piece in set(query.tolist()):
        best = max([0.0, *(float(encoder.unit[piece] @ encoder.unit[p]) for p in passage)])
        total += encoder.weight[piece] * best**2
        weights += encoder.weight[piece]
    return total / weights


def test_scores_are_the_formula(encoder):
    query = encoder.token_ids([QUERY])[0]
    passages = encoder.token_ids(PASSAGES)
    expected = [_by_hand(query, passage, encoder) for passage in passages]
    np.testing.assert_allclose(late_scores(query, passages, encoder), expected, atol=1e-5)


def test_words_that_answer_together_count_more_than_the_same_words_apart(encoder):
    filler = encoder.token_ids([" ".join([PASSAGES[1]] * 6)])[0]
    query, what, where = encoder.token_ids([QUERY, "ارتفع التضخم", "كازاخستان"])
    together = np.concatenate([filler, what, where])
    apart = np.concatenate([what, filler, where])
    late = late_parts(query, [together, apart, filler], encoder)
    assert late.plain[0] == pytest.approx(late.plain[1], abs=1e-6)
    assert late.rare[0] == pytest.approx(late.rare[1], abs=1e-6)
    assert late.near[0] > late.near[1] > late.near[2]
    assert (late.near <= late.rare + 1e-6).all()


def test_the_window_of_a_short_passage_is_the_whole(encoder):
    query = encoder.token_ids([QUERY])[0]
    late = late_parts(query, encoder.token_ids(["", *PASSAGES]), encoder)
    np.testing.assert_allclose(late.near, late.rare, atol=1e-6)
    assert late.near[0] == 0


def test_a_text_answers_itself_fully(encoder):
    ids = encoder.token_ids(PASSAGES)
    for n, one in enumerate(ids):
        scores = late_scores(one, ids, encoder)
        assert scores[n] == pytest.approx(1, abs=1e-4)
        assert scores.argmax() == n
        assert (scores >= 0).all()


def test_repetition_and_order_change_nothing(encoder):
    query = encoder.token_ids([QUERY])[0]
    passage = encoder.token_ids(PASSAGES[:1])[0]
    jumbled = [np.concatenate([passage[::-1], passage])]
    np.testing.assert_allclose(
        late_scores(np.concatenate([query, query[::-1]]), jumbled, encoder),
        late_scores(query, [passage], encoder),
        atol=1e-6,
    )


def test_nothing_in_common_with_nothing(encoder):
    ids = encoder.token_ids([QUERY, "", "؟"])
    np.testing.assert_array_equal(late_scores(ids[1], ids, encoder), 0)
    assert late_scores(ids[0], ids, encoder)[1:].tolist() == [0, 0]
    assert late_scores(ids[0], [], encoder).shape == (0,)


def test_the_passage_on_the_matter_is_first_in_every_language(encoder):
    passages = encoder.token_ids([PASSAGES[1], PASSAGES[0]])
    for query in ("Where did inflation rise?", "Где выросла инфляция?", "أين ارتفع التضخم؟"):
        one, other = late_scores(encoder.token_ids([query])[0], passages, encoder)
        assert other > one, query


def test_reranking_takes_milliseconds(encoder):
    random = np.random.default_rng(0)
    size = len(encoder.weight)
    passages = [(random.zipf(1.3, 120) % size).astype(np.int32) for _ in range(200)]
    query = (random.zipf(1.3, 15) % size).astype(np.int32)
    best = min(_seconds(query, passages, encoder) for _ in range(10))
    assert best < 0.05  # 2 to 3 ms on a quiet machine


def _seconds(query, passages, encoder):
    start = time.perf_counter()
    late_scores(query, passages, encoder)
    return time.perf_counter() - start


def test_alignment_finds_the_word_and_its_place(encoder):
    found = {
        match.query.of(QUERY): match.passage.of(PASSAGES[0])
        for match in align(QUERY, PASSAGES[0], encoder).matches
        if match.passage
    }
    assert found["inflation"] == "التضخم"
    assert found["Kazakhstan"] == "كازاخستان"
    assert found["rise"] == "ارتفع"


def test_alignment_offsets_count_in_the_original(encoder):
    query, passage = "«التَّضخُّم» ٢٠٢٢", "سنة ۲۰۲۲ ارتفع التضـــخم."
    first, second = align(query, passage, encoder).matches
    assert (first.query.of(query), first.passage.of(passage)) == ("التَّضخُّم", "التضـــخم")
    assert (second.query.of(query), second.passage.of(passage)) == ("٢٠٢٢", "۲۰۲۲")
    assert first.score == pytest.approx(1, abs=1e-4)


def test_alignment_agrees_with_the_score_and_names_words_once(encoder):
    result = align(f"{QUERY} {QUERY}", PASSAGES[2], encoder)
    query, passage = encoder.token_ids([QUERY, PASSAGES[2]])
    assert result.score == pytest.approx(float(late_scores(query, [passage], encoder)[0]), abs=1e-5)
    assert len(result.matches) == len(QUERY.split())


def test_alignment_with_nothing(encoder):
    assert align("", PASSAGES[0], encoder).matches == ()
    empty = align(QUERY, "؟", encoder)
    assert empty.score == 0
    assert all(match.passage is None and match.score == 0 for match in empty.matches)
