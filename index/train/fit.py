"""The training itself: two phases of contrastive steps, with a checkpoint to go on from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from tqdm import tqdm

from index.train.losses import contrast, dense_vectors, late_matrix
from index.train.mixing import mixed
from index.train.pairs import GLOSSARY
from index.train.sampling import Bags, Encoded, Sampler
from index.train.table import Table


@dataclass(frozen=True, slots=True)
class Batch:
    """How large a batch may be: pairs, and pieces of both sides together (about)."""

    pairs: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Phase:
    """Steps of one kind. The rate falls from `rate` to 0 in a straight line."""

    name: str
    steps: int
    rate: float
    late: float
    """Share of the steps that train late interaction as well as the mean."""
    dictionaries: float
    """Weight of the groups of words and names beside that of sentences."""
    mean_batch: Batch = Batch(1024, 60_000)
    late_batch: Batch = Batch(512, 12_000)


# Word and name translations first, in large batches, which is cheap and gives the space its shape;
# then sentences and passages, with the loss that makes single pieces answer for themselves; then
# both in turns, so that rare words are not forgotten.
MEAN = Phase("mean", 4000, 0.02, late=0.0, dictionaries=0.5)
LATE = Phase("late", 7000, 0.003, late=1.0, dictionaries=0.1)
BOTH = Phase("both", 5000, 0.003, late=0.5, dictionaries=0.5)

_SAVE_EVERY = 500


def group_weight(group: Encoded, phase: Phase) -> float:
    """Return how often a group is drawn: size^0.7, large ones capped, so that none drowns."""
    weight: float = min(len(group), 60_000) ** 0.7
    if "kk" in group.group.languages:
        weight *= 2  # Kazakh has the least text
    if group.group.kind == "dict" and group.group.source != GLOSSARY:
        weight *= phase.dictionaries
    return weight


def fit(
    tokenizer: Tokenizer,
    groups: Sequence[Encoded],
    phases: Sequence[Phase],
    *,
    dimension: int = 256,
    seed: int = 0,
    checkpoint: Path | None = None,
    progress: bool = True,
    watch: Callable[[str, int, float, Tensor], None] | None = None,
) -> Tensor:
    """Train a table; `watch` gets phase, step, mean loss and table at every checkpoint."""
    generator = torch.Generator().manual_seed(seed)
    size = tokenizer.get_vocab_size()
    table = Table(torch.randn(size, dimension, generator=generator) * 0.1)
    done = {"phase": 0, "step": 0}
    if checkpoint is not None and checkpoint.is_file():
        saved = torch.load(checkpoint, weights_only=True)
        table.restore(saved["table"])
        done = saved["done"]
    for number, phase in enumerate(phases):
        if number < done["phase"]:
            continue
        first = done["step"] if number == done["phase"] else 0
        sampler = Sampler(groups, [group_weight(g, phase) for g in groups], seed + number)
        losses: list[float] = []
        steps = range(first, phase.steps)
        for step in tqdm(
            steps, desc=phase.name, initial=first, total=phase.steps, disable=not progress
        ):
            random = np.random.default_rng([seed + number, step, 1])
            late = phase.late == 1 or random.random() < phase.late
            limits = phase.late_batch if late else phase.mean_batch
            group, rows = sampler.draw(step, limits.pairs, limits.tokens)
            rate = phase.rate * (1 - step / phase.steps)
            if late:
                batch = mixed(group, rows, limits.tokens, random)
            else:
                batch = group.left.take(rows), group.right.take(rows), True
            losses.append(_step(table, *batch, late=late, rate=rate))
            if (step + 1) % _SAVE_EVERY == 0 or step + 1 == phase.steps:
                done = {"phase": number, "step": step + 1}
                if checkpoint is not None:
                    _save(checkpoint, table, done)
                if watch is not None:
                    watch(phase.name, step + 1, float(np.mean(losses)), table.rows)
                losses.clear()
    table.rows[0] = 0  # the unknown piece says nothing
    return table.rows


def _step(table: Table, left: Bags, right: Bags, both: bool, *, late: bool, rate: float) -> float:
    pieces, at = np.unique(np.concatenate([left.pieces, right.pieces]), return_inverse=True)
    used = torch.from_numpy(pieces)
    leaf = table.take(used)
    left = Bags(at[: len(left.pieces)], left.starts)
    right = Bags(at[len(left.pieces) :], right.starts)
    loss = _loss(leaf, left, right, late, both)
    loss.backward()
    assert leaf.grad is not None
    table.step(used, leaf.grad, rate)
    return float(loss.detach())


def _loss(leaf: Tensor, left: Bags, right: Bags, late: bool, both: bool) -> Tensor:
    """Return the sum of the cross-entropies; `both`: either side may be the query."""
    dense = dense_vectors(leaf, left) @ dense_vectors(leaf, right).T
    loss = contrast(20 * dense)
    if not late:
        return loss
    forward = late_matrix(leaf, left, right)
    loss = loss + contrast(12 * (forward + dense))
    if not both:
        return loss + contrast(20 * forward)
    backward = late_matrix(leaf, right, left)
    return loss + contrast(20 * forward) / 2 + contrast(20 * backward) / 2


def _save(checkpoint: Path, table: Table, done: dict[str, int]) -> None:
    """Replace the checkpoint as a whole, so that a stop in the middle leaves the old one."""
    fresh = checkpoint.with_suffix(".new")
    torch.save({"table": table.state(), "done": done}, fresh)
    fresh.replace(checkpoint)
