"""The chat, made of Gradio: the only module that imports it. No logic of its own.

Never `gr.ChatInterface` (it keeps the talk in the browser and hangs in a cross-site frame), never
`gr.HTML` or `js=` of an event (they need a Content-Security-Policy with `unsafe-eval`): what stands
around the talk is put there by `front.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

# before gradio is imported: only the word "True" would switch it on
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
from fastapi import FastAPI

from assistant.web import page
from assistant.web.house import House, Visitor, visitor
from assistant.web.limits import AT_ONCE, QUESTION_LENGTH, WAITING
from assistant.web.shelf import SECONDS
from assistant.web.suggestions import Suggestions
from assistant.web.talk import Talk, Wish, converse

_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def mount_chat(app: FastAPI, house: House, suggestions: Suggestions) -> FastAPI:
    """Put the chat at the root of the application."""
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        make_chat(house, suggestions),
        path="/",
        theme=gr.themes.Base(font=["C5 Sans", "sans-serif"], font_mono=["monospace"]),
        run_history=False,
        footer_links=[],
        ssr_mode=False,
        show_error=False,
        enable_monitoring=False,
        pwa=False,
        favicon_path=str(page.STATIC / "icon.svg"),
    )
    return mounted


def make_chat(house: House, suggestions: Suggestions) -> gr.Blocks:
    """Return the page."""
    with gr.Blocks(title="C5", analytics_enabled=False, fill_width=True) as blocks:
        with gr.Column(elem_id="c5-talk"):
            log = _log()
            box = _box()
            # filled in by static/chat.js: the page's language and the chosen articles
            wish = gr.Textbox(elem_id="c5-wish", visible="hidden", show_label=False)
            new = gr.Button("new", elem_id="c5-restart", visible="hidden")
            resume = gr.Button("resume", elem_id="c5-resume", visible="hidden")
        talk = gr.State(Talk(), time_to_live=int(SECONDS))

        def asked(question: str, said: str, talk: Talk, request: gr.Request) -> Iterator[Any]:
            running = converse(house, suggestions, talk, question, Wish.read(said), _who(request))
            emptied = True  # once: what is typed while an answer is made stays
            for grown in running:
                yield _shown(grown, emptied=emptied)
                emptied = False

        def stopped(said: str, talk: Talk) -> Any:
            return _shown(talk.stopped(Wish.read(said)))

        def resumed(said: str, talk: Talk, request: gr.Request) -> Any:
            # a page that was loaded anew: what it names is the last answer of its talk
            found = house.talks.get(Wish.read(said).resume, _who(request).owner)
            return _shown(talk if talk.shown or found is None else found)

        outputs = [log, box, talk]
        asking = box.submit(
            asked,
            [box, wish, talk],
            outputs,
            concurrency_limit=AT_ONCE,
            trigger_mode="always_last",
            **_PRIVATE,
        )
        # first the cancelling, then the word on it: a late piece of the answer would undo it
        box.stop(None, None, None, cancels=[asking], **_PRIVATE).then(
            stopped, [wish, talk], outputs, concurrency_limit=None, **_PRIVATE
        )
        new.click(None, None, None, cancels=[asking], **_PRIVATE).then(
            lambda: _shown(Talk(), emptied=True),
            None,
            outputs,
            concurrency_limit=None,
            **_PRIVATE,
        )
        resume.click(resumed, [wish, talk], outputs, concurrency_limit=None, **_PRIVATE)
    blocks.queue(default_concurrency_limit=AT_ONCE, max_size=WAITING, api_open=False)
    blocks.state_session_capacity = 500
    return blocks


def _who(request: gr.Request) -> Visitor:
    state = getattr(request, "state", None)
    client = getattr(request, "client", None)
    user = getattr(state, "user", None)
    return visitor({"state": {"user": user}, "client": (getattr(client, "host", "?"), 0)})


def _shown(talk: Talk, *, emptied: bool = False) -> tuple[Any, Any, Talk]:
    value = {"value": ""} if emptied else {}
    return (
        talk.messages(),
        gr.update(submit_btn=not talk.working, stop_btn=talk.working, **value),
        talk,
    )


def _log() -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="c5-log",
        show_label=False,
        buttons=[],
        latex_delimiters=[],
        line_breaks=False,
        layout="panel",
        feedback_options=None,
        height=None,
        autoscroll=False,
        container=False,
    )


def _box() -> gr.Textbox:
    return gr.Textbox(
        elem_id="c5-ask",
        show_label=False,
        lines=1,
        max_lines=6,
        max_length=QUESTION_LENGTH,
        submit_btn=True,
        stop_btn=False,
        container=False,
    )
