"""Routes of the page beside the API: static files, articles to read, suggestions, the widget."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

from assistant.schema import LANGUAGES
from assistant.web.article import article_html
from assistant.web.house import House
from assistant.web.manual import manual_html
from assistant.web.page import STATIC
from assistant.web.problems import Problem, problem
from assistant.web.strings import known
from assistant.web.suggestions import Suggestions

_ALL = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}


def make_pages(house: House, suggestions: Suggestions) -> APIRouter:
    """Return the routes; none of them is part of the API for machines."""
    pages = APIRouter(include_in_schema=False)

    @pages.get("/ui/{name:path}")
    async def static(name: str) -> Response:
        # only what is there at the moment of asking, by name: no path is ever joined from outside
        found = {
            str(PurePosixPath(*p.relative_to(STATIC).parts)): p
            for p in STATIC.rglob("*")
            if p.suffix in _KINDS
        }.get(name)
        if found is None:
            raise Problem(404, "there is nothing here")
        headers = {"Cache-Control": "public, max-age=604800"}
        return FileResponse(found, media_type=_KINDS[found.suffix], headers=headers)

    @pages.get("/widget.js")
    async def widget() -> Response:
        headers = {"Cache-Control": "public, max-age=300"}
        return FileResponse(STATIC / "widget.js", media_type=_KINDS[".js"], headers=headers)

    @pages.get("/ui-article/{document}")
    async def article(document: str, lang: Annotated[str | None, Query()] = None) -> Response:
        return HTMLResponse(article_html(house.document(document), known(lang)))

    @pages.get("/ui-suggestions")
    async def suggested() -> Response:
        found = {language: suggestions.now(language) for language in LANGUAGES}
        return JSONResponse({"ready": suggestions.ready, "questions": found})

    @pages.get("/docs")
    async def manual(request: Request) -> Response:
        return HTMLResponse(manual_html(request.app.openapi()))

    # before Gradio, which would answer these in its own way
    @pages.api_route("/api/{rest:path}", methods=_ALL)
    @pages.api_route("/healthz", methods=_ALL)
    @pages.api_route("/readyz", methods=_ALL)
    async def nothing(request: Request) -> Response:
        allowed = sorted(_allowed(request))
        if not allowed:
            raise Problem(404, "there is no such route; see /docs")
        told = f"{request.method} is not for this route; it takes {', '.join(allowed)}"
        headers = {"Allow": ", ".join(allowed)}
        return problem(405, told, request.scope["state"]["request_id"], headers=headers)

    return pages


def _allowed(request: Request) -> set[str]:
    """Return the methods that other routes take at this path."""
    found: set[str] = set()
    for path, methods in request.app.openapi()["paths"].items():
        pattern = "[^/]+".join(re.escape(part) for part in re.split(r"{\w+}", path))
        if re.fullmatch(pattern, request.url.path.removeprefix(request.scope.get("root_path", ""))):
            found |= {method.upper() for method in methods}
    return found
