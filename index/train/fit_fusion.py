"""Fits the weights of `index.fusion` on the slice of the training data that the table never saw.

    python -m index.train.fit_fusion --data DIR [--encoder FOLDER]

Each task is a small corpus: the passages kept aside from one source. Parallel sentences are joined
by fours, so that a query answers to a part of its passage as in real use. The weights maximise the
likelihood of the right passage under a softmax over the scores, tasks counting alike; none may be
negative. For passages in the query's script only the questions of ARCD's training half count: no
text of that source trains the table, which elsewhere is flattered. The test sets have no part.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from index.encoder import Encoder, open_encoder
from index.fusion import PARTS, STRENGTH, WEIGHTS, Floats, standardise
from index.scoring import Scorer, build_scorer
from index.train.holdout import Task, hold_out, read_questions
from index.train.pairs import read_groups
from index.transliterate import script

_JOINED = 4
_ASKED = 700  # queries of a task at most
_RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Ranked:
    """One query: the raw parts of every passage (a row each) and the place of the right one."""

    parts: Floats
    right: int


def main() -> None:
    """Fit, write `index/fusion.json`, and print the likelihoods."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--encoder", default=None)
    options = arguments.parse_args()
    encoder = open_encoder(options.encoder)
    kept_aside = hold_out(read_groups(options.data))[1]
    parallel = [task for task in kept_aside if _crosses_scripts(task)]
    questions = read_questions(options.data / "train" / "qa_spans" / "arcd_train_ar.json.gz")
    groups = {"same": [questions], "other": [*parallel, *map(_joined, parallel)]}
    ranked = {
        name: [_rank(task, encoder) for task in tqdm(tasks)] for name, tasks in groups.items()
    }
    every = [query for tasks in ranked.values() for task in tasks for query in task]
    priors = {name: _prior(every, place) for place, name in enumerate(PARTS)}
    model = {name: _fit(tasks, priors) for name, tasks in ranked.items()} | {"priors": priors}
    WEIGHTS.write_text(json.dumps(model, indent=2) + "\n")


def _crosses_scripts(task: Task) -> bool:
    return script(task.queries[0]) != script(task.passages[0])


def _joined(task: Task) -> Task:
    """Join every four passages to one; each query keeps asking for the one that holds its own."""
    own = list(dict.fromkeys(task.passages))
    longer = {
        text: " ".join(own[start : start + _JOINED])
        for start in range(0, len(own), _JOINED)
        for text in own[start : start + _JOINED]
    }
    return replace(task, passages=tuple(longer[text] for text in task.passages))


def _rank(task: Task, encoder: Encoder) -> list[Ranked]:
    """Score the task's queries as serving does; those whose passage isn't a candidate are left."""
    texts = list(dict.fromkeys(task.passages))
    places = {text: place for place, text in enumerate(texts)}
    scorer: Scorer = build_scorer(texts, encoder)
    found = []
    for query, text in list(zip(task.queries, task.passages, strict=True))[:_ASKED]:
        scored = scorer.score(query)
        right = np.flatnonzero(scored.places == places[text])
        if len(right):
            parts = [getattr(scored.parts, name) for name in PARTS]
            found.append(Ranked(np.stack(parts, axis=1), int(right[0])))
    return found


def _prior(ranked: Sequence[Ranked], place: int) -> dict[str, float]:
    means = [float(each.parts[:, place].mean()) for each in ranked]
    deviations = [float(each.parts[:, place].std()) for each in ranked]
    return {
        "mean": round(float(np.mean(means)), 4),
        "deviation": round(float(np.mean(deviations)), 4),
        "strength": STRENGTH,
    }


def _fit(
    tasks: Sequence[Sequence[Ranked]], priors: dict[str, dict[str, float]]
) -> dict[str, float]:
    from scipy.optimize import minimize

    queries = []
    for task in tasks:
        for each in task:
            columns = [
                standardise(each.parts[:, place], priors[name]) for place, name in enumerate(PARTS)
            ]
            differences = np.stack(columns, axis=1)
            queries.append((differences - differences[each.right], 1 / len(task) / len(tasks)))

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = _RIDGE * float(weights @ weights), 2 * _RIDGE * weights
        for differences, share in queries:
            logits = differences @ weights
            top = logits.max()
            chances = np.exp(logits - top)
            total += share * float(top + np.log(chances.sum()))
            slope = slope + share * (chances / chances.sum()) @ differences
        return total, slope

    found = minimize(
        loss, np.ones(len(PARTS)), jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(PARTS)
    )
    print(f"{len(queries)} queries, {len(tasks)} tasks: loss {found.fun:.4f}", flush=True)  # noqa: T201
    return {name: round(float(weight), 3) for name, weight in zip(PARTS, found.x, strict=True)}


if __name__ == "__main__":
    main()
