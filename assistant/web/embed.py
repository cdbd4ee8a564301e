"""`/embed`: the line that puts the chat into a page, with its options and a preview."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from assistant.schema import LANGUAGES
from assistant.web.front import page_language
from assistant.web.house import House
from assistant.web.page import NAMES
from assistant.web.plain import plain_page, words
from assistant.web.strings import RIGHT_TO_LEFT

DEFAULT_COLOR = "#0b5c66"
_CHECKS = ("open", "selection")
_SIZE = re.compile(r"\d{1,4}(?:px|em|rem|vh|vw|%)")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_TARGET = re.compile(r"[#.][A-Za-z][\w-]{0,60}")
_PROGRAM = 'C5Assistant.open({ question: "…" });\nC5Assistant.close();'


def make_embed(house: House) -> APIRouter:
    """Return the page and its preview."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/embed")
    def embed(
        request: Request,
        language: Annotated[str, Query()] = "",
        label: Annotated[str, Query(max_length=60)] = "",
        color: Annotated[str, Query()] = "",
        corner: Annotated[str, Query()] = "",
        opened: Annotated[str, Query(alias="open")] = "",
        selection: Annotated[str, Query()] = "",
        target: Annotated[str, Query()] = "",
        width: Annotated[str, Query()] = "",
        height: Annotated[str, Query()] = "",
    ) -> Response:
        given = {
            "language": language, "label": label, "color": color, "corner": corner,
            "open": opened, "selection": selection, "target": target,
            "width": width, "height": height,
        }  # fmt: skip
        return plain_page(request, "embed", _body(house, request, chosen(given)))

    @routes.get("/embed/preview")
    def preview(request: Request) -> Response:
        language = page_language(request.scope)
        said = words(language)
        side = "rtl" if language in RIGHT_TO_LEFT else "ltr"
        options = chosen(dict(request.query_params)) | {"target": ""}
        if request.query_params.get("target"):
            options["target"] = "#here"
        html = (
            f'<!doctype html><html lang="{language}" dir="{side}"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escape(said['preview_title'])}</title>"
            '<link rel="stylesheet" href="../ui/manual.css"><main>'
            f"<h1>{escape(said['preview_title'])}</h1><p>{escape(said['preview_text'])}</p>"
            f'<div id="here"></div></main>{script("..", options)}</html>'
        )
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})

    return routes


def chosen(given: Mapping[str, str]) -> dict[str, str]:
    """Return the options that make sense and are not what happens anyway."""
    found = {
        "language": given.get("language", "") if given.get("language") in LANGUAGES else "",
        "label": given.get("label", "").strip()[:60],
        "color": _fitting(_COLOR, given.get("color", "")).lower(),
        "corner": "bottom-start" if given.get("corner") == "bottom-start" else "",
        "target": _fitting(_TARGET, given.get("target", "")),
        "width": _fitting(_SIZE, given.get("width", "")),
        "height": _fitting(_SIZE, given.get("height", "")),
    }
    found |= {name: "true" if given.get(name) == "true" else "" for name in _CHECKS}
    if found["color"] == DEFAULT_COLOR:
        found["color"] = ""
    return found


def script(base: str, options: Mapping[str, str]) -> str:
    """Return the line for a page."""
    data = "".join(f' data-{n}="{escape(v)}"' for n, v in options.items() if v)
    return f'<script src="{escape(base)}/widget.js" async{data}></script>'


def element(base: str, options: Mapping[str, str]) -> str:
    """Return the same as an element that stands where the page puts it."""
    named = dict(options)
    inline = " inline" if named.pop("target", "") else ""
    data = "".join(f' {n}="{escape(v)}"' for n, v in named.items() if v)
    return (
        f'<script src="{escape(base)}/widget.js" async data-manual></script>\n'
        f"<c5-assistant{inline}{data}></c5-assistant>"
    )


def _fitting(pattern: re.Pattern[str], value: str) -> str:
    return value.strip() if pattern.fullmatch(value.strip()) else ""


def _body(house: House, request: Request, options: Mapping[str, str]) -> str:
    said = words(page_language(request.scope))
    base = str(request.base_url).rstrip("/")
    origin = base.partition("://")[0] + "://" + base.partition("://")[2].partition("/")[0]
    origins = house.settings.origins
    allowed = (
        f"<p>{escape(said['origins'])}</p><ul>"
        + "".join(f"<li><code>{escape(o)}</code></li>" for o in origins)
        + "</ul>"
        if origins
        else f"<p>{escape(said['origins_none'])}</p>"
    )
    asked = escape(urlencode({name: value for name, value in options.items() if value}))
    return (
        f"<p>{escape(said['embed_about'])}</p>{_form(request, said, options)}"
        f"{_code(said, 'snippet', script(base, options))}"
        f"{_code(said, 'element', element(base, options))}{allowed}"
        f"{_code(said, 'policy', f'script-src {origin}; frame-src {origin}')}"
        f"{_code(said, 'program', _PROGRAM)}<p>{escape(said['events'])}</p>"
        f'<section><h2>{escape(said["preview"])}</h2><iframe class="preview" '
        f'title="{escape(said["preview"])}" src="embed/preview?{asked}"></iframe></section>'
        '<script src="ui/embed.js"></script>'
    )


def _code(said: Mapping[str, str], key: str, code: str) -> str:
    return (
        f'<section class="code"><h2 id="{key}">{escape(said[key])}</h2>'
        f'<button type="button" data-copy data-done="{escape(said["copied"])}">'
        f"{escape(said['copy'])}</button>"
        f'<pre dir="ltr" tabindex="0" aria-labelledby="{key}"><code>{escape(code)}</code></pre>'
        "</section>"
    )


def _form(request: Request, said: Mapping[str, str], options: Mapping[str, str]) -> str:
    lang = request.query_params.get("lang", "")
    kept = f'<input type="hidden" name="lang" value="{escape(lang)}">' if lang else ""
    languages = [("", said["language_host"]), *NAMES.items()]
    corners = [("", said["corner_bottom-end"]), ("bottom-start", said["corner_bottom-start"])]
    fields = [
        _select(said, "language", languages, options),
        _select(said, "corner", corners, options),
        _input(said, "label", options, 'maxlength="60" dir="auto"'),
        _input(said, "color", options, f'type="color" value="{options["color"] or DEFAULT_COLOR}"'),
        _input(said, "width", options, 'placeholder="430px" dir="ltr"'),
        _input(said, "height", options, 'placeholder="680px" dir="ltr"'),
        _input(said, "target", options, 'placeholder="#assistant" dir="ltr"'),
        *(
            f'<label><input type="checkbox" name="{name}" value="true"'
            f"{' checked' * bool(options[name])}> {escape(said[f'option_{name}'])}</label>"
            for name in _CHECKS
        ),
    ]
    return (
        f'<form id="options"><fieldset><legend>{escape(said["options"])}</legend>'
        f"{kept}{''.join(fields)}<button>{escape(said['show'])}</button></fieldset></form>"
    )


def _select(
    said: Mapping[str, str],
    name: str,
    choices: list[tuple[str, str]],
    options: Mapping[str, str],
) -> str:
    shown = "".join(
        f'<option value="{value}"{" selected" * (value == options[name])}>{escape(text)}</option>'
        for value, text in choices
    )
    return f'<label>{escape(said[f"option_{name}"])} <select name="{name}">{shown}</select></label>'


def _input(said: Mapping[str, str], name: str, options: Mapping[str, str], more: str) -> str:
    value = "" if "value=" in more else f' value="{escape(options[name])}"'
    return f'<label>{escape(said[f"option_{name}"])} <input name="{name}"{value} {more}></label>'
