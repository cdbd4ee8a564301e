"""Every sentence has the speaker that a careful editor would give it."""

from datetime import date

import pytest

from assistant.article import read_article
from assistant.attribution import speakers
from assistant.mentions import mentions
from index.schema import Document


def _said(text, language="en"):
    document = Document("d", "A title", language, text, published=date(2025, 1, 1))
    article = read_article(document)
    found = speakers(article)
    return [(found[s.start].name if s.start in found else None) for s in article.sentences], article


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        (
            "According to Jane Roe, a senior analyst at Foo Bank, trade doubled.",
            "Jane Roe",
            "a senior analyst at Foo Bank",
        ),
        (
            "Jane Roe, a senior analyst at Foo Bank, said trade doubled.",
            "Jane Roe",
            "a senior analyst at Foo Bank",
        ),
        ("Trade doubled, said Jane Roe.", "Jane Roe", None),
        ("The expert Jane Roe noted that trade doubled.", "Jane Roe", "The expert"),
        ("According to the Ministry of Energy, output rose.", "the Ministry of Energy", None),
        (
            "بحسب ليلى حسن، الخبيرة في معهد البحوث، تضاعفت التجارة.",
            "ليلى حسن",
            "الخبيرة في معهد البحوث",
        ),
        ("وفقًا لمعهد البحوث الاقتصادية، تضاعفت التجارة.", "معهد البحوث الاقتصادية", None),
        ("وفقًا للبنك المركزي، تضاعفت التجارة.", "البنك المركزي", None),
        ("قال وزير الطاقة سالم نجم إن الإنتاج ارتفع.", "سالم نجم", "وزير الطاقة"),
        ("ويؤكد الخبير سالم نجم أن الإنتاج ارتفع.", "سالم نجم", "الخبير"),
        ("По словам эксперта Ивана Петрова, торговля выросла.", "Ивана Петрова", "эксперта"),
        ("Торговля выросла, сообщил Иван Петров.", "Иван Петров", None),
        ("По данным министерства энергетики, добыча выросла.", "министерства энергетики", None),
        ("Сарапшы Айдар Серіков экспорт өсетінін айтты.", "Айдар Серіков", "Сарапшы"),
        ("Ұлттық банктің мәліметінше, инвестиция өсті.", "Ұлттық банктің", None),
    ],
)
def test_a_speaker_is_read_with_his_role(text, name, role):
    found = mentions(text)
    assert (name, role) in [(mention.name, mention.role) for mention in found]


@pytest.mark.parametrize(
    "text",
    [
        "Trade doubled in 2024.",
        "تضاعفت التجارة في عام 2024.",
        "Торговля выросла вдвое.",
        "Былтыр сауда екі есе өсті.",
        "The plant was opened by the president.",
        "شارك فيه وزير الخارجية آنذاك.",
    ],
)
def test_the_article_itself_has_no_speaker(text):
    assert mentions(text) == ()


def test_an_attribution_at_the_end_holds_for_the_whole_paragraph():
    said, _ = _said(
        "According to Jane Roe, an expert, trade matters.\n\n"
        "Prices will rise. Demand grows too, the expert noted.\n\n"
        "The summit opens on Monday."
    )
    assert said == ["Jane Roe", "Jane Roe", "Jane Roe", None]


def test_an_arabic_attribution_at_the_end_holds_for_the_whole_paragraph():
    said, _ = _said(
        "بحسب سالم نجم، الخبير في المعهد، للتجارة أهمية خاصة.\n\n"
        "ستنمو الصادرات. وستزداد الاستثمارات أيضًا، كما أشار الخبير.\n\n"
        "تُفتتح القمة يوم الاثنين.",
        "ar",
    )
    assert said == ["سالم نجم", "سالم نجم", "سالم نجم", None]


def test_a_quotation_goes_on_until_it_closes():
    said, article = _said(
        "أشار سالم نجم إلى أن “الموقع يجعل البلد مركزًا للنقل. ولدينا كل الفرص. والعمل جارٍ”. "
        "وافتُتح الميناء أمس.",
        "ar",
    )
    assert said == ["سالم نجم"] * 3 + [None]
    assert all(speaker.quoted for speaker in speakers(article).values())


def test_spellings_of_one_name_are_joined():
    said, _ = _said(
        "ويؤكد الخبير علي موخامبيت أن التجارة تنمو.\n\nالطلب كبير، كما أكد علي مخامبيت.", "ar"
    )
    assert len(set(said)) == 1
    assert said[0] in {"علي موخامبيت", "علي مخامبيت"}


def test_a_surname_is_joined_with_the_full_name():
    said, _ = _said(
        "According to Jane Roe, an analyst, trade doubled.\n\n“It will grow,” said Roe."
    )
    assert said == ["Jane Roe", "Jane Roe"]


def test_two_people_stay_two():
    said, _ = _said(
        "According to Jane Roe, an analyst, trade doubled.\n\n“It will fall,” said Mark Doe."
    )
    assert said == ["Jane Roe", "Mark Doe"]
