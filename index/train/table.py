"""The table under training: rows, their Adam moments, and steps that touch only the rows used."""

from __future__ import annotations

import torch
from torch import Tensor


class Table:
    """One vector for each piece. Adam's moments of a row move only when the row is used."""

    def __init__(self, rows: Tensor, beta1: float = 0.9, beta2: float = 0.999) -> None:
        self.rows = rows
        self._first = torch.zeros_like(rows)
        self._second = torch.zeros_like(rows)
        self._count = torch.zeros(len(rows), 1)
        self._betas = (beta1, beta2)

    def take(self, pieces: Tensor) -> Tensor:
        """Return the rows of these distinct pieces, as a leaf that gathers a gradient."""
        return self.rows[pieces].requires_grad_()

    def step(self, pieces: Tensor, gradient: Tensor, rate: float) -> None:
        """Move the rows of these distinct pieces by one Adam step, each with its own count."""
        beta1, beta2 = self._betas
        count = self._count[pieces] + 1
        first = self._first[pieces].lerp_(gradient, 1 - beta1)
        second = self._second[pieces].mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
        self._count[pieces], self._first[pieces], self._second[pieces] = count, first, second
        scale = second.div_(1 - beta2**count).sqrt_().add_(1e-8)
        self.rows.index_add_(0, pieces, first.mul_(-rate / (1 - beta1**count)).div_(scale))

    def state(self) -> dict[str, Tensor]:
        """Return everything a resumed run needs."""
        return {"rows": self.rows, "m": self._first, "v": self._second, "n": self._count}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Take over what `state` returned."""
        self.rows, self._first = state["rows"], state["m"]
        self._second, self._count = state["v"], state["n"]
