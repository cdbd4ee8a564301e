"""The small messages of the talk as HTML: the question, what is being done, a word of the page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.schema import Statement
from assistant.web.bidi import direction, isolate
from assistant.web.markup import in_one_line, one_line, side
from assistant.web.strings import known, say


def question_html(question: str) -> str:
    """Return what was asked."""
    text = one_line(question)
    return in_one_line(f'<div class="c5-question" dir="{direction(text)}">{isolate(text)}</div>')


def progress_html(stage: str, language: str) -> str:
    """Return what is being done at the moment; an unknown stage counts as reading."""
    key = f"stage_{stage}"
    try:
        words = say(language, key)
    except KeyError:
        words = say(language, "stage_reading")
    return in_one_line(
        f'<div class="c5-progress" dir="{side(language)}" lang="{known(language)}">'
        f'<span class="c5-dots"></span>{escape(words)}</div>'
    )


def so_far_html(statements: Sequence[Statement], stage: str, language: str) -> str:
    """Return the statements that have passed the checks so far, and what is being done."""
    texts = (one_line(statement.text) for statement in statements)
    told = "".join(f'<p class="c5-so-far" dir="{direction(t)}">{isolate(t)}</p>' for t in texts)
    return in_one_line(told) + progress_html(stage, language)


def notice_html(words: str, language: str) -> str:
    """Return a message of the page itself: a limit reached, a stop, a failure."""
    return in_one_line(
        f'<div class="c5-notice" dir="{side(language)}" lang="{known(language)}">'
        f"{isolate(one_line(words))}</div>"
    )
