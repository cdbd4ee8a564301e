"""The article inside a web page, as Markdown; the only module that imports trafilatura."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import trafilatura

from index.loaded import Loaded, LoadError, bullets, heading, one_line, table

_BREAK = "\u2028"  # stands for <br> while the text of a paragraph is put together


def load_html(data: bytes) -> Loaded:
    """Read the article of a page, and the title, site, day and address that the page states."""
    found = trafilatura.bare_extraction(
        data, include_comments=False, include_tables=True, include_formatting=True
    )
    if found is None or found.body is None:
        raise LoadError("no article found in the page")
    # not extensive: else any year in the text may be taken for the day of publication
    about = trafilatura.extract_metadata(data, extensive=False)
    stated = {
        "title": about.title,
        "publisher": about.sitename,
        "published": about.date,
        "url": about.url if str(about.url).startswith(("https://", "http://")) else None,
    }
    parts = [part for element in found.body for part in _markdown(element) if part]
    return Loaded("\n\n".join(parts) + "\n", {k: one_line(v) for k, v in stated.items() if v})


def _markdown(element: Any) -> Iterator[str]:
    """Turn an element of trafilatura's tree into paragraphs, without bold and italics."""
    if element.tag == "head":
        rend = element.get("rend") or ""
        yield heading(_text(element), int(rend[1]) if rend[1:2].isdigit() else 2)
    elif element.tag == "list":
        yield bullets([_text(item) for item in element], numbered=element.get("rend") == "ol")
    elif element.tag == "table":
        yield table([[_text(cell) for cell in row] for row in element])
    elif element.tag == "quote":
        inside = [part for child in element for part in _markdown(child) if part]
        yield "\n>\n".join(f"> {part}" for part in inside or _lines(element))
    else:
        yield from _lines(element)


def _lines(element: Any) -> list[str]:
    for line_break in list(element.iter("lb")):
        line_break.tail = _BREAK + (line_break.tail or "")
    return [one_line(line) for line in _text(element).split(_BREAK) if one_line(line)]


def _text(element: Any) -> str:
    return "".join(str(piece) for piece in element.itertext())
