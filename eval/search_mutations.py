"""Faults to plant in the search: folding that differs between index and query, another encoder.

Each is looked for with the part of the score it spoils alone, since the others make up for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from eval.beir import RetrievalSet
from eval.respell import respelled
from eval.retrieval import Corpus, measure, open_corpus
from index.encoder import Encoder, open_encoder
from index.fold import Folds
from index.lexical import LexicalIndex
from index.ngrams import ngrams
from index.transliterate import script

MEASURE = "ndcg@10"
_NONE = Folds(**{field.name: False for field in fields(Folds)})


@dataclass(frozen=True, slots=True)
class SearchFault:
    """What goes wrong, and the system of `c5 eval retrieval` whose scores must fall."""

    name: str
    plant: Callable[[Corpus], Corpus]
    system: str
    asked: Callable[[RetrievalSet], RetrievalSet] = lambda test: test


@dataclass(slots=True)
class _Scrambled:
    """An encoder of the same shape that knows nothing of the one the index was made with."""

    name: str
    dimension: int
    own: Encoder
    fingerprint: str = "scrambled"
    max_tokens: int | None = None

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        """Return the rows with their columns in another order."""
        order = np.random.default_rng(7).permutation(self.dimension)
        return self.own.encode(texts, query=query)[:, order]


def another_encoder(corpus: Corpus) -> Corpus:
    """Encode queries with another encoder than passages."""
    own = corpus.scorer.encoder
    other = _Scrambled(own.name, own.dimension, own)
    return replace(corpus, scorer=replace(corpus.scorer, encoder=other, ids=None))


def broken_folding(corpus: Corpus) -> Corpus:
    """Look for the words of queries as typed, as if only the index had been folded."""
    analyser = partial(ngrams, folds=_NONE)
    with TemporaryDirectory(prefix="c5-eval-") as name:
        corpus.scorer.lexical.save(Path(name))
        broken = LexicalIndex.load(Path(name), analyser=analyser)
    return replace(corpus, scorer=replace(corpus.scorer, lexical=broken))


def in_other_spelling(test: RetrievalSet) -> RetrievalSet:
    """Keep the queries in the script of what answers them, spelled in another way."""
    scripts = {document.id: script(document.text) for document in test.documents}
    kept = {
        key: respelled(query)
        for key, query in test.queries.items()
        if any(scripts[document] == script(query) for document in test.relevant[key])
    }
    return replace(test, queries=kept)


FAULTS = (
    SearchFault(
        "folding of queries unlike the index's",
        broken_folding,
        "lexical",
        in_other_spelling,
    ),
    SearchFault("queries encoded by another encoder", another_encoder, "dense"),
)


def search_scores(test: RetrievalSet) -> dict[str, tuple[float, float]]:
    """Return for each fault the measure without it and with it."""
    corpus = open_corpus(test.documents, open_encoder(), whole=True)
    scores = {}
    for fault in FAULTS:
        asked = fault.asked(test)
        pair = (measure(asked, each, fault.system) for each in (corpus, fault.plant(corpus)))
        before, after = (float(result["metrics"][MEASURE]) for result in pair)
        scores[fault.name] = (before, after)
    return scores
