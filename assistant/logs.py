"""The log: one line an event on standard error, as text or as JSON objects for a collector.

What is asked, and from where, is never in it unless `C5_KEEP_QUESTIONS` is on.
"""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

request_id: ContextVar[str] = ContextVar("request_id", default="")
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}


class JsonLines(logging.Formatter):
    """A record as one JSON object: time, level, logger, message, and what came with `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        when = datetime.fromtimestamp(record.created, UTC)
        said = {
            "time": when.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id.get():
            said["request_id"] = request_id.get()
        said |= {name: value for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info and record.exc_info[0]:
            said["error"] = record.exc_info[0].__name__
        return json.dumps(said, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """A record as a line for people; what came with `extra` stands behind it as name=value."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        extra = {name: value for name, value in vars(record).items() if name not in _OWN}
        if request_id.get():
            extra["request_id"] = request_id.get()
        behind = "".join(f" {name}={value}" for name, value in extra.items())
        return f"{record.levelname} {record.name}: {record.getMessage()}{behind}"


def configure(form: Literal["text", "json"]) -> None:
    """Write the log of this process in one form; our own modules from INFO on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    root.handlers = [handler]
    logging.getLogger("assistant").setLevel(logging.INFO)
    # these write whole addresses, with what was searched for in them
    for name in ("httpx", "httpcore", "urllib3", "asyncio", "mcp"):
        logging.getLogger(name).setLevel(logging.WARNING)
