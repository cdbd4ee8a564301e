"""A conversation with its sources as a Word document, right-to-left where the text is.

Word orders a paragraph by its own `bidi` mark and shapes a run by its own `rtl` mark; both are set,
run by run, so dates, ranges and names inside Arabic stay readable as on the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from assistant.web.bidi import direction, runs
from assistant.web.conversation import asides, told
from assistant.web.markup import one_line, side, web_address
from assistant.web.quoting import facts, looked_up
from assistant.web.sources import Kept
from assistant.web.strings import long_moment, say

_LANGUAGES = {"ar": "ar-SA", "en": "en-GB", "ru": "ru-RU", "kk": "kk-KZ"}
_FACE = "Arial"  # has all four languages, and is on every desk


def docx_conversation(talk: Sequence[Kept], at: datetime, language: str) -> bytes:
    """Return a conversation as the bytes of a .docx file."""
    paper = _Paper(language)
    paper.add(say(language, "brand"), "Title")
    paper.add(say(language, "exported", date=long_moment(at, language)), "C5 Facts")
    for kept in talk:
        paper.add(one_line(kept.answer.question), "Heading 1")
        for statement, text in told(kept.answer):
            numbers = "".join(f"[{number}]" for number in statement.citations)
            paper.add(f"{text} {numbers}".rstrip())
            for note, runs_to in asides(statement, language):
                paper.add(note, "C5 Facts", runs_to)
        for note in kept.answer.notes:
            paper.add(one_line(note), "C5 Facts")
        if kept.sources:
            paper.add(say(language, "sources"), "Heading 2")
        for source in kept.sources:
            paper.add(f"[{source.number}] {one_line(source.title)}", "C5 Source", side(language))
            paper.add(source.quote.strip(), "Quote")
            if source.translation:
                label, text = source.labelled_translation(language)
                paper.add(f"{label}: {text}", "C5 Facts")
            where = [*facts(source, language), looked_up(kept.at, language)]
            if source.speaker:
                where.insert(0, say(language, "speaker", speaker=one_line(source.speaker)))
            paper.add(" · ".join(where), "C5 Facts", side(language))
            if web_address(source.url):
                paper.add(str(source.url), "C5 Facts", "ltr")
    return paper.bytes()


class _Paper:
    """A document that is written from top to bottom."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.document = docx.Document()
        self.document.core_properties.title = say(language, "brand")
        self.document.core_properties.author = ""
        for name, size, colour in (
            ("C5 Facts", 9.5, RGBColor(0x55, 0x55, 0x55)),
            ("C5 Source", 11, RGBColor(0x0B, 0x5C, 0x66)),
        ):
            style = self.document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.font.size, style.font.color.rgb = Pt(size), colour
            # the size of right-to-left runs is a property of its own
            complex_size = OxmlElement("w:szCs")
            complex_size.set(qn("w:val"), str(int(size * 2)))
            style.element.rPr.insert_element_before(complex_size, "w:highlight", "w:u", "w:rtl")
        for style in self.document.styles:
            if style.type == WD_STYLE_TYPE.PARAGRAPH:
                fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
                for place in ("ascii", "hAnsi", "cs"):
                    fonts.set(qn(f"w:{place}"), _FACE)

    def add(self, text: str, style: str | None = None, base: str | None = None) -> None:
        """Add a paragraph in its direction, its runs in theirs."""
        base = base or direction(text)
        paragraph = self.document.add_paragraph(style=style)
        if base == "rtl":
            _mark(paragraph._p.get_or_add_pPr(), "w:bidi")
        for part, against in runs(text, base):
            run = paragraph.add_run(part)
            if (against or base) == "rtl":
                properties = run._r.get_or_add_rPr()
                _mark(properties, "w:rtl")
                spoken = OxmlElement("w:lang")
                spoken.set(qn("w:bidi"), _LANGUAGES["ar"])
                properties.append(spoken)

    def bytes(self) -> bytes:
        """Return the file."""
        file = BytesIO()
        self.document.save(file)
        return file.getvalue()


def _mark(properties: Any, name: str) -> None:
    """Set a mark where the schema wants it: Word refuses properties in another order."""
    element = OxmlElement(name)
    if name == "w:bidi":
        properties.insert_element_before(
            element, "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind",
            "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc",
            "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl", "w:divId",
            "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
        )  # fmt: skip
    else:
        properties.insert_element_before(
            element, "w:cs", "w:em", "w:lang", "w:eastAsianLayout", "w:specVanish", "w:oMath"
        )
