"""What a question asks is read alike in four languages, however it is typed."""

import pytest

from assistant.errors import QuestionError
from assistant.question import LONGEST, Kind, cleaned, language_of, parts, read_question


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("How many companies are there?", Kind.QUANTITY),
        ("كم شركة تعمل هناك؟", Kind.QUANTITY),
        ("Сколько компаний работает?", Kind.QUANTITY),
        ("Қанша компания жұмыс істейді?", Kind.QUANTITY),
        ("What share of exports is oil?", Kind.SHARE),
        ("ما نسبة النفط من الصادرات؟", Kind.SHARE),
        ("Какая доля экспорта приходится на нефть?", Kind.SHARE),
        ("Экспорттың қанша пайызы мұнай?", Kind.SHARE),
        ("When was it founded?", Kind.WHEN),
        ("متى تأسست؟", Kind.WHEN),
        ("Когда она основана?", Kind.WHEN),
        ("Ол қашан құрылды?", Kind.WHEN),
        ("Who leads the bank?", Kind.WHO),
        ("من يقود البنك؟", Kind.WHO),
        ("Кто руководит банком?", Kind.WHO),
        ("Банкті кім басқарады?", Kind.WHO),
        ("Where is the plant?", Kind.WHERE),
        ("أين يقع المصنع؟", Kind.WHERE),
        ("Где находится завод?", Kind.WHERE),
        ("Зауыт қайда орналасқан?", Kind.WHERE),
        ("Why did prices rise?", Kind.WHY),
        ("لماذا ارتفعت الأسعار؟", Kind.WHY),
        ("Почему выросли цены?", Kind.WHY),
        ("Баға неге өсті?", Kind.WHY),
        ("ليش ارتفعت الأسعار", Kind.WHY),
        ("وين المصنع", Kind.WHERE),
        ("Which sectors grow?", Kind.LIST),
        ("ما هي القطاعات النامية؟", Kind.LIST),
        ("According to the ministry, how much was spent?", Kind.QUANTITY),
    ],
)
def test_the_kind_of_answer(text, kind):
    assert read_question(text).kind is kind


@pytest.mark.parametrize(
    ("text", "language"),
    [("كم؟", "ar"), ("How much?", "en"), ("Сколько стоит?", "ru"), ("Қанша тұрады?", "kk"),
     ("казакстанда канша компания бар", "kk"), ("متى تأسست C5+1 platform؟", "ar"),
     ("Что такое B5+1?", "ru"), ("что значит blockchain?", "ru")],
)  # fmt: skip
def test_the_language_of_a_question(text, language):
    assert language_of(text) == language


def test_the_arabic_preposition_from_does_not_ask_who():
    assert read_question("كم حصل المصنع من القروض؟").kind is Kind.QUANTITY


@pytest.mark.parametrize(
    "text",
    ["Where was it held and who took part?", "أين عُقد الاجتماع ومن شارك فيه؟",
     "Сколько стоит завод и когда он открылся?", "How big is it? When was it built?",
     "Зауыт қанша тұрады және қашан ашылды?"],
)  # fmt: skip
def test_two_questions_in_one_are_told_apart(text):
    assert len(parts(text)) == 2


@pytest.mark.parametrize(
    "text",
    ["How much trade is there between China and Russia?", "كم حجم التجارة بين الصين وروسيا؟",
     "Кто построил порт и железную дорогу?", "trade and investment", "الزراعة والصناعة"],
)  # fmt: skip
def test_one_question_with_an_and_stays_one(text):
    assert parts(text) == (text,)


@pytest.mark.parametrize("text", ["", "   ", "?!", "\x00\x07", "\u200f\u202e", "؟"])
def test_no_question_is_a_clear_error(text):
    with pytest.raises(QuestionError, match="empty"):
        cleaned(text)


def test_a_question_of_many_characters_is_refused_with_the_number():
    with pytest.raises(QuestionError, match="100,000"):
        cleaned("a" * 100_000)
    assert len(cleaned("a" * LONGEST)) == LONGEST


def test_control_and_bidi_characters_do_not_reach_the_reader():
    assert cleaned("What\x00 is\u202e  this\u2066?\n") == "What is this ?"


def test_a_request_asks_what_its_words_tell():
    words = {token.word for token in read_question("أخبرني عن الممر الأوسط").content}
    assert words == {"الممر", "الاوسط"}
