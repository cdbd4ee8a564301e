"""One citation ready for an editor: plain text, Markdown and HTML.

Each holds the quote letter for letter, who said it, title, publisher, date, paragraph, address and
when it was looked up. Lines are kept apart so that each finds its own direction wherever it is
pasted; no invisible marks are put into what is quoted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html import escape

import regex

from assistant.web.bidi import direction, isolate
from assistant.web.markup import one_line, side, web_address
from assistant.web.sources import Source
from assistant.web.strings import long_date, long_moment, say

# what Markdown would take for a mark of its own
_MARKS = regex.compile(r"[\\`*_\[\]<>#|~&]|(?<=^\s*)[-+=]|(?<=^\s*\d{1,9})[.)](?=\s|$)", regex.M)


def plain_citation(source: Source, at: datetime, language: str) -> str:
    """Return a citation as plain text, one fact a line."""
    lines = [f"«{source.quote.strip()}»"]
    if source.translation:
        label, text = source.labelled_translation(language)
        lines.append(f"{label}: {text}")
    if source.speaker:
        lines.append(say(language, "speaker", speaker=one_line(source.speaker)))
    lines += [one_line(source.title), *facts(source, language)]
    if web_address(source.url):
        lines.append(str(source.url))
    lines.append(looked_up(at, language))
    return "\n".join(lines)


def markdown_citation(source: Source, at: datetime, language: str) -> str:
    """Return a citation as a Markdown quotation with its source beneath."""
    quoted = [f"> {marked(line)}" for line in source.quote.strip().splitlines()]
    lines = ["\n".join(quoted)]
    if source.translation:
        label, text = source.labelled_translation(language)
        lines.append(f"{label}: {marked(text)}")
    if source.speaker:
        lines.append(f"— {marked(say(language, 'speaker', speaker=one_line(source.speaker)))}")
    title = marked(one_line(source.title))
    address = web_address(source.url)
    where = [f"[{title}]({address})" if address else f"*{title}*"]
    where += map(marked, facts(source, language))
    lines.append(" · ".join([*where, looked_up(at, language)]))
    return "\n\n".join(lines)


def html_citation(source: Source, at: datetime, language: str) -> str:
    """Return a citation as HTML that stands by itself: directions and languages are told."""
    quote = source.quote.strip()
    address = web_address(source.url)
    cite = f' cite="{escape(address)}"' if address else ""
    spoken = f' lang="{escape(source.language)}"' if source.language else ""
    parts = [
        f'<blockquote dir="{direction(quote)}"{spoken}{cite}><p>{isolate(quote)}</p></blockquote>'
    ]
    if source.translation:
        label, text = source.labelled_translation(language)
        parts.append(
            f'<p dir="{direction(text)}" lang="{language}">{escape(label)}: {isolate(text)}</p>'
        )
    title = f"<cite><bdi>{isolate(one_line(source.title))}</bdi></cite>"
    where = [f'<a href="{escape(address)}">{title}</a>' if address else title]
    if source.speaker:
        where.insert(0, isolate(say(language, "speaker", speaker=one_line(source.speaker))))
    where += [f"<bdi>{isolate(fact)}</bdi>" for fact in facts(source, language)]
    where.append(f'<time datetime="{at.isoformat()}">{escape(looked_up(at, language))}</time>')
    parts.append(f'<p dir="{side(language)}" lang="{language}">{" · ".join(where)}</p>')
    return "\n".join(parts)


def facts(source: Source, language: str) -> Iterator[str]:
    """Yield publisher, date, section and paragraph, what there is of them."""
    if source.publisher:
        yield one_line(source.publisher)
    if source.published:
        yield long_date(source.published, language)
    if source.section:
        yield one_line(source.section)
    if source.paragraph:
        yield say(language, "paragraph", number=source.paragraph)


def looked_up(at: datetime, language: str) -> str:
    """Return when the source was looked up, in words."""
    return say(language, "retrieved", date=long_moment(at, language))


def marked(text: str) -> str:
    r"""Return a text in which Markdown finds no marks of its own.

    >>> marked("1. a*b")
    '1\\. a\\*b'
    """
    return _MARKS.sub(lambda match: "\\" + match.group(), text)
