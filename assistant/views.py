"""A sentence as the reader sees it, with what stands around it.

A sentence is seen through each of its *views*: as it stands, and through its translation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
MET = 0.5
THEME = 0.12  # share of sentences that makes a name what the whole article is about


@dataclass(frozen=True, slots=True)
class View:
    """A sentence in one language, and the sentences around it: all that could give it context.

    `paragraph` begins with its heading, `article` with the title.
    """

    text: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    around: tuple[str, ...]
    paragraph: tuple[str, ...]
    article: tuple[str, ...]
    place: int = 0
    heading: bool = False
    published: date | None = None
    speaker: str = ""
    at: float = 0.0


class Groups:
    """The different sentences of all views, read once, and which of them make up each context.

    A context is the union of its sentences, so what it meets best is the best of theirs.
    """

    def __init__(self, views: Sequence[View]) -> None:
        parts: dict[str, list[tuple[str, ...]]] = {
            "": [(view.text,) for view in views],
            "_before": [view.before for view in views],
            "_after": [view.after for view in views],
            "_heading": [view.paragraph[:1] for view in views],
            "_title": [view.article[:1] for view in views],
            "_around": [view.around for view in views],
            "_paragraph": [view.paragraph for view in views],
            "_article": [view.article for view in views],
        }
        named = (texts for lines in parts.values() for texts in dict.fromkeys(lines))
        self.texts = list(dict.fromkeys(text for texts in named for text in texts))
        self.place = place = {text: i for i, text in enumerate(self.texts)}
        self.members = {
            name: [np.array([place[text] for text in texts], np.int32) for texts in lines]
            for name, lines in parts.items()
        }

    def best_of(self, scores: Floats) -> dict[str, Floats]:
        """Return, for each context, the best score of its sentences in each row."""
        return {name: self._best(scores, rows) for name, rows in self.members.items()}

    def themes(self, scores: Floats) -> Floats:
        """Return 1 for words that the title or a good part of the article's sentences meet."""
        known: dict[bytes, Floats] = {}
        columns = np.zeros((len(scores), len(self.members["_article"])), np.float32)
        for column, own in enumerate(self.members["_article"]):
            key = own.tobytes()
            if key not in known:
                met = scores[:, own] >= MET
                known[key] = (met[:, 0] | (met.mean(axis=1) >= THEME)).astype(np.float32)
            columns[:, column] = known[key]
        return columns

    def _best(self, scores: Floats, members: Sequence[NDArray[np.int32]]) -> Floats:
        columns = np.zeros((len(scores), len(members)), np.float32)
        known: dict[bytes, Floats] = {}
        for column, own in enumerate(members):
            key = own.tobytes()
            if len(own) and key not in known:
                known[key] = scores[:, own].max(axis=1)
            if len(own):
                columns[:, column] = known[key]
        return columns
