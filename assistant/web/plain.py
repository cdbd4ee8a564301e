"""Pages for reading, without the chat: their words, their head, the language they are in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import HTMLResponse

from assistant.web.front import page_language
from assistant.web.page import NAMES
from assistant.web.strings import RIGHT_TO_LEFT

_PAGE = """<!doctype html><html lang="{language}" dir="{side}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">
<title>{heading} · {title}</title>
<link rel="icon" type="image/svg+xml" href="{up}ui/icon.svg">
<link rel="stylesheet" href="{up}ui/manual.css"></head><body><main>
<nav>{languages}</nav><h1>{heading}</h1>{body}</main></body></html>"""


@cache
def words(language: str) -> Mapping[str, str]:
    """Return the words of these pages in one language."""
    path = files("assistant") / "locales" / f"plain.{language}.json"
    found: dict[str, str] = json.loads(path.read_text("utf-8"))
    return found


def plain_page(request: Request, heading: str, body: str, *, up: str = "") -> HTMLResponse:
    """Return a page in the visitor's language; `heading` is a key, `body` is markup.

    Addresses are relative, so everything works under a path prefix; `up` leads to its root.
    """
    language = page_language(request.scope)
    said = words(language)
    others = " · ".join(
        f'<a href="?lang={code}" lang="{code}" hreflang="{code}">{escape(name)}</a>'
        for code, name in NAMES.items()
        if code != language
    )
    html = _PAGE.format(
        language=language,
        side="rtl" if language in RIGHT_TO_LEFT else "ltr",
        title=escape(said["title"]),
        heading=escape(said[heading]),
        up=up,
        languages=others,
        body=body,
    )
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language"}
    return HTMLResponse(html, headers=headers)
