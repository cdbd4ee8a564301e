"""An article as HTML, block by block, verbatim: what a citation is shown in.

The text content of each block is exactly the characters ``text[data-start:data-end]``, so
`static/chat.js` can mark any range of offsets. Front matter and text are escaped.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape

from assistant.article import Article, read_article
from assistant.web.bidi import direction, isolate
from assistant.web.sources import text_version
from assistant.web.strings import long_date, say, translation_label
from index.schema import Block, Document
from index.split import blocks


def article_html(document: Document, language: str) -> str:
    """Return the article for the reader's panel, its words in the page's `language`."""
    side = "rtl" if document.language == "ar" else "ltr"
    parts = [_head(document, language)]
    for number, block in enumerate(blocks(document.text)):
        parts.append(_block(document, block, number, language))
    return (
        f'<article class="c5-article" id="c5-text" dir="{side}" lang="{escape(document.language)}"'
        f' data-document="{escape(document.id)}" data-version="{text_version(document)}">'
        f"{''.join(parts)}</article>"
    )


def _head(document: Document, language: str) -> str:
    facts = []
    if document.publisher:
        facts.append(f"<span><bdi>{isolate(document.publisher)}</bdi></span>")
    if document.published:
        told = say(language, "published", date=long_date(document.published, language))
        facts.append(
            f'<time datetime="{document.published.isoformat()}" lang="{language}">'
            f"<bdi>{escape(told)}</bdi></time>"
        )
    if document.url and document.url.startswith(("http://", "https://")):
        host = document.url.split("/")[2]
        facts.append(
            f'<a href="{escape(document.url)}" target="_blank" rel="noopener noreferrer" '
            f'dir="ltr">{escape(host)}</a>'
        )
    return (
        f'<header><h2 dir="{direction(document.title)}">{isolate(document.title)}</h2>'
        f'<p class="c5-facts">{"".join(facts)}</p></header>'
    )


def _block(document: Document, block: Block, number: int, language: str) -> str:
    text = document.text[block.start : block.end]
    tag = f"h{min(block.level + 1, 6)}" if block.level else "p"
    where = f'data-start="{block.start}" data-end="{block.end}"'
    original = (
        f'<{tag} id="c5-b{number}" class="c5-block" {where} dir="{direction(text)}">'
        f"{isolate(text)}</{tag}>"
    )
    return original + "".join(
        f'<p class="c5-block-translation" lang="{escape(t.language)}" '
        f'dir="{direction(t.blocks[number])}" hidden>'
        f'<span class="c5-tag" lang="{language}">'
        f"{escape(translation_label(language, t.machine))}</span> "
        f"{isolate(t.blocks[number])}</p>"
        for t in document.translations
        if number < len(t.blocks) and t.blocks[number]
    )


def translation_of(document: Document, start: int, end: int, language: str) -> str | None:
    """Return the unofficial translation of the sentences of a range, if it is needed and there."""
    if document.language == language:
        return None
    found = [s.translations.get(language, "") for s in _sentences(document).within(start, end)]
    return " ".join(filter(None, found)) or None


@lru_cache(maxsize=64)
def _sentences(document: Document) -> Article:
    return read_article(document)
