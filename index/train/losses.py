"""What training lowers: contrastive losses on the mean of the rows and on late interaction."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from index.train.sampling import Bags, Ints


def dense_vectors(rows: Tensor, bags: Bags) -> Tensor:
    """Return the unit vector of each text: the direction of the sum of its rows."""
    summed: Tensor = _Sum.apply(rows, bags)
    return functional.normalize(summed, dim=1)


def contrast(scores: Tensor) -> Tensor:
    """Cross-entropy of the true pairs (the diagonal), over rows and over columns."""
    target = torch.arange(len(scores))
    by_row = functional.cross_entropy(scores, target)
    return (by_row + functional.cross_entropy(scores.T, target)) / 2


def late_matrix(rows: Tensor, queries: Bags, passages: Bags) -> Tensor:
    """Return the late interaction of every query with every passage, as `index.late` scores it."""
    queries, passages = distinct(queries), distinct(passages)
    asked, asked_at = np.unique(queries.pieces, return_inverse=True)
    found, found_at = np.unique(passages.pieces, return_inverse=True)
    unit = functional.normalize(rows, dim=1)
    best: Tensor = _Best.apply(
        unit[torch.from_numpy(asked)],
        unit[torch.from_numpy(found)],
        torch.from_numpy(found_at.astype(np.int64)),
        passages.starts,
    )
    best = best.clamp(min=0)
    weight = rows.norm(dim=1)[torch.from_numpy(queries.pieces)]
    starts = torch.from_numpy(queries.starts)
    at = torch.from_numpy(asked_at.astype(np.int64))
    summed = functional.embedding_bag(
        at, best * best, starts, mode="sum", per_sample_weights=weight, include_last_offset=True
    )
    total = torch.zeros(len(queries)).index_add(
        0, torch.from_numpy(np.repeat(np.arange(len(queries)), np.diff(queries.starts))), weight
    )
    return summed / total.clamp(min=1e-6)[:, None]


def distinct(bags: Bags) -> Bags:
    """Return the bags with every piece at most once a text, in order of number."""
    text = np.repeat(np.arange(len(bags)), np.diff(bags.starts))
    top = int(bags.pieces.max()) + 1 if len(bags.pieces) else 1
    keys = np.unique(text * top + bags.pieces)
    counts = np.bincount(keys // top, minlength=len(bags))
    return Bags(keys % top, np.concatenate([[0], np.cumsum(counts)]))


class _Sum(torch.autograd.Function):  # type: ignore[misc]
    """The sum of the rows of each text; five times faster backwards than torch's own."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor, bags: Bags) -> Tensor:
        ctx.bags, ctx.size = bags, len(rows)
        return _gather(bags.pieces, rows, bags.starts)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        # The same sum the other way round: for each piece, over the texts it occurs in.
        bags: Bags = ctx.bags
        text = np.repeat(np.arange(len(bags)), np.diff(bags.starts))
        order = np.argsort(bags.pieces, kind="stable")
        counts = np.bincount(bags.pieces, minlength=ctx.size)
        return _gather(text[order], gradient, np.concatenate([[0], np.cumsum(counts)])), None


def _gather(which: Ints, rows: Tensor, starts: Ints) -> Tensor:
    return functional.embedding_bag(
        torch.from_numpy(which),
        rows.detach().contiguous(),
        torch.from_numpy(starts),
        mode="sum",
        include_last_offset=True,
    )


class _Best(torch.autograd.Function):  # type: ignore[misc]
    """The largest cosine of each query piece with any piece of each passage.

    The products run in bfloat16; only the winning pair of pieces gets a gradient.
    """

    @staticmethod
    def forward(ctx: Any, asked: Tensor, found: Tensor, at: Tensor, starts: Any) -> Tensor:
        asked, found = asked.detach().bfloat16(), found.detach().bfloat16()
        cosines = found @ asked.T
        best = torch.empty(len(starts) - 1, len(asked))
        winner = torch.empty(len(starts) - 1, len(asked), dtype=torch.int64)
        for passage, (start, end) in enumerate(pairwise(starts)):
            pieces = at[start:end]
            values, which = cosines[pieces].max(dim=0)
            best[passage] = values
            winner[passage] = pieces[which]
        ctx.save_for_backward(asked, found, winner)
        return best.T

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, None, None]:
        asked, found, winner = ctx.saved_tensors
        flow = torch.zeros(len(found) * len(asked))
        place = winner * len(asked) + torch.arange(len(asked))
        flow.index_add_(0, place.flatten(), gradient.T.flatten())
        flow16 = flow.view(len(found), len(asked)).bfloat16()
        return (flow16.T @ found).float(), (flow16 @ asked).float(), None, None
