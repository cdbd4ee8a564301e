"""`c5 eval retrieval`: how well the right document is found, on a BEIR folder or our questions.

Documents are scored by `index.scoring.Scorer`, as in serving. Most "documents" of the public sets
are passages already: those of up to `WHOLE` characters stay as they are, longer ones are split as
articles are, and score as their best passage does. (On training data, ARCD's and TyDi's paragraphs
lose half a point when split; texts of 1,800 characters gain three to seven.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from eval.beir import RetrievalSet, read_beir
from eval.metrics.retrieval import intervals, mean, per_query
from eval.trec import write_trec
from index.encoder import Encoder, open_encoder
from index.fusion import PARTS, Floats
from index.schema import Document
from index.scoring import Scorer, build_scorer
from index.split import TARGET, passages

SYSTEMS: Final = {
    "hybrid": frozenset[str](),
    "dense": frozenset(PARTS) - {"dense"},
    "lexical": frozenset({"dense", "article", "rare", "near", "glossary"}),
}
WHOLE: Final = 2 * TARGET
_DEPTH: Final = 100


@dataclass(frozen=True, slots=True)
class Corpus:
    """A scorer over passages, and for each passage its document's place."""

    scorer: Scorer
    owners: NDArray[np.int64]

    def rank(self, query: str, count: int) -> dict[int, float]:
        """Return the best documents' places with their scores."""
        scored = self.scorer.score(query)
        return self.best(scored.places, scored.scores, count)

    def best(self, places: NDArray[np.int64], scores: Floats, count: int) -> dict[int, float]:
        """Return the best documents of scored passages; a document scores as its best passage."""
        found: dict[int, float] = {}
        for row in np.argsort(-scores, kind="stable"):
            found.setdefault(int(self.owners[places[row]]), float(scores[row]))
            if len(found) == count:
                break
        return found


def open_corpus(documents: Sequence[Document], encoder: Encoder, *, whole: bool = False) -> Corpus:
    """Split the long ones (with `whole` none), encode and index documents in memory."""
    texts, owners = [], []
    for place, document in enumerate(documents):
        keep = whole or len(document.text) <= WHOLE
        pieces = [document.text] if keep else [each.text for each in passages(document)]
        texts.extend(pieces or [document.text])
        owners.extend([place] * max(1, len(pieces)))
    places = np.array(owners, np.int64)
    return Corpus(build_scorer(texts, encoder, places), places)


def run_retrieval(
    data: Path | RetrievalSet,
    system: str = "hybrid",
    *,
    encoder: str | None = None,
    whole: bool = False,
    trec: Path | None = None,
) -> dict[str, Any]:
    """Measure one system on a BEIR folder or a set; the result is what `--json` writes.

    Into the folder `trec` go the judgements and the ranking as TREC writes them.
    """
    opened = open_encoder(encoder)
    test = read_beir(data) if isinstance(data, Path) else data
    corpus = open_corpus(test.documents, opened, whole=whole)
    return measure(test, corpus, system, trec=trec)


def measure(
    test: RetrievalSet, corpus: Corpus, system: str = "hybrid", *, trec: Path | None = None
) -> dict[str, Any]:
    """Rank every query's documents and report, with the parts of `SYSTEMS` that `system` has."""
    corpus = without(corpus, SYSTEMS[system])
    names = [document.id for document in test.documents]
    run = {
        key: {names[place]: score for place, score in corpus.rank(query, _DEPTH).items()}
        for key, query in test.queries.items()
    }
    relevant = {key: test.relevant[key] for key in test.queries}
    if trec is not None:
        write_trec(trec, relevant, run, f"c5-{system}")
    rows = per_query(relevant, run)
    values = list(rows.values())
    return {
        "data": test.name,
        "system": system,
        "encoder": corpus.scorer.encoder.name,
        "metrics": mean(values),
        "intervals": intervals(values),
        "queries": [
            {
                "id": key,
                "query": query,
                "relevant": sorted(relevant[key]),
                "found": list(run[key])[:10],
                "metrics": rows[key],
            }
            for key, query in test.queries.items()
        ],
    }


def without(corpus: Corpus, parts: frozenset[str]) -> Corpus:
    """Return the corpus with these parts of the score taken away."""
    return replace(corpus, scorer=replace(corpus.scorer, without=parts))
