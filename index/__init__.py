"""From the articles in docs/ to ranked passages."""

from typing import TYPE_CHECKING, Any

from index.errors import CorpusError, EncoderError, IndexingError, StoreError
from index.schema import Document, Hit, Passage, Span

if TYPE_CHECKING:
    from index.build import BuildReport, build_index
    from index.search import Index

__all__ = [
    "BuildReport",
    "CorpusError",
    "Document",
    "EncoderError",
    "Hit",
    "Index",
    "IndexingError",
    "Passage",
    "Span",
    "StoreError",
    "build_index",
]
_LATE = {"Index": "index.search", "build_index": "index.build", "BuildReport": "index.build"}


def __getattr__(name: str) -> Any:
    """Import what needs numpy only when it is asked for."""
    if name in _LATE:
        from importlib import import_module

        return getattr(import_module(_LATE[name]), name)
    raise AttributeError(f"module 'index' has no attribute {name!r}")
