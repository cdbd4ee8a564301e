"""Pages that other packages add to the house, through the entry-point group `c5.web`.

So nothing here imports what lies above. An entry point is a function of the application and the
house; it adds its routes and guards them itself. A page for editors that it names in `house.pages`
is offered to them in the menu of the chat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, FastAPI, Query, Request
from starlette.responses import JSONResponse, Response

from assistant.web.roles import may_edit
from assistant.web.strings import known

if TYPE_CHECKING:
    from assistant.web.house import House


@dataclass(frozen=True, slots=True)
class EditorPage:
    """Where a page for editors is, without a leading slash, and its name in every language."""

    path: str
    names: Mapping[str, str]


def plug_in(app: FastAPI, house: House) -> None:
    """Call every entry point, in the order of their names."""
    for point in sorted(entry_points(group="c5.web"), key=lambda each: each.name):
        add: Callable[[FastAPI, House], None] = point.load()
        add(app, house)


def make_offer(house: House) -> APIRouter:
    """Return the route by which the chat learns what to offer to whom."""
    offer = APIRouter(include_in_schema=False)

    @offer.get("/ui-editor")
    async def pages(request: Request, lang: Annotated[str | None, Query()] = None) -> Response:
        language = known(lang)
        found = house.pages if may_edit(request) else []
        told = [{"path": page.path, "name": page.names[language]} for page in found]
        return JSONResponse({"pages": told}, headers={"Cache-Control": "no-store"})

    return offer
