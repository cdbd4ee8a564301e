"""Speakers are told as a reader would tell them, on whole articles that were read by hand."""

from __future__ import annotations

from datetime import date

import pytest
from said import READ_BY_HAND, measured

from assistant.article import read_article
from assistant.attribution import speakers
from index.schema import Document


def test_the_halves_share_no_article():
    assert READ_BY_HAND["development"].keys().isdisjoint(READ_BY_HAND["held_out"])


@pytest.mark.parametrize(
    ("half", "precision", "recall"), [("held_out", 0.97, 0.75), ("development", 0.97, 0.85)]
)
def test_named_speakers_are_seldom_wrong_and_mostly_found(half, precision, recall):
    found = measured(half)
    assert found.precision >= precision, found.faults
    assert found.recall >= recall, found.faults


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (
            "وقال رئيس الجمعية، كريم بنجلون، إن الأسعار ترتفع.\n\nوأضاف بنجلون أن الطلب كبير.",
            "ar",
            ["كريم بنجلون", "كريم بنجلون"],
        ),
        (
            "وقال رئيس الجمعية، كريم بنجلون، إن الأسعار ترتفع. وأضاف بنبرة هادئة: «سنصبر قليلًا».",
            "ar",
            ["كريم بنجلون", "كريم بنجلون"],
        ),
        ("وتقدّر وزارة الفلاحة المحصول بمليون طن.", "ar", ["وزارة الفلاحة"]),
        ("وتشير بيانات الوزارة إلى ارتفاع الأسعار.", "ar", ["الوزارة"]),
        (
            "«Мы успеем», — признаёт главный инженер завода Иван Петров.",
            "ru",
            ["Иван Петров"],
        ),
        ("Воды хватит всем, заверили в акимате.", "ru", ["акимате"]),
        (
            "С озером работает биолог Анна Серова.\n\n«Рыба вернулась сама», — говорит она.",
            "ru",
            [None, "Анна Серова"],
        ),
        ("The ministry estimates that output doubled.", "en", ["The ministry"]),
        ("«Экспорт өседі», – деді министр Айдар Серіков.", "kk", ["Айдар Серіков"]),
        ("يُذكر أن المصنع افتُتح العام الماضي.", "ar", [None]),
        ("ويُعتقد أن الأسعار سترتفع.", "ar", [None]),
    ],
)
def test_plain_attributions(text, language, expected):
    article = read_article(Document("d", "t", language, text, published=date(2025, 1, 1)))
    found = speakers(article)
    assert [
        found[s.start].name if s.start in found else None for s in article.sentences
    ] == expected


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("According to Jane Roe, an analyst, trade will double.", False),
        ('"Trade will double by spring," said Jane Roe, an analyst.', True),
        ("Jane Roe, an analyst at «Foo», said trade will double.", False),
    ],
)
def test_a_quotation_is_told_from_a_paraphrase(text, quoted):
    article = read_article(Document("d", "t", "en", text, published=date(2025, 1, 1)))
    assert [speaker.quoted for speaker in speakers(article).values()] == [quoted]


def test_a_surname_spelled_otherwise_is_the_same_person_and_a_namesake_is_not():
    text = (
        "وقال الخبير نورلان أولجوباييف إن التجارة تنمو. وأكد أولجوبايف أن الطلب كبير.\n\n"
        "ويرى قيس الجبوري، خبير الري، أن الماء قليل.\n\nويرى قصي الجبوري، محلل، أن الماء يكفي."
    )
    article = read_article(Document("d", "t", "ar", text, published=date(2025, 1, 1)))
    names = [speaker.name for speaker in speakers(article).values()]
    assert names == ["نورلان أولجوباييف", "نورلان أولجوباييف", "قيس الجبوري", "قصي الجبوري"]
