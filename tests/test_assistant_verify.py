"""What isn't in the cited text is found, whatever the language; what is there passes."""

from dataclasses import replace
from datetime import date

import pytest

from assistant.schema import (
    Answer,
    Citation,
    IndexState,
    Mode,
    Statement,
    Status,
    Support,
)
from assistant.verify import Fault, Unverified, verify_answer, verify_statement
from index.schema import Document

CITED = [
    "وبحسب وزارة الطاقة، ارتفع إنتاج النفط في كازاخستان العام الماضي إلى 87.6 مليون طن، "
    "أي بنسبة ٤٪، وقال مدير الشركة يرلان سادوق إن “الطلب سيتضاعف خلال عشر سنوات”."
]
WRITTEN = date(2025, 11, 6)


def _faults(statement, cited=CITED, context=""):
    verdict = verify_statement(statement, cited, published=WRITTEN, context=context)
    for problem in verdict.problems:
        assert statement[problem.start : problem.end] == problem.text
    return {problem.fault for problem in verdict.problems}


@pytest.mark.parametrize(
    "statement",
    [
        "Kazakhstan's oil output rose to 87.6 million tonnes in 2024 [1].",
        "Output rose by 4% [1], the Ministry of Energy says.",
        "Добыча нефти в Казахстане выросла до 87,6 млн тонн в 2024 году [1].",
        "Қазақстанда мұнай өндіру 87,6 млн тоннаға жетті [1].",
        "ارتفع إنتاج النفط في كازاخستان إلى ٨٧٫٦ مليون طن عام 2024 [1].",
        "Yerlan Saduk said that demand will double within ten years [1].",
        "قال يرلان سادوق: «الطلب سيتضاعف خلال عشر سنوات» [1].",
        "«الطلب … خلال عشر سنوات» [1]",
        "As of 6 November 2025, the figure for last year is 87.6 million tonnes [1, 2].",
    ],
)
def test_a_true_statement_passes(statement):
    assert _faults(statement) == set()


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("Output rose to 87.7 million tonnes.", Fault.FIGURE),
        ("Output rose to 87.6 billion tonnes.", Fault.FIGURE),
        ("Output rose to about 88 million tonnes.", Fault.FIGURE),
        ("Output rose to $87.6 million.", Fault.FIGURE),
        ("Output rose by 4.5%.", Fault.FIGURE),
        ("Добыча выросла до 86,7 млн тонн.", Fault.FIGURE),
        ("ارتفع الإنتاج إلى ٨٧٫٦ مليار طن.", Fault.FIGURE),
        ("Өндіру 87,6 мың тоннаға жетті.", Fault.FIGURE),
        ("Output rose in 2021.", Fault.DATE),
        ("Output rose in March 2024.", Fault.DATE),
        ("В мае 2024 года добыча выросла.", Fault.DATE),
        ("Output rose in Uzbekistan.", Fault.NAME),
        ("Добыча в России выросла.", Fault.NAME),
        ("ارتفع الإنتاج في روسيا.", Fault.NAME),
        ("According to Marat Bekov, demand will double.", Fault.NAME),
        ("قال «الطلب سينخفض خلال عشر سنوات».", Fault.QUOTATION),
        ("He said “demand will double within ten years”.", Fault.QUOTATION),
    ],
)
def test_a_false_statement_is_found(statement, fault):
    assert fault in _faults(statement)


def test_a_name_may_come_from_the_context_and_a_figure_may_not():
    assert _faults("In Turkmenistan it rose.", context="تركمانستان 99 مليون") == set()
    assert _faults("It rose to 99 million tonnes.", context="تركمانستان 99 مليون طن") == {
        Fault.FIGURE
    }


TEXT = "نص أول. والنص الثاني هنا."
DOCUMENTS = {"d": Document("d", "t", "ar", TEXT)}


def _answer():
    citation = Citation(1, "d", "t", "", 8, 25, TEXT[8:25], (8, 12))
    statement = Statement(TEXT[8:25], (1,), Support.VERBATIM)
    return Answer(
        "q",
        "ar",
        "q",
        Status.ANSWERED,
        Mode.EXTRACTIVE,
        "t",
        (statement,),
        (citation,),
        (),
        0.9,
        IndexState("b", "t", False),
        1.0,
    )


def test_an_exact_answer_passes():
    verify_answer(_answer(), DOCUMENTS)


@pytest.mark.parametrize(
    "change",
    [
        {"start": 7},
        {"end": 24},
        {"quote": "النص"},
        {"number": 2},
        {"answer_span": (0, 3)},
        {"answer_span": (12, 12)},
    ],
)
def test_a_citation_that_is_off_by_anything_never_passes(change):
    answer = _answer()
    citation = replace(answer.citations[0], **change)
    with pytest.raises(Unverified):
        verify_answer(replace(answer, citations=(citation,)), DOCUMENTS)


@pytest.mark.parametrize("numbers", [(), (2,)])
def test_a_statement_without_its_citation_never_passes(numbers):
    answer = _answer()
    statement = replace(answer.statements[0], citations=numbers)
    with pytest.raises(Unverified):
        verify_answer(replace(answer, statements=(statement,)), DOCUMENTS)
