"""Figures and dates are the same whatever the script, the digits and the words."""

from datetime import date
from decimal import Decimal

import pytest

from assistant.dates import dates, relative_times
from assistant.figures import figures


def _values(text):
    return [(figure.value, figure.unit) for figure in figures(text)]


@pytest.mark.parametrize(
    "text",
    ["$4.2 billion", "4.2 billion dollars", "USD 4.2bn", "US$4.2 billion", "4,2 млрд долларов",
     "4,2 миллиарда долларов США", "4,2 млрд АҚШ доллары", "4,2 миллиард доллар",
     "4.2 مليار دولار", "٤٫٢ مليار دولار", "٤.٢ مليارات دولار أمريكي"],
)  # fmt: skip
def test_one_sum_in_every_writing(text):
    assert _values(text) == [(Decimal("4.2") * 10**9, "USD")]


@pytest.mark.parametrize(
    "text",
    ["47%", "47 %", "٤٧٪", "47 percent", "47 per cent", "47 процентов", "47 пайыз", "47 في المئة",
     "47 بالمائة"],
)  # fmt: skip
def test_one_share_in_every_writing(text):
    assert _values(text) == [(Decimal(47), "%")]


@pytest.mark.parametrize(
    "text",
    ["1,234,567 t", "1 234 567 тонн", "1 234 567 т", "1.234.567 тонн", "١٬٢٣٤٬٥٦٧ طن"],
)
def test_thousands_may_be_set_apart_in_any_way(text):
    assert _values(text)[0][0] == 1234567


@pytest.mark.parametrize(
    ("text", "value"),
    [("twenty five ships", 25), ("خمسة وعشرين سفينة", 25), ("двадцать пять судов", 25),
     ("жиырма бес кеме", 25), ("seven hundred ships", 700), ("مليوني سفينة", 2_000_000),
     ("ten thousand ships", 10_000)],
)  # fmt: skip
def test_number_words_have_their_value(text, value):
    assert _values(text) == [(value, "")]


@pytest.mark.parametrize("text", ["C5+1", "B5+1", "مجموعة 5+1", "COVID-19", "the G7", "A-320"])
def test_digits_inside_a_name_are_no_figure(text):
    assert _values(text) == []


def test_a_magnitude_is_not_a_rounding():
    million, billion = figures("4.2 million dollars, 4.2 billion dollars")
    assert not million.same(billion)
    assert not figures("4 billion")[0].same(figures("4.2 billion")[0])


def test_a_figure_covers_its_unit_in_the_text():
    text = "وبلغت الحصة ٤٧٪ من الإنتاج، أي 6.6 مليار دولار أمريكي."
    assert [text[f.start : f.end] for f in figures(text)] == ["٤٧٪", "6.6 مليار دولار"]


@pytest.mark.parametrize(
    "text",
    ["6 November 2025", "November 6, 2025", "6 ноября 2025 года", "2025 жылғы 6 қараша",
     "2025 жылғы 6 қарашада", "6 نوفمبر 2025", "٦ نوفمبر ٢٠٢٥", "6 تشرين الثاني 2025",
     "6 تشرين الثاني / نوفمبر 2025", "2025-11-06", "06.11.2025", "6 نوفمبر من عام 2025"],
)  # fmt: skip
def test_one_day_in_every_writing(text):
    assert [(d.year, d.month, d.day) for d in dates(text)] == [(2025, 11, 6)]


def test_years_are_dates_and_counts_are_not():
    assert [d.year for d in dates("from 1993 to ٢٠١٥, 700 firms")] == [1993, 2015]


def test_a_month_name_that_is_a_word_needs_a_day_or_a_year():
    assert dates("It may rise.") == ()
    assert dates("In May 2020 it rose.")[0].month == 5


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("last year", 2024, 2024), ("العام الماضي", 2024, 2024), ("в прошлом году", 2024, 2024),
     ("былтыр", 2024, 2024), ("өткен жылы", 2024, 2024), ("this year", 2025, 2025),
     ("هذا العام", 2025, 2025), ("в этом году", 2025, 2025), ("биыл", 2025, 2025),
     ("the past 20 years", 2005, 2025), ("السنوات العشرين الماضية", 2005, 2025),
     ("последние 20 лет", 2005, 2025), ("соңғы 20 жыл", 2005, 2025), ("today", 2025, 2025)],
)  # fmt: skip
def test_relative_times_count_from_the_day_of_writing(text, first, last):
    (found,) = relative_times(text, date(2025, 11, 6))
    assert (found.first.year, found.last.year) == (first, last)
    assert text[found.start : found.end] == text.removeprefix("the ") or found.start == 0
