"""The fixed parts of the page: what goes into its head, and the empty places around the talk."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache, partial
from hashlib import sha256
from html import escape
from pathlib import Path

from assistant.schema import LANGUAGES
from assistant.web.strings import RIGHT_TO_LEFT, strings

STATIC = Path(__file__).parent / "static"
# not deferred: those wait for all of Gradio's
_SCRIPTS = ("outside", "chat", "early", "use", "feedback", "history", "library", "adding")
NAMES = {"ar": "العربية", "en": "English", "ru": "Русский", "kk": "Қазақша"}

# Gradio's page names itself and pictures on other hosts to link previews
_METAS = re.compile(r'(?<!\s)\s*+<meta\s+(?:property|name)="(?:og|twitter):[^>]*>')

_ICON = (
    "<svg viewBox='0 0 24 24' aria-hidden='true' focusable='false'><path fill='none' "
    "stroke='currentColor' stroke-width='1.8' stroke-linecap='round' stroke-linejoin='round' "
    "d='{}'/></svg>"
)
_BOOK = _ICON.format(
    "M4 5.5C7 4 10 4.2 12 6c2-1.8 5-2 8-.5V19c-3-1.5-6-1.3-8 .5-2-1.8-5-2-8-.5zM12 6v13.5"
)
_CROSS = _ICON.format("M6 6l12 12M18 6L6 18")
_LIST = _ICON.format("M5 6.5h14M5 12h14M5 17.5h9")
_SHARE = _ICON.format("M12 15V4M8 7.5L12 4l4 3.5M5 13v6h14v-6")
_UP = _ICON.format("M6 14l6-6 6 6")
_SEND = _ICON.format("M4 4.5L20.5 12 4 19.5 7 12zM7 12h6")
_DOWN = _ICON.format("M6 10l6 6 6-6")


@cache
def version() -> str:
    """Return a mark of the static files, so that browsers keep them until they change."""
    content = b"".join(p.read_bytes() for p in sorted(STATIC.glob("*.*")))
    return sha256(content).hexdigest()[:12]


def dressed(html: str, language: str, origins: Sequence[str] = ()) -> str:
    """Return Gradio's page with its language, our words, style and script, and what stands around.

    Addresses are relative, so everything works under a path prefix.
    """
    side = "rtl" if language in RIGHT_TO_LEFT else "ltr"
    html = _METAS.sub("", html)
    html = html.replace('<html\n\tlang="en"', f'<html lang="{language}" dir="{side}"', 1)
    before, app, after = html.partition("<gradio-app")
    inner, end, rest = after.partition("</gradio-app>")
    before = before.replace("</head>", head(language, origins) + "</head>", 1)
    around = header(language) + early(language)
    return before + around + app + inner + end + reader(language) + shells() + rest


def head(language: str, origins: Sequence[str] = ()) -> str:
    """Return what the page loads before Gradio: its words, its style and its script."""
    words = {code: dict(strings(code)) for code in LANGUAGES}
    about = {
        "strings": words,
        "names": NAMES,
        "rtl": sorted(RIGHT_TO_LEFT),
        "language": language,
        "origins": list(origins),
    }
    # `<` is escaped: the words could hold no markup even if somebody put some there
    data = json.dumps(about, ensure_ascii=False).replace("<", "\\u003c")
    return (
        '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
        '<link rel="icon" type="image/svg+xml" href="ui/icon.svg">'
        f'<script type="application/json" id="c5-about">{data}</script>'
        + "".join(
            f'<link rel="stylesheet" href="ui/{name}.css?{version()}">'
            for name in ("faces", "chat", "desk")
        )
        + "".join(f'<script src="ui/{name}.js?{version()}"></script>' for name in _SCRIPTS)
    )


def header(language: str) -> str:
    """Return the bar at the top."""
    choices = "".join(
        f'<option value="{code}" lang="{code}"{" selected" * (code == language)}>'
        f"{escape(name)}</option>"
        for code, name in NAMES.items()
    )
    said = partial(_said, language)
    return (
        f'<header class="c5-bar"><a class="c5-skip" href="#c5-early-ask"{said("skip")}</a>'
        '<div class="c5-brand"><span class="c5-mark" aria-hidden="true">C5</span>'
        f"<div><h1{said('brand')}</h1><p{said('tagline')}</p></div></div>"
        '<nav class="c5-tools">'
        f'<button type="button" class="c5-tool" id="c5-open-reader" data-label="article">{_BOOK}'
        f"<span{said('article')}</span></button>"
        f'<button type="button" class="c5-tool" id="c5-menu" data-label="talk_menu">{_SHARE}'
        f"<span{said('talk_menu')}</span></button>"
        '<button type="button" class="c5-tool" id="c5-new" data-label="new">'
        f"<span{said('new')}</span></button>"
        f'<label class="c5-language"><span class="c5-hidden"{said("language")}</span>'
        f'<select id="c5-languages">{choices}</select></label></nav></header>'
    )


def early(language: str) -> str:
    """Return what can be read and used before Gradio has drawn the talk, in its place.

    What is typed there goes into Gradio's own box as soon as that is there.
    """
    words = strings(language)
    send = escape(words["send"])
    return (
        f'<main id="c5-early">{_welcome(language)}<form class="c5-early-ask" id="c5-early-ask">'
        f'<textarea rows="1" dir="auto" aria-label="{escape(words["ask_label"])}" '
        f'placeholder="{escape(words["ask_placeholder"])}"></textarea>'
        f'<button type="submit" aria-label="{send}" title="{send}">{_SEND}</button></form>'
        f"{_hint(language)}</main>"
    )


def shells() -> str:
    """Return what the script puts into the talk where Gradio draws it anew."""
    language = LANGUAGES[0]  # the script says it in the language of the page
    return (
        f'<template id="c5-shell-welcome">{_welcome(language)}</template>'
        f'<template id="c5-shell-hint">{_hint(language)}</template>'
        '<template id="c5-shell-filter"><p class="c5-filter" id="c5-filter" hidden>'
        '<span id="c5-filter-words"></span> '
        '<button type="button" class="c5-plain" id="c5-filter-off" data-say="ask_all"></button></p>'
        "</template>"
    )


def _welcome(language: str) -> str:
    said = partial(_said, language)
    return (
        f'<section class="c5-welcome" id="c5-empty"><h2{said("welcome")}</h2>'
        f'<p{said("welcome_text")}</p><h3 class="c5-label" id="c5-try" hidden{said("try")}</h3>'
        '<ul class="c5-suggestions" id="c5-suggested"></ul></section>'
    )


def _hint(language: str) -> str:
    said = partial(_said, language)
    return (
        f'<p class="c5-hint" id="c5-under"><span{said("hint")}</span> '
        f'<a href="privacy" target="_blank" rel="noopener"{said("privacy")}</a></p>'
    )


def reader(language: str) -> str:
    """Return the place where articles are shown."""
    said = partial(_said, language)
    return (
        '<div class="c5-reader" id="c5-reader" role="complementary" data-label="article">'
        '<div class="c5-reader-bar">'
        f'<label class="c5-pick"><span class="c5-hidden"{said("choose_article")}</span>'
        '<select id="c5-articles"></select></label>'
        f'<button type="button" class="c5-tool c5-all" id="c5-all" aria-expanded="false" '
        f'data-label="all_articles">{_LIST}</button>'
        '<div class="c5-walk" id="c5-walk" hidden>'
        f'<button type="button" id="c5-previous" data-label="previous">{_UP}</button>'
        '<span id="c5-position" aria-live="polite"></span>'
        f'<button type="button" id="c5-next" data-label="next">{_DOWN}</button></div>'
        f'<button type="button" class="c5-tool c5-back" id="c5-back" hidden{said("back")}</button>'
        f'<button type="button" class="c5-close" id="c5-close" data-label="close">{_CROSS}</button>'
        '</div><div class="c5-text" id="c5-holder" role="region" tabindex="0" '
        'data-label="article"></div><section class="c5-shelf" id="c5-shelf" hidden></section></div>'
        '<div class="c5-veil" id="c5-veil"></div>'
    )


def _said(language: str, key: str) -> str:
    return f' data-say="{key}">{escape(strings(language)[key])}'
