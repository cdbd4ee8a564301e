"""The chat assistant: question in, verified and cited answer out.

    assistant = Assistant.open(Settings.load())
    answer = assistant.ask("Who is building the port?")

The parts are imported when they are first named, so that the command line starts at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.schema import Answer, Citation, Statement, Turn
    from assistant.settings import Settings

__all__ = ["Answer", "Assistant", "Citation", "Settings", "Statement", "Turn"]

_HOMES = {"Assistant": "assistant.assistant", "Settings": "assistant.settings"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES.get(name, "assistant.schema")), name)
