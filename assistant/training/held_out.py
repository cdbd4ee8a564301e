"""Figures on held-out news, and what is chosen on it: when to refuse, what to cite besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.reader import share_out
from assistant.schema import LANGUAGES
from assistant.training.examples import Rows

Floats = NDArray[np.float32]
MOST = 3
_SHARPNESS = (0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0)
_CITED = 1.8  # citations of an answer on average, at most
# of answerable questions; where sentences are found across languages, more is borne
_REFUSED = {"ar": 0.1, "en": 0.14, "ru": 0.14, "kk": 0.15}


def best_sharpness(sets: Sequence[Rows], scores: Sequence[Floats]) -> float:
    """Return the sharpness at which shares are nearest to how often a statement answers."""

    def surprise(sharpness: float) -> float:
        lost = [
            -np.log(share_out(own, sharpness)[one.labels > 0].sum() + 1e-9)
            for one, own in zip(sets, scores, strict=True)
            if one.natural and one.labels.any()
        ]
        return float(np.mean(lost))

    return min(_SHARPNESS, key=surprise)


def cited(shares: Floats, cite_from: float) -> list[int]:
    """Return the places that are cited: the best, and those whose share is near to its."""
    order = [int(i) for i in np.argsort(-shares, kind="stable")[:MOST]]
    return [i for i in order if shares[i] >= cite_from * shares[order[0]]]


def best_cite_from(sets: Sequence[Rows], shares: Sequence[Floats]) -> float:
    """Return the least part of the best share that keeps citations few."""
    for cite_from in np.arange(0.15, 1.0, 0.05):
        count = np.mean([len(cited(own, float(cite_from))) for own in shares])
        if count <= _CITED:
            return round(float(cite_from), 2)
    return 1.0


def best_refusal(sets: Sequence[Rows], probabilities: Floats) -> dict[str, float]:
    """Return, by language, the probability under which `_REFUSED` of what has an answer falls.

    The articles learned from are asked harder near misses than most newsrooms will ask, so this
    part is larger than what is refused wrongly elsewhere.
    """
    under = {}
    for language, share in _REFUSED.items():
        right = [
            float(own) for one, own in zip(sets, probabilities, strict=True)
            if one.natural and one.answerable and one.labels.any() and one.language == language
        ]  # fmt: skip
        if right:
            under[language] = round(float(np.quantile(right, share)), 3)
    return under


def figures(
    sets: Sequence[Rows], shares: Sequence[Floats], probabilities: Floats,
    cite_from: float, refuse_under: Mapping[str, float],
) -> dict[str, Any]:  # fmt: skip
    """Return, for each language, how often the held-out questions are answered and refused."""
    from sklearn.metrics import roc_auc_score

    told = {}
    for language in ("all", *LANGUAGES):
        own = [
            i for i, one in enumerate(sets)
            if one.natural and language in ("all", one.language)
            and (one.labels.any() or not one.answerable)
        ]  # fmt: skip
        if not own:
            continue
        answerable = np.array([sets[i].answerable for i in own])
        refused = probabilities[own] < [refuse_under[sets[i].language] for i in own]
        ranked = [i for i in own if sets[i].answerable]
        first = [bool(sets[i].labels[int(shares[i].argmax())]) for i in ranked]
        held = [bool(sets[i].labels[cited(shares[i], cite_from)].any()) for i in ranked]
        told[language] = {
            "questions": len(own),
            "rank_1": _share(first),
            "cited": _share(held),
            "citations": round(
                float(np.mean([len(cited(shares[i], cite_from)) for i in ranked])), 2
            ),
            "auroc": round(float(roc_auc_score(answerable, probabilities[own])), 4),
            "refused_rightly": _share(refused[~answerable]),
            "refused_wrongly": _share(refused[answerable]),
        }
    return told


def _share(values: Sequence[bool] | NDArray[np.bool_]) -> float:
    return round(float(np.mean(values)), 4)
