"""One measurement of size, in a process of its own: `build`, `change`, `ask` or `graph`.

python -m eval.benchmarks.scale_stage build DOCS INDEX
python -m eval.benchmarks.scale_stage change DOCS INDEX
python -m eval.benchmarks.scale_stage ask INDEX ARTICLES
python -m eval.benchmarks.scale_stage graph INDEX ARTICLES
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from eval.benchmarks.generated_articles import queries
from eval.benchmarks.machine import peak_mb
from eval.benchmarks.retrieval_systems import Clock
from index.search import Index
from index.snapshot import NEAR, Snapshot
from index.store import GRAPH, Vectors, create_embedded

_QUERIES: Final = 200
_BATCH: Final = 2000
_TRIED: Final[tuple[dict[str, int], ...]] = (
    {"ef_construction": 100, "max_neighbors": 8},
    {"ef_construction": 100, "max_neighbors": 16},
    {"ef_construction": 200, "max_neighbors": 16},
    {"ef_construction": 200, "max_neighbors": 32},
)
_SEARCHED: Final = (200, 400, 800)


def build(docs: Path, index: Path) -> dict[str, Any]:
    """Build from nothing."""
    from index.build import build_index

    wall, processor = time.perf_counter(), time.process_time()
    report = build_index(docs, index, progress=False)
    return {
        "passages": report.passages,
        "build_seconds": round(time.perf_counter() - wall, 1),
        "build_processor_seconds": round(time.process_time() - processor, 1),
        "build_peak_mb": round(peak_mb()),
        "bytes": sum(path.stat().st_size for path in index.rglob("*") if path.is_file()),
    }


def change(docs: Path, index: Path) -> dict[str, Any]:
    """Change one article and bring the index up to date; the second time counts."""
    from index.build import build_index

    article = sorted(docs.glob("*/article.md"))[0]
    clock = Clock()
    for turn in range(4):
        with article.open("a", encoding="utf-8") as file:
            file.write(f"\nOne more sentence, number {turn}.\n")
        if not turn:  # what loads on first use
            build_index(docs, index, progress=False)
            continue
        with clock:
            build_index(docs, index, progress=False)
    told = clock.figures()
    return {
        "change_seconds": round(told["query_ms_p50"] / 1000, 2),
        "change_processor_seconds": round(told["query_processor_ms_p50"] / 1000, 2),
    }


def ask(index: Path, articles: int) -> dict[str, Any]:
    """Open cold, ask; compare what is found through Chroma's graph with exact search."""
    wall, processor = time.perf_counter(), time.process_time()
    opened = Index.open(index)
    asked = list(queries(_QUERIES, articles))
    opened.search(asked[0])
    figures: dict[str, Any] = {
        "open_seconds": round(time.perf_counter() - wall, 2),
        "open_processor_seconds": round(time.process_time() - processor, 2),
    }
    clock, found = Clock(), []
    for query in asked:
        with clock:
            found.append([hit.passage.id for hit in opened.search(query, 5)])
    figures |= clock.figures() | {"serve_peak_mb": round(peak_mb())}
    snapshot = opened.snapshot
    exactly = replace(snapshot, vectors=None)
    same = [
        len(set(hits) & {hit.passage.id for hit in exactly.search(query, 5)}) / max(1, len(hits))
        for query, hits in zip(asked, found, strict=True)
    ]
    figures["hits_as_exact"] = round(float(np.mean(same)), 4)
    if snapshot.vectors is not None:
        figures |= _against_exact(snapshot, snapshot.vectors, asked)
    return figures


def graph(index: Path, articles: int) -> list[dict[str, Any]]:
    """Make graphs with several settings from the same vectors: time, bytes, recall, query time."""
    snapshot = Index.open(index).snapshot
    asked = list(queries(_QUERIES, articles))
    return list(_graphs(snapshot, asked))


def _graphs(snapshot: Snapshot, asked: Sequence[str]) -> Iterator[dict[str, Any]]:
    vectors = snapshot.generation.vectors
    ids = snapshot.generation.table.row_ids(range(len(vectors)))
    for tried in _TRIED:
        for searched in _SEARCHED:
            settings = {**GRAPH, **tried, "ef_search": searched}
            with TemporaryDirectory(prefix="c5-graph-") as folder:
                processor = time.process_time()
                made = create_embedded(Path(folder), "graph", len(ids), {"of": "graph"}, settings)
                for start in range(0, len(ids), _BATCH):
                    part = slice(start, start + _BATCH)
                    made.add(ids[part], vectors[part])
                took = time.process_time() - processor
                size = sum(path.stat().st_size for path in Path(folder).rglob("*.bin"))
                yield {
                    **settings,
                    "rows": len(ids),
                    "build_processor_seconds": round(took, 1),
                    "graph_bytes": size,
                    **_against_exact(snapshot, made, asked),
                }
                made.close()


def _against_exact(snapshot: Snapshot, graph: Vectors, asked: Sequence[str]) -> dict[str, float]:
    """Return recall@10 and @200 of the graph's neighbours, and the time of both ways."""
    vectors = snapshot.generation.vectors
    near = min(NEAR, len(vectors))
    encoded = snapshot.encoder.encode(asked, query=True)
    by_graph, exactly = Clock(), Clock()
    shares: dict[int, list[float]] = {10: [], near: []}
    for vector in encoded:
        with by_graph:
            found, _ = graph.nearest(vector, near)
        with exactly:
            cosines = vectors @ vector
            best = np.argpartition(-cosines, near - 1)[:near]
        best = best[np.argsort(-cosines[best], kind="stable")]
        places = snapshot.rows.find(found)
        for depth, row in shares.items():
            # by cosine, so that equal neighbours do not count against it
            worst = cosines[best[depth - 1]] - 1e-6
            row.append(float((cosines[places[:depth]] >= worst).mean()))
    return {
        "recall@10": round(float(np.mean(shares[10])), 4),
        f"recall@{NEAR}": round(float(np.mean(shares[near])), 4),
        "graph_processor_ms": by_graph.figures()["query_processor_ms_p50"],
        "exact_processor_ms": exactly.figures()["query_processor_ms_p50"],
    }


if __name__ == "__main__":
    stage, first, second = sys.argv[1:]
    if stage in ("build", "change"):
        told: Any = {"build": build, "change": change}[stage](Path(first), Path(second))
    else:
        told = {"ask": ask, "graph": graph}[stage](Path(first), int(second))
    sys.stdout.write(json.dumps(told) + "\n")
