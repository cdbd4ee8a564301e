"""What all HTML of the talk has in common."""

from __future__ import annotations

from assistant.web.strings import RIGHT_TO_LEFT, known


def side(language: str) -> str:
    """Return the direction of a language of the page."""
    return "rtl" if known(language) in RIGHT_TO_LEFT else "ltr"


def one_line(text: str) -> str:
    """Return a text with single blanks for all white space."""
    return " ".join(text.split())


def in_one_line(html: str) -> str:
    """Return the markup on one line: a blank line would hand the rest to the Markdown parser."""
    return html.replace("\n", " ")


def web_address(url: str | None) -> str:
    """Return an address that may be a link, else nothing."""
    return url if url and url.startswith(("http://", "https://")) else ""
