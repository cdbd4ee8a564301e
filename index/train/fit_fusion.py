"""Fits the weights of `index.fusion` on the slice of the training data that the table never saw.

    python -m index.train.fit_fusion --data DIR [--encoder FOLDER]

Each task is a small corpus: sentences kept aside from a source, each asking for its translation;
sentences of other sources in passages of their articles (`index.train.assembled`), asked for by one
sentence; news articles asked for by their headlines, any passage of the article being right. The
weights maximise the likelihood of the right passages under a softmax over the scores, tasks
counting alike; none may be negative. For passages in the query's script the questions of ARCD's
training half count most: no text of that source trains the table, which elsewhere is flattered;
headlines add what they say of whole articles. The test sets have no part.
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
from index.scoring import build_scorer
from index.train.assembled import Assembled, headlines, plain, runs
from index.train.holdout import Task, hold_out, read_questions
from index.train.pairs import read_groups
from index.transliterate import script

_ASKED = 200  # queries of a task at most, except questions
_QUESTIONS = 4.0  # what ARCD's questions count for beside one of headlines
_RIDGE = 1e-3
# Source, its languages as in the file, and the language of the query.
_IN_PASSAGES = (
    ("tico19", "ar", "en", "en"),
    ("tico19", "ar", "ru", "ru"),
    ("sdg_translations", "ar", "kk", "kk"),
    ("pkp_journals", "ar", "kk", "kk"),
)


@dataclass(frozen=True, slots=True)
class Ranked:
    """One query: the raw parts of every passage (a row each) and the places of the right ones."""

    parts: Floats
    right: NDArray[np.int64]


def main() -> None:
    """Fit, write `index/fusion.json`, and print the likelihoods."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--encoder", default=None)
    options = arguments.parse_args()
    encoder = open_encoder(options.encoder)
    tasks = {
        name: [(_rank(task, encoder), share) for task, share in tqdm(wanted)]
        for name, wanted in _tasks(options.data).items()
    }
    every = [query for wanted in tasks.values() for ranked, _ in wanted for query in ranked]
    priors = {name: _prior(every, place) for place, name in enumerate(PARTS)}
    model = {name: _fit(wanted, priors) for name, wanted in tasks.items()} | {"priors": priors}
    WEIGHTS.write_text(json.dumps(model, indent=2) + "\n")


def _tasks(data: Path) -> dict[str, list[tuple[Assembled, float]]]:
    groups = read_groups(data)
    known = {(group.source, *group.languages): group for group in groups}
    sentences = [_first(plain(task)) for task in hold_out(groups)[1] if _crosses_scripts(task)]
    news = known["wmt_newstest", "en", "ru"]
    across = [*headlines(news, 0, 1, _ASKED), *headlines(news, 1, 0, _ASKED)]
    for source, one, other, asked in _IN_PASSAGES:
        across.append(runs(known[source, one, other], asked, _ASKED))
    questions = read_questions(data / "train" / "qa_spans" / "arcd_train_ar.json.gz")
    titles = [headlines(news, side, side, _ASKED)[0] for side in (0, 1)]
    return {
        "same": [(plain(questions), _QUESTIONS), *((each, 1.0) for each in titles)],
        "other": [(each, 1.0) for each in (*sentences, *across)],
    }


def _crosses_scripts(task: Task) -> bool:
    return script(task.queries[0]) != script(task.passages[0])


def _first(task: Assembled) -> Assembled:
    return replace(task, queries=task.queries[:_ASKED], right=task.right[:_ASKED])


def _rank(task: Assembled, encoder: Encoder) -> list[Ranked]:
    """Score the task's queries as serving does; those whose passage isn't a candidate are left."""
    scorer = build_scorer(task.passages, encoder, np.array(task.owners, np.int64))
    found = []
    for query, places in zip(task.queries, task.right, strict=True):
        scored = scorer.score(query)
        right = np.flatnonzero(np.isin(scored.places, places))
        if len(right):
            parts = [getattr(scored.parts, name) for name in PARTS]
            found.append(Ranked(np.stack(parts, axis=1), right))
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
    tasks: Sequence[tuple[Sequence[Ranked], float]], priors: dict[str, dict[str, float]]
) -> dict[str, float]:
    from scipy.optimize import minimize

    total_share = sum(share for _, share in tasks)
    queries = []
    for task, share in tasks:
        for each in task:
            columns = [
                standardise(each.parts[:, place], priors[name]) for place, name in enumerate(PARTS)
            ]
            table = np.stack(columns, axis=1)
            queries.append((table, table[each.right], share / len(task) / total_share))

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = _RIDGE * float(weights @ weights), 2 * _RIDGE * weights
        for table, right, share in queries:
            all_of_them, of_all = _softmax(table @ weights)
            the_right, of_right = _softmax(right @ weights)
            total += share * (all_of_them - the_right)
            slope = slope + share * (of_all @ table - of_right @ right)
        return total, slope

    found = minimize(
        loss, np.ones(len(PARTS)), jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(PARTS)
    )
    print(f"{len(queries)} queries, {len(tasks)} tasks: loss {found.fun:.4f}", flush=True)  # noqa: T201
    return {name: round(float(weight), 3) for name, weight in zip(PARTS, found.x, strict=True)}


def _softmax(scores: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """Return the logarithm of the sum of the exponentials, and each one's share."""
    top = scores.max()
    chances = np.exp(scores - top)
    return float(top + np.log(chances.sum())), chances / chances.sum()


if __name__ == "__main__":
    main()
