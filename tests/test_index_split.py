import doctest
from itertools import pairwise

import pytest
from hypothesis import example, given
from made_up_text import anything, articles

import index.markdown
import index.sentences
import index.split
from index.schema import Document, Span
from index.split import LONGEST_SENTENCE, TARGET, blocks, context, passages, sentences


def document(text: str) -> Document:
    return Document("made-up", "عنوان", "ar", text)


def cut(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text)]


def visible(text: str) -> str:
    return "".join(text.split())


@given(articles | anything)
def test_blocks_are_trimmed_in_order_and_apart(text):
    end = 0
    for block in blocks(text):
        assert end <= block.start < block.end <= len(text)
        piece = text[block.start : block.end]
        assert piece == piece.strip()
        assert block.level == 0 or piece == block.section
        end = block.end


@given(articles)
def test_blocks_leave_out_no_letter_and_no_digit_outside_of_markup(text):
    plain = text.replace("```\n", "").replace("<!--", "")
    inside = "".join(plain[block.start : block.end] for block in blocks(plain))
    assert [c for c in plain if c.isalpha()] == [c for c in inside if c.isalpha()]


@given(articles | anything)
@example("# one\n\ntwo. Three")
def test_every_visible_character_of_a_block_is_in_exactly_one_sentence(text):
    spans = sentences(text)
    for block in blocks(text):
        inside = [span for span in spans if block.start <= span.start < block.end]
        assert all(span.end <= block.end for span in inside)
        joined = "".join(span.of(text) for span in inside)
        assert visible(joined) == visible(text[block.start : block.end])
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert all(span.of(text) == span.of(text).strip() != "" for span in spans)


@given(articles)
def test_sentences_of_a_range_are_the_sentences_clipped_to_it(text):
    start, end = len(text) // 4, len(text) * 3 // 4
    expected = "".join(
        visible(text[max(s.start, start) : min(s.end, end)]) for s in sentences(text)
    )
    found = sentences(text, start, end)
    assert "".join(visible(span.of(text)) for span in found) == expected
    assert all(start <= span.start < span.end <= end for span in found)


@given(articles | anything)
def test_passages_are_verbatim_in_order_and_lose_nothing(text):
    found = passages(document(text))
    end = 0
    for passage in found:
        assert text[passage.start : passage.end] == passage.text
        assert end <= passage.start < passage.end
        end = passage.end
    paragraphs = [block for block in blocks(text) if not block.level] or blocks(text)
    for block in paragraphs:
        covered = "".join(
            text[max(block.start, p.start) : min(block.end, p.end)]
            for p in found
            if p.start < block.end and p.end > block.start
        )
        assert visible(covered) == visible(text[block.start : block.end])


@given(articles)
def test_a_passage_stays_in_one_section(text):
    headings = [block for block in blocks(text) if block.level]
    if all(block.level for block in blocks(text)):
        return
    for passage in passages(document(text)):
        assert not any(passage.start <= heading.start < passage.end for heading in headings)
        above = [heading.section for heading in headings if heading.end <= passage.start]
        assert passage.section == (above[-1] if above else "")


@given(articles)
def test_passages_begin_and_end_with_sentences(text):
    spans = sentences(text)
    starts, ends = {span.start for span in spans}, {span.end for span in spans}
    longest = max((span.end - span.start for span in spans), default=0)
    if longest <= LONGEST_SENTENCE:
        for passage in passages(document(text)):
            assert passage.start in starts
            assert passage.end in ends


@pytest.mark.parametrize("mark", [". ", "؟ ", "، ", " ", ""])
def test_long_paragraphs_make_passages_of_bounded_length(mark):
    text = mark.join(["كلمات طويلة وقصيرة"] * 600)
    found = passages(document(text))
    assert max(len(passage.text) for passage in found) <= TARGET
    assert visible("".join(passage.text for passage in found)) == visible(text)


def test_a_sentence_longer_than_the_target_stands_whole():
    sentence = "كلمة " * 180 + "أخيرة."
    text = f"جملة أولى. {sentence} جملة ثالثة."
    assert sentence in [passage.text for passage in passages(document(text))]


def test_short_paragraphs_join_within_their_section_only():
    text = "# أ\n\nواحد.\n\nاثنان.\n\n# ب\n\nثلاثة.\n"
    found = passages(document(text))
    assert [(p.section, p.text) for p in found] == [("أ", "واحد.\n\nاثنان."), ("ب", "ثلاثة.")]


def test_two_sections_of_one_name_stay_apart():
    found = passages(document("# أ\n\nواحد.\n\n# أ\n\nاثنان.\n"))
    assert [passage.text for passage in found] == ["واحد.", "اثنان."]


def test_a_heading_alone_is_a_passage_only_where_there_is_nothing_else():
    assert [passage.text for passage in passages(document("# عنوان\n"))] == ["عنوان"]
    assert [passage.text for passage in passages(document("# عنوان\n\nنص\n"))] == ["نص"]
    assert passages(document(" \n\n---\n")) == ()


def test_context_is_title_and_section():
    made = document("# قسم\n\nنص\n")
    assert context(made, passages(made)[0]) == "عنوان\nقسم"
    assert context(made, passages(document("نص"))[0]) == "عنوان"


def kinds(text: str) -> list[tuple[int, str]]:
    return [(block.level, text[block.start : block.end]) for block in blocks(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "# A\n### B ##\n#no\n\nC #", [(1, "A"), (3, "B"), (0, "#no"), (0, "C #")], id="atx"
        ),
        pytest.param("## C#\n# \n", [(2, "C#")], id="atx-sharp"),
        pytest.param("A\n===\nB\n---\nc", [(1, "A"), (2, "B"), (0, "c")], id="setext"),
        pytest.param(
            "A sentence.\n---\nb", [(0, "A sentence."), (0, "b")], id="rule-below-a-sentence"
        ),
        pytest.param("***\n- - -\n___\n", [], id="rules"),
        pytest.param(
            "- a\n* b\n• c\n- [x] d", [(0, "a"), (0, "b"), (0, "c"), (0, "d")], id="bullets"
        ),
        pytest.param("1. a\n2) b", [(0, "1. a"), (0, "2) b")], id="numbers-stay"),
        pytest.param("> a\n>\n> > b", [(0, "a"), (0, "b")], id="quotes"),
        pytest.param(
            "- —\n\n-5 °C\n\n*a* b", [(0, "—"), (0, "-5 °C"), (0, "*a* b")], id="not-marks"
        ),
        pytest.param("|a|b|\n|:-|-:|\n|1|2|", [(0, "a|b"), (0, "1|2")], id="table"),
        pytest.param("a | b\n--|--\n1 | 2", [(0, "a | b"), (0, "1 | 2")], id="bare-table"),
        pytest.param("```sh\n# a\n```\nb", [(0, "# a"), (0, "b")], id="fence"),
        pytest.param("<!-- a -->\nb", [(0, "b")], id="comment"),
        pytest.param("\ufeff \n\n", [(0, "\ufeff")], id="nothing-visible"),
        pytest.param("", [], id="empty"),
    ],
)
def test_markdown_marks_stay_outside(text, expected):
    assert kinds(text) == expected


def test_one_paragraph_a_line_is_kept_so():
    text = "قال الوزير أمس.\nوأضاف أن العمل مستمر.\nثم غادر."
    assert [piece for _, piece in kinds(text)] == text.split("\n")


def test_hard_wrapped_lines_are_one_paragraph_and_one_sentence():
    text = "The minister said that\nthe work goes on. He\nleft.\n\n"
    text += "> As he\n> said.\n\n- an item\n  goes on\n- b"
    assert [piece for _, piece in kinds(text)] == [
        "The minister said that\nthe work goes on. He\nleft.",
        "As he\n> said.",
        "an item\n  goes on",
        "b",
    ]
    assert cut(text)[0] == "The minister said that\nthe work goes on."


def one(*texts: str) -> list[object]:
    return [pytest.param([text], id=f"one-{number}") for number, text in enumerate(texts)]


def two(*texts: tuple[str, ...]) -> list[object]:
    return [pytest.param(list(text), id=f"more-{number}") for number, text in enumerate(texts)]


@pytest.mark.parametrize(
    "expected",
    [
        *one(
            "قال د. أحمد علي إن العمل مستمر.",
            "التقى أ.د. محمود سالم وم. خالد حسن في المكتب.",
            "ولد أ. ب. سالم عام 300 ق.م. في المدينة.",
            "انظر ص. 15 من الكتاب.",
            "بلغ النمو 4.2 في المئة أو ٤٫٢ أو ٤.٢ بالمئة.",
            "في 6.11.2025 وقع الطرفان الاتفاق.",
            "مركز “عالم.إيه آي” الدولي و موقع example.com معا.",
            "قال الوزير (وهو مسافر...) إنه سيعود.",
            "قال: «...» ثم مضى.",
            "النمو مستمر؛ والعمل كذلك: بلا توقف، كما قيل.",
            "1. البند الأول",
            "ناقش المجلس أمرين: 1. الموازنة؛ 2. التجارة",
            "1.2. بند فرعي",
        ),
        *two(
            ("هل ينمو الاقتصاد؟", "نعم!", "قال ذلك أمس."),
            ("قال «نحن هنا.»", "ثم مضى."),
            ("في هذا المجال”.", "واستشهد بمثال."),
            ("هل ينمو؟»", "سأل الوزير"),
            ("من قال هذا؟", "قاله الوزير."),
            ("بلغت السرعة 30 كلم/س.", "ثم تراجعت."),
            ("حكمت المحكمة على المتهم ك.", "وقالت إنه مذنب."),
            ("كان ذلك عام 2015.", "ثم تغير الحال."),
            ("كان ذلك عام 2015 م.", "ثم تغير الحال."),
            ("انتظرنا طويلا…", "ثم وصلوا."),
            ("یہ پہلا جملہ ہے۔", "یہ دوسرا ہے۔"),
            ("بلغ 51.8 مليار.[12]", "ثم زاد."),
        ),
    ],
)
def test_arabic_sentences(expected):
    assert cut(" ".join(expected)) == expected


def test_an_arabic_question_mark_ends_a_sentence_without_a_space():
    assert cut("ماذا قال؟قال نعم.") == ["ماذا قال؟", "قال نعم."]


@pytest.mark.parametrize(
    "expected",
    [
        *one(
            "Dr. Smith met Mr. Jones and Gen. Lee on Jan. 5 at St. Mary's.",
            "The U.S. Congress and A. B. Smith of Apple Inc. agreed, i.e. in part.",
            "It was built c. 1900 and art. 5 (d. 1950) follows.",
            "It grew 4.2 percent, see fig. 3 and No. 5 of vol. 2.",
            "See https://example.com/a.b?c=d.e! and [a. B](http://x.y/z.) too.",
            "He left (at last!) for London [sic.] with J. R. R. Tolkien.",
            "Yahoo! said so, etc., and left.",
            "“Why?” asked the minister.",
            "He waited ... and left.",
            "At 5 p.m. Monday they left.",
        ),
        *two(
            ("It lives in the U.S.", "The firm left."),
            ("Pens, ink, etc.", "Nothing else."),
            ("It ended in 2015.", "In 2016 it began."),
            ("Why?", "Because.", "Really!?", "Yes."),
            ('He said "yes."', "(She did not.)", "Then **that.**", "End"),
            ("He said no.", "She said yes."),
            ("Wait…", "Now."),
            ("It rose to 4.", "It fell to 3."),
            ("The car made 30 km/h.", "It stopped."),
            ("It lacks vitamin C.", "The other does not."),
            ("See https://example.com/a.b?c=d.", "It is there."),
        ),
    ],
)
def test_english_sentences(expected):
    assert cut(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        *one(
            "В 2015 г. Казахстан подписал соглашение, т.е. договор, в г. Алматы на ул. Абая.",
            "Рост составил 5 млн. долларов и 3 млрд. тенге, т. е. 4,2 проц. от плана.",
            "А. С. Пушкин и проф. В.И. Иванов родились в XIX в. в России.",
            "В 2014–2015 гг. Казахстан и др. страны получили 5 млрд долл. США.",
            "— Куда? — спросил он.",
            "«Да!» — сказал министр.",
            "Статья 5 п. 3 и рис. 2, см. табл. 4.",
            "Он ждал... и ушёл.",
            "Дж. Смит (род. 1969) живёт в мкр. Акку.",
            "Институт им. Абая и акад. Сатпаев",
            "6. 11. 2025 был день встречи.",
        ),
        *two(
            ("Нефть, газ и т. д.", "Президент сказал это."),
            ("Это было в 2015 г.", "Однако потом всё изменилось."),
            ("Нефть, газ и т.д.", "Президент сказал это."),
            ("Потратили 5 млн.", "Компания ушла."),
            ("Когда?", "Вчера.", "Кто?!", "Он."),
            ("Он сказал: «Да».", "Она ушла."),
            ("Он сказал «Да.»", "Она ушла."),
            ("Так было в 2015.", "Потом прошло."),
        ),
    ],
)
def test_russian_sentences(expected):
    assert cut(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        *one(
            "Қазақстан 1991 ж. желтоқсанда тәуелсіздік алды, яғни б.з. 20 ғ. соңында.",
            "2014-2015 жж. Қазақстанда өсім 4,2 млрд. теңге болды.",
            "Ә. Марғұлан мен Қ.И. Сәтбаев Алматы қ. Абай даң. бойында тұрды.",
            "Б.з.б. 5 ғасырда сақтар өмір сүрді.",
            "Мұнай, газ және т.б. шикізат сатылды.",
        ),
        *two(
            ("Бұл 2015 ж. болды.", "Содан кейін өзгерді."),
            ("Мұнай, газ және т.б.", "Президент осыны айтты."),
            ("Қашан?", "Кеше.", "Кім айтты?"),
            ("Ол «Иә» деді.", "Біз кеттік."),
        ),
    ],
)
def test_kazakh_sentences(expected):
    assert cut(" ".join(expected)) == expected


def test_an_aside_is_known_far_into_a_text():
    filler = "Так было. " * 100
    assert cut(f"{filler}Он ушёл (наконец!) домой. Всё.")[-2:] == [
        "Он ушёл (наконец!) домой.",
        "Всё.",
    ]


def test_lower_case_typing_still_has_sentences():
    assert cut("who won? when was it. tell me") == ["who won?", "when was it.", "tell me"]


def test_a_heading_is_one_sentence():
    assert cut("# Why? Because. So\n\nYes. No.") == ["Why? Because. So", "Yes.", "No."]


def test_spans_are_exact_after_astral_characters():
    text = "😀 نعم. 👨‍👩‍👧 لا."
    assert sentences(text)[1] == Span(7, len(text))


@pytest.mark.parametrize(
    "unit", [".", " .", "A.", "([", "# ", "\n>", "- ", "|", "```\n", "«؟» ", "[a]("]
)
def test_a_text_of_nothing_but_marks_is_read_in_linear_steps(unit):
    text = unit * 40_000  # quadratic rules would take minutes: the time limit of the tests fails
    assert len(passages(document(text))) <= len(text)


@pytest.mark.parametrize("module", [index.markdown, index.sentences, index.split])
def test_examples_in_docstrings(module):
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed
