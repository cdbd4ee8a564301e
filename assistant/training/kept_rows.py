"""Rows on disk: computing features takes minutes, fitting seconds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.features import NAMES
from assistant.training.examples import Rows

_TOLD = ("source", "group", "language", "weight", "decides", "answerable", "natural")


def keep(sets: Sequence[Rows], path: Path) -> None:
    """Write the rows into one ``.npz`` file."""
    told = [[getattr(one, name) for name in _TOLD] for one in sets]
    np.savez(
        path,
        about=np.array(json.dumps({"features": NAMES, "sets": told})),
        sizes=np.array([len(one.rows) for one in sets]),
        rows=np.concatenate([one.rows for one in sets]).astype(np.float32),
        labels=np.concatenate([one.labels for one in sets]),
    )


def kept(path: Path) -> list[Rows]:
    """Read what `keep` wrote; a file of other features is a ValueError."""
    with np.load(path) as file:
        about = json.loads(str(file["about"]))
        sizes, rows, labels = file["sizes"], file["rows"], file["labels"]
    if tuple(about["features"]) != NAMES:
        raise ValueError(f"{path}: rows of other features; remove the file")
    ends = np.cumsum(sizes)[:-1]
    parts = zip(about["sets"], np.split(rows, ends), np.split(labels, ends), strict=True)
    return [
        Rows(rows=own, labels=marks, **dict(zip(_TOLD, told, strict=True)))
        for told, own, marks in parts
    ]
