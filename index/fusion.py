"""One score from unlike signals.

Each signal ("part") of the same passages is standardised over the passages scored together, and
the standardised parts are added with weights that depend on what the query and the passage share:
the same script or another, and whether the query holds names or numbers. The weights are fitted
on training data by `python -m index.train.fit_fusion` and kept in `fusion.json` beside this file.

A handful of scores has no trustworthy mean and spread, so both are shrunk towards those seen in
training (as if `strength` more passages had been scored): one passage alone gets a sane score, and
thirty passages aren't blown apart by a lucky one. The raw parts stay in `Parts`, because only
they say how near the best passage is; a fused score only orders passages of one query.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
WEIGHTS = Path(__file__).with_name("fusion.json")
STRENGTH = 10.0
PARTS = ("dense", "rare", "near", "lexical", "skeleton", "glossary", "brevity", "article")
LATE = ("rare", "near")


@dataclass(frozen=True, slots=True)
class Parts:
    """Raw scores of the same passages in the same order; every part has an absolute meaning.

    `dense` is a cosine; `late`, `rare` and `near` are the mean match of the query's pieces (0-1;
    None for encoders without a table of them; see `index.late.Late`); `lexical`, `skeleton` and
    `glossary` are BM25 as a share of what the query scores against itself
    (`LexicalIndex.shares`), 0 where nothing is in common:
    of its words, of its names and numbers, and of what the glossary gives for it in the passage's
    script (None: not looked up). `brevity` is minus the logarithm of the passage's length: longer
    passages meet more of any query by chance. `article` is the mean of the cosines of all passages
    of the same document: a headline, or a question that leaves the subject to the reader, is told
    by the whole article. `late` only informs; `rare` and `near` are what counts.
    """

    dense: Floats
    lexical: Floats
    skeleton: Floats
    late: Floats | None = None
    rare: Floats | None = None
    near: Floats | None = None
    glossary: Floats | None = None
    brevity: Floats | None = None
    article: Floats | None = None

    def take(self, places: NDArray[np.int64]) -> Parts:
        """Return the parts of some of the passages."""
        kept: dict[str, Any] = {}
        for name in self.__slots__:
            part = getattr(self, name)
            kept[name] = None if part is None else part[places]
        return Parts(**kept)

    def at(self, place: int) -> dict[str, float]:
        """Return the parts of one passage, for `Hit.parts`."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return {name: float(part[place]) for name, part in found.items() if part is not None}


def fuse(
    query: str,
    same_script: NDArray[np.bool_],
    parts: Parts,
    without: frozenset[str] = frozenset(),
    *,
    late_follows: bool = False,
) -> Floats:
    """Return one score for each passage, higher is better; comparable within this query only.

    `same_script` says for each passage whether it is written in the query's script
    (`index.transliterate.script`). `without` names parts to leave out. Where late interaction is
    not there (another encoder, or left out), the cosine takes its weight: it then is all that
    speaks of meaning. Not so where late interaction follows on what is chosen here.
    """
    model = _model()
    left = [n for n in PARTS if n not in without and getattr(parts, n) is not None]
    total = np.zeros(len(same_script), dtype=np.float32)
    missing = [n for n in LATE if n not in left and (n in without or not late_follows)]
    for shared in (True, False):
        group = np.asarray(same_script) == shared
        if not group.any():
            continue
        weights: Mapping[str, Any] = model["same" if shared else "other"]
        for name in left:
            weight = weights[name]
            if name == "dense":
                weight += sum(weights[late] for late in missing)
            part = standardise(getattr(parts, name), model["priors"][name])
            total[group] += weight * part[group]
    return total


def standardise(part: Floats, prior: Mapping[str, float]) -> Floats:
    """Return (part - mean) / deviation, both shrunk towards the prior's."""
    count, strength = len(part), prior["strength"]
    mean = (float(part.sum()) + strength * prior["mean"]) / (count + strength)
    spread = float(np.square(part - mean).sum()) + strength * prior["deviation"] ** 2
    deviation = (spread / (count + strength)) ** 0.5
    standard: Floats = ((part - mean) / deviation).astype(np.float32)
    return standard


@cache
def _model() -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    model: Mapping[str, Mapping[str, Mapping[str, float]]] = json.loads(WEIGHTS.read_text())
    return model
