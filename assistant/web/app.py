"""The web application: the API, the chat and the widget behind one wall of middleware."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, cast

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.web.house import House


def create_app(settings: Settings, assistant: Assistant | None = None) -> FastAPI:
    """Return the application; opens the index of `settings` where no assistant is given.

    Raises AssistantError or IndexingError where something that was set cannot work.
    """
    from assistant.web.adding import make_adding
    from assistant.web.api import make_api
    from assistant.web.chat import mount_chat
    from assistant.web.desk import make_desk
    from assistant.web.embed import make_embed
    from assistant.web.following import follow
    from assistant.web.front import FrontPage
    from assistant.web.house import House
    from assistant.web.library import make_library
    from assistant.web.limits import ANSWER_SECONDS
    from assistant.web.metrics import Metrics
    from assistant.web.observed import Observed
    from assistant.web.operating import make_operating
    from assistant.web.pages import make_pages
    from assistant.web.plugins import make_offer, plug_in
    from assistant.web.problems import install_problems
    from assistant.web.security import check_origins
    from assistant.web.suggestions import Suggestions
    from assistant.web.wall import wall

    origins = check_origins(settings.origins)
    if assistant is None:
        from assistant.assistant import Assistant

        assistant = Assistant.open(settings)
    metrics = Metrics()
    observed = Observed(assistant, metrics, questions=settings.keep_questions)
    house = House(settings, cast("Assistant", observed))
    house.workers.seconds = max(ANSWER_SECONDS, settings.llm_timeout + 30)
    metrics.look_into(house)
    suggestions = Suggestions(assistant)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        suggestions.now("ar")
        watching = asyncio.create_task(follow(house.assistant.index))
        yield
        watching.cancel()

    app = FastAPI(
        title="C5 Assistant",
        version=version("c5-assistant"),
        description="Answers from the articles, with the passage behind every statement.",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.house = house
    app.state.settings = settings
    install_problems(app)
    app.include_router(make_api(house))
    app.include_router(make_operating(house, metrics))
    app.include_router(make_embed(house))
    app.include_router(make_desk(house))
    app.include_router(make_library(house))
    app.include_router(make_adding(house))
    app.include_router(make_pages(house, suggestions))
    app.include_router(make_offer(house))
    plug_in(app, house)
    # the last added is the outermost; Gradio leaves CORS alone where it finds this very class
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(origins),
        allow_credentials=True,
        allow_methods=["GET", "POST"],
        allow_headers=["Content-Type", "Authorization"],
        expose_headers=["X-Request-ID", "Retry-After"],
    )
    app.add_middleware(FrontPage, origins=origins)
    for layer in reversed(wall(settings, metrics)):
        app.add_middleware(layer.cls, *layer.args, **layer.kwargs)
    mount_chat(app, house, suggestions)
    # built now, not at the first request: a wrong setting must end the start
    app.middleware_stack = app.build_middleware_stack()
    return app


def serve(settings: Settings) -> None:
    """Serve until stopped; AssistantError where the port cannot be had."""
    from assistant.web.serving import serve_on

    def make() -> tuple[FastAPI, House]:
        app = create_app(settings)
        return app, app.state.house

    serve_on(settings, make, "the chat is at {address}/")
