import doctest
import io
import re
import zipfile

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_text import articles
from pypdf import PdfWriter

import index.loaded
import index.loaders
import index.pdf_file
from index.loaded import MAX_BYTES, LoadError
from index.loaders import load
from index.split import blocks


def kinds(text: str) -> list[tuple[int, str]]:
    return [(block.level, text[block.start : block.end]) for block in blocks(text)]


def pdf(*pages: list[str]) -> bytes:
    """A PDF with a text layer, written by hand: Helvetica, one line below the other."""
    parts = [b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for lines in pages:
        shown = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
        stream = f"BT /F 12 Tf 50 800 Td {shown} ET".encode("latin-1")
        parts.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        parts.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>>>>>" % (len(parts) + 2)
        )
        kids.append(b"%d 0 R" % (len(parts) + 2))
    tree = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, part in enumerate([b"<</Type/Catalog/Pages 2 0 R>>", tree, *parts], 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, part))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, start))
    return out.getvalue()


@given(articles)
def test_markdown_is_taken_to_the_letter(text):
    body = "س\n" + text.replace("\x0c", "")
    assert load(body.encode(), ".md").text == body
    assert load(body.encode("utf-16"), ".txt").text == body


def test_front_matter_of_a_markdown_file_is_kept():
    loaded = load(b"---\ntitle: A\npublished: 2025-01-02\n---\nText.\n", ".md")
    assert loaded.values == {"title": "A", "published": "2025-01-02"}
    assert loaded.text == "Text.\n"


def test_a_first_heading_or_first_line_is_the_title():
    assert load(b"# A\n\nText.", ".md").values == {"title": "A"}
    assert load(b"Text.\n\n# A", ".md").values == {}
    assert load(b"A\n\nText.", ".txt").values == {"title": "A"}
    assert load(b"A sentence.\n\nText.", ".txt").values == {}
    assert load(b"A\nText.", ".txt").values == {}


PAGE = """<html lang="ar"><head><title>قمة واشنطن - أخبار</title>
<meta property="og:title" content="قمة واشنطن"><meta property="og:site_name" content="أخبار">
<meta property="article:published_time" content="2025-11-06T10:00:00Z">
<link rel="canonical" href="javascript:alert(1)"><script>alert(1)</script></head>
<body><nav><a href="/">الرئيسية</a></nav><article><h1>قمة واشنطن</h1>
<p>يلتقي <b>الرئيس</b> اليوم بقادة <a href="/z">دول</a> آسيا الوسطى في واشنطن عام ١٩٩٣.</p>
<h2>صيغة جديدة</h2><p>شهدت العلاقات بين الدول تحسنا ملحوظا.<br>سطر آخر في الفقرة.</p>
<ul><li>البند الأول من البنود</li><li>البند الثاني من البنود</li></ul>
<blockquote><p>اقتباس من كلام الوزير في المؤتمر.</p></blockquote>
<table><tr><th>السنة</th><th>الحجم</th></tr><tr><td>2015</td><td>1.9</td></tr></table>
</article><footer>جميع الحقوق محفوظة</footer></body></html>"""


def test_the_article_of_a_web_page_keeps_its_structure_and_words():
    loaded = load(PAGE.encode(), ".html")
    assert loaded.values == {
        "title": "قمة واشنطن",
        "publisher": "أخبار",
        "published": "2025-11-06",
    }
    assert kinds(loaded.text) == [
        (1, "قمة واشنطن"),
        (0, "يلتقي الرئيس اليوم بقادة دول آسيا الوسطى في واشنطن عام ١٩٩٣."),
        (2, "صيغة جديدة"),
        (0, "شهدت العلاقات بين الدول تحسنا ملحوظا."),
        (0, "سطر آخر في الفقرة."),
        (0, "البند الأول من البنود"),
        (0, "البند الثاني من البنود"),
        (0, "اقتباس من كلام الوزير في المؤتمر."),
        (0, "السنة | الحجم"),
        (0, "2015 | 1.9"),
    ]


def test_a_year_in_the_text_is_not_taken_for_the_day_of_publication():
    page = re.sub("<meta.*published_time.*>", "", PAGE).replace("2015", "1 January 2015")
    assert "published" not in load(page.encode(), ".html").values


def test_a_document_of_a_word_processor_keeps_its_structure():
    document = docx.Document()
    document.core_properties.title = "Порт"
    document.add_heading("Порт открыт", 1)
    document.add_paragraph("Первый абзац.\nВторая строка.")
    document.add_paragraph("пункт", style="List Bullet")
    document.add_table(1, 2).rows[0].cells[1].text = "ячейка"
    document.add_heading("Дальше", 2)
    document.add_paragraph("Последний абзац.")
    out = io.BytesIO()
    document.save(out)
    loaded = load(out.getvalue(), ".docx")
    assert loaded.values == {"title": "Порт"}
    assert [piece for _, piece in kinds(loaded.text)] == [
        "Порт открыт", "Первый абзац.", "Вторая строка.", "пункт", "| ячейка", "Дальше",
        "Последний абзац.",
    ]  # fmt: skip
    assert [level for level, _ in kinds(loaded.text) if level] == [1, 2]


def test_lines_of_a_pdf_become_paragraphs_across_pages():
    loaded = load(
        pdf(
            ["Daily News 1", "The port of the city opened today, said the minis-",
             "try in a statement that was read by many of them.", "It is new."],
            ["Daily News 2", "Ships of all sizes and from all countries can go in",
             "and out of it from now on."],
            ["Daily News 3", "The end of a longer line that has no short sister"],
        ),
        ".pdf",
    )  # fmt: skip
    assert loaded.text.split("\n\n") == [
        "The port of the city opened today, said the ministry in a statement that was read by "
        "many of them. It is new.",
        "Ships of all sizes and from all countries can go in and out of it from now on.",
        "The end of a longer line that has no short sister\n",
    ]


def test_right_to_left_text_that_lost_its_order_is_refused():
    assert index.pdf_file._is_out_of_order(".واحد زائد الخمس الدول\n.اليوم الرئيس يلتقي")
    assert index.pdf_file._is_out_of_order("ﻓﻲ اﻟﻮﺳﻄﻰ آﺳﻴﺎ دول")
    assert not index.pdf_file._is_out_of_order("يلتقي الرئيس اليوم.\nقمة الدول.")
    assert not index.pdf_file._is_out_of_order(".net\n.com")


def locked_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w", force_zip64=True) as file,
    ):
        for _ in range(210):
            file.write(b" " * 1_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "suffix", "reason"),
    [
        pytest.param(b"x", ".exe", "not known", id="suffix"),
        pytest.param(b"x", "", "without a suffix", id="no-suffix"),
        pytest.param(b"\xff\xfa", ".txt", "not UTF-8 at byte 0", id="not-utf8"),
        pytest.param(b"", ".md", "no text", id="empty"),
        pytest.param(b"---\ntitle: a\n", ".md", "not closed", id="front-matter"),
        pytest.param(b"x" * (MAX_BYTES + 1), ".txt", "larger than 20 MB", id="large"),
        pytest.param(b"x" * 5_000_001, ".txt", "more than 5,000,000", id="long"),
        pytest.param(b"<html></html>", ".html", "no article found", id="empty-page"),
        pytest.param(b"%PDF-1.4 rubbish", ".pdf", "damaged", id="damaged-pdf"),
        pytest.param(pdf([]), ".pdf", "no text, only pictures", id="pdf-of-pictures"),
        pytest.param(b"PK rubbish", ".docx", "damaged", id="damaged-docx"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(data, suffix, reason):
    with pytest.raises(LoadError, match=reason) as caught:
        load(data, suffix)
    assert "\n" not in str(caught.value)


def test_a_locked_pdf_and_a_zip_bomb_are_refused():
    with pytest.raises(LoadError, match="password"):
        load(locked_pdf(), ".pdf")
    bomb = zip_bomb()
    assert len(bomb) < 1_000_000
    with pytest.raises(LoadError, match="unpacks to more than 200 MB"):
        load(bomb, ".docx")


@given(st.binary(max_size=300), st.sampled_from([".pdf", ".docx", ".html", ".md", ".txt"]))
def test_any_bytes_are_read_or_refused(data, suffix):
    for head in (b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<p>"):
        try:
            loaded = load(head + data, suffix)
        except LoadError:
            continue
        assert any(character.isalnum() for character in loaded.text)


@pytest.mark.parametrize("module", [index.loaded, index.loaders, index.pdf_file])
def test_examples_in_docstrings(module):
    assert not doctest.testmod(module).failed
