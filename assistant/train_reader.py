"""Fit the reader on public data: ``python -m assistant.train_reader --data DIR``.

DIR is laid out like the project's training data: ``train/qa_spans/*.json.gz`` (SQuAD-like) and
``train/open/*.jsonl.gz`` (parallel sentences). Writes `reader_model.json`, figures included.
scikit-learn is needed here and nowhere else.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.features import NAMES
from assistant.reader import OVERALL, answer_row
from assistant.training.examples import Example, Rows, rows_of
from assistant.training.parallel import parallel_examples
from assistant.training.spans import span_examples
from assistant.trees import sigmoid
from index.encoder import StaticEncoder, open_encoder

Floats = NDArray[np.float32]
_MORE = {
    "dense", "dense_around", "dense_paragraph", "late", "late_around", "late_paragraph", "cover",
    "cover_rare", "cover_around", "cover_paragraph", "cover_article", "names", "numbers",
    "names_paragraph", "numbers_paragraph", "kind_met", "kind_cover", "dense_z", "late_z",
    "cover_z", "dense_rank", "late_rank", "cover_rank", "year_met", "year_near", "unit_met",
    "best", "gap",
}  # fmt: skip
_LESS = {
    "worst", "worst_around", "worst_paragraph", "worst_article", "kind_missed", "year_other",
    "is_question",
}  # fmt: skip
_REFUSED = 0.06
_NAMED = 0.55
_FOLDS = 3
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted model as JSON, and its scores."""

    stored: dict[str, Any]
    model: Any

    def score(self, rows: Floats) -> Floats:
        """Return log-odds."""
        scores: Floats = self.model.decision_function(rows).astype(np.float32)
        return scores


def fit(rows: Floats, labels: Floats, weights: Floats, names: Sequence[str], size: int) -> Fitted:
    """Fit boosted trees that may only rise with a better match and fall with a worse one."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    signs = [1 if name in _MORE else -1 if name in _LESS else 0 for name in names]
    model = HistGradientBoostingClassifier(
        max_iter=size, max_leaf_nodes=10, learning_rate=0.08, min_samples_leaf=80,
        l2_regularization=5.0, monotonic_cst=signs, random_state=7, early_stopping=False,
    )  # fmt: skip
    model.fit(rows, labels, sample_weight=weights)
    return Fitted(_as_json(model), model)


def _as_json(model: Any) -> dict[str, Any]:
    trees, depth = [], 0
    for (predictor,) in model._predictors:
        nodes = predictor.nodes
        leaf = nodes["is_leaf"].astype(bool)
        trees.append({
            "feature": np.where(leaf, -1, nodes["feature_idx"]).tolist(),
            "threshold": np.where(leaf, 0, nodes["num_threshold"]).astype(np.float32).tolist(),
            "left": nodes["left"].tolist(),
            "right": nodes["right"].tolist(),
            "value": np.where(leaf, nodes["value"], 0).round(6).tolist(),
        })  # fmt: skip
        depth = max(depth, int(nodes["depth"].max()))
    return {"bias": float(model._baseline_prediction.ravel()[0]), "depth": depth, "trees": trees}


def answer_rows(sets: Sequence[Rows], scores: Sequence[Floats]) -> tuple[Floats, Floats, Floats]:
    """Return what the second model is fitted on: whether the best sentence of each set answers."""
    rows, labels, weights = [], [], []
    for one, own in zip(sets, scores, strict=True):
        order = np.argsort(-own, kind="stable")
        probabilities = sigmoid(own)
        rows.append(answer_row(one.rows, probabilities, [int(i) for i in order]))
        labels.append(float(one.labels[order[0]]))
        weights.append(one.weight)
    return np.stack(rows), np.array(labels, np.float32), np.array(weights, np.float32)


def train(examples: Sequence[Example], encoder: StaticEncoder) -> dict[str, Any]:
    """Fit both models; the second on scores that the first gives to questions it hasn't seen."""
    sets = [one for one in rows_of(examples, encoder) if _tells_its_subject(one)]
    log.info("%d sets, %d rows", len(sets), sum(len(one.rows) for one in sets))
    folds = [one.group % _FOLDS for one in sets]
    unseen: list[Floats] = [np.zeros(0, np.float32)] * len(sets)
    for fold in range(_FOLDS):
        model = _fit_sentences([one for one, f in zip(sets, folds, strict=True) if f != fold])
        for place, one in enumerate(sets):
            if folds[place] == fold:
                unseen[place] = model.score(one.rows)
    rows, labels, weights = answer_rows(sets, unseen)
    names = (*NAMES, *OVERALL)
    held = np.array(folds) == 0
    check = fit(rows[~held], labels[~held], weights[~held], names, 80)
    figures = report(sets, unseen, rows, labels, check, held)
    thresholds = choose_thresholds(rows, labels, sigmoid(check.score(rows)), held)
    answer = fit(rows, labels, weights, names, 80)
    sentence = _fit_sentences(sets)
    return {
        "features": list(NAMES), "encoder": encoder.fingerprint, "figures": figures,
        "thresholds": thresholds,
        "sentence": sentence.stored, "answer": answer.stored,
    }  # fmt: skip


def choose_thresholds(
    rows: Floats, labels: Floats, probability: Floats, held: NDArray[np.bool_]
) -> dict[str, float]:
    """Return the probabilities under which to refuse, for one script and for two.

    Of held-out questions whose best sentence is an answer, `_REFUSED` fall under it.
    """
    same = rows[:, NAMES.index("same_script")] > 0.5
    return {
        name: round(float(np.quantile(probability[held & which & (labels > 0)], _REFUSED)), 4)
        for name, which in (("same", same), ("other", ~same))
    }


def _tells_its_subject(one: Rows) -> bool:
    """Leave out answered questions whose subject the answer's paragraph doesn't name.

    Asked from the title alone ("When was he born?"), they would teach the reader to answer what
    it cannot check.
    """
    gold = one.rows[one.labels > 0]
    if one.source.startswith("parallel"):
        return True  # made of the sentence's own words
    return not len(gold) or float(gold[:, NAMES.index("cover_paragraph")].max()) >= _NAMED


def _fit_sentences(sets: Sequence[Rows]) -> Fitted:
    rows = np.concatenate([one.rows for one in sets])
    labels = np.concatenate([one.labels for one in sets])
    weights = np.concatenate([np.full(len(one.rows), one.weight, np.float32) for one in sets])
    return fit(rows, labels, weights, NAMES, 120)


def report(
    sets: Sequence[Rows], scores: Sequence[Floats], rows: Floats, labels: Floats, check: Fitted,
    held: NDArray[np.bool_],
) -> dict[str, Any]:  # fmt: skip
    """Return figures on questions unseen by the models: rank 1 by source, refusal by source."""
    from sklearn.metrics import roc_auc_score

    figures: dict[str, Any] = {}
    probability = sigmoid(check.score(rows))
    for source in sorted({one.source for one in sets}):
        own = [i for i, one in enumerate(sets) if one.source == source]
        ranked = [i for i in own if sets[i].labels.any()]
        right = [bool(sets[i].labels[int(scores[i].argmax())]) for i in ranked]
        part = [i for i in own if held[i]]
        answerable = np.array([sets[i].labels.any() for i in part])
        both = 0 < int(answerable.sum()) < len(answerable)
        auroc = roc_auc_score(answerable, probability[part]) if both else None
        figures[source] = {
            "questions": len(ranked), "rank_1": round(float(np.mean(right)), 4),
            "refusal_auroc": None if auroc is None else round(float(auroc), 4),
        }  # fmt: skip
        log.info("%s %s", source, figures[source])
    return figures


def main() -> None:
    """Read the data, fit, write the model beside this file."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("reader_model.json"))
    parser.add_argument("--encoder", default=None, help="a static encoder's folder")
    parser.add_argument("--limit", type=int, default=None, help="questions of each source")
    arguments = parser.parse_args()
    chance = random.Random(7)
    encoder = open_encoder(arguments.encoder)
    assert isinstance(encoder, StaticEncoder)
    examples = [
        *span_examples(arguments.data, encoder, chance, arguments.limit),
        *parallel_examples(arguments.data, chance, arguments.limit),
    ]
    stored = train(examples, encoder)
    arguments.out.write_text(json.dumps(stored, separators=(",", ":")), encoding="utf-8")


if __name__ == "__main__":
    main()
