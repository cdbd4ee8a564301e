"""The scores a release must reach, from a TOML file, and what falls short of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import EvaluationError

FLOORS = Path(__file__).parent / "floors.toml"
_SLACK = 1e-9  # 0.9 of ten is 0.9


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A score on the wrong side of its bound."""

    group: str
    metric: str
    value: float
    bound: float
    least: bool

    def __str__(self) -> str:
        word = "below" if self.least else "above"
        return f"{self.group} {self.metric} {self.value:.3f} is {word} {self.bound:g}"


def read_floors(path: Path = FLOORS) -> dict[str, dict[str, dict[str, float]]]:
    """Read the bounds: group, then `least` or `most`, then measure."""
    try:
        floors = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise EvaluationError(f"{path}: {error.strerror or error}") from None
    except tomllib.TOMLDecodeError as error:
        raise EvaluationError(f"{path}: {error}") from None
    for group, sides in floors.items():
        if not isinstance(sides, dict) or not all(map(_is_side, sides.items())):
            raise EvaluationError(f"{path}: [{group}] needs tables 'least' and 'most' of numbers")
    return floors


def _is_side(side: tuple[str, Any]) -> bool:
    name, bounds = side
    numbers = isinstance(bounds, dict) and all(isinstance(b, int | float) for b in bounds.values())
    return name in ("least", "most") and numbers


def shortfalls(
    result: Mapping[str, Any], floors: Mapping[str, Mapping[str, Mapping[str, float]]]
) -> tuple[Shortfall, ...]:
    """Return every bound that a result misses; a measure the run does not have is not held."""
    found = []
    for group, sides in floors.items():
        metrics = result["metrics"] if group == "all" else result["by"]["lang"].get(group, {})
        for side, bounds in sides.items():
            for metric, bound in bounds.items():
                value = metrics.get(metric)
                least = side == "least"
                gap = 0.0 if value is None else (bound - value if least else value - bound)
                if gap > _SLACK:
                    found.append(Shortfall(group, metric, value, bound, least))
    return tuple(found)
