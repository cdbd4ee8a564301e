"""Fit the reader: ``python -m assistant.train_reader --data DIR``.

DIR is laid out like the project's training data: ``train/qa_spans/*.json.gz`` (SQuAD-like) and
``train/open/*.jsonl.gz`` (parallel sentences). To these come questions by hand on made-up news
(`training/news`). Writes `reader_model.json`, with figures on news articles that the models have
not seen. LightGBM and scikit-learn are needed here and nowhere else.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from assistant.features import NAMES
from assistant.reader import answer_row, share_out
from assistant.reader_model import ANSWER_NAMES
from assistant.training import held_out
from assistant.training.boosting import Fitted, fit_decider, fit_ranker
from assistant.training.examples import Rows, rows_of_news, rows_of_public
from assistant.training.kept_rows import keep, kept
from assistant.training.news import NEWS, asked_of_news
from assistant.training.parallel import parallel_examples
from assistant.training.spans import span_examples
from assistant.trees import sigmoid
from index.encoder import StaticEncoder, open_encoder

Floats = NDArray[np.float32]
_FOLDS = 5
_DECIDING = 400  # rounds
_NAMED = 0.55
log = logging.getLogger(__name__)


def train(sets: Sequence[Rows], encoder: StaticEncoder) -> dict[str, Any]:
    """Fit both models; the second on scores that the first gives to articles it hasn't seen."""
    sets = [one for one in sets if _tells_its_subject(one)]
    log.info("%d questions, %d rows", len(sets), sum(len(one.rows) for one in sets))
    folds = np.array([crc32(one.group.encode()) % _FOLDS for one in sets])
    unseen = _scores_of_unseen(sets, folds)
    natural = [(one, own) for one, own in zip(sets, unseen, strict=True) if one.natural]
    sharpness = held_out.best_sharpness([one for one, _ in natural], [own for _, own in natural])
    shares = [share_out(own, sharpness) for own in unseen]
    rows = np.stack([
        answer_row(one.rows, own, share, [int(i) for i in np.argsort(-own, kind="stable")])
        for one, own, share in zip(sets, unseen, shares, strict=True)
    ])  # fmt: skip
    labels = np.array([one.labels.any() for one in sets], np.float32)
    weights = np.array([one.decides for one in sets], np.float32)
    probabilities = np.zeros(len(sets), np.float32)
    for fold in range(_FOLDS):
        out = folds == fold
        model = fit_decider(rows[~out], labels[~out], weights[~out], _DECIDING)
        probabilities[out] = sigmoid(model.score(rows[out]))
    cite_from = held_out.best_cite_from([one for one, _ in natural], [
        share for one, share in zip(sets, shares, strict=True) if one.natural and one.answerable
    ])  # fmt: skip
    refuse_under = held_out.best_refusal(sets, probabilities)
    figures = held_out.figures(sets, shares, probabilities, cite_from, refuse_under)
    for name, told in figures.items():
        log.info("held-out news, %s: %s", name, told)
    return {
        "features": list(NAMES), "answer_features": list(ANSWER_NAMES),
        "encoder": encoder.fingerprint, "figures": figures,
        "settings": {
            "sharpness": sharpness, "cite_from": cite_from, "refuse_under": refuse_under,
        },
        "sentence": _rank(sets).stored(),
        "answer": fit_decider(rows, labels, weights, _DECIDING).stored(),
    }  # fmt: skip


def _scores_of_unseen(sets: Sequence[Rows], folds: NDArray[np.int_]) -> list[Floats]:
    unseen: list[Floats] = [np.zeros(0, np.float32)] * len(sets)
    for fold in range(_FOLDS):
        model = _rank([one for one, own in zip(sets, folds, strict=True) if own != fold])
        for place in np.flatnonzero(folds == fold).tolist():
            unseen[place] = model.score(sets[place].rows)
    return unseen


def _rank(sets: Sequence[Rows]) -> Fitted:
    told = [one for one in sets if one.labels.any()]
    pairs = [(one.rows, one.labels) for one in told]
    return fit_ranker(pairs, [one.weight for one in told])


def _tells_its_subject(one: Rows) -> bool:
    """Leave out answered public questions whose subject the answer's paragraph doesn't name.

    Asked from the title alone ("When was he born?"), they would teach the reader to answer what
    it cannot check.
    """
    gold = one.rows[one.labels > 0]
    if one.source == "news" or one.source.startswith("parallel"):
        return True
    return not len(gold) or float(gold[:, NAMES.index("cover_paragraph")].max()) >= _NAMED


def _rows(arguments: argparse.Namespace, encoder: StaticEncoder) -> Iterator[Rows]:
    chance = random.Random(7)
    yield from rows_of_news(asked_of_news(arguments.news), encoder)
    examples = [
        *span_examples(arguments.data, encoder, chance, arguments.limit),
        *parallel_examples(arguments.data, chance, max(1, arguments.limit // 150)),
    ]
    yield from rows_of_public(examples, encoder)


def main() -> None:
    """Read the data, fit, write the model beside this file."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--news", type=Path, default=NEWS)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("reader_model.json"))
    parser.add_argument("--encoder", default=None, help="a static encoder's folder")
    parser.add_argument("--limit", type=int, default=350, help="questions of each public source")
    parser.add_argument("--rows", type=Path, help="a file to keep the features in, or to take them")
    arguments = parser.parse_args()
    encoder = open_encoder(arguments.encoder)
    assert isinstance(encoder, StaticEncoder)
    if arguments.rows and arguments.rows.exists():
        sets = kept(arguments.rows)
    else:
        sets = list(_rows(arguments, encoder))
        if arguments.rows:
            keep(sets, arguments.rows)
    stored = train(sets, encoder)
    arguments.out.write_text(json.dumps(stored, separators=(",", ":")), encoding="utf-8")


if __name__ == "__main__":
    main()
