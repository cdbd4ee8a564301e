"""Adding an article from the page, for editors: a preview of what will be indexed, then it is."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
from base64 import b64decode
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response, StreamingResponse

from assistant.web.house import House, visitor
from assistant.web.limits import UPLOAD_BYTES, clean
from assistant.web.problems import Problem
from assistant.web.roles import require_editor
from assistant.web.security import own_page
from assistant.web.shelf import Shelf, new_name
from assistant.web.staging import Given, NotAdded, Staged, place, stage
from assistant.web.strings import language_name, say
from index.errors import IndexingError

_log = logging.getLogger(__name__)
_STAGED = 8  # at once; each may be as long as a book
_PATIENCE = 60.0  # seconds another build is waited for
Short = Annotated[str, Field(max_length=500)]


class GivenBody(BaseModel):
    """An article: its text, a file (base64) or an address."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["text", "file", "address"]
    content: str = Field(max_length=UPLOAD_BYTES)
    name: Short = ""
    title: Short = ""
    publisher: Short = ""
    published: Short = ""
    language: Short = ""
    url: Short = ""
    speak: Literal["ar", "en", "ru", "kk"] = "ar"

    def given(self) -> Given:
        """Return what was given; NotAdded where it cannot be read at all."""
        about: dict[str, Any] = {
            name: " ".join(clean(getattr(self, name)).split())
            for name in ("title", "publisher", "published", "language", "url")
        }
        if self.kind == "address":
            address = self.content.strip()
            if not address.lower().startswith(("http://", "https://")):
                raise NotAdded("add_no_address")
            return Given(address=address, **about)
        if self.kind == "text":
            return Given(data=self.content.encode("utf-8", "replace"), **about)
        try:
            data = b64decode(self.content, validate=True)
        except ValueError:
            raise NotAdded("add_unreadable") from None
        return Given(data=data, name=self.name or "article", **about)


class StagedBody(BaseModel):
    """A preview that was seen and is wanted."""

    staged: str = Field(max_length=64)
    speak: Literal["ar", "en", "ru", "kk"] = "ar"


def make_adding(house: House) -> APIRouter:
    """Return the routes, shut to all but editors."""
    adding = APIRouter(
        include_in_schema=False, dependencies=[Depends(own_page), Depends(require_editor)]
    )
    previews: Shelf[Staged] = Shelf(_STAGED, 1800.0)
    one_at_a_time = asyncio.Lock()

    @adding.post("/ui-add/preview")
    async def preview(body: GivenBody, request: Request) -> Response:
        house.admit_write(request.scope)
        try:
            staged = await asyncio.to_thread(lambda: stage(body.given(), house.settings.docs))
        except NotAdded as error:
            raise Problem(422, _told(error, body.speak)) from error
        name = new_name()
        previews.put(name, staged, visitor(request.scope).owner)
        return JSONResponse({"staged": name, **_preview(staged, body.speak)})

    @adding.post("/ui-add/confirm")
    async def confirm(body: StagedBody, request: Request) -> Response:
        house.admit_write(request.scope)
        staged = previews.get(body.staged, visitor(request.scope).owner)
        if staged is None:
            raise Problem(410, say(body.speak, "add_forgotten"))
        if one_at_a_time.locked():
            raise Problem(503, say(body.speak, "add_busy"), retry_after=5)
        previews.drop(body.staged)

        async def lines() -> AsyncIterator[str]:
            async with one_at_a_time:
                async for told in _added(house, staged, body.speak):
                    yield json.dumps(told, ensure_ascii=False) + "\n"

        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(lines(), media_type="application/x-ndjson", headers=headers)

    return adding


async def _added(house: House, staged: Staged, speak: str) -> AsyncIterator[dict[str, Any]]:
    """Put an article into docs/ and the index, telling each step; undone if the index refuses."""
    yield {"stage": "writing"}
    try:
        folder = await asyncio.to_thread(place, staged, house.settings.docs)
    except NotAdded as error:
        yield {"stage": "failed", "detail": _told(error, speak)}
        return
    yield {"stage": "indexing"}
    try:
        await asyncio.to_thread(_indexed, house)
    except (IndexingError, OSError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        _log.error("an article could not be indexed: %s", error)
        yield {"stage": "failed", "detail": _told(NotAdded("add_unindexed", str(error)), speak)}
        return
    yield {"stage": "done", "id": staged.document.id}


def _indexed(house: House) -> None:
    from index.build import build_index

    settings = house.settings
    build_index(
        settings.docs,
        settings.index,
        encoder=settings.encoder,
        chroma_url=settings.chroma_url,
        progress=False,
        patience=_PATIENCE,
    )
    house.assistant.index.refresh()


def _preview(staged: Staged, speak: str) -> dict[str, Any]:
    from index.split import passages

    document = staged.document
    return {
        "id": document.id,
        "title": document.title,
        "publisher": document.publisher,
        "published": document.published.isoformat() if document.published else None,
        "language": document.language,
        "spoken": language_name(document.language, speak),
        "url": document.url,
        "characters": len(document.text),
        "passages": [
            {"section": passage.section, "text": passage.text} for passage in passages(document)
        ],
    }


def _told(error: NotAdded, speak: str) -> str:
    words = say(speak, error.key)
    return f"{words} ({error.detail})" if error.detail else words
