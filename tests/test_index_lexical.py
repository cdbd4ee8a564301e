"""The lexical index: bm25s' scores from plain arrays, whatever the texts."""

import random
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import lexical
from index.fold import words
from index.lexical import LexicalIndex
from index.ngrams import SIZES, ngrams
from index.skeleton import name_terms

TEXTS = [
    "وقّعت الدولتان اتفاقية للتعدين بقيمة ٤٫٢ مليار دولار في العاصمة أستانا.",
    "The two countries signed a mining agreement worth 4.2 billion dollars in Astana.",
    "Страны подписали соглашение о добыче на 4,2 миллиарда долларов в Астане.",
    "Екі ел Астанада құны 4,2 миллиард доллар болатын келісімге қол қойды.",
    "زار الوزير المنجم ثم زار المنجم مرة أخرى، والمنجم كبير.",
    "",
    "a",
]
QUERIES = ["المنجم في أستانا", "mining mining agreement", "соглашение", "келісім", "zzz", ""]


def grams(text: str) -> list[str]:
    """The same terms made the plain way."""
    return [
        padded[at : at + size]
        for word in words(text)
        for padded in [f" {word} "]
        for size in SIZES
        for at in range(len(padded) - size + 1)
    ]


@pytest.mark.parametrize("query", QUERIES)
def test_scores_equal_those_of_bm25s_on_the_same_terms(query: str) -> None:
    bm25s = pytest.importorskip("bm25s")
    reference = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
    reference.index([grams(text) for text in TEXTS], show_progress=False)
    known = [term for term in grams(query) if term in reference.vocab_dict]
    expected = reference.get_scores(known) if known else np.zeros(len(TEXTS))
    assert LexicalIndex.build(TEXTS).scores(query) == pytest.approx(expected, rel=1e-5, abs=1e-6)


@given(st.lists(st.text(max_size=30), max_size=8))
@settings(deadline=None)
def test_terms_are_the_ngrams_of_each_folded_word(texts: list[str]) -> None:
    hashes, owners = ngrams(texts)
    for place, text in enumerate(texts):
        found = Counter(hashes[owners == place].tolist())
        assert sorted(found.values()) == sorted(Counter(grams(text)).values())


def test_equal_terms_have_equal_hashes_and_different_ones_different() -> None:
    vocabulary = sorted({term for text in TEXTS for term in grams(text) if " " not in term})
    hashes = [set(ngrams([f"{term}"])[0].tolist()) for term in vocabulary]
    distinct = {frozenset(each) for each in hashes}
    assert len(distinct) == len(vocabulary)
    assert (ngrams(["أستانا"])[0] == ngrams(["استانا"])[0]).all()  # folded alike


def test_the_batch_size_of_a_build_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = LexicalIndex.build(TEXTS)
    monkeypatch.setattr(lexical, "BATCH", 2)
    pieces = LexicalIndex.build(TEXTS)
    for query in QUERIES:
        assert (whole.scores(query) == pieces.scores(query)).all()


@pytest.mark.parametrize("analyser", [ngrams, name_terms])
def test_a_saved_index_scores_as_the_one_it_was_saved_from(
    tmp_path: Path, analyser: lexical.Analyser
) -> None:
    built = LexicalIndex.build(TEXTS, analyser=analyser)
    built.save(tmp_path / "lexical")
    opened = LexicalIndex.load(tmp_path / "lexical", analyser=analyser)
    for query in QUERIES:
        assert (built.scores(query) == opened.scores(query)).all()
        assert (built.shares(query) == opened.shares(query)).all()


PIECES = st.lists(
    st.tuples(st.lists(st.text("abc ", max_size=12), max_size=6), st.integers(0, 2**32)), max_size=4
)


@given(PIECES)
def test_joined_indexes_are_the_index_of_all_texts(pieces: list[tuple[list[str], int]]) -> None:
    """Indexes of pieces, each with some texts left out and all of them in another order."""
    chance = random.Random(sum(seed for _, seed in pieces))
    kept = [(text, n) for n, (texts, _) in enumerate(pieces) for text in texts]
    wanted = [each for each in range(len(kept)) if chance.random() < 0.7]
    chance.shuffle(wanted)
    place_of = {number: place for place, number in enumerate(wanted)}
    parts, start = [], 0
    for texts, _ in pieces:
        places = [place_of.get(number, -1) for number in range(start, start + len(texts))]
        parts.append((LexicalIndex.build(texts), np.array(places, np.int64)))
        start += len(texts)
    joined = LexicalIndex.merged(parts or [(LexicalIndex.build([]), np.empty(0, np.int64))])
    whole = LexicalIndex.build([kept[number][0] for number in wanted])
    assert told(joined) == told(whole)
    assert joined.scores("ab bc cab").tolist() == whole.scores("ab bc cab").tolist()


def told(index: LexicalIndex) -> dict[int, set[tuple[int, int]]]:
    """Return owners and counts by term; every term has one, and none twice."""
    terms, ends = index._terms.tolist(), index._ends.tolist()
    assert terms == sorted(set(terms))
    pairs = list(zip(index._passages.tolist(), index._counts.tolist(), strict=True))
    ranges = list(pairwise(ends))
    assert all(first < last for first, last in ranges)
    found = {term: pairs[first:last] for term, (first, last) in zip(terms, ranges, strict=True)}
    assert all(len(set(each)) == len(each) for each in found.values())
    return {term: set(each) for term, each in found.items()}


def test_shares_tell_how_much_of_the_query_is_there() -> None:
    index = LexicalIndex.build(TEXTS)
    assert index.shares(TEXTS[4])[4] == pytest.approx(1, abs=0.35)
    assert index.shares(TEXTS[4]).argmax() == 4
    assert index.shares("xylophone quartz")[:1] == 0
    near, far = index.shares("mining agreement"), index.shares("mining xylophone quartz hobby")
    assert far.max() < near.max() / 2


def test_no_passages_and_no_words_score_nothing(tmp_path: Path) -> None:
    empty = LexicalIndex.build([])
    empty.save(tmp_path / "empty")
    assert LexicalIndex.load(tmp_path / "empty").scores("mining").shape == (0,)
    assert LexicalIndex.build(["", "؟!"]).scores("mining").tolist() == [0, 0]
