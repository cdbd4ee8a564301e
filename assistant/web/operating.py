"""Routes for those who run the server, and for those who want to know what it keeps."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from fastapi import APIRouter, Request
from starlette.responses import Response

from assistant.settings import Settings
from assistant.web.front import page_language
from assistant.web.house import House
from assistant.web.metrics import CONTENT_TYPE, Metrics
from assistant.web.plain import plain_page, words
from assistant.web.problems import Problem
from assistant.web.proxies import among, networks


def make_operating(house: House, metrics: Metrics) -> APIRouter:
    """Return the routes `/metrics` and `/privacy`."""
    routes = APIRouter(include_in_schema=False)
    watchers = networks(house.settings.watchers, "C5_METRICS_ALLOW")

    @routes.get("/metrics")
    def figures(request: Request) -> Response:
        client = request.client.host if request.client else None
        if not among(client, watchers):
            raise Problem(403, "figures are for the addresses in C5_METRICS_ALLOW")
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    @routes.get("/privacy")
    def privacy(request: Request) -> Response:
        language = page_language(request.scope)
        user = request.scope.get("state", {}).get("user")
        facts = "".join(f"<li>{escape(fact)}</li>" for fact in kept(house.settings, language, user))
        about = escape(words(language)["privacy_about"])
        return plain_page(request, "privacy", f"<p>{about}</p><ul>{facts}</ul>")

    return routes


def kept(settings: Settings, language: str, user: str | None) -> Iterator[str]:
    """Say what is kept of a visitor as the server is set up, a sentence at a time."""
    said = words(language)
    yield said["questions_yes" if settings.keep_questions else "questions_no"]
    if not settings.keep_questions:
        yield said["addresses_no"]
    yield said["links"]
    yield said["feedback_yes" if settings.feedback else "feedback_no"]
    yield said["log"]
    yield said["figures"]
    if settings.llm:
        address = settings.llm_base_url
        where = said["where"].format(address=address) if address else ""
        yield said["model"].format(model=settings.llm, where=where)
    else:
        yield said["model_none"]
    yield said["browser"]
    yield said["outside"]
    if user:
        yield said["signed_on"].format(user=user)
