"""Routes of the page for using an answer: copy, take away, link, say what is wrong with it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import HTMLResponse, JSONResponse, Response

from assistant.web.conversation import html_conversation, markdown_conversation, plain_answer
from assistant.web.feedback import WHY_LENGTH, Passage, Verdict, keep_feedback
from assistant.web.front import page_language
from assistant.web.house import House
from assistant.web.kept_talks import keep_talk, restore_talk
from assistant.web.limits import clean
from assistant.web.link_page import link_html
from assistant.web.permalinks import Permalinks
from assistant.web.problems import Problem
from assistant.web.quoting import html_citation, markdown_citation, plain_citation
from assistant.web.security import own_page
from assistant.web.state import Seal, state_folder
from assistant.web.strings import long_moment
from assistant.web.talk import SHOWN

Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w-]+$")]
Language = Literal["ar", "en", "ru", "kk"]
_NO_STORE = {"Cache-Control": "no-store"}


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    language: Language = "ar"


class CopyBody(_Body):
    """An answer, or one citation of it."""

    answer: Name
    number: int | None = None


class ExportBody(_Body):
    """Answers in the order of the talk."""

    answers: list[Name] = Field(min_length=1, max_length=SHOWN)
    form: Literal["md", "html", "docx"] = "md"


class LinkBody(_Body):
    """An answer to link to."""

    answer: Name


class PointedBody(BaseModel):
    """A passage of an article."""

    model_config = ConfigDict(extra="forbid")

    document: str = Field(max_length=200)
    start: int = Field(ge=0)
    end: int = Field(ge=1)


class FeedbackBody(_Body):
    """What a reader says of an answer."""

    answer: Name
    verdict: Verdict
    why: str = Field("", max_length=WHY_LENGTH)
    passage: PointedBody | None = None


class KeepBody(_Body):
    """Answers that the reader's browser is to keep."""

    answers: list[Name] = Field(min_length=1, max_length=SHOWN)


class RestoreBody(_Body):
    """What the browser kept, with the seal it was given."""

    talk: str = Field(max_length=2_000_000)
    seal: str = Field(max_length=128)


def make_desk(house: House) -> APIRouter:
    """Return the routes; none of them is part of the API for machines."""
    folder = state_folder(house.settings)
    links, seal = Permalinks(folder), Seal(folder)
    desk = APIRouter(include_in_schema=False, dependencies=[Depends(own_page)])
    pages = APIRouter(include_in_schema=False)

    @desk.post("/ui-copy")
    async def copy(body: CopyBody, request: Request) -> Response:
        house.admit(request.scope)
        kept = house.kept(body.answer, request.scope)
        if body.number is None:
            return JSONResponse({"text": plain_answer(kept, body.language)}, headers=_NO_STORE)
        source = kept.source(body.number)
        if source is None:
            raise Problem(404, "this answer has no such source")
        forms = {
            "text": plain_citation(source, kept.at, body.language),
            "markdown": markdown_citation(source, kept.at, body.language),
            "html": html_citation(source, kept.at, body.language),
        }
        return JSONResponse(forms, headers=_NO_STORE)

    @desk.post("/ui-export")
    async def export(body: ExportBody, request: Request) -> Response:
        house.admit(request.scope)
        talk = [house.kept(name, request.scope) for name in body.answers]
        now = datetime.now(UTC)
        if body.form == "docx":
            from assistant.web.docx_conversation import docx_conversation

            data = await asyncio.to_thread(docx_conversation, talk, now, body.language)
            kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        elif body.form == "html":
            data, kind = html_conversation(talk, now, body.language).encode(), "text/html"
        else:
            data, kind = markdown_conversation(talk, now, body.language).encode(), "text/markdown"
        name = f"c5-{now:%Y-%m-%d-%H%M}.{body.form}"
        headers = _NO_STORE | {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(data, media_type=kind, headers=headers)

    @desk.post("/ui-link")
    async def link(body: LinkBody, request: Request) -> Response:
        house.admit_write(request.scope)
        kept = house.kept(body.answer, request.scope)
        name = await asyncio.to_thread(links.make, kept)
        return JSONResponse({"path": f"a/{name}"}, headers=_NO_STORE)

    @desk.post("/ui-feedback")
    async def feedback(body: FeedbackBody, request: Request) -> Response:
        path = house.settings.feedback
        if path is None:
            raise Problem(404, "feedback is not asked for here; see C5_FEEDBACK")
        house.admit_write(request.scope)
        answer = house.kept(body.answer, request.scope).answer
        passage = _pointed(house, body.passage)
        await asyncio.to_thread(keep_feedback, path, answer, body.verdict, clean(body.why), passage)
        return JSONResponse({"kept": True}, headers=_NO_STORE)

    @desk.post("/ui-keep")
    async def keep(body: KeepBody, request: Request) -> Response:
        house.admit(request.scope)
        answers = [house.kept(name, request.scope) for name in body.answers]
        talk = keep_talk(answers)
        sealed = {
            "talk": talk,
            "seal": await asyncio.to_thread(seal.of, talk),
            "when": long_moment(answers[-1].at, body.language),
        }
        return JSONResponse(sealed, headers=_NO_STORE)

    @desk.post("/ui-restore")
    async def restore(body: RestoreBody, request: Request) -> Response:
        house.admit(request.scope)
        if not await asyncio.to_thread(seal.fits, body.talk, body.seal):
            raise Problem(400, "this was not kept by this server")
        name = await asyncio.to_thread(restore_talk, house, body.talk, request.scope)
        return JSONResponse({"answer": name}, headers=_NO_STORE)

    @pages.get("/a/{name}")
    async def linked(name: str, request: Request) -> Response:
        house.admit(request.scope)
        kept = await asyncio.to_thread(links.find, name)
        language = page_language(request.scope)
        html = await asyncio.to_thread(link_html, kept, house.documents, language)
        return HTMLResponse(html, headers=_NO_STORE | {"Vary": "Accept-Language"})

    both = APIRouter(include_in_schema=False)
    both.include_router(desk)
    both.include_router(pages)
    return both


def _pointed(house: House, body: PointedBody | None) -> Passage | None:
    """Return the passage a reader pointed to; Problem 400 where it is none."""
    if body is None:
        return None
    document = house.documents.get(body.document)
    text = document.text[body.start : body.end] if document else ""
    if not text.strip() or len(text) > 4000:
        raise Problem(400, "passage: there is no such passage")
    return Passage(body.document, body.start, body.end, text)
