"""The page behind a link: an answer with its quotes as they were, and what has become of them.

Plain HTML without a script; it reads on any device and on paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from urllib.parse import urlencode

from assistant.web.bidi import direction, isolate
from assistant.web.conversation import asides, told
from assistant.web.markup import one_line, side, web_address
from assistant.web.page import version
from assistant.web.permalinks import Now, Standing, standing
from assistant.web.quoting import facts
from assistant.web.sources import Kept, Source
from assistant.web.strings import long_moment, say
from index.schema import Document


def link_html(kept: Kept, documents: Mapping[str, Document], language: str) -> str:
    """Return the page, its words in `language`."""
    now = {source.number: standing(source, kept, documents) for source in kept.sources}
    body = "".join((*_head(kept, now, language), *_statements(kept, language)))
    sources = "".join(_source(source, now[source.number], language) for source in kept.sources)
    if sources:
        sources = f"<h2>{escape(say(language, 'sources'))}</h2><ol>{sources}</ol>"
    elif kept.answer.nearest:
        sources = f"<h2>{escape(say(language, 'nearest'))}</h2>{_nearest(kept)}"
    return (
        f'<!doctype html><html lang="{language}" dir="{side(language)}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(say(language, 'linked_answer'))} · {escape(say(language, 'brand'))}"
        '</title><link rel="icon" type="image/svg+xml" href="../ui/icon.svg">'
        f'<link rel="stylesheet" href="../ui/faces.css?{version()}">'
        f'<link rel="stylesheet" href="../ui/link.css?{version()}"></head><body><main>'
        f'<p class="home"><a href="../?lang={language}">{escape(say(language, "brand"))}</a></p>'
        f"{body}{sources}</main></body></html>"
    )


def _head(kept: Kept, now: Mapping[int, Standing], language: str) -> Iterator[str]:
    question = one_line(kept.answer.question)
    yield f'<h1 dir="{direction(question)}">{isolate(question)}</h1>'
    told_at = say(language, "answered_at", date=long_moment(kept.at, language))
    yield f'<p class="facts"><time datetime="{kept.at.isoformat()}">{escape(told_at)}</time></p>'
    states = {place.now for place in now.values()}
    if not states:  # a refusal cites nothing
        return
    if states <= {Now.SAME}:
        yield f'<p class="state same" role="status">{escape(say(language, "now_same"))}</p>'
    else:
        grave = bool(states & {Now.CHANGED, Now.GONE})
        words = say(language, "now_lost" if grave else "now_kept")
        yield f'<p class="state {"lost" if grave else "kept"}" role="status">{escape(words)}</p>'


def _statements(kept: Kept, language: str) -> Iterator[str]:
    for statement, text in told(kept.answer):
        numbers = "".join(
            f'<a class="chip" href="#s{number}">'
            f'<span class="hidden">{escape(say(language, "source", number=""))}</span>{number}</a>'
            for number in statement.citations
        )
        yield f'<p class="told" dir="{direction(text)}">{isolate(text)} {numbers}</p>'
        for note, runs in asides(statement, language):
            yield f'<p class="facts" dir="{runs}">{isolate(note, runs)}</p>'
    for note in map(one_line, kept.answer.notes):
        yield f'<p class="facts" dir="{direction(note)}">{isolate(note)}</p>'


def _nearest(kept: Kept) -> str:
    quotes = (nearest.quote.strip() for nearest in kept.answer.nearest)
    return "".join(f'<blockquote dir="{direction(q)}">{isolate(q)}</blockquote>' for q in quotes)


def _source(source: Source, place: Standing, language: str) -> str:
    quote = source.quote.strip()
    spoken = f' lang="{escape(source.language)}"' if source.language else ""
    parts = [f'<blockquote dir="{direction(quote)}"{spoken}>{isolate(quote)}</blockquote>']
    if source.translation:
        label, text = source.labelled_translation(language)
        parts.append(
            f'<p class="facts" dir="{direction(text)}"><span>{escape(label)}:</span> '
            f"{isolate(text)}</p>"
        )
    title = f"<cite><bdi>{isolate(one_line(source.title))}</bdi></cite>"
    address = web_address(source.url)
    where = [
        f'<a href="{escape(address)}" rel="noopener noreferrer">{title}</a>' if address else title
    ]
    where += [f"<bdi>{isolate(fact)}</bdi>" for fact in facts(source, language)]
    parts.append(f'<p class="facts">{" · ".join(where)}</p>')
    words = escape(say(language, f"quote_{place.now}"))
    state = f'<span class="state-{place.now}">{words}</span>'
    if place.now not in (Now.CHANGED, Now.GONE):
        there = urlencode({"doc": source.document, "s": place.start, "e": place.end})
        words = escape(say(language, "open_passage"))
        state += f' <a href="../?lang={language}#{escape(there)}">{words}</a>'
    parts.append(f'<p class="now">{state}</p>')
    return f'<li id="s{source.number}" value="{source.number}">{"".join(parts)}</li>'
