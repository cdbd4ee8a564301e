"""The answer inside a quote is marked: figure with unit, date, person, place, list, cause."""

import pytest

from assistant.question import read_question
from assistant.spans import answer_span


@pytest.mark.parametrize(
    ("question", "quote", "answer"),
    [
        ("How much was invested?", "They invested $6.6 billion in 2025, up 6.2%.", "$6.6 billion"),
        (
            "كم بلغ الاستثمار؟",
            "بلغ الاستثمار حوالي 6.6 مليار دولار أمريكي، بزيادة قدرها 6.2%.",
            "6.6 مليار دولار",
        ),
        (
            "By what percentage did it grow?",
            "بلغ الاستثمار 6.6 مليار دولار، بزيادة قدرها 6.2%.",
            "6.2%",
        ),
        ("Какая доля приходится на нефть?", "Доля нефти составляет 47% экспорта.", "47%"),
        ("Қанша пайызы мұнай?", "واليوم تبلغ الحصة ٤٧٪ من الإنتاج.", "٤٧٪"),
        ("How many companies work there?", "تعمل هناك أكثر من 700 شركة أجنبية.", "700 شركة"),
        ("When did it begin?", "وبدأ الحوار في عام 2023، عندما اجتمعوا.", "2023"),
        (
            "When was the plant opened?",
            "The plant was opened on 6 November 2020.",
            "6 November 2020",
        ),
        ("Когда открыли завод?", "Завод открыли 6 ноября 2020 года.", "6 ноября 2020"),
        ("Who said so?", "Demand will grow, said Jane Roe.", "Jane Roe"),
        ("من قال ذلك؟", "ويؤكد الخبير سالم نجم أن الطلب سينمو.", "سالم نجم"),
        ("Where was it held?", "وعُقد الاجتماع الأول في مدينة سمرقند الأوزبكية.", "سمرقند"),
        ("Where is the plant?", "The plant stands in Almaty near the lake.", "Almaty"),
        (
            "Which companies take part?",
            "Large firms such as Acme, Foo and Bar take part.",
            "Acme, Foo and Bar take part",
        ),
        (
            "ما هي الشركات؟",
            "وتسهم شركات كبرى – مثل أكمي، وفو، وبار – في التطوير.",
            "أكمي، وفو، وبار",
        ),
        ("Why is it late?", "وبسبب الصراع في المنطقة، تأخر النقل.", "وبسبب الصراع في المنطقة"),
    ],
)
def test_the_span_is_the_answer(question, quote, answer):
    span = answer_span(read_question(question), quote)
    assert span is not None
    assert quote[slice(*span)] == answer


def test_the_nearest_of_two_figures_is_marked():
    quote = "Exports reached 12 million tonnes and imports 30 million tonnes."
    near = [(quote.index("imports"), quote.index("imports") + 7)]
    span = answer_span(read_question("How much was imported?"), quote, near)
    assert quote[slice(*span)] == "30 million tonnes"


def test_a_figure_of_the_question_is_not_its_answer():
    quote = "From 1.9 billion dollars it rose to 4.2 billion dollars."
    span = answer_span(read_question("To how much did it rise from 1.9 billion dollars?"), quote)
    assert quote[slice(*span)] == "4.2 billion dollars"


@pytest.mark.parametrize("question", ["How many ships?", "When?", "Who?", "Why?", "Tell me more"])
def test_no_answer_no_span(question):
    assert answer_span(read_question(question), "it went well for all of us") is None
