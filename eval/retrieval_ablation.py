"""Measures retrieval on every set of a folder and writes the tables of `index/README.md`.

    python -m eval.retrieval_ablation --data DIR [--encoder FOLDER]

Three tables: the systems, the hybrid with each part taken away, and character n-grams with each
fold switched. A part is taken away from the sum that orders the candidates, not from their choice.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

from eval.beir import RetrievalSet, read_beir
from eval.metrics.retrieval import intervals, mean, per_query
from eval.retrieval import SYSTEMS, Corpus, open_corpus
from index.encoder import open_encoder
from index.fold import DEFAULT_FOLDS
from index.fusion import fuse
from index.lexical import LexicalIndex
from index.ngrams import ngrams

README = Path(__file__).parent.parent / "index" / "README.md"
_DEPTH = 10
_TAKEN = {  # what the table calls a part, and the parts of the score that go with it
    "dense": frozenset({"dense", "article"}),
    "whole article": frozenset({"article"}),
    "late interaction": frozenset({"rare", "near"}),
    "its windows": frozenset({"near"}),
    "character n-grams": frozenset({"lexical"}),
    "skeletons": frozenset({"skeleton"}),
    "glossary": frozenset({"glossary"}),
    "brevity": frozenset({"brevity"}),
}
Rows = list[dict[str, float]]


def main() -> None:
    """Measure everything and write the section."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True, help="a folder of BEIR folders")
    arguments.add_argument("--encoder", default=None)
    options = arguments.parse_args()
    encoder = open_encoder(options.encoder)
    sets = [read_beir(path.parent) for path in sorted(options.data.glob("*/corpus.jsonl"))]
    figures, ablation = [], []
    taken = {f"− {name}": parts for name, parts in _TAKEN.items()}
    variants = {"hybrid": frozenset[str](), **taken, **SYSTEMS}
    for test in sets:
        corpus = open_corpus(test.documents, encoder)
        found = _variants(test, corpus, variants)
        whole = found["hybrid"]
        if len(corpus.owners) > len(test.documents):
            unsplit = open_corpus(test.documents, encoder, whole=True)
            whole = _variants(test, unsplit, {"whole": frozenset()})["whole"]
        figures.append([test.name, *_figures(found["hybrid"]), _share(found["dense"], "recall@1")])
        left = [_share(found[name]) for name in variants] + [_share(whole)]
        ablation.append([test.name, *left])
        print(" | ".join([*figures[-1], *left]), flush=True)  # noqa: T201

    header = ["set", "hybrid", *taken, "dense alone", "lexical alone", "documents not split"]
    write_section(
        "\n\n".join(
            [
                "### Retrieval: figures\n\nPercent, with 95 % bootstrap intervals.",
                _table(["set", "nDCG@10", "interval", "recall@1", "dense recall@1"], figures),
                "### Ablation\n\nnDCG@10 of the hybrid, and with one part taken away.",
                _table(header, ablation),
                "### Folding\n\nnDCG@10 of character n-grams alone, each fold switched.",
                _folding([test for test in sets if test.name.endswith(("_ar", "_test", "_dev"))]),
            ]
        )
    )


def _variants(
    test: RetrievalSet, corpus: Corpus, variants: Mapping[str, frozenset[str]]
) -> dict[str, Rows]:
    """Score every query once and order its candidates in every way."""
    names = [document.id for document in test.documents]
    runs: dict[str, dict[str, dict[str, float]]] = {name: {} for name in variants}
    for key, query in test.queries.items():
        scored = corpus.scorer.score(query)
        for name, without in variants.items():
            scores = fuse(query, scored.same, scored.parts, without)
            best = corpus.best(scored.places, scores, _DEPTH)
            runs[name][key] = {names[place]: score for place, score in best.items()}
    relevant = {key: test.relevant[key] for key in test.queries}
    return {name: list(per_query(relevant, run).values()) for name, run in runs.items()}


def _folding(sets: Sequence[RetrievalSet]) -> str:
    switched = {
        f"{'−' if field.default else '+'} {field.name.replace('_', ' ')}": replace(
            DEFAULT_FOLDS, **{field.name: not field.default}
        )
        for field in fields(DEFAULT_FOLDS)
    }
    rows = []
    for name, folds in {"as shipped": DEFAULT_FOLDS, **switched}.items():
        row = [name]
        for test in sets:
            texts = [document.text for document in test.documents]
            index = LexicalIndex.build(texts, analyser=partial(ngrams, folds=folds))
            run = {}
            for key, query in test.queries.items():
                scores = index.scores(query)
                best = scores.argsort()[::-1][:_DEPTH]
                run[key] = {test.documents[place].id: float(scores[place]) for place in best}
            relevant = {key: test.relevant[key] for key in test.queries}
            row.append(_share(list(per_query(relevant, run).values())))
        rows.append(row)
    return _table(["fold", *(test.name for test in sets)], rows)


def _figures(rows: Rows) -> list[str]:
    low, high = intervals(rows)["ndcg@10"]
    return [_share(rows), f"{100 * low:.1f}–{100 * high:.1f}", _share(rows, "recall@1")]


def _share(rows: Rows, metric: str = "ndcg@10") -> str:
    return f"{100 * mean(rows)[metric]:.1f}"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_section(text: str, readme: Path = README) -> None:
    """Put the tables between their marks, at the end where there are none yet."""
    begin, end = "<!-- retrieval: written by python -m eval.retrieval_ablation -->", "<!-- end -->"
    section = f"{begin}\n{text}\n{end}"
    old = readme.read_text(encoding="utf-8") if readme.is_file() else "# The index\n"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if pattern.search(old):
        new = pattern.sub(lambda _: section, old)
    else:
        new = f"{old.rstrip()}\n\n{section}\n"
    readme.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
