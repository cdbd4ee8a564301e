"""A talk for the reader's own browser to keep, and back; the seal proves that it was ours."""

from __future__ import annotations

import json
from collections.abc import Sequence

from starlette.types import Scope

from assistant.web.cited import Use
from assistant.web.house import House, visitor
from assistant.web.messages import question_html
from assistant.web.problems import Problem
from assistant.web.render import answer_html
from assistant.web.shelf import new_name
from assistant.web.sources import Kept
from assistant.web.talk import Talk
from assistant.web.thaw import frozen, thawed


def keep_talk(talk: Sequence[Kept]) -> str:
    """Return a talk as one text."""
    return json.dumps([frozen(kept) for kept in talk], ensure_ascii=False)


def restore_talk(house: House, text: str, scope: Scope) -> str:
    """Remember a talk again, as it was shown, and return the name of its last answer."""
    who = visitor(scope)
    try:
        answers = [thawed(values) for values in json.loads(text)]
    except (ValueError, KeyError, TypeError):
        raise Problem(400, "this was kept by another version and cannot be read") from None
    talk, name = Talk(), ""
    for kept in answers:
        name = new_name()
        use = Use(name, feedback=house.settings.feedback is not None)
        html = answer_html(kept.answer, house.documents, (), use)
        shown = (*talk.shown, (question_html(kept.answer.question), ""))
        talk = Talk(shown, talk.turns, answers=talk.answers).done(kept.answer, html, name)
        house.remember(name, kept, talk, who.owner)
    return name
