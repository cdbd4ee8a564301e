"""Cards and articles as HTML: nothing from outside is markup, and mixed text reads rightly."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_stand_in import HOSTILE, StandIn, corpus

from assistant.schema import LANGUAGES, Answer, Support
from assistant.web.article import article_html
from assistant.web.bidi import direction, isolate
from assistant.web.cited import citation_href
from assistant.web.messages import notice_html, question_html
from assistant.web.render import answer_html
from assistant.web.strings import accepted, long_date, strings
from index.schema import Document

DOCUMENTS = {document.id: document for document in corpus()}
ALLOWED = {
    "article", "p", "div", "span", "strong", "a", "bdi", "h2", "h3", "ol", "ul", "li", "cite",
    "time", "blockquote", "header",
}  # fmt: skip


class Markup(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def isolated(html: str) -> list[str]:
    return re.findall(r'<bdi dir="ltr">(.*?)</bdi>', html)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("افتتح في 2024-03-15.", ["2024-03-15"], id="date"),
        pytest.param("افتتح في ٢٠٢٤-٠٣-١٥.", ["٢٠٢٤-٠٣-١٥"], id="date-in-arabic-digits"),
        pytest.param("بين 10-20 شركة", ["10-20"], id="range"),
        pytest.param("بين 2015–2024 شركة", ["2015–2024"], id="range-with-dash"),
        pytest.param("هاتف: +963 11 555 1234.", ["+963 11 555 1234"], id="phone"),
        pytest.param("مجموعة C5+1 (C5+1)، و5+1", ["C5+1", "C5+1", "5+1"], id="plus"),
        pytest.param("لغة C++.", ["C++"], id="plus-at-the-end"),
        pytest.param("زاد 96.4٪ ثم 6.2%.", ["96.4٪", "6.2%"], id="percent"),
        pytest.param("نقلت ذلك صحيفة New York Times.", ["New York Times"], id="latin-name"),
        pytest.param("المعهد (KISS)، هنا", ["KISS"], id="brackets-stay-outside"),
        pytest.param(
            "للمزيد من المعلومات انظر https://x.org/a?b=1.", ["https://x.org/a?b=1"], id="address"
        ),
        pytest.param("في عام ٢٠١٥ و٤٧٪", [], id="arabic-figures-are-at-home"),
    ],
)
def test_foreign_runs_in_arabic_text_are_isolated_without_their_full_stop(
    text: str, expected: list[str]
) -> None:
    assert isolated(isolate(text)) == expected


def test_arabic_inside_other_text_is_isolated_too() -> None:
    html = isolate("In 2015 the minister يرميك كوشيرباييف said so.")
    assert '<bdi dir="rtl">يرميك كوشيرباييف</bdi>' in html


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_isolation_changes_no_character_of_what_is_copied(text: str) -> None:
    html = isolate(text)
    # the parser would make one line end of two; the text itself is what counts
    assert Markup(html.replace("\r", "&#13;")).text == text
    assert {tag for tag, _ in Markup(html).tags} <= {"bdi"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("ما هي C5+1؟", "rtl"), ("What is C5+1?", "ltr"), ("123", "ltr"), ("C5+1 هي مجموعة", "rtl")],
)
def test_the_direction_of_a_message_is_that_of_most_of_its_letters(
    text: str, expected: str
) -> None:
    assert direction(text) == expected


def hostile(answer: Answer) -> Answer:
    first, *rest = answer.statements
    return replace(
        answer,
        text=HOSTILE,
        statements=(
            replace(first, text=HOSTILE, speaker=HOSTILE, note=HOSTILE),
            *rest,
        ),
        citations=tuple(
            replace(
                c, title=HOSTILE, section=HOSTILE, quote=HOSTILE, translation=HOSTILE,
                document='x"><script>', published='2024"><script>', answer_span=None,
            )
            for c in answer.citations
        ),
        notes=(HOSTILE,),
    )  # fmt: skip


@pytest.mark.parametrize("question", ["What did the port cost?", "Who won the cup?"])
def test_nothing_from_outside_becomes_markup_in_a_card(question: str) -> None:
    answer = StandIn().ask(question)
    answer = (
        hostile(answer) if answer.citations else replace(answer, text=HOSTILE, notes=(HOSTILE,))
    )
    html = answer_html(answer, DOCUMENTS, [HOSTILE])
    markup = Markup(html)
    assert {tag for tag, _ in markup.tags} <= ALLOWED
    assert not markup.open
    for _, attributes in markup.tags:
        assert not any(name.startswith("on") for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert "onerror=alert(2)" in markup.text
    assert "\n" not in html


@pytest.mark.parametrize("html", [question_html(HOSTILE), notice_html(HOSTILE, "en")])
def test_questions_and_notices_are_text(html: str) -> None:
    assert {tag for tag, _ in Markup(html).tags} <= {"div", "bdi"}


def test_an_article_is_shown_verbatim_and_escaped() -> None:
    for document in corpus():
        html = article_html(document, "en")
        markup = Markup(html)
        assert {tag for tag, _ in markup.tags} <= ALLOWED
        found = re.findall(r'data-start="(\d+)" data-end="(\d+)"[^>]*>(.*?)</(?:p|h\d)>', html)
        assert found
        for start, end, inside in found:
            assert Markup(inside).text == document.text[int(start) : int(end)]


def test_a_javascript_address_of_an_article_is_no_link() -> None:
    document = replace(DOCUMENTS["market"], url="javascript:alert(1)")
    assert "javascript" not in article_html(document, "en").split("c5-block")[0]


def test_a_chip_says_which_source_it_is_and_leads_to_its_characters() -> None:
    answer = StandIn().ask("What did the port cost?")
    html = answer_html(answer, DOCUMENTS)
    chips = [a for tag, a in Markup(html).tags if tag == "a" and a.get("class") == "c5-chip"]
    first = answer.citations[0]
    assert chips[0]["href"] == citation_href(first, DOCUMENTS)
    assert f"s={first.start}&e={first.end}" in citation_href(first)
    assert chips[0]["title"] == "Open source 1 in the article"
    # after the full stop, and never torn from it by a line break
    assert '.<span class="c5-chips">\u2060<a' in html


def test_a_place_is_named_once_for_sources_that_follow_each_other() -> None:
    answer = StandIn().ask("What did the port cost?")
    first = answer.citations[0]
    second = replace(first, number=2, start=first.start + 1)
    other = replace(first, number=3, section="elsewhere")
    answer = replace(answer, citations=(first, second, other))
    listed = re.findall(r'<li value="(\d)"( class="c5-again")?>', answer_html(answer, DOCUMENTS))
    assert [(n, bool(again)) for n, again in listed] == [("1", False), ("2", True), ("3", False)]


def test_the_figure_that_answers_is_made_strong() -> None:
    html = answer_html(StandIn().ask("كم كلفة الميناء؟"), DOCUMENTS)
    assert '<strong><bdi dir="ltr">4.2</bdi> مليار دولار</strong>' in html


@pytest.mark.parametrize("support", list(Support))
def test_the_support_of_a_statement_is_told_in_the_language_of_the_answer(
    support: Support,
) -> None:
    for language in LANGUAGES:
        answer = replace(StandIn().ask("What did the port cost?"), language=language)
        statement = replace(answer.statements[0], support=support)
        html = answer_html(replace(answer, statements=(statement,)), DOCUMENTS)
        assert strings(language)[support.value] in html


def test_all_languages_of_the_page_have_the_same_strings_and_placeholders() -> None:
    placeholders = {
        language: {key: set(re.findall(r"\{(\w+)\}", words)) for key, words in table.items()}
        for language, table in ((code, strings(code)) for code in LANGUAGES)
    }
    for code in LANGUAGES:
        assert placeholders[code].keys() == placeholders["en"].keys()
        for key, words in strings(code).items():
            # a question that a language cannot put grammatically is left empty
            assert placeholders[code][key] == placeholders["en"][key] or not words


def test_dates_are_told_in_words_with_the_digits_of_the_article() -> None:
    assert long_date("2025-11-06", "ar") == "6 نوفمبر 2025"
    assert long_date("not a date", "ar") == "not a date"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "ar"),
        ("en-US,en;q=0.9", "en"),
        ("fr,kk;q=0.5,ru;q=0.7", "ru"),
        ("*", "ar"),
        ("en;q=x", "ar"),
    ],
)
def test_the_page_speaks_the_first_language_that_the_browser_and_we_share(
    header: str, expected: str
) -> None:
    assert accepted(header) == expected


def test_code_in_an_arabic_article_stays_left_to_right() -> None:
    text = "# عنوان\n\nنص عربي هنا.\n\n```\nprint(1 + 2)\n```\n"
    html = article_html(Document("d", "عنوان", "ar", text), "ar")
    blocks = [a for _, a in Markup(html).tags if (a.get("class") or "") == "c5-block"]
    code = next(a for a in blocks if "print" in text[int(a["data-start"]) : int(a["data-end"])])
    assert code["dir"] == "ltr"
