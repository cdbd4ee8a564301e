"""Vectors in Chroma: embedded in a folder, or on a server; the only module that imports chromadb.

A collection is written once, by one process, and not changed while it is read: a build makes a
new one (`index.generations`). Vectors are always given, so Chroma never loads a model of its own.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from index.embedded import BATCH, DIFFERENT, Embedded, Floats, told
from index.errors import StoreError

# the HNSW graph; chosen by the table of `c5 bench scale` (index/README.md)
GRAPH: Final = {"ef_construction": 100, "max_neighbors": 16, "ef_search": 800}
DATABASE: Final = "chroma.sqlite3"
_HEARTBEAT: Final = 5.0
_ANSWER: Final = 60.0


class Vectors(Protocol):
    """A collection of unit vectors with ids."""

    def add(self, ids: Sequence[str], vectors: Floats) -> None:
        """Add rows; an id that is there already keeps one row."""

    def delete(self, ids: Sequence[str]) -> None:
        """Delete rows; unknown ids are ignored."""

    def count(self) -> int:
        """Return how many rows there are."""

    def nearest(self, vector: Floats, count: int) -> tuple[list[str], Floats]:
        """Return the ids of the nearest rows and their cosines, best first."""

    def sync_every(self, changes: int) -> None:
        """Write the graph to disk after so many changes, instead of only to the log."""

    def close(self) -> None:
        """Let go of files; for the writer (a reader just drops its reference)."""


def create_embedded(
    folder: Path,
    name: str,
    rows: int,
    metadata: Mapping[str, str],
    graph: Mapping[str, int] = GRAPH,
) -> Vectors:
    """Make a new collection in a folder of its own; `rows` is how many will be added."""
    folder = folder.resolve()  # Chroma takes two spellings of a path for two databases
    # Below the threshold only a log is written, which every opening would replay and readers would
    # write back into the folder. So: one sync, when the last row is in.
    configuration = _configuration({**graph, "sync_threshold": max(2, rows)})
    with told(f"{folder} cannot be written"):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            return Embedded.create(folder, name, configuration, metadata)
        except DIFFERENT:
            client = _local_client(folder)
            return Collection(client, _create(client, name, configuration, metadata))


def open_embedded(folder: Path, name: str) -> Vectors:
    """Open a collection. Check its files before: damaged ones can end the whole process."""
    folder = folder.resolve()
    if not (folder / DATABASE).is_file():
        raise StoreError(f"{folder}: no Chroma database")  # Chroma would make an empty one
    with told(f"{folder} cannot be opened"):
        try:
            return Embedded.open(folder, name)
        except DIFFERENT:
            client = _local_client(folder)
            return Collection(client, client.get_collection(name, embedding_function=None))


def create_on_server(url: str, name: str, metadata: Mapping[str, str]) -> Vectors:
    """Make a new collection on a Chroma server."""
    client = _server_client(url)
    with told(f"Chroma at {url}"):
        return Collection(
            client, _create(client, name, _configuration(GRAPH), metadata), f" at {url}"
        )


def open_on_server(url: str, name: str) -> Vectors:
    """Open a collection of a Chroma server."""
    client = _server_client(url)
    with told(f"Chroma at {url}"):
        found = client.get_collection(name, embedding_function=None)
        return Collection(client, found, f" at {url}")


def drop_from_server(url: str, owner: str, keep: set[str]) -> None:
    """Delete the collections whose metadata name this owner, except those to keep."""
    client = _server_client(url)
    with told(f"Chroma at {url}"):
        for each in client.list_collections():
            if (each.metadata or {}).get("index") == owner and each.name not in keep:
                client.delete_collection(each.name)
        client.close()


class Collection:
    """A collection through the official client; the same calls as `Embedded`."""

    def __init__(self, client: Any, collection: Any, where: str = "") -> None:
        self._collection = collection
        self._chroma = f"Chroma{where}"
        # the client caches a system for each path until the last client of it is closed
        self._close = weakref.finalize(self, client.close)

    def add(self, ids: Sequence[str], vectors: Floats) -> None:
        """Add rows; an id that is there already keeps one row."""
        with told(f"{self._chroma} cannot add rows"):
            for start in range(0, len(ids), BATCH):
                part = slice(start, start + BATCH)
                self._collection.upsert(ids=list(ids[part]), embeddings=np.asarray(vectors[part]))

    def delete(self, ids: Sequence[str]) -> None:
        """Delete rows; unknown ids are ignored."""
        with told(f"{self._chroma} cannot delete rows"):
            for start in range(0, len(ids), BATCH):
                self._collection.delete(ids=list(ids[start : start + BATCH]))

    def count(self) -> int:
        """Return how many rows there are."""
        with told(f"{self._chroma} cannot count"):
            return int(self._collection.count())

    def nearest(self, vector: Floats, count: int) -> tuple[list[str], Floats]:
        """Return the ids of the nearest rows and their cosines, best first."""
        with told(f"{self._chroma} cannot search"):
            found = self._collection.query(
                query_embeddings=[vector], n_results=count, include=["distances"]
            )
            return found["ids"][0], 1 - np.array(found["distances"][0], np.float32)

    def sync_every(self, changes: int) -> None:
        """Write the graph to disk after so many changes, instead of only to the log."""
        with told(f"{self._chroma} cannot be configured"):
            self._collection.modify(configuration={"hnsw": {"sync_threshold": changes}})

    def close(self) -> None:
        """Let go of files and connections."""
        self._close()


def _configuration(graph: Mapping[str, int]) -> dict[str, Any]:
    # cosine can't be chosen later; the default is l2
    return {"hnsw": {"space": "cosine", **graph}, "embedding_function": None}


def _create(client: Any, name: str, configuration: object, metadata: Mapping[str, str]) -> Any:
    return client.create_collection(
        name, configuration=configuration, metadata=dict(metadata), embedding_function=None
    )


def _local_client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False, is_persistent=True)
    return chromadb.PersistentClient(path=str(folder), settings=settings)


def _server_client(url: str) -> Any:
    """Return a client of a server that answers; a token comes from C5_CHROMA_TOKEN."""
    if not url.startswith(("http://", "https://")):
        raise StoreError(f"C5_CHROMA_URL is {url!r}, which is not an http(s) address")
    url = url.rstrip("/")
    token = os.environ.get("C5_CHROMA_TOKEN")
    headers = {"Authorization": f"Bearer {token}", "X-Chroma-Token": token} if token else {}
    with told(f"no Chroma server answers at {url}"):
        import httpx

        # Chroma's own client waits for ever
        beat = httpx.get(f"{url}/api/v2/heartbeat", headers=headers, timeout=_HEARTBEAT)
        if beat.status_code != 200:
            raise StoreError(f"Chroma at {url} answers {beat.status_code}; see C5_CHROMA_TOKEN")
        import chromadb
        from chromadb.config import Settings

        # None: neither CHROMA_* nor a .env file of the folder we run in may name another server
        settings = Settings(
            anonymized_telemetry=False, chroma_server_host=None, chroma_server_http_port=None
        )
        client = chromadb.HttpClient(host=url, headers=headers, settings=settings)
        session = getattr(getattr(client, "_server", None), "_session", None)
        if session is not None:
            session.timeout = httpx.Timeout(_ANSWER)
        return client
