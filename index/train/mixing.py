"""Harder examples out of the pairs at hand, for the phase that trains late interaction.

Questions share only part of a passage's words, and passages say more than one thing. Parallel
sentences do neither, so some batches are bent that way: the passage gets other sentences beside the
true one, and the query loses words. Entries of dictionaries are joined to texts of several.
"""

from __future__ import annotations

import numpy as np

from index.train.sampling import Bags, Encoded, Ints

_PLAIN = 0.4
"""Share of the batches of parallel sentences that stay as they are."""
_ENTRIES = 6


def mixed(
    group: Encoded, rows: Ints, tokens: int, random: np.random.Generator
) -> tuple[Bags, Bags, bool]:
    """Return queries, passages, and whether the two sides may still change places."""
    kind = group.group.kind
    if kind == "dict":
        joined = rows[: len(rows) // _ENTRIES * _ENTRIES]
        if len(joined) < 8 * _ENTRIES:
            return group.left.take(rows), group.right.take(rows), True
        left, right = group.left.take(joined), group.right.take(joined)
        return _every(left, _ENTRIES), _every(right, _ENTRIES), True
    if kind != "parallel":
        return thinned(group.left.take(rows), random, 0.8), group.right.take(rows), False
    others = np.setdiff1d(np.arange(len(group)), rows)
    if random.random() < _PLAIN or len(others) < len(rows):
        return group.left.take(rows), group.right.take(rows), True
    swap = random.random() < 0.5
    asked, found = (group.right, group.left) if swap else (group.left, group.right)
    if _to_arabic(group) is not None:
        asked, found = _to_arabic(group) or (asked, found)
    beside = int(random.integers(1, 6))
    length = len(asked.pieces) / len(asked) + len(found.pieces) / len(found) * (beside + 1)
    rows = rows[: max(8, int(tokens / length))]
    columns = random.choice(others, (len(rows), beside))
    passages = found.take(np.column_stack([rows, columns]).ravel())
    queries = thinned(asked.take(rows), random, random.uniform(0.4, 1))
    return queries, _every(passages, beside + 1), False


def thinned(bags: Bags, random: np.random.Generator, share: float) -> Bags:
    """Drop pieces at random, about `share` of them stay; a text keeps its first in any case."""
    keep = random.random(len(bags.pieces)) < share
    keep[bags.starts[:-1][np.diff(bags.starts) > 0]] = True
    counted = np.concatenate([[0], np.cumsum(keep)])
    return Bags(bags.pieces[keep], counted[bags.starts])


def _to_arabic(group: Encoded) -> tuple[Bags, Bags] | None:
    """Return the sides with Arabic as the passage: what the model will be asked for most."""
    languages = group.group.languages
    if languages.count("ar") != 1:
        return None
    sides = (group.left, group.right)
    return sides if languages[1] == "ar" else (sides[1], sides[0])


def _every(bags: Bags, size: int) -> Bags:
    """Join every `size` texts that follow each other."""
    return Bags(bags.pieces, bags.starts[::size])
