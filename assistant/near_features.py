"""Features of where in a sentence the words of a question are met, and of who says it.

Together, in order, and near what could be the answer count for more than scattered.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.answer_places import answer_places
from assistant.matching import Asked, WordMatcher
from assistant.question import Question
from assistant.tokens import tokens

if TYPE_CHECKING:
    from assistant.views import View

Floats = NDArray[np.float32]
NEAR = (
    "window", "pairs", "near_answer", "answers", "head_met", "head_near", "speaker", "speaker_met",
)  # fmt: skip
_WINDOW = 8  # words
_REACH = 5.0  # words over which nearness falls to a third
_BESIDE = 2


def near_features(
    question: Question, views: Sequence[View], asked: Asked, words: Sequence[Floats],
    matcher: WordMatcher,
) -> dict[str, Floats]:  # fmt: skip
    """Return the columns that `NEAR` names; `words[v]` has a column for each word of view v."""
    columns = {name: np.zeros(len(views), np.float32) for name in NEAR}
    longest = max((met.shape[1] for met in words), default=0)
    if not asked.words or not longest:
        return columns
    weights = asked.weights / max(float(asked.weights.sum()), 1e-9)
    told = list(dict.fromkeys(view.speaker for view in views if view.speaker))
    said = dict(zip(told, weights @ matcher.matches(asked, told), strict=True)) if told else {}
    columns["speaker"] = np.array([bool(view.speaker) for view in views], np.float32)
    columns["speaker_met"] = np.array([said.get(view.speaker, -1.0) for view in views], np.float32)
    met = np.zeros((len(views), len(asked.words), longest + 2 * _WINDOW), np.float32)
    for row, own in enumerate(words):
        met[row, :, _WINDOW : _WINDOW + own.shape[1]] = own
    columns["window"] = (weights @ _best_of(met, _WINDOW)).max(axis=1)
    columns["pairs"] = _pairs(met, asked)
    # the first word is mostly the thing asked for: "how many workers", "which bank"
    columns["head_met"] = met[:, 0].max(axis=1)
    for row, view in enumerate(views):
        places = _word_places(view.text, answer_places(question, view.text))
        columns["answers"][row] = min(4, len(places))
        if places:
            own = words[row]
            away = np.abs(np.arange(own.shape[1])[None, :] - np.array(places)[:, None])
            near = np.exp(-away / _REACH).astype(np.float32)
            beside = (own[:, None, :] * near[None]).max(axis=2)
            columns["near_answer"][row] = (weights @ beside).max()
            columns["head_near"][row] = beside[0].max()
    return columns


def _best_of(met: Floats, size: int) -> Floats:
    """Return how well each word is met by any `size` words in a row, for each first one."""
    best = met
    reached = 1
    while reached < size:
        step = min(reached, size - reached)
        best = np.maximum(best[..., :-step], best[..., step:])
        reached += step
    return best


def _pairs(met: Floats, asked: Asked) -> Floats:
    """Return how many neighbours in the question are met by neighbours."""
    if met.shape[1] < 2:
        alone: Floats = met[:, 0].max(axis=1)
        return alone
    around = _best_of(met, 2 * _BESIDE + 1)
    here = met[..., _BESIDE:-_BESIDE]
    both = np.minimum(here[:, :-1], around[:, 1:]).max(axis=2)
    weights = asked.weights[:-1] + asked.weights[1:]
    share: Floats = both @ (weights / max(float(weights.sum()), 1e-9))
    return share


@lru_cache(maxsize=1 << 14)
def _starts(text: str) -> tuple[int, ...]:
    return tuple(token.start for token in tokens(text) if token.kind != "sign")


def _word_places(text: str, spans: Sequence[tuple[int, int]]) -> list[int]:
    """Return at which of the text's words each span begins."""
    starts = _starts(text)
    return [int(np.searchsorted(starts, start, side="right")) - 1 for start, _ in spans]
