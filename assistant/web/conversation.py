"""A conversation with its sources, to take away: as Markdown and as HTML that stands by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape

from assistant.schema import Answer, Statement, Support
from assistant.web.bidi import direction, isolate
from assistant.web.markup import one_line, side, web_address
from assistant.web.quoting import (
    facts,
    html_citation,
    looked_up,
    markdown_citation,
    marked,
)
from assistant.web.sources import Kept
from assistant.web.strings import long_moment, say

_STYLE = (
    "body{max-width:44rem;margin:2rem auto;padding:0 1rem;line-height:1.7;"
    "font-family:'Noto Sans','Noto Naskh Arabic','Noto Sans Arabic',sans-serif}"
    "blockquote{margin:.4rem 0;padding:0 1rem;border-inline-start:3px solid #d9a91c}"
    ".facts{color:#555;font-size:.9rem}ol{padding-inline-start:1.6rem}"
)


def plain_answer(kept: Kept, language: str) -> str:
    """Return one answer with its sources as plain text."""
    lines = [f"{text} {_numbers(s)}".rstrip() for s, text in told(kept.answer)]
    lines += [one_line(note) for note in kept.answer.notes]
    lines += ["", f"{say(language, 'sources')}:"] if kept.sources else []
    for source in kept.sources:
        origin = [one_line(source.title), *facts(source, language), web_address(source.url)]
        lines.append(f"[{source.number}] «{source.quote.strip()}»")
        if source.translation:
            label, text = source.labelled_translation(language)
            lines.append(f"    {label}: {text}")
        lines.append(f"    {' · '.join(filter(None, origin))}")
    return "\n".join([*lines, looked_up(kept.at, language)])


def markdown_conversation(talk: Sequence[Kept], at: datetime, language: str) -> str:
    """Return a conversation as Markdown."""
    parts = [
        f"# {say(language, 'brand')}",
        say(language, "exported", date=long_moment(at, language)),
    ]
    for kept in talk:
        parts.append(f"## {marked(one_line(kept.answer.question))}")
        for statement, text in told(kept.answer):
            numbers = "".join(f"\\[{n}\\]" for n in statement.citations)
            parts.append(f"{marked(text)} {numbers}".rstrip())
            parts += [f"*{marked(one_line(note))}*" for note, _ in asides(statement, language)]
        parts += [f"*{marked(one_line(note))}*" for note in kept.answer.notes]
        if kept.sources:
            parts.append(f"### {say(language, 'sources')}")
        for source in kept.sources:
            parts.append(f"**\\[{source.number}\\]**")
            parts.append(markdown_citation(source, kept.at, language))
    return "\n\n".join(parts) + "\n"


def html_conversation(talk: Sequence[Kept], at: datetime, language: str) -> str:
    """Return a conversation as a page of its own, without scripts and without other files."""
    told = say(language, "exported", date=long_moment(at, language))
    body = "".join("".join(_html_exchange(kept, language)) for kept in talk)
    return (
        f'<!doctype html><html lang="{language}" dir="{side(language)}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(say(language, 'brand'))}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(say(language, 'brand'))}</h1>"
        f'<p class="facts">{escape(told)}</p>{body}</body></html>\n'
    )


def _html_exchange(kept: Kept, language: str) -> Iterator[str]:
    question = one_line(kept.answer.question)
    yield f'<h2 dir="{direction(question)}">{isolate(question)}</h2>'
    for statement, text in told(kept.answer):
        numbers = _numbers(statement)
        yield f'<p dir="{direction(text)}">{isolate(text)} <bdi dir="ltr">{numbers}</bdi></p>'
        for note, runs in asides(statement, language):
            yield f'<p class="facts" dir="{runs}">{isolate(note, runs)}</p>'
    for note in map(one_line, kept.answer.notes):
        yield f'<p class="facts" dir="{direction(note)}">{isolate(note)}</p>'
    if kept.sources:
        yield f"<h3>{escape(say(language, 'sources'))}</h3><ol>"
        for source in kept.sources:
            cited = html_citation(source, kept.at, language)
            yield f'<li value="{source.number}">{cited}</li>'
        yield "</ol>"


def told(answer: Answer) -> Iterator[tuple[Statement, str]]:
    """Yield the statements of an answer; a refusal is one without citations."""
    if not answer.statements:
        yield Statement(answer.text, (), Support.UNSUPPORTED), one_line(answer.text)
    for statement in answer.statements:
        yield statement, one_line(statement.text)


def asides(statement: Statement, language: str) -> Iterator[tuple[str, str]]:
    """Yield what stands beside a statement, and its direction: who said it, what must be known.

    Who said it is told in the language of the page, whatever letters the name has.
    """
    if statement.speaker:
        yield say(language, "speaker", speaker=one_line(statement.speaker)), side(language)
    if statement.note:
        note = one_line(statement.note)
        yield note, direction(note)


def _numbers(statement: Statement) -> str:
    return "".join(f"[{number}]" for number in statement.citations)
