"""The page from which editors start, follow and read evaluations."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from assistant.web.strings import RIGHT_TO_LEFT
from eval.web.runs import Progress
from eval.words import say

_TOLD = ("desk.running", "desk.stopped", "desk.failed", "desk.done", "desk.uploaded")


def desk_html(
    language: str, results: Sequence[Mapping[str, Any]], own: Sequence[str], run: Progress
) -> str:
    """Return the page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # the places are filled by the script
    told = {key: say(language, key, **_PLACES) for key in _TOLD}
    page: str = templates.get_template("desk.html.j2").render(
        language=language,
        direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
        say=partial(say, language),
        results=results,
        own=own,
        told=json.dumps(told, ensure_ascii=False),
        run=json.dumps(asdict(run), ensure_ascii=False),
    )
    return page


_PLACES = {key: f"{{{key}}}" for key in ("done", "total", "fault", "count", "name")}
