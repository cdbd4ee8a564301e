"""The articles for other people's assistants: an MCP server with `ask`, `search`, `read_document`.

Over standard input and output for a program on this machine, over HTTP behind the same wall of
sign-on, limits and headers as the chat. The only module that imports the SDK (extra `mcp`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, cast

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.web.house import House
from assistant.web.limits import QUESTION_LENGTH, clean
from assistant.web.problems import Problem
from index.errors import IndexingError

if TYPE_CHECKING:
    from mcp.server import MCPServer

    from assistant.assistant import Assistant
    from assistant.web.metrics import Metrics

T = TypeVar("T")
PATH = "/mcp"
_LONGEST = 50_000  # characters of a document at a time
_ABOUT = (
    "Answers from a newsroom's own articles and from nothing else. Every statement carries a "
    "citation whose quote is exactly document.text[start:end]. A status of not_in_sources means "
    "that the articles do not say; do not fill the gap from elsewhere."
)
_log = logging.getLogger(__name__)

Question = Annotated[
    str, Field(description="The question, in ar, en, ru or kk.", max_length=QUESTION_LENGTH)
]
Query = Annotated[str, Field(description="What to look for.", max_length=QUESTION_LENGTH)]
Language = Annotated[
    Literal["ar", "en", "ru", "kk"] | None,
    Field(description="Language of the labels and of a refusal; that of the question if left out."),
]
HowMany = Annotated[int, Field(ge=1, le=50, description="How many passages.")]
DocumentId = Annotated[
    str, Field(description="Its id, as citations and hits name it.", max_length=200)
]
Start = Annotated[int, Field(ge=0, description="The character to begin at.")]
Length = Annotated[int, Field(ge=1, le=_LONGEST, description="How many characters.")]


def make_server(house: House) -> MCPServer[Any]:
    """Return the server with its three tools."""
    try:
        from mcp.server import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
        from mcp_types import ToolAnnotations
    except ImportError:
        raise AssistantError(
            "c5 mcp needs an extra; run: pip install 'c5-assistant[mcp]'"
        ) from None
    server: MCPServer[Any] = MCPServer("c5-assistant", instructions=_ABOUT, log_level="WARNING")
    reading = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

    async def done(work: Callable[[], T]) -> T:
        """Work in a thread with a place of its own; what goes wrong becomes a line to read."""
        try:
            return await house.workers.run(work)
        except Problem as refusal:
            raise ToolError(refusal.detail) from None
        except AssistantError as error:
            raise ToolError(str(error)) from None
        except IndexingError:
            raise ToolError("the index cannot be read at the moment") from None
        except Exception as error:
            # the message may hold the question: only its kind is logged
            _log.error("a tool failed: %s", type(error).__name__)
            raise ToolError("something went wrong on the server") from None

    @server.tool(title="Ask the articles", annotations=reading)
    async def ask(question: Question, language: Language = None) -> dict[str, Any]:
        """Answer a question from the articles, every statement with its verified citation."""

        def work() -> dict[str, Any]:
            return house.assistant.ask(clean(question), language=language).as_dict()

        return await done(work)

    @server.tool(title="Search the articles", annotations=reading)
    async def search(query: Query, k: HowMany = 5) -> dict[str, Any]:
        """Find the passages nearest to a query, best first, with their character offsets."""
        return {"hits": await done(partial(house.search, clean(query), k))}

    @server.tool(title="Read an article", annotations=reading)
    async def read_document(
        document: DocumentId, start: Start = 0, length: Length = 20_000
    ) -> dict[str, Any]:
        """Read an article, or a part of it: the original text that all offsets count in."""

        def work() -> dict[str, Any]:
            found = house.article(document)
            text = str(found.pop("text"))
            found.pop("blocks")
            part = text[start : start + length]
            return found | {"text": part, "start": start, "characters": len(text)}

        return await done(work)

    return server


def make_house(settings: Settings, assistant: Assistant | None = None) -> tuple[House, Metrics]:
    """Open the index of `settings`, or take an assistant, and note what it does."""
    from assistant.web.metrics import Metrics
    from assistant.web.observed import Observed

    if assistant is None:
        from assistant.assistant import Assistant

        assistant = Assistant.open(settings)
    metrics = Metrics()
    observed = Observed(assistant, metrics, questions=settings.keep_questions)
    return House(settings, cast("Assistant", observed)), metrics


def serve_stdio(settings: Settings) -> None:
    """Serve a program that started us, until it closes our input."""
    from assistant import logs

    logs.configure(settings.log_format)  # to standard error: standard output is the protocol's
    make_server(make_house(settings)[0]).run("stdio")


def http_app(settings: Settings, assistant: Assistant | None = None) -> tuple[ASGIApp, House]:
    """Return the application for HTTP, behind the wall of the chat, and what it shares."""
    from mcp.server.transport_security import TransportSecuritySettings

    from assistant.web.roles import at_this_machine
    from assistant.web.wall import walled

    house, metrics = make_house(settings, assistant)
    server = make_server(house)

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    server.custom_route("/healthz", methods=["GET"])(healthz)
    # a web page may give its own name this machine's address; then the name gives it away
    bare = settings.auth == "none" and at_this_machine(settings.host)
    names = [f"{name}:*" for name in ("127.0.0.1", "localhost", "[::1]")]
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=bare,
        allowed_hosts=names,
        allowed_origins=[f"http://{name}" for name in names],
    )
    app = server.streamable_http_app(streamable_http_path=PATH, transport_security=security)
    return walled(_Admitted(app, house), settings, metrics), house


def serve_http(settings: Settings) -> None:
    """Serve over HTTP until stopped."""
    from assistant.web.serving import serve_on

    serve_on(settings, partial(http_app, settings), f"MCP is at {{address}}{PATH}")


class _Admitted:
    """Counts the calls of a visitor, as the HTTP API does."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self.app = app
        self.house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            try:
                self.house.admit(scope)
            except Problem as refusal:
                await refusal.response(scope["state"]["request_id"])(scope, receive, send)
                return
        await self.app(scope, receive, send)
