"""Each measure against its definition, worked out by hand."""

import math

import pytest

from eval.metrics.alce import alce, supported
from eval.metrics.calibration import auroc, brier, calibration_error, reliability
from eval.metrics.citations import citation_precision, citation_recall, coverage, first_is_gold
from eval.metrics.fidelity import offsets_right, quotations_right, verbatim_statements
from eval.metrics.figures import dates_right, figures_right, numbers
from eval.metrics.interval import bootstrap_interval, mcnemar
from eval.metrics.language import language_right, tell_language
from eval.metrics.names import names_right
from eval.metrics.refusal import count_refusals
from eval.metrics.spans import exact_match, token_f1
from eval.metrics.speakers import is_named, speaker_right

TEXT = (
    "بلغ حجم التجارة ٤٫٢ مليار دولار. وقال علي مخامبيت: «النمو مستمر». Opened on 6 November 2025."
)
TRADE = "بلغ حجم التجارة ٤٫٢ مليار دولار."
SAID = "وقال علي مخامبيت: «النمو مستمر»."


def citation(number, quote, span=None):
    start = TEXT.index(quote)
    return {
        "number": number,
        "document": "d",
        "start": start,
        "end": start + len(quote),
        "quote": quote,
        "answer_span": span,
        "translation": None,
    }


def statement(text, *cited, support="verbatim", speaker=None):
    return {"text": text, "citations": list(cited), "support": support, "speaker": speaker}


def answer(citations, statements, text="", language="ar"):
    return {
        "status": "answered",
        "citations": citations,
        "statements": statements,
        "nearest": [],
        "text": text,
        "language": language,
        "question": "",
    }


GOLD = [["one", "two"], ["three"]]


@pytest.mark.parametrize(
    ("quotes", "recall", "first", "precision"),
    [
        (["it is one", "and two"], 1, 1, 1),
        (["it is one"], 0, 1, 1),
        (["no", "three"], 1, 0, 1 / 2),
        (["no", "none of it", "nor"], 0, 0, 1 / 3),  # "none" holds "one"
        ([], 0, 0, 0),
    ],
)
def test_citations_are_held_against_every_alternative(quotes, recall, first, precision):
    assert citation_recall(GOLD, quotes) == recall
    assert first_is_gold(GOLD, quotes) == first
    assert citation_precision(GOLD, quotes) == pytest.approx(precision)


def test_coverage_counts_only_citations_that_exist():
    given = answer([citation(1, TRADE)], [statement(TRADE, 1), statement(SAID, 7), statement("x")])
    assert coverage(given) == pytest.approx(1 / 3)


def test_a_true_quote_is_right_and_each_kind_of_damage_is_found():
    good = citation(1, TRADE, [0, 3])
    assert offsets_right(answer([good], []), {"d": TEXT}) == 1
    for damage in (
        {"quote": TRADE.replace("٤٫٢", "٤٫٣")},
        {"start": good["start"] + 1},
        {"document": "e"},
        {"answer_span": [0, good["end"] + 1]},
        {"answer_span": [3, 3]},
        {"start": -1},
    ):
        assert offsets_right(answer([good | damage], []), {"d": TEXT}) == 0


def test_the_passages_beside_a_refusal_are_checked_too():
    wrong = {"document": "d", "start": 0, "end": 3, "quote": "كذب"}
    refusal = answer([], []) | {"status": "not_in_sources", "nearest": [wrong]}
    assert offsets_right(refusal, {"d": TEXT}) == 0


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("He says «النمو مستمر» [1]", 1),
        ("He says «النمــو مستمرٌّ»", 1),  # tatweel and marks are spelling
        ("He says «النمو توقف»", 0),
        ('He says "النمو مستمر" and “إلى الأبد”', 0),
        ("He says nothing in quotation marks", 1),
    ],
)
def test_words_in_quotation_marks_must_be_cited(said, right):
    given = answer([citation(1, SAID)], [statement(said, 1, support="verified")])
    assert quotations_right(given) == right


def test_a_citation_number_that_does_not_exist_is_found():
    assert quotations_right(answer([citation(1, SAID)], [statement("x", 2)])) == 0


def test_a_statement_that_claims_to_be_verbatim_is():
    cited = [citation(1, TRADE)]
    assert verbatim_statements(answer(cited, [statement(TRADE, 1)])) == 1
    assert verbatim_statements(answer(cited, [statement(TRADE + "!", 1)])) == 0
    assert verbatim_statements(answer(cited, [statement("x", 1, support="verified")])) is None


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("4.2 billion dollars [1]", 1),
        ("4,2 млрд долларов", 1),
        ("4.3 billion dollars", 0),
        ("42 billion dollars", 0),
        ("nearly doubled", 1),
    ],
)
def test_a_figure_must_stand_in_the_quote(said, right):
    assert figures_right(answer([citation(1, TRADE)], [statement(said, 1)])) == right


def test_numbers_are_one_in_three_digit_styles():
    spelled = ("1,250,000", "١٬٢٥٠٬٠٠٠", "1 250 000".replace(" ", "\u00a0"), "۱٬۲۵۰٬۰۰۰")
    assert {numbers(text) for text in spelled} == {frozenset({"1250000"})}


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("6 ноября 2025 года", 1),
        ("في نوفمبر 2025", 1),
        ("7 ноября 2025 года", 0),
        ("6 октября 2025 года", 0),
    ],
)
def test_a_date_must_be_said_by_the_quote(said, right):
    cited = citation(1, "Opened on 6 November 2025.")
    assert dates_right(answer([cited], [statement(said, 1)])) == right


def test_span_f1_and_exact_match_are_those_of_squad():
    # 2 common tokens of 2 and 3: 2 * 2 / (2 + 3)
    assert token_f1(["1.9 مليار"], ["1.9 مليار دولار", "x"]) == pytest.approx(0.8)
    assert exact_match(["١٫٩ مليار"], ["1.9 مليار"]) == 1
    assert exact_match(["1.9"], ["1.9 مليار"]) == 0
    assert (token_f1([], ["x"]), exact_match([], ["x"])) == (0, 0)


def test_refusal_rates_are_those_of_nomiracl():
    counted = count_refusals(
        [True, True, True, True, False, False], [True, True, True, False, True, False]
    )
    assert counted.error_rate == 1 / 4
    assert counted.hallucination_rate == 1 / 2
    assert counted.f1_answered == pytest.approx(2 * 3 / (2 * 3 + 1 + 1))
    assert counted.f1_refused == pytest.approx(2 * 1 / (2 * 1 + 1 + 1))


def test_a_rate_without_questions_is_none():
    counted = count_refusals([True], [True])
    assert (counted.hallucination_rate, counted.f1_refused) == (None, None)


def test_calibration_by_hand():
    confidences, outcomes = [0.95, 0.85, 0.15, 1.0], [True, False, False, True]
    bins = reliability(confidences, outcomes)
    assert [(b.count, b.share) for b in bins] == [(1, 0), (1, 0), (2, 1)]
    assert calibration_error(bins) == pytest.approx((0.15 + 0.85 + 2 * 0.025) / 4)
    assert brier(confidences, outcomes) == pytest.approx((0.05**2 + 0.85**2 + 0.15**2) / 4)


def test_auroc_counts_pairs_and_ties_by_half():
    # pairs (0.9 > 0.4), (0.9 > 0.2), (0.4 = 0.4), (0.4 > 0.2)
    assert auroc([0.9, 0.4, 0.4, 0.2], [True, True, False, False]) == pytest.approx(3.5 / 4)
    assert auroc([0.9], [True]) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("المقال لا يذكر C5+1 ولا غيرها", "ar"),
        ("The articles do not say.", "en"),
        ("В статьях об этом не сказано.", "ru"),
        ("Мақалаларда бұл айтылмаған.", "kk"),
        ("[1] 2025", None),
    ],
)
def test_the_language_of_a_text_is_told(text, language):
    assert tell_language(text) == language


def test_quotes_in_the_language_of_the_article_are_not_the_assistants_own_words():
    cited, said = [citation(1, TRADE)], [statement(TRADE, 1)]
    assert language_right(answer(cited, said, f"The article says: {TRADE} [1]", "en"), "en") == 1
    assert language_right(answer(cited, said, f"В статье: {TRADE} [1]", "en"), "en") == 0
    assert language_right(answer(cited, said, f"{TRADE} [1]", "ru"), "en") == 0


def test_the_name_of_a_speaker_and_the_words_of_the_question_are_not_its_own_either():
    said = [statement(SAID, 1, speaker="الخبير البارز علي مخامبيت")]
    lead = f"According to الخبير البارز علي مخامبيت: {SAID} [1]"
    assert language_right(answer([citation(1, SAID)], said, lead, "en"), "en") == 1
    refusal = answer([], [], "Nothing about مشروع الميناء الكبير.", "en")
    assert language_right(refusal, "en") == 0
    assert language_right(refusal | {"question": "What is مشروع الميناء الكبير?"}, "en") == 1


def test_a_speaker_is_known_by_any_spelling_and_another_is_not():
    assert is_named("Ali Mukhambet", "علي موخامبيت")
    assert is_named("الخبير علي مخامبيت", "علي مخامبيت")
    assert not is_named("Alisher Abdrashev", "علي موخامبيت")
    spoken = [statement(SAID, 1, speaker="علي مخامبيت")]
    assert speaker_right(answer([citation(1, SAID)], spoken), [["النمو"]], ["علي موخامبيت"]) == 1
    assert speaker_right(answer([citation(1, SAID)], spoken), [["النمو"]], ["جون كيري"]) == 0
    silent = [statement(SAID, 1)]
    assert speaker_right(answer([citation(1, SAID)], silent), [["النمو"]], ["علي مخامبيت"]) == 0


def test_an_interval_holds_the_mean_and_is_wider_for_facts_than_for_questions():
    values = [1.0] * 32 + [0.0] * 8
    alone = bootstrap_interval(values, [str(place) for place in range(40)])
    facts = bootstrap_interval(values, [str(place // 4) for place in range(40)])
    assert alone[0] < 0.8 < alone[1]
    assert facts[1] - facts[0] > 1.5 * (alone[1] - alone[0])
    # the standard error of a share: sqrt(p q / n), 1.96 of them to each side
    assert alone[1] - alone[0] == pytest.approx(2 * 1.96 * math.sqrt(0.16 / 40), rel=0.15)


def test_mcnemar_is_the_exact_binomial_of_the_changed_questions():
    before = [True] * 6 + [False] + [True] * 20
    after = [False] * 6 + [True] + [True] * 20
    # two-sided: 2 * (C(7,0) + C(7,1)) / 2^7
    assert mcnemar(before, after) == pytest.approx(2 * 8 / 128)
    assert mcnemar(after, after) == 1


def _holds_letters(text, cited):
    """Stand in for the support test: a statement of letters, quotes that hold some of them."""
    return set(text) <= {letter for c in cited for letter in c["quote"]}


@pytest.mark.parametrize(
    ("statements", "recall", "precision"),
    [
        ([("ab", 1)], 1, 1),
        ([("abc", 1)], 0, 0),  # not supported: its citations are worth nothing either
        ([("ab", 1, 2)], 1, 1 / 2),  # 2 is irrelevant: 1 does it alone, 2 does not
        ([("abcd", 1, 2)], 1, 1),  # each is needed
        ([("ab", 1, 3)], 1, 1),  # both do it alone: neither is irrelevant
        ([("ab", 1), ("x", 1)], 1 / 2, 1 / 2),
        ([("ab",)], 0, None),
        ([("ab", 9)], 0, None),  # cites what does not exist
        ([], None, None),
    ],
)
def test_alce_counts_support_and_needless_citations(statements, recall, precision):
    quotes = {1: "ab", 2: "cd", 3: "abz"}
    given = {
        "citations": [{"number": n, "quote": q} for n, q in quotes.items()],
        "statements": [statement(text, *cited) for text, *cited in statements],
    }
    assert alce(given, _holds_letters) == (recall, precision)


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("بلغ حجم التجارة 4.2 مليار دولار", True),  # other digits, no stop
        ("Trade amounted to 4.2 billion dollars.", True),
        ("Объём торговли составил 4,2 млрд долларов.", True),
        ("Trade amounted to 4.3 billion dollars.", False),
        ("The harvest of walnuts was poor.", False),
    ],
)
def test_support_is_told_across_languages_without_a_model(said, held):
    assert supported(said, [{"quote": TRADE, "translation": None}]) is held


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("Ali Mukhambet said so.", 1),
        ("Али Мухамбет так сказал.", 1),
        ("Ali Mukhambet and Ebenezer Crumplehorn said so.", 0),
        ("وقال الوزير سمير البغلي ذلك", 0),
        ("somebody said so", 1),
    ],
)
def test_names_must_be_in_what_is_cited(said, right):
    given = answer([citation(1, SAID)], [statement(said, 1, speaker=None)])
    assert names_right(given) == right
