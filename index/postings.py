"""The postings of a lexical index as arrays: put in order, moved, and joined with a few more."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Terms = NDArray[np.uint64]
Ends = NDArray[np.int64]
Owners = NDArray[np.int32]
Counts = NDArray[np.uint8]


class Postings(NamedTuple):
    """For each of the sorted terms the owners from the end of the term before to its own."""

    terms: Terms
    ends: Ends  # begins with 0
    owners: Owners
    counts: Counts


def arranged(terms: Terms, owners: Owners, counts: Counts) -> Postings:
    """Return postings that came in any order, one for each term and owner."""
    # stable: within a term the owners stay in order, which keeps the sums local in memory
    order = np.argsort(terms, kind="stable")
    terms = terms[order]
    firsts = np.flatnonzero(np.concatenate([[True], terms[1:] != terms[:-1]])[: len(terms)])
    ends = np.concatenate([firsts, [len(terms)]]).astype(np.int64)
    return Postings(terms[firsts], ends, owners[order], counts[order])


def moved(
    terms: Terms, ends: Ends, owners: Owners, counts: Counts, places: NDArray[np.int64]
) -> Postings:
    """Return the postings with each owner at its new place, without those whose place is -1."""
    owners = places.astype(np.int32)[owners]
    gone = np.flatnonzero(owners < 0)
    if not len(gone):
        return Postings(terms, ends, owners, np.asarray(counts))
    ends = ends - np.searchsorted(gone, ends)
    held = np.flatnonzero(np.diff(ends))
    ends = np.concatenate([ends[:1], ends[held + 1]])
    return Postings(terms[held], ends, np.delete(owners, gone), np.delete(counts, gone))


def joined(first: Postings, others: list[Postings]) -> Postings:
    """Return all postings; within a term those of `first` stand first.

    Nothing of `first` is sorted again, so a few changed texts among many cost a copy of it.
    """
    if not others:
        return first
    more = arranged(
        np.concatenate([np.repeat(each.terms, np.diff(each.ends)) for each in others]),
        np.concatenate([each.owners for each in others]),
        np.concatenate([each.counts for each in others]),
    )
    place = np.searchsorted(first.terms, more.terms)
    known = np.zeros(len(place), bool)
    inside = place < len(first.terms)
    known[inside] = first.terms[place[inside]] == more.terms[inside]
    # behind the postings of a term that is known, else where those of a new term belong
    at = np.repeat(first.ends[place + known], np.diff(more.ends))
    sizes = np.diff(first.ends)
    sizes[place[known]] += np.diff(more.ends)[known]
    new = place[~known]
    sizes = np.insert(sizes, new, np.diff(more.ends)[~known])
    return Postings(
        np.insert(first.terms, new, more.terms[~known]),
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        np.insert(first.owners, at, more.owners),
        np.insert(first.counts, at, more.counts),
    )
