"""Features of the places a question names: met, or another in their stead.

The figure of one country is no answer to a question on another, and static vectors of two
countries are near each other; so places are compared by what the glossary knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.concepts import concepts, kin_of, named, places
from assistant.matching import Asked

if TYPE_CHECKING:
    from assistant.views import View

Floats = NDArray[np.float32]
PLACES = ("place_missed", "place_missed_near", "place_rival", "place_rival_alone")


def place_features(views: Sequence[View], asked: Asked) -> dict[str, Floats]:
    """Return the columns that `PLACES` names; all -1 for a question without a place."""
    wanted = list(dict.fromkeys(found for e in asked.entries if (found := places(e))))
    columns = {name: np.full(len(views), -1, np.float32) for name in PLACES}
    if not wanted:
        return columns
    own = frozenset().union(*wanted, *(_kin(e) for e in wanted))
    for row, view in enumerate(views):
        told = _told(view.text)
        near = told.union(*(_told(line) for line in (*view.paragraph, view.article[0])))
        missed = [entries for entries in wanted if entries.isdisjoint(told)]
        others = bool(_named(view.text) - own)
        columns["place_missed"][row] = len(missed) / len(wanted)
        columns["place_missed_near"][row] = sum(e.isdisjoint(near) for e in wanted) / len(wanted)
        columns["place_rival"][row] = bool(missed) and others
        columns["place_rival_alone"][row] = len(missed) == len(wanted) and others
    return columns


@lru_cache(maxsize=1 << 14)
def _told(text: str) -> frozenset[int]:
    return places(concepts(text))


@lru_cache(maxsize=1 << 14)
def _named(text: str) -> frozenset[int]:
    return places(named(text))


def _kin(entries: Iterable[int]) -> frozenset[int]:
    return frozenset().union(*(kin_of(entry) for entry in entries))
