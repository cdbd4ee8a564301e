"""Pages that other packages add to the house, through the entry-point group `c5.web`.

So nothing here imports what lies above. An entry point is a function of the application and the
house; it adds its routes and guards them itself.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from fastapi import FastAPI

if TYPE_CHECKING:
    from assistant.web.house import House


def plug_in(app: FastAPI, house: House) -> None:
    """Call every entry point, in the order of their names."""
    for point in sorted(entry_points(group="c5.web"), key=lambda each: each.name):
        add: Callable[[FastAPI, House], None] = point.load()
        add(app, house)
