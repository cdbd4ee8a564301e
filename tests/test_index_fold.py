import doctest
import unicodedata
from dataclasses import fields, replace

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st
from made_up_text import anything, articles

import index.fold
from index.fold import _JOINS as JOINS
from index.fold import DEFAULT_FOLDS, Folds, find, find_all, fold, fold_text, words

SWITCHES = [field.name for field in fields(Folds)]
some_folds = st.sets(st.sampled_from(SWITCHES)).map(
    lambda turned: replace(DEFAULT_FOLDS, **{n: not getattr(DEFAULT_FOLDS, n) for n in turned})
)


@given(articles | anything)
@example("e\u200d\u0301 \u0649\u0654 ـَ İ ᾳ ﷺ ﹱ")
@example("\u1100\ufe0f\u1161")
def test_folding_with_and_without_the_map_is_the_same_and_idempotent(text):
    folded = fold_text(text)
    assert fold(text).text == folded
    assert fold_text(folded) == folded


@given(articles | anything, some_folds)
def test_any_choice_of_folds_is_idempotent_too(text, folds):
    folded = fold_text(text, folds)
    assert fold(text, folds).text == folded
    assert fold_text(folded, folds) == folded


@given(articles | anything, st.data())
def test_every_folded_span_maps_to_an_original_span_that_folds_to_it(text, data):
    folded = fold(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    low, high = folded.original(start, end)
    assert 0 <= low <= high <= len(text)
    again = fold_text(text[low:high])
    assert folded.text[start:end] in again
    # one original character may become many (ﷺ); a span that cuts none of them folds to itself
    whole_start = start == 0 or folded.starts[start - 1] != folded.starts[min(start, end - 1)]
    whole_end = end == len(folded.text) or folded.ends[end] != folded.ends[end - 1]
    if start < end and whole_start and whole_end:
        assert again == folded.text[start:end]


@given(articles | anything)
def test_the_map_is_in_order_and_complete(text):
    folded = fold(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    assert (folded.starts < folded.ends).all()
    assert (folded.starts[1:] >= folded.starts[:-1]).all()
    assert folded.original(len(folded.text), len(folded.text)) == (len(text), len(text))


def test_clusters_are_closed_under_folding_for_all_of_unicode():
    joins = regex.compile(f"[{JOINS}]")
    composing = set()
    for point in range(0x110000):
        character = chr(point)
        if unicodedata.category(character) in ("Cn", "Co", "Cs"):  # unassigned, private, halves
            continue
        folded = fold_text(character)
        assert fold_text(folded) == folded, hex(point)
        if not joins.match(character):
            assert folded, hex(point)
            assert not joins.match(folded), hex(point)
        parts = unicodedata.decomposition(character).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            composing.add(chr(int(parts[1], 16)))
    assert all(joins.match(character) for character in composing)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("إيمان أحمد آل ٱ", "ايمان احمد ال ا", id="alef-hamza"),
        pytest.param("مُحَمَّدٌ رَسُولٰ", "محمد رسول", id="harakat"),
        pytest.param("أصـــداء", "اصداء", id="tatweel"),
        pytest.param("مسؤول شاطئ", "مسوول شاطي", id="hamza-seats"),
        pytest.param("مستشفى", "مستشفي", id="alef-maqsura"),
        pytest.param("طاقة", "طاقه", id="ta-marbuta"),
        pytest.param("کازاخستان ی", "كازاخستان ي", id="persian-keyboard"),
        pytest.param("٢٠١٥ ۲۰۱۵", "2015 2015", id="digits"),
        pytest.param("٤٫٢ ٩٦٪ ٤٬٢٠٠", "4.2 96% 4,200", id="arabic-figures"),
        pytest.param("ﻻﺍﻟﻌﺮﺑﻴﺔ", "لاالعربيه", id="presentation-forms"),
        pytest.param("نعم\u200f \u2067لا\u2069 \ufeffكن\u200bت", "نعم لا كنت", id="invisible"),
        pytest.param("Ёлка ещё", "елка еще", id="yo"),
        pytest.param("за\u0301мок Йод й", "замок йод й", id="stress-but-not-short-i"),
        pytest.param("Erdoğan Şımkent Łódź straße", "erdogan simkent lodz strasse", id="accents"),
        pytest.param("“а” «б» „в“ ‘г’ ’", '"а" "б" "в" \'г\' \'', id="quotes"),
        pytest.param("أتيراو–سامارا—a‑b", "اتيراو-سامارا-a-b", id="dashes"),
        pytest.param("نعم؟ لا، ثم؛", "نعم? لا, ثم;", id="punctuation"),
        pytest.param("co\u00adop\u00a0x", "coop x", id="soft-hyphen-and-hard-space"),
        pytest.param("Ⅻ ½ ｗｉｄｅ", "xii 1⁄2 wide", id="compatibility"),
    ],
)
def test_differences_of_writing_fold_away(one, other):
    assert fold_text(one) == other


@pytest.mark.parametrize(
    ("one", "other"),
    [("قلب", "كلب"), ("ماء", "ما"), ("й", "и"), ("қала", "кала"), ("4.2", "42"), ("غاز", "گاز")],
    ids=["qaf-kaf", "water-what", "short-i", "kazakh-q", "decimal", "gaf"],
)
def test_what_tells_words_apart_stays(one, other):
    assert fold_text(one) != fold_text(other)


@pytest.mark.parametrize(
    ("switch", "text"),
    [
        ("compatibility", "ﻻ"), ("case", "Ab"), ("invisible", "a\u200bb"), ("arabic_marks", "مُ"),
        ("tatweel", "أصـداء"), ("alef", "أ"), ("hamza_seats", "ؤ"), ("lone_hamza", "ماء"),
        ("alef_maqsura", "ى"), ("ta_marbuta", "ة"), ("persian", "ک"), ("digits", "٢"), ("yo", "ё"),
        ("accents", "é"), ("kazakh_plain", "қ"), ("punctuation", "؟"),
    ],
)  # fmt: skip
def test_each_fold_is_a_switch(switch, text):
    turned = replace(DEFAULT_FOLDS, **{switch: not getattr(DEFAULT_FOLDS, switch)})
    assert fold_text(text, turned) != fold_text(text)


def test_every_switch_is_tested():
    tested = test_each_fold_is_a_switch.pytestmark[0].args[1]
    assert {name for name, _ in tested} == set(SWITCHES)


def test_a_span_outside_of_the_folded_text_is_an_error():
    with pytest.raises(ValueError, match="No span"):
        fold("abc").original(2, 4)


@given(articles, st.data())
def test_find_finds_what_is_there(text, data):
    start = data.draw(st.integers(0, len(text)))
    needle = text[start : data.draw(st.integers(start, len(text)))]
    haystack = fold(text)
    if fold_text(needle).strip() and fold_text(needle) in haystack.text:
        found = find(needle, haystack)
        assert found is not None
        found_letters = "".join(fold_text(text[slice(*found)]).split())
        assert "".join(fold_text(needle).split()) in found_letters


def test_find_takes_white_space_as_equal_and_knows_whole_words():
    haystack = fold("بلغ 4.2\nمليار دولار، 14.2 مليار")
    assert find("4.2 مليار", haystack) == (4, 13)
    assert find_all("4.2 مليار", haystack) == ((4, 13), (22, 31))
    assert find_all("4.2 مليار", haystack, whole_words=True) == ((4, 13),)
    assert find(" ", haystack) is None
    assert find("a.c", fold("abc")) is None


def test_words_keep_decimals_and_drop_punctuation():
    assert words("«كازاخستان» 51.8 مليار؛ C5+1 и т.д.") == [
        "كازاخستان", "51.8", "مليار", "c5", "1", "и", "т", "д",
    ]  # fmt: skip
    assert words("") == []


def test_examples_in_docstrings():
    result = doctest.testmod(index.fold)
    assert result.attempted
    assert not result.failed
