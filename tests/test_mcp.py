"""The MCP server, spoken to by the reference client over both ways of transport."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from web_browser import serving
from web_stand_in import StandIn

pytest.importorskip("mcp", reason="the extra mcp is not installed")

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from assistant.access.tokens import add_token
from assistant.mcp_server import http_app
from assistant.settings import Settings

ASK = {"question": "What did the port cost?"}
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
ACCEPT = {"Accept": "application/json, text/event-stream"}


async def talk(client: Client) -> dict[str, Any]:
    """Use every tool as another assistant would, and return what it gave."""
    async with client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        asked = (await client.call_tool("ask", ASK)).structured_content
        found = (
            await client.call_tool("search", {"query": "port cost", "k": 2})
        ).structured_content
        assert asked
        assert found
        document = found["hits"][0]["document"]
        read = (await client.call_tool("read_document", {"document": document})).structured_content
        refused = await client.call_tool("read_document", {"document": "../../etc/passwd"})
        wrong = await client.call_tool("search", {"query": "x", "k": 1000})
        return {
            "tools": tools, "asked": asked, "found": found, "read": read,
            "refused": refused, "wrong": wrong,
        }  # fmt: skip


def check(told: dict[str, Any]) -> None:
    assert set(told["tools"]) == {"ask", "search", "read_document"}
    assert all(tool.annotations.read_only_hint for tool in told["tools"].values())
    assert told["asked"]["status"] in ("answered", "not_in_sources")
    hit, read = told["found"]["hits"][0], told["read"]
    assert read["text"][hit["start"] : hit["end"]] == hit["text"]
    assert read["characters"] == len(read["text"])
    for failed in (told["refused"], told["wrong"]):
        assert failed.is_error
    assert told["refused"].content[0].text.endswith(": there is no such article")


@pytest.fixture
def site() -> Iterator[str]:
    with serving(http_app(Settings(), StandIn())[0]) as address:
        yield address


def test_a_session_over_http_asks_searches_and_reads(site: str) -> None:
    told = asyncio.run(talk(Client(f"{site}/mcp")))
    check(told)
    citation = told["asked"]["citations"][0]
    text = StandIn().index.documents[citation["document"]].text
    assert text[citation["start"] : citation["end"]] == citation["quote"]


@pytest.mark.slow
def test_a_session_over_standard_input_and_output_reads_a_real_index(
    docs: Path, index_dir: Path
) -> None:
    command = ["-m", "assistant", "mcp", "--docs", str(docs), "--index", str(index_dir)]
    own = {"PYTHONPATH": str(Path(__file__).parent.parent), "HF_HUB_OFFLINE": "1"}
    server = StdioServerParameters(command=sys.executable, args=command, env=os.environ | own)
    check(asyncio.run(talk(Client(server))))


def test_what_goes_wrong_inside_is_told_without_the_question(site: str) -> None:
    async def explode() -> Any:
        async with Client(f"{site}/mcp") as client:
            return await client.call_tool("ask", {"question": "please explode"})

    failed = asyncio.run(explode())
    assert failed.is_error
    assert failed.content[0].text.endswith(": something went wrong on the server")


def test_sign_on_and_tokens_guard_it_as_they_guard_the_chat(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    token = add_token(file, "helper", "reader", None)
    settings = Settings(auth="proxy", trusted_proxies="10.0.0.1", tokens_file=file)

    async def ask(address: str) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            httpx2.AsyncClient(headers=headers) as web,
            Client(streamable_http_client(f"{address}/mcp", http_client=web)) as client,
        ):
            return await client.call_tool("ask", ASK)

    with serving(http_app(settings, StandIn())[0]) as address:
        assert httpx.post(f"{address}/mcp", json=HELLO, headers=ACCEPT).status_code == 401
        assert httpx.get(f"{address}/healthz").json() == {"status": "ok"}
        assert not asyncio.run(ask(address)).is_error


def test_a_web_page_that_borrows_this_machines_address_is_refused(site: str) -> None:
    def status(**headers: str) -> int:
        return httpx.post(f"{site}/mcp", json=HELLO, headers=ACCEPT | headers).status_code

    assert status() == 200
    assert status(Host="evil.example:7861", Origin="http://evil.example:7861") in (403, 421)
    assert status(Origin="https://evil.example") == 403


def test_calls_are_limited_and_long_bodies_refused() -> None:
    with serving(http_app(Settings(rate_limit=1), StandIn())[0]) as address:
        codes = [
            httpx.post(f"{address}/mcp", json=HELLO, headers=ACCEPT).status_code for _ in range(3)
        ]
        long = json.dumps(HELLO) + " " * 300_000
        headers = ACCEPT | {"Content-Type": "application/json"}
        assert httpx.post(f"{address}/mcp", content=long, headers=headers).status_code == 413
    assert codes == [200, 429, 429]


def test_the_extra_leaves_no_package_with_another_version_than_it_wants() -> None:
    command = [sys.executable, "-m", "pip", "check"]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
