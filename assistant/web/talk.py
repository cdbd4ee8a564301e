"""A visitor's conversation: what is shown, what answers build on, and how a question runs."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.errors import AssistantError
from assistant.schema import Answer, Progress, Statement, Status, Turn
from assistant.web.cited import Use
from assistant.web.house import House, Visitor
from assistant.web.limits import HISTORY_TURNS, QUESTION_LENGTH, clean
from assistant.web.messages import (
    notice_html,
    progress_html,
    question_html,
    so_far_html,
)
from assistant.web.render import answer_html
from assistant.web.shelf import new_name
from assistant.web.sources import Kept
from assistant.web.strings import known, say
from assistant.web.suggestions import Suggestions

SHOWN = 40  # exchanges kept on the page
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Talk:
    """What one visitor's conversation holds: what is shown, and what answers build on."""

    shown: tuple[tuple[str, str], ...] = ()  # question and answer as HTML
    turns: tuple[Turn, ...] = ()
    working: bool = False
    answers: tuple[str, ...] = ()  # the names under which the server finds them again

    def begin(self, question: str, waiting: str) -> Talk:
        """Return the talk with one more question, and a word while it is worked on."""
        shown = (*self.shown, (question_html(question), waiting))[-SHOWN:]
        return replace(self, shown=shown, working=True)

    def now(self, html: str) -> Talk:
        """Return the talk with what is known of the answer so far."""
        if not self.shown:
            return self
        return replace(self, shown=(*self.shown[:-1], (self.shown[-1][0], html)))

    def done(self, answer: Answer, html: str, name: str) -> Talk:
        """Return the talk with the last question answered."""
        turns = (*self.turns, Turn(answer.question, answer.text))[-HISTORY_TURNS:]
        answers = (*self.answers, name)[-SHOWN:]
        return replace(self.now(html), turns=turns, working=False, answers=answers)

    def told(self, words: str, language: str) -> Talk:
        """Return the talk with a word of the page in the place of an answer."""
        return replace(self.now(notice_html(words, language)), working=False)

    def stopped(self, wish: Wish) -> Talk:
        """Return the talk after the visitor stopped the answer."""
        return self.told(say(wish.language, "stopped"), wish.language)

    def messages(self) -> list[dict[str, str]]:
        """Return what is shown, in the form of chat messages."""
        return [
            {"role": role, "content": html}
            for exchange in self.shown
            for role, html in zip(("user", "assistant"), exchange, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the page says beside the question: its language, and the articles to ask.

    `resume` names the last answer of the talk that a page which was loaded anew goes on with.
    """

    language: str = "ar"
    documents: tuple[str, ...] | None = None
    resume: str = ""

    @classmethod
    def read(cls, text: str) -> Wish:
        """Read what the page sent; nonsense counts as nothing said."""
        try:
            said = json.loads(text or "{}")
            wanted = said.get("documents") or None
            documents = tuple(map(str, wanted)) if wanted else None
            return cls(known(said.get("language")), documents, str(said.get("resume") or ""))
        except (ValueError, AttributeError, TypeError):
            return cls()


def converse(
    house: House, suggestions: Suggestions, talk: Talk, question: str, wish: Wish, who: Visitor
) -> Iterator[Talk]:
    """Yield the talk as it grows while a question is answered; never raises."""
    question = clean(question)
    language = wish.language
    if not question:
        yield talk
        return
    if len(question) > QUESTION_LENGTH:
        talk = talk.begin(question[:80] + "…", "")
        yield talk.told(say(language, "too_long", limit=QUESTION_LENGTH), language)
        return
    talk = talk.begin(question, progress_html("searching", language))
    seconds = house.limiter.wait(who.counted)
    if seconds:
        told = say(language, "too_many", seconds=max(1, round(seconds)))
        yield talk.told(told, language)
        return
    yield talk
    try:
        yield from _answered(house, suggestions, talk, question, wish, who)
    except AssistantError as error:
        yield talk.told(str(error), language)
    except Exception as error:
        # the message may hold the question: only its kind is logged
        _log.error("an answer failed: %s", type(error).__name__)
        yield talk.told(say(language, "failed"), language)


def _answered(
    house: House, suggestions: Suggestions, talk: Talk, question: str, wish: Wish, who: Visitor
) -> Iterator[Talk]:
    documents = house.documents
    wanted = [d for d in wish.documents or () if d in documents] or None
    statements: list[Statement] = []
    stage = "searching"
    for item in house.assistant.stream(question, talk.turns, documents=wanted):
        if isinstance(item, Answer):
            refused = item.status is not Status.ANSWERED
            offered = suggestions.now(known(item.language)) if refused else ()
            name = new_name()
            use = Use(name, feedback=house.settings.feedback is not None)
            done = talk.done(item, answer_html(item, documents, offered[:3], use), name)
            house.remember(name, Kept.of(item, documents), done, who.owner)
            yield done
            return
        if isinstance(item, Progress):
            stage = item.stage
        else:
            statements.append(item)
        yield talk.now(so_far_html(statements, stage, wish.language))
