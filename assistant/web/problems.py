"""Errors over HTTP as `application/problem+json` (RFC 9457): one clear line, never a trace."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from assistant.errors import AssistantError
from index.errors import IndexingError

_log = logging.getLogger(__name__)


class Problem(Exception):
    """An answer other than 200, with what the caller should know and when to come back."""

    def __init__(self, status: int, detail: str, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.retry_after = retry_after

    def response(self, request_id: str | None = None) -> JSONResponse:
        """Return the HTTP response."""
        return problem(self.status, self.detail, request_id, retry_after=self.retry_after)


def problem(
    status: int,
    detail: str,
    request_id: str | None = None,
    *,
    retry_after: float | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """Return a problem+json response."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if request_id:
        body["instance"] = f"urn:request:{request_id}"
    sent = dict(headers or {})
    if retry_after is not None:
        sent["Retry-After"] = str(max(1, round(retry_after)))
    return JSONResponse(body, status, sent, media_type="application/problem+json")


def install_problems(app: FastAPI) -> None:
    """Make every error of the API a problem+json."""

    async def ours(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Problem)
        return error.response(_id(request))

    async def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        headers = dict(error.headers or {})
        return problem(error.status_code, str(error.detail), _id(request), headers=headers)

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return problem(422, _first(error), _id(request))

    async def foreseen(request: Request, error: Exception) -> JSONResponse:
        return problem(400, str(error), _id(request))

    async def store(request: Request, error: Exception) -> JSONResponse:
        _log.error("the index failed: %s", error)
        return problem(503, "the index cannot be read at the moment", _id(request), retry_after=10)

    app.add_exception_handler(Problem, ours)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(AssistantError, foreseen)
    app.add_exception_handler(IndexingError, store)


def unforeseen(error: Exception, request_id: str) -> JSONResponse:
    """Log where something failed and return the 500; the message may hold the question."""
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
    _log.error("request %s failed: %s at %s", request_id, type(error).__name__, where)
    return problem(500, "something went wrong on the server", request_id)


def _first(error: RequestValidationError) -> str:
    fault = error.errors()[0]
    where = ".".join(str(part) for part in fault["loc"] if part != "body")
    told = str(fault["msg"]).removeprefix("Value error, ")
    return f"{where}: {told}" if where else told


def _id(request: Request) -> str | None:
    found = request.scope.get("state", {}).get("request_id")
    return str(found) if found else None
