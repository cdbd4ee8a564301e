"""The articles at hand, for the page: what each is, when it was indexed, whether it has changed."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from assistant.web.bidi import direction, isolated
from assistant.web.house import House
from assistant.web.roles import may_edit
from assistant.web.strings import known, language_name, long_date, long_moment


def make_library(house: House) -> APIRouter:
    """Return the route of the library view."""
    library = APIRouter(include_in_schema=False)

    @library.get("/ui-library")
    async def articles(request: Request, lang: Annotated[str | None, Query()] = None) -> Response:
        held = await house.workers.run(partial(shelf_of, house, known(lang)))
        told = held | {"may_edit": may_edit(request)}
        return JSONResponse(told, headers={"Cache-Control": "no-store"})

    return library


def shelf_of(house: House, language: str) -> dict[str, Any]:
    """Return the articles of the index, the newest first, and what of docs/ is not in it yet."""
    held = house.library()
    changed = house.assistant.index.changed(house.settings.docs)
    built = datetime.fromisoformat(held["index"]["built_at"])
    documents = [
        facts
        | {
            "changed": facts["id"] in changed,
            "shown": isolated(facts["title"]),
            "spoken": language_name(facts["language"], language),
            "side": direction(facts["title"]),
            "day": long_date(facts["published"], language) if facts["published"] else "",
        }
        for facts in held["documents"]
    ]
    documents.sort(key=lambda facts: (facts["published"] or "", facts["id"]), reverse=True)
    return {
        "documents": documents,
        "waiting": sorted(changed - {facts["id"] for facts in documents}),
        "indexed": long_moment(built, language),
    }
