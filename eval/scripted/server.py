"""A language-model server on loopback that speaks the real protocols and plays a script.

`POST /v1/chat/completions` as OpenAI-compatible servers do (server-sent events and whole replies)
and `POST /api/chat` as Ollama does (one JSON object a line). The fake stands at the edge of a paid
or unreachable service; everything on our side of the socket is real.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Frame = Callable[[str, bool], bytes]


@dataclass(frozen=True)
class Reply:
    """What the model does: says `text` in pieces, or fails in the way named."""

    text: str = ""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    error: str = "scripted failure"
    piece: int = 7  # characters a chunk
    delay: float = 0.0  # seconds before each chunk
    cut_after: int | None = None  # chunks, then the connection breaks
    malformed: bool = False
    endless: bool = False


Script = Callable[[list[dict[str, str]]], Reply]


@dataclass
class Server:
    """Where it listens, what it was asked, how many streams their readers left early."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    abandoned: int = 0


@contextmanager
def llm_server(script: Script | Reply | Sequence[Reply]) -> Iterator[Server]:
    """Serve until the block ends; a list of replies is played in order, the last one repeated."""
    play = script if callable(script) else _in_order(script)
    server = Server("")
    handler = type("Handler", (_Handler,), {"server_state": server, "play": staticmethod(play)})
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    httpd.daemon_threads = True
    server.url = f"http://127.0.0.1:{httpd.server_port}"
    threading.Thread(target=httpd.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server
    finally:
        httpd.shutdown()
        httpd.server_close()


def _in_order(replies: Reply | Sequence[Reply]) -> Script:
    waiting = [replies] if isinstance(replies, Reply) else list(replies)
    return lambda _messages: waiting.pop(0) if len(waiting) > 1 else waiting[0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_state: Server
    play: Script

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server_state.requests.append(body)
        reply = self.play(body["messages"])
        if reply.status != 200:
            self._fail(reply)
            return
        ollama = self.path == "/api/chat"
        if not body.get("stream", ollama):
            self._whole(reply)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson" if ollama else "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            self._stream(reply, _ollama if ollama else _openai)
        except (BrokenPipeError, ConnectionResetError):
            self.server_state.abandoned += 1
            self.close_connection = True

    def _stream(self, reply: Reply, frame: Frame) -> None:
        if reply.malformed:
            self._chunk(b"data: {not json\n\n" if frame is _openai else b"{not json\n")
            self._chunk(b"")
            return
        text = reply.text
        pieces = [text[i : i + reply.piece] for i in range(0, len(text), reply.piece)]
        sent = 0
        while True:
            for piece in pieces:
                time.sleep(reply.delay)
                if reply.cut_after is not None and sent >= reply.cut_after:
                    self.close_connection = True
                    return
                self._chunk(frame(piece, False))
                sent += 1
            if not reply.endless:
                break
        self._chunk(frame("", True))
        self._chunk(b"")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _fail(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        self._end({"error": {"message": reply.error}})

    def _whole(self, reply: Reply) -> None:
        message = {"role": "assistant", "content": reply.text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        self.send_response(200)
        self._end({**_SAID, "object": "chat.completion", "choices": [choice]})

    def _end(self, told: dict[str, Any]) -> None:
        data = json.dumps(told).encode()
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


_SAID = {"id": "x", "created": 0, "model": "scripted"}


def _openai(piece: str, last: bool) -> bytes:
    delta = {} if last else {"role": "assistant", "content": piece}
    choice = {"index": 0, "delta": delta, "finish_reason": "stop" if last else None}
    event = {**_SAID, "object": "chat.completion.chunk", "choices": [choice]}
    done = "data: [DONE]\n\n" if last else ""
    return f"data: {json.dumps(event)}\n\n{done}".encode()


def _ollama(piece: str, last: bool) -> bytes:
    line = {
        "model": "scripted",
        "created_at": "2025-01-01T00:00:00Z",
        "message": {"role": "assistant", "content": piece},
        "done": last,
    }
    if last:
        line["done_reason"] = "stop"
    return (json.dumps(line) + "\n").encode()
