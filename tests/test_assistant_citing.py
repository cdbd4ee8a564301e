"""A streamed reply is cut into cited statements, however it arrives."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import citing
from assistant.citing import Draft, StatementParser


def _parse(reply, sources=5, piece=1):
    parser = StatementParser(sources)
    drafts = []
    for start in range(0, len(reply), piece):
        drafts += parser.feed(reply[start : start + piece])
    return drafts + list(parser.close())


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        pytest.param("It grew [1].", [("It grew.", (1,))], id="before-the-stop"),
        pytest.param("It grew. [1]", [("It grew.", (1,))], id="after-the-stop"),
        pytest.param("It grew.[1] It fell.[2]", [("It grew.", (1,)), ("It fell.", (2,))], id="two"),
        pytest.param("It grew [1, 2].", [("It grew.", (1, 2))], id="list"),
        pytest.param("It grew [1][2].", [("It grew.", (1, 2))], id="side-by-side"),
        pytest.param("It grew [2-4].", [("It grew.", (2, 3, 4))], id="range"),
        pytest.param("It grew 【3】.", [("It grew.", (3,))], id="lenticular"),
        pytest.param("It grew 【3†source】.", [("It grew.", (3,))], id="dagger"),
        pytest.param("ارتفع [١، ٢].", [("ارتفع.", (1, 2))], id="arabic-indic"),
        pytest.param("هل ارتفع؟ [١] نعم. [٢]", [("هل ارتفع؟", (1,)), ("نعم.", (2,))], id="arabic"),
        pytest.param("**It grew [1]**.", [("It grew.", (1,))], id="bold"),
        pytest.param(
            "- It grew [1]\n- It fell [2]", [("It grew", (1,)), ("It fell", (2,))], id="list-items"
        ),
        pytest.param(
            "1. It grew [1].\n2. It fell [2].",
            [("It grew.", (1,)), ("It fell.", (2,))],
            id="numbered",
        ),
        pytest.param(
            "Рост до 4,2 млрд. долл. США [1].",
            [("Рост до 4,2 млрд. долл. США.", (1,))],
            id="abbreviations",
        ),
        pytest.param("It was 4.2 billion [1].", [("It was 4.2 billion.", (1,))], id="decimal"),
        pytest.param(
            "<think>maybe [1]. no</think>It grew [2].", [("It grew.", (2,))], id="thinking"
        ),
        pytest.param(
            "It grew [1].\n```\nprint('[2].')\n```\nIt fell [3].",
            [("It grew.", (1,)), ("It fell.", (3,))],
            id="fence",
        ),
        pytest.param("It grew ![x](https://e.vil/?q=a.b) [1].", [("It grew.", (1,))], id="image"),
        pytest.param("It <img src=x onerror=y>grew [1].", [("It grew.", (1,))], id="tag"),
    ],
)
@pytest.mark.parametrize("piece", [1, 3, 1000])
def test_markers_are_read_wherever_they_stand(reply, expected, piece):
    assert [(d.text, d.citations) for d in _parse(reply, piece=piece)] == expected


def test_a_number_that_names_no_source_is_kept_apart():
    assert _parse("It grew [2][9][0].", sources=2) == [Draft("It grew.", (2,), (9, 0))]


def test_a_half_marker_never_gets_out():
    parser = StatementParser(3)
    assert list(parser.feed("It grew. [")) == []
    assert list(parser.feed("2")) == []
    assert [d.citations for d in [*parser.feed("] And"), *parser.close()]] == [(2,), ()]


@pytest.mark.parametrize("rest", ["[", "[1", "[1,", "【2"])
def test_a_marker_cut_off_at_the_end_is_left_out(rest):
    assert _parse(f"It grew {rest}") == [Draft("It grew", ())]


def test_thinking_that_never_ends_says_nothing():
    assert _parse("<think>It grew [1]. It fell [2].") == []


def test_a_reply_without_an_end_is_cut_into_pieces_of_bounded_length():
    drafts = _parse("word " * 2_000, piece=500)
    assert len(drafts) > 3
    assert all(len(draft.text) <= 2_000 for draft in drafts)


_REPLY = st.lists(
    st.sampled_from(
        [
            "It grew",
            " 4.2",
            "نما",
            " العدد",
            " [1]",
            "[2]",
            "[1, 9]",
            "【3】",
            "[١]",
            ".",
            "؟",
            "!",
            " ",
            "\n",
            "\n- ",
            "**",
            "<think>",
            "</think>",
            "```",
            "[",
            "]",
            "А. ",
            "«",
            "»",
            "<b>",
            "(",
        ]
    ),
    max_size=40,
).map("".join)


@given(_REPLY, st.integers(1, 30))
def test_the_pieces_a_reply_comes_in_change_nothing(reply, piece):
    assert _parse(reply, piece=piece) == _parse(reply, piece=len(reply) or 1)


@given(_REPLY)
def test_only_numbers_of_sources_are_given_out_and_no_marker_stays_in_the_text(reply):
    for draft in _parse(reply, sources=2):
        assert set(draft.citations) <= {1, 2}
        assert not {1, 2} & set(draft.unknown)
        assert "[1]" not in draft.text
        assert "【3】" not in draft.text
        assert "<think>" not in draft.text


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(citing).failed == 0
