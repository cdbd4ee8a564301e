"""Citations and conversations to take away: whole, escaped, and right-to-left where the text is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from markdown_it import MarkdownIt
from web_stand_in import COST, ENGLISH, HOSTILE, StandIn

from assistant.schema import LANGUAGES
from assistant.web.conversation import html_conversation, markdown_conversation, plain_answer
from assistant.web.docx_conversation import docx_conversation
from assistant.web.quoting import html_citation, markdown_citation, marked, plain_citation
from assistant.web.sources import Kept

AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
EVERYTHING = (COST, "ميناء بندر C5+1", "16", "2024", "https://example.org/harbour", "09:30 UTC")


@pytest.fixture(scope="module")
def kept() -> Kept:
    assistant = StandIn()
    return Kept.of(assistant.ask("What did the port cost?"), assistant.index.documents, AT)


@pytest.fixture(scope="module")
def refusal() -> Kept:
    assistant = StandIn()
    return Kept.of(assistant.ask("Who won the cup?"), assistant.index.documents, AT)


class Page(HTMLParser):
    """Tags, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", [plain_citation, markdown_citation, html_citation])
def test_a_citation_has_all_that_an_editor_needs(kept, form, language) -> None:
    text = form(kept.source(1), AT, language)
    read = Page(MarkdownIt().render(text) if form is markdown_citation else text)
    shown = read.text if form is not plain_citation else text
    where = [tag[1].get("href") or "" for tag in read.tags]
    for part in EVERYTHING:
        assert part in shown or part in where, part
    assert ENGLISH[3] in shown
    # said by whom, in which paragraph: the third after two short ones
    assert "كريم نوري" in shown
    assert "3" in shown.replace("2023", "").replace("30", "")


def test_a_quote_is_copied_letter_for_letter(kept) -> None:
    quote = "سطر أول *مائل*\n\nسطر [ثانٍ](x) 1. ثالث"
    source = replace(kept.source(1), quote=quote)
    assert f"«{quote}»" in plain_citation(source, AT, "ar")
    read = Page(MarkdownIt().render(markdown_citation(source, AT, "ar")))
    assert "سطر أول *مائل*" in read.text
    assert "سطر [ثانٍ](x) 1. ثالث" in read.text
    assert quote in Page(html_citation(source, AT, "ar")).text


@pytest.mark.parametrize(
    "text",
    [
        "# x",
        "- x",
        "1. x",
        "a_b_c",
        "<b>",
        "`x`",
        "~~x~~",
        "a | b",
        "[a](b)",
        "> x",
        "\\*",
        "x\n===",
        "x\n---",
        "&lt;b",
        "12) x",
    ],
)
def test_markdown_finds_no_marks_in_what_is_quoted(text) -> None:
    assert (
        Page(MarkdownIt("gfm-like", {"linkify": False}).render(marked(text))).text.strip() == text
    )


@pytest.mark.parametrize("form", [html_citation, markdown_citation, plain_citation])
def test_an_address_that_is_no_web_address_is_no_link(kept, form) -> None:
    source = replace(kept.source(1), url="javascript:alert(1)")
    assert "javascript" not in form(source, AT, "en")


def test_hostile_text_stays_text_in_html_and_markdown(kept) -> None:
    source = replace(kept.source(1), quote=HOSTILE, title=HOSTILE, speaker=HOSTILE)
    answer = replace(kept.answer, question=HOSTILE)
    hostile = Kept(answer, (source,), AT, {})
    pages = [
        Page(html_conversation([hostile], AT, "en")),
        Page(MarkdownIt().render(markdown_conversation([hostile], AT, "en"))),
    ]
    for page in pages:
        tags = {tag for tag, _ in page.tags}
        assert not tags & {"img", "script", "code"}
        assert all((a.get("href") or "https://").startswith("https://") for _, a in page.tags)
        assert HOSTILE in page.text


def test_an_answer_as_text_has_its_quotes_and_sources(kept) -> None:
    text = plain_answer(kept, "en")
    assert f"[1] «{COST}»" in text
    assert "Retrieved November 25, 2026 09:30 UTC" in text


def test_a_conversation_keeps_its_order_and_its_refusals(kept, refusal) -> None:
    text = markdown_conversation([kept, refusal], AT, "en")
    assert text.index("What did the port cost") < text.index("Who won the cup")
    assert refusal.answer.text in text
    page = Page(html_conversation([kept, refusal], AT, "ar"))
    assert ("html", {"lang": "ar", "dir": "rtl"}) in page.tags
    assert ("blockquote", "rtl") in [(tag, a.get("dir")) for tag, a in page.tags]
    # it stands by itself: no script, no file, no picture
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in page.tags}


def test_word_gets_right_to_left_paragraphs_and_runs(kept, refusal) -> None:
    document = docx.Document(BytesIO(docx_conversation([kept, refusal], AT, "en")))
    quote = next(p for p in document.paragraphs if p.text == COST)
    assert quote._p.pPr.find(qn("w:bidi")) is not None
    right = [
        run.text
        for run in quote.runs
        if run._r.rPr is not None and run._r.rPr.find(qn("w:rtl")) is not None
    ]
    assert "".join(right).startswith("بلغت كلفة الميناء")
    # figures stand in runs of their own, which Word then keeps in order
    left = [run.text for run in quote.runs if run.text not in right]
    assert left == ["4.2", "96.4٪"]
    question = next(p for p in document.paragraphs if p.text == "What did the port cost?")
    assert question._p.pPr.find(qn("w:bidi")) is None
    assert any("https://example.org/harbour" in p.text for p in document.paragraphs)


def test_word_properties_stand_in_the_order_of_the_schema(kept) -> None:
    """Word says that a file is damaged where they do not."""
    order = ["pStyle", "bidi", "jc", "rPr"]
    document = docx.Document(BytesIO(docx_conversation([kept], AT, "ar")))
    for paragraph in document.paragraphs:
        names = [child.tag.rpartition("}")[2] for child in paragraph._p.pPr]
        assert [order.index(name) for name in names] == sorted(order.index(n) for n in names)
    assert sum(p._p.pPr.find(qn("w:bidi")) is not None for p in document.paragraphs) > 5
