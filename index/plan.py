"""What a build has to do: which documents are new, changed, gone, and which can be taken over."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index import sources
from index.corpus import document_hash, read_corpus, read_document
from index.schema import Document
from index.sources import Source, Sources


@dataclass(frozen=True, slots=True)
class Plan:
    """The documents of an index to be, sorted by id; those in `kept` are only names here."""

    documents: tuple[Document, ...]
    kept: frozenset[str]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    sources: Sources
    read_at: int

    @property
    def is_empty(self) -> bool:
        """Say that nothing has to be done."""
        return not (self.added or self.changed or self.removed)

    @property
    def corpus_hash(self) -> str:
        """Return the hash that `index.corpus.corpus_hash` gives for these documents."""
        hashes = sorted(source.hash for source in self.sources.values())
        return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def make_plan(docs: Path, before: Path | None) -> Plan:
    """Compare docs/ with the generation in `before`; read only the files that are not the same."""
    then, then_read = sources.load(before) if before is not None else ({}, 0)
    read_at = time.time_ns()
    now = sources.folders(docs)
    same = {
        name
        for name, files in now.items()
        if name in then and sources.is_same(docs, name, files, then[name], then_read)
    }
    found: dict[str, Source] = {}

    def read(folder: Path) -> Document:
        name = folder.name
        if name in same:
            found[name] = sources.seen_again(now[name], then[name])
            return Document(then[name].document, "", "", "")
        # before the article is read: an edit in between is then seen as one by the next build
        stamps = sources.stamps(folder)
        document = read_document(folder)
        found[name] = Source(document.id, document_hash(document), stamps)
        return document

    documents = read_corpus(docs, read)
    return _compared(documents, found, then, read_at)


def _compared(documents: tuple[Document, ...], found: Sources, then: Sources, read_at: int) -> Plan:
    now, was = _hashes(found), _hashes(then)
    both = now.keys() & was.keys()
    return Plan(
        documents=documents,
        kept=frozenset(each for each in both if now[each] == was[each]),
        added=tuple(sorted(now.keys() - was.keys())),
        changed=tuple(sorted(each for each in both if now[each] != was[each])),
        removed=tuple(sorted(was.keys() - now.keys())),
        sources=found,
        read_at=read_at,
    )


def _hashes(found: Sources) -> Mapping[str, str]:
    return {source.document: source.hash for source in found.values()}
