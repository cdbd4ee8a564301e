"""An Answer as the HTML of its card. Everything that comes from outside is escaped here.

The markup stays within what Gradio's sanitiser lets through (no `data-*`, no `aria-*`, no
buttons): a citation is a link whose fragment says where in which article it is, read by
`static/chat.js`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from assistant.schema import Answer, Citation, Nearest, Statement, Status, Support
from assistant.web.article import translation_of
from assistant.web.bidi import direction, isolate
from assistant.web.cited import (
    Use,
    chip_html,
    folded,
    marked,
    origin_of,
    source_html,
    translation_html,
)
from assistant.web.markup import in_one_line, one_line, side
from assistant.web.sources import text_version
from assistant.web.strings import known, say
from index.schema import Document

_WORD_JOINER = "\u2060"


def answer_html(
    answer: Answer,
    documents: Mapping[str, Document],
    suggestions: Sequence[str] = (),
    use: Use | None = None,
) -> str:
    """Return the card of an answer or of a refusal, with what can be done with it."""
    language = known(answer.language)
    answered = answer.status is Status.ANSWERED
    body = _answered(answer, language, documents, use) if answered else _refused(answer, documents)
    parts = [_badge(answer, language), *body]
    parts += [f'<p class="c5-note">{isolate(one_line(note))}</p>' for note in answer.notes]
    if not answered and suggestions:
        parts.append(f'<h2 class="c5-label">{escape(say(language, "can_ask"))}</h2>')
        parts.append(suggestions_html(suggestions))
    if answer.index.stale:
        parts.append(f'<p class="c5-note c5-stale">{escape(say(language, "stale"))}</p>')
    if use:
        wanted = ["copy", "link", *(["feedback"] if use.feedback else [])]
        links = "".join(use.link(do, say(language, do)) for do in wanted)
        parts.append(f'<p class="c5-actions">{links}</p>')
    state = "answered" if answered else "refused"
    return in_one_line(
        f'<article class="c5-card c5-{state}" dir="{side(language)}" lang="{language}">'
        f"{''.join(parts)}</article>"
    )


def suggestions_html(questions: Sequence[str]) -> str:
    """Return questions that ask themselves when chosen."""
    items = "".join(
        f'<li><a class="c5-suggestion" role="button" href="#ask={escape(urlencode({"": q})[1:])}"'
        f' dir="{direction(q)}">{isolate(q)}</a></li>'
        for q in questions
    )
    return f'<ul class="c5-suggestions">{items}</ul>'


def _badge(answer: Answer, language: str) -> str:
    key = "answered" if answer.status is Status.ANSWERED else "not_in_sources"
    return f'<p class="c5-badge c5-badge-{key}">{escape(say(language, key))}</p>'


def _answered(
    answer: Answer, language: str, documents: Mapping[str, Document], use: Use | None
) -> Iterator[str]:
    by_number = {citation.number: citation for citation in answer.citations}
    for rank, statement in enumerate(answer.statements):
        cited = [by_number[n] for n in statement.citations if n in by_number]
        yield _statement(statement, cited, language, documents, lead=rank == 0)
    yield f'<h2 class="c5-label">{escape(say(language, "sources"))}</h2>'
    shown = {folded(statement.text) for statement in answer.statements}
    items: list[str] = []
    above = None
    for citation in answer.citations:
        same = above is not None and origin_of(citation) == origin_of(above)
        quoted = folded(citation.quote) in shown
        items.append(source_html(citation, language, documents, quoted=quoted, same=same, use=use))
        above = citation
    yield f'<ol class="c5-sources">{"".join(items)}</ol>'


def _statement(
    statement: Statement,
    cited: Sequence[Citation],
    language: str,
    documents: Mapping[str, Document],
    *,
    lead: bool,
) -> str:
    text = one_line(statement.text)
    chips = "".join(chip_html(citation, language, documents) for citation in cited)
    kind = "c5-statement c5-lead" if lead else "c5-statement"
    translations = "".join(
        translation_html(c.translation, language, c.machine_translation)
        for c in cited
        if c.translation and folded(c.quote) == folded(statement.text)
    )
    return (
        f'<div class="{kind}"><p dir="{direction(text)}">{marked(text, cited)}'
        f'<span class="c5-chips">{_WORD_JOINER}{chips}</span></p>'
        f"{translations}{_meta(statement, language)}</div>"
    )


def _meta(statement: Statement, language: str) -> str:
    support = statement.support
    parts = [
        f'<span class="c5-support c5-{support.value}">{escape(say(language, support.value))}</span>'
    ]
    if statement.speaker:
        told = say(language, "speaker", speaker=one_line(statement.speaker))
        parts.append(f'<span class="c5-speaker">{isolate(told, side(language))}</span>')
    if statement.note:
        note = one_line(statement.note)
        parts.append(f'<span class="c5-aside" dir="{direction(note)}">{isolate(note)}</span>')
    unsupported = " c5-doubt" if support is Support.UNSUPPORTED else ""
    return f'<p class="c5-meta{unsupported}">{"".join(parts)}</p>'


def _refused(answer: Answer, documents: Mapping[str, Document]) -> Iterator[str]:
    language = known(answer.language)
    text = one_line(answer.text)
    yield f'<p class="c5-lead" dir="{direction(text)}">{isolate(text)}</p>'
    if answer.nearest:
        yield f'<h2 class="c5-label">{escape(say(language, "nearest"))}</h2>'
        items = (_near(nearest, language, documents) for nearest in answer.nearest)
        yield f'<ul class="c5-nearest">{"".join(items)}</ul>'


def _near(nearest: Nearest, language: str, documents: Mapping[str, Document]) -> str:
    document = documents.get(nearest.document)
    title = one_line(document.title) if document else nearest.document
    quote = one_line(nearest.quote)
    where = {"doc": nearest.document, "s": nearest.start, "e": nearest.end}
    where |= {"v": text_version(document)}
    translated = (
        translation_of(document, nearest.start, nearest.end, language) if document else None
    )
    machine = document is not None and document.is_machine_translated(language)
    near_translation = translation_html(translated, language, machine) if translated else ""
    return (
        f'<li><blockquote dir="{direction(quote)}">{isolate(quote)}</blockquote>'
        f"{near_translation}"
        f'<a class="c5-open" role="button" href="#{escape(urlencode(where))}">'
        f"{escape(say(language, 'open_passage'))}"
        f'<span class="c5-hidden"> <bdi>{isolate(title)}</bdi></span></a></li>'
    )
