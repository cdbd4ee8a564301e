"""The HTTP API: ask, search, read an article, and whether the server is alive and ready."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from assistant.schema import Answer, Progress, Statement, Turn
from assistant.web import bodies
from assistant.web.bodies import AskBody
from assistant.web.house import House
from assistant.web.limits import QUESTION_LENGTH, clean
from assistant.web.problems import Problem

_CODES = {
    400: "The question or an article's name makes no sense.",
    401: "Sign-on is needed (a password, the proxy, or a token in `Authorization: Bearer`).",
    403: "A browser calls from an origin that is not on the list.",
    404: "There is no such article.",
    408: "The body did not arrive in time.",
    413: "The body is too long.",
    422: "The body is not what is expected.",
    429: "Too many requests; see Retry-After.",
    503: "Too many questions at once, or the index cannot be read; see Retry-After.",
}


_STREAM = (
    'event: progress\ndata: {"stage": "searching"}\n\n'
    'event: statement\ndata: {"text": "…", "citations": [1], "support": "verbatim", …}\n\n'
    'event: answer\ndata: {"question": "…", "status": "answered", …}\n\n'
)
_LATER = (429, 503)
_REQUEST_ID = {
    "X-Request-ID": {
        "description": "Names the request, as the server's log does.",
        "schema": {"type": "string"},
    }
}
_RETRY_AFTER = {
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
}


def _refusals(*codes: int) -> dict[int | str, dict[str, Any]]:
    """Describe the ways a request can fail; sign-on can be asked for everywhere."""
    schema = bodies.ProblemBody.model_json_schema()
    schema.pop("example")
    return {
        code: {
            "description": _CODES[code],
            "headers": _REQUEST_ID | (_RETRY_AFTER if code in _LATER else {}),
            "content": {
                "application/problem+json": {"schema": schema, "example": _problem_example(code)}
            },
        }
        for code in (401, *codes)
    }


def _problem_example(code: int) -> dict[str, Any]:
    title = HTTPStatus(code).phrase
    return bodies.PROBLEM | {"title": title, "status": code, "detail": _CODES[code]}


def make_api(house: House) -> APIRouter:
    """Return the routes."""
    api = APIRouter()
    api.include_router(_asking(house))
    api.include_router(_reading(house))
    api.include_router(_health(house))
    return api


def _asking(house: House) -> APIRouter:
    api = APIRouter(tags=["ask"], responses=_refusals(400, 403, 408, 413, 422, 429, 503))

    @api.post("/api/ask", response_model=bodies.AnswerBody, summary="Answer a question")
    async def ask(body: AskBody, request: Request) -> Response:
        """Answer from the articles alone, or say that they do not answer."""
        house.admit(request.scope)
        house.check_documents(body.documents)
        answer = await house.workers.run(partial(house.assistant.ask, *_asked(body), **_how(body)))
        return JSONResponse(answer.as_dict(), headers={"Cache-Control": "no-store"})

    @api.post(
        "/api/ask/stream",
        summary="Answer a question as it is worked on",
        response_class=StreamingResponse,
        responses={
            200: {
                "description": "Server-sent events: `progress` (a stage), `statement`, and at the "
                "end `answer` (the same object as from `/api/ask`) or `error` (a problem).",
                "content": {"text/event-stream": {"example": _STREAM}},
            }
        },
    )
    async def stream(body: AskBody, request: Request) -> Response:
        """Answer with server-sent events."""
        house.admit(request.scope)
        house.check_documents(body.documents)
        house.check_room()
        events = house.workers.iterate(
            partial(_events, house, partial(house.assistant.stream, *_asked(body), **_how(body)))
        )
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_whole(events), media_type="text/event-stream", headers=headers)

    return api


def _reading(house: House) -> APIRouter:
    api = APIRouter(tags=["read"])

    @api.get(
        "/api/search",
        response_model=list[bodies.HitBody],
        responses=_refusals(400, 422, 429, 503),
        summary="Find passages",
    )
    async def search(
        request: Request,
        q: Annotated[
            str,
            Query(
                description="What to look for.",
                min_length=1,
                json_schema_extra={"maxLength": QUESTION_LENGTH, **bodies.PRINTABLE},
            ),
        ],
        k: Annotated[int, Query(ge=1, le=100, description="How many passages.")] = 5,
    ) -> Response:
        """Return the passages nearest to a query, best first."""
        house.admit(request.scope)
        query = clean(q)
        if not query or len(query) > QUESTION_LENGTH:
            raise Problem(422, f"q: 1 to {QUESTION_LENGTH} characters are expected")
        return JSONResponse(await house.workers.run(partial(house.search, query, k)))

    @api.get(
        "/api/documents",
        response_model=bodies.LibraryBody,
        responses=_refusals(),
        summary="List the articles",
    )
    async def documents() -> Response:
        """Return what there is to ask about, and which build of the index holds it."""
        return JSONResponse(house.library())

    @api.get(
        "/api/documents/{document}",
        response_model=bodies.ArticleTextBody,
        responses=_refusals(404, 422),
        summary="Read an article",
    )
    async def document(document: Annotated[str, Path(description="Its id.")]) -> Response:
        """Return the text that offsets count in, its blocks and what is known of the article."""
        return JSONResponse(house.article(document))

    return api


def _health(house: House) -> APIRouter:
    api = APIRouter(tags=["operate"])

    @api.get("/healthz", response_model=bodies.HealthBody, summary="Is the server alive?")
    async def healthz() -> Response:
        """Answer as long as the process does; needs no sign-on."""
        return JSONResponse({"status": "ok"})

    @api.get(
        "/readyz",
        response_model=bodies.HealthBody,
        responses=_refusals(503),
        summary="Can it answer?",
    )
    async def readyz() -> Response:
        """Check that the index is open and finds what it must; 503 with the reason otherwise."""
        reason = await house.workers.run(house.not_ready)
        if reason:
            raise Problem(503, reason, retry_after=10)
        return JSONResponse({"status": "ready"})

    return api


def _asked(body: AskBody) -> tuple[str, Sequence[Turn]]:
    return body.question, [Turn(question, answer) for question, answer in body.history]


def _how(body: AskBody) -> dict[str, Any]:
    return {"language": body.language, "mode": body.mode, "documents": body.documents}


def _events(house: House, make: Any) -> Iterator[str]:
    """Turn what the assistant yields into events; a failure becomes an `error` event."""
    try:
        for item in make():
            if isinstance(item, Progress):
                yield _event("progress", {"stage": item.stage})
            elif isinstance(item, Statement):
                yield _event("statement", asdict(item))
            elif isinstance(item, Answer):
                yield _event("answer", item.as_dict())
    except Exception as error:
        yield _event("error", {"detail": house.told(error)})


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


async def _whole(events: AsyncIterator[str]) -> AsyncIterator[str]:
    """End with an `error` event where there was no room left for the question."""
    try:
        async for event in events:
            yield event
    except Problem as refusal:
        yield _event("error", {"detail": refusal.detail})
