"""From a question to the sentences that may answer it: those of the passages that search finds."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from assistant.article import Article, Sentence
from index.snapshot import Snapshot

PASSAGES = 10
_SHORTEST = 15  # characters


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of an article that may answer."""

    sentence: Sentence
    article: Article


def gather(
    snapshot: Snapshot, text: str, article: Callable[[str], Article],
    documents: Collection[str] | None = None,
) -> list[Candidate]:  # fmt: skip
    """Return the sentences of the best passages, each once, best passage first."""
    result: dict[tuple[str, int], Candidate] = {}
    for hit in snapshot.search(text, PASSAGES, documents=documents):
        passage = hit.passage
        found = article(passage.document_id)
        for sentence in found.within(passage.start, passage.end):
            result.setdefault((sentence.document, sentence.start), Candidate(sentence, found))
    return list(result.values())


def is_statement(sentence: Sentence) -> bool:
    """Tell a statement from headings and questions of the article itself."""
    asks = sentence.text.rstrip().endswith(("?", "؟"))
    return not (sentence.heading or asks or len(sentence.text) < _SHORTEST)
