"""Retrieval test sets in the BEIR layout: corpus.jsonl, queries.jsonl, qrels/test.tsv."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import CorpusError
from index.schema import Document
from index.transliterate import script

# A BEIR corpus does not name its language; the script is all that retrieval asks for.
_LANGUAGES = {"arabic": "ar", "cyrillic": "ru"}


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Documents, the queries that have judgements, and for each query its relevant documents."""

    name: str
    documents: tuple[Document, ...]
    queries: Mapping[str, str]
    relevant: Mapping[str, Mapping[str, int]]


def read_beir(data: Path) -> RetrievalSet:
    """Read a BEIR folder; a `CorpusError` names what is missing or malformed."""
    documents = []
    for row in _rows(data / "corpus.jsonl"):
        text = "\n\n".join(part for part in (row.get("title"), row["text"]) if part)
        language = _LANGUAGES.get(script(text), "en")
        documents.append(Document(row["_id"], row.get("title") or "", language, text))
    queries = {row["_id"]: row["text"] for row in _rows(data / "queries.jsonl")}
    relevant: dict[str, dict[str, int]] = {}
    for query, document, score in _judgements(data / "qrels" / "test.tsv"):
        if score > 0:
            relevant.setdefault(query, {})[document] = score
    judged = {key: text for key, text in queries.items() if key in relevant}
    if not documents or not judged:
        raise CorpusError([f"{data}: no documents, or no queries with judgements"])
    return RetrievalSet(data.resolve().name, tuple(documents), judged, relevant)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with _open(path) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                if not isinstance(row["_id"], str) or not isinstance(row["text"], str):
                    raise TypeError("_id and text must be strings")
            except (ValueError, KeyError, TypeError) as error:
                raise CorpusError([f"{path}, line {number}: {error}"]) from error
            yield row


def _judgements(path: Path) -> Iterator[tuple[str, str, int]]:
    with _open(path) as lines:
        for number, row in enumerate(csv.reader(lines, delimiter="\t"), 1):
            try:
                query, document, score = row
                yield query, document, int(score)
            except ValueError as error:
                if number > 1:  # the first line may be a header
                    raise CorpusError([f"{path}, line {number}: {error}"]) from error


def _open(path: Path) -> Any:
    try:
        return path.open(encoding="utf-8", newline="")
    except OSError as error:
        raise CorpusError([f"{path}: {error.strerror}; a BEIR folder has it"]) from error
