"""The routes of the evaluation in the chat: for editors only, and in their language."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

from assistant.schema import LANGUAGES
from assistant.web.front import page_language
from assistant.web.plugins import EditorPage
from assistant.web.problems import Problem
from assistant.web.roles import require_editor
from assistant.web.state import state_folder
from eval.dataset import SPLITS
from eval.errors import EvaluationError
from eval.report import report_of
from eval.web.page import desk_html
from eval.web.runs import Busy, Runs
from eval.web.shelf import Shelf
from eval.words import say

if TYPE_CHECKING:
    from assistant.web.house import House

_HERE = Path(__file__).parent
_NO_STORE = {"Cache-Control": "no-store", "Vary": "Accept-Language"}


class RunBody(BaseModel):
    """Which questions to ask: a split of the shipped ones, or the name of a file of one's own."""

    model_config = ConfigDict(extra="forbid")

    questions: str = Field(min_length=1, max_length=80, pattern=r"^[\w-]+$")
    own: bool = False


def add_desk(app: FastAPI, house: House) -> None:
    """Add the routes; the entry point `c5.web` names this function."""
    folder = state_folder(house.settings) / "evaluations"
    house.pages.append(EditorPage("eval", {each: say(each, "desk.title") for each in LANGUAGES}))
    shelf, runs = Shelf(folder), Runs(folder, house.settings)
    desk = APIRouter(
        prefix="/eval", include_in_schema=False, dependencies=[Depends(require_editor)]
    )

    @desk.get("")
    async def page(request: Request) -> Response:
        language = page_language(request.scope)
        results = await asyncio.to_thread(shelf.results)
        html = desk_html(language, results, shelf.own(), runs.progress())
        return HTMLResponse(html, headers=_NO_STORE)

    @desk.get("/desk.js")
    async def script() -> Response:
        return FileResponse(_HERE / "desk.js", media_type="text/javascript; charset=utf-8")

    @desk.get("/run")
    async def progress() -> Response:
        return JSONResponse(asdict(runs.progress()), headers=_NO_STORE)

    @desk.post("/run")
    async def start(body: RunBody) -> Response:
        own = shelf.own_file(body.questions) if body.own else None
        if own is None and (body.own or body.questions not in SPLITS):
            raise Problem(404, "there are no such questions")
        name = shelf.name_of_run(body.questions)
        split = None if own else body.questions
        try:
            state = await asyncio.to_thread(runs.start, name, own, split)
        except Busy as error:
            raise Problem(409, str(error)) from None
        return JSONResponse(asdict(state), 202, headers=_NO_STORE)

    @desk.post("/stop")
    async def stop() -> Response:
        return JSONResponse(asdict(await asyncio.to_thread(runs.stop)), headers=_NO_STORE)

    @desk.post("/questions")
    async def keep(
        request: Request, name: Annotated[str, Query(min_length=5, max_length=120)]
    ) -> Response:
        table = await request.body()
        try:
            kept, count = await asyncio.to_thread(shelf.keep, name, table, house.documents)
        except EvaluationError as error:
            raise Problem(422, str(error)) from None
        return JSONResponse({"name": kept, "count": count}, 201, headers=_NO_STORE)

    @desk.get("/report/{name}")
    async def report(name: str, request: Request) -> Response:
        path = shelf.result(name)
        if path is None:
            raise Problem(404, "there is no such result")
        language = page_language(request.scope)
        html = await asyncio.to_thread(report_of, path, language)
        return HTMLResponse(html, headers=_NO_STORE)

    app.include_router(desk)
