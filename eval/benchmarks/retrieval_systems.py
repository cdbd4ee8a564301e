"""One retrieval system over one BEIR folder, in a process of its own: quality, speed, memory.

    python -m eval.benchmarks.retrieval_systems hybrid|tutorial|bm25s DATA
    python -m eval.benchmarks.retrieval_systems size DATA PASSAGES

Every system gets the same documents and queries. The tutorial pipeline splits and stores as
LangChain's retrieval tutorial does; bm25s runs with its own defaults.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from eval.beir import RetrievalSet, read_beir
from eval.metrics.retrieval import mean, per_query

_DEPTH = 10
_CHUNKS = 40  # asked of the tutorial's store, so that ten documents are among them


class Clock:
    """Takes the time of each `with` block: on the wall, and of the processor alone.

    The second hardly changes when the machine is busy with other things.
    """

    def __init__(self) -> None:
        self._wall: list[float] = []
        self._processor: list[float] = []

    def __enter__(self) -> None:
        self._start = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        self._wall.append(1000 * (time.perf_counter() - self._start[0]))
        self._processor.append(1000 * (time.process_time() - self._start[1]))

    def figures(self) -> dict[str, float]:
        """Return milliseconds: the median and the 95th percentile, and the processor's median."""
        return {
            "query_ms_p50": round(float(np.percentile(self._wall, 50)), 2),
            "query_ms_p95": round(float(np.percentile(self._wall, 95)), 2),
            "query_processor_ms_p50": round(float(np.percentile(self._processor, 50)), 2),
        }


Ranking = Callable[[str], dict[str, float]]


def hybrid(test: RetrievalSet) -> Ranking:
    """Return our ranking, as served."""
    from eval.retrieval import open_corpus
    from index.encoder import open_encoder

    corpus = open_corpus(test.documents, open_encoder())
    names = [document.id for document in test.documents]
    return lambda query: {
        names[place]: score for place, score in corpus.rank(query, _DEPTH).items()
    }


def tutorial(test: RetrievalSet) -> Ranking:
    """Return the ranking of the tutorial pipeline's chunks; the best chunk stands for each."""
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    from eval.benchmarks.tutorial_pipeline import open_store

    folder = TemporaryDirectory(prefix="c5-bench-")
    store = open_store(folder.name)
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    store.add_documents(
        splitter.split_documents(
            [Document(each.text, metadata={"source": each.id}) for each in test.documents]
        )
    )

    def rank(query: str, kept: TemporaryDirectory[str] = folder) -> dict[str, float]:
        best: dict[str, float] = {}
        for chunk, distance in store.similarity_search_with_score(query, k=_CHUNKS):
            best.setdefault(chunk.metadata["source"], -float(distance))
        return best

    return rank


def bm25s(test: RetrievalSet) -> Ranking:
    """Return bm25s' ranking with its own tokenizer and defaults."""
    import bm25s as library

    names = [document.id for document in test.documents]
    tokens = library.tokenize([each.text for each in test.documents], show_progress=False)
    index = library.BM25()
    index.index(tokens, show_progress=False)

    def rank(query: str) -> dict[str, float]:
        asked = library.tokenize([query], show_progress=False)
        found, scores = index.retrieve(asked, k=min(_DEPTH, len(names)), show_progress=False)
        pairs = zip(found[0], scores[0], strict=True)
        return {names[place]: float(score) for place, score in pairs if score > 0}

    return rank


def measure(name: str, data: Path) -> dict[str, Any]:
    """Build one system, ask every query, and tell what it took."""
    test = read_beir(data)
    before = _peak_mb()
    start = time.perf_counter()
    rank = {"hybrid": hybrid, "tutorial": tutorial, "bm25s": bm25s}[name](test)
    built = time.perf_counter() - start
    queries = list(test.queries.items())
    rank(queries[0][1])  # what loads on first use is no query's time
    run, clock = {}, Clock()
    for key, query in queries:
        with clock:
            run[key] = rank(query)
    rows = per_query({key: test.relevant[key] for key in test.queries}, run)
    characters = sum(len(document.text) for document in test.documents)
    return {
        "documents": len(test.documents),
        "queries": len(queries),
        **{name: round(value, 4) for name, value in mean(list(rows.values())).items()},
        "build_seconds": round(built, 2),
        "thousand_characters_per_second": round(characters / 1000 / built, 1),
        **clock.figures(),
        "peak_mb": round(_peak_mb()),
        "of_that_before_building_mb": round(before),
    }


def measure_size(data: Path, size: int) -> dict[str, Any]:
    """Time our queries over `size` passages made of the folder's own sentences, reshuffled."""
    from index.encoder import open_encoder
    from index.scoring import build_scorer
    from index.split import sentences

    test = read_beir(data)
    draw = random.Random(0)
    pool = [span.of(each.text) for each in test.documents for span in sentences(each.text)]
    texts = [" ".join(draw.choices(pool, k=4)) for _ in range(size)]
    start = time.perf_counter()
    scorer = build_scorer(texts, open_encoder())
    built = time.perf_counter() - start
    asked = draw.sample(list(test.queries.values()), min(200, len(test.queries)))
    scorer.score(asked[0])
    clock = Clock()
    for query in asked:
        with clock:
            scorer.score(query)
    return {
        "passages": size,
        "build_seconds": round(built, 1),
        **clock.figures(),
        "peak_mb": round(_peak_mb()),
    }


def _peak_mb() -> float:
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10  # macOS counts bytes, Linux kilobytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


if __name__ == "__main__":
    system, folder, *size = sys.argv[1:]
    told = measure_size(Path(folder), int(size[0])) if size else measure(system, Path(folder))
    sys.stdout.write(json.dumps(told) + "\n")
