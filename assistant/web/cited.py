"""A citation on the page: its chip, its place in the list of sources, its translation.

Within what Gradio's sanitiser lets through, see `render.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from assistant.schema import Citation
from assistant.web.bidi import direction, isolate
from assistant.web.markup import one_line, web_address
from assistant.web.sources import text_version
from assistant.web.strings import long_date, say, translation_label
from index.schema import Document


@dataclass(frozen=True, slots=True)
class Use:
    """By which name the server finds an answer again, and what the reader may do with it."""

    name: str
    feedback: bool = False

    def link(self, do: str, words: str, **more: object) -> str:
        """Return a link that `static/use.js` carries out."""
        fragment = urlencode({"use": do, "of": self.name, **more})
        return f'<a class="c5-action" role="button" href="#{escape(fragment)}">{escape(words)}</a>'


def citation_href(citation: Citation, documents: Mapping[str, Document] | None = None) -> str:
    """Return the fragment that opens a citation in its article.

    It names the version of the text that the offsets count in, so that an article that has changed
    since is never marked in the wrong place.
    """
    values: dict[str, object] = {
        "doc": citation.document,
        "s": citation.start,
        "e": citation.end,
        "v": text_version((documents or {}).get(citation.document)),
    }
    if citation.answer_span:
        values |= {"a": citation.answer_span[0], "z": citation.answer_span[1]}
    return "#" + urlencode(values | {"n": citation.number})


def source_html(
    citation: Citation,
    language: str,
    documents: Mapping[str, Document],
    *,
    quoted: bool,
    same: bool = False,
    use: Use | None,
) -> str:
    """Return one source of the list beneath an answer.

    `quoted`: the answer itself shows the quote; `same`: the source above is from the same place.
    """
    parts = [_origin(citation, language, documents)]
    if not quoted:
        quote = one_line(citation.quote)
        strong = marked(quote, [citation])
        parts.append(f'<blockquote dir="{direction(quote)}">{strong}</blockquote>')
        if citation.translation:
            parts.append(
                translation_html(citation.translation, language, citation.machine_translation)
            )
    if use:
        links = (
            use.link("cite", words, n=citation.number, form=form)
            for form, words in (
                ("text", say(language, "copy_citation")),
                ("markdown", "Markdown"),
                ("html", "HTML"),
            )
        )
        parts.append(f'<span class="c5-cites">{"".join(links)}</span>')
    chip = chip_html(citation, language, documents)
    again = ' class="c5-again"' if same else ""
    return f'<li value="{citation.number}"{again}>{chip}{"".join(parts)}</li>'


def origin_of(citation: Citation) -> tuple[str, str | None, str | None]:
    """Return what the list of sources says a citation is from."""
    return citation.document, citation.section, citation.published


def _origin(citation: Citation, language: str, documents: Mapping[str, Document]) -> str:
    """Return the title, and on a second line publisher, section and date."""
    document = documents.get(citation.document)
    where = [
        f'<span class="c5-{kind}"><bdi>{isolate(one_line(words))}</bdi></span>'
        for words, kind in (
            (document.publisher if document else None, "publisher"),
            (citation.section, "section"),
        )
        if words
    ]
    if citation.published:
        day = escape(long_date(citation.published, language))
        where.append(f'<time datetime="{escape(citation.published)}">{day}</time>')
    address = web_address(citation.url)
    printed = f'<span class="c5-print" dir="ltr">{escape(address)}</span>' if address else ""
    return (
        f'<span class="c5-origin"><cite><bdi>{isolate(one_line(citation.title))}</bdi></cite>'
        f'<span class="c5-where">{" · ".join(where)}</span>{printed}</span>'
    )


def translation_html(text: str, language: str, machine: bool) -> str:
    """Return an unofficial translation, named as such and as what it is."""
    text = one_line(text)
    tag = escape(translation_label(language, machine))
    return (
        f'<p class="c5-translation" dir="{direction(text)}"><span class="c5-tag">{tag}</span> '
        f"{isolate(text)}</p>"
    )


def chip_html(citation: Citation, language: str, documents: Mapping[str, Document]) -> str:
    """Return the numbered chip of a citation."""
    name = escape(say(language, "source", number=""))
    title = escape(say(language, "open_source", number=citation.number))
    href = escape(citation_href(citation, documents))
    return (
        f'<a class="c5-chip" role="button" href="{href}" '
        f'title="{title}"><span class="c5-hidden">{name}</span>{citation.number}</a>'
    )


def marked(text: str, cited: Sequence[Citation]) -> str:
    """Return a statement with the figure, name or date that answers made strong."""
    for citation in cited:
        if citation.answer_span is None:
            continue
        first, last = (offset - citation.start for offset in citation.answer_span)
        span = one_line(citation.quote[first:last])
        at = text.find(span) if span else -1
        if at >= 0:
            base = direction(text)
            before, after = text[:at], text[at + len(span) :]
            return (
                f"{isolate(before, base)}<strong>{isolate(span, base)}</strong>"
                f"{isolate(after, base)}"
            )
    return isolate(text)


def folded(text: str) -> str:
    """Return a text without what sentences end with, for comparison."""
    return one_line(text).strip(" .؟?!…")
