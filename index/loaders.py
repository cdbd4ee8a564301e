"""From the bytes of a file to the text of an article: Markdown, text, HTML, PDF and DOCX.

Markdown and text are taken to the letter. Of the other formats a Markdown text is made, with
headings, lists and tables, the words untouched. What a file may unpack to is bounded.
"""

from __future__ import annotations

from collections.abc import Callable

from index.frontmatter import FrontMatterError, parse
from index.loaded import MAX_BYTES, MAX_TEXT, Loaded, LoadError
from index.markdown import blocks

__all__ = ["SUFFIXES", "LoadError", "Loaded", "load"]


def load(data: bytes, suffix: str) -> Loaded:
    r"""Read a file by the suffix of its name.

    >>> load("# قمة\n\nنص".encode(), ".md")
    Loaded(text='# قمة\n\nنص', values={'title': 'قمة'})
    """
    loader = _LOADERS.get(suffix.lower())
    if not loader:
        known = ", ".join(SUFFIXES)
        raise LoadError(f"{suffix or 'a file without a suffix'} is not known; known are {known}")
    if len(data) > MAX_BYTES:
        raise LoadError(f"larger than {MAX_BYTES // 1_000_000} MB")
    loaded = loader(data)
    if len(loaded.text) > MAX_TEXT:
        raise LoadError(f"the text has more than {MAX_TEXT:,} characters; cut it into articles")
    if not any(character.isalnum() for character in loaded.text):
        raise LoadError("there is no text in it")
    return loaded


def _markdown(data: bytes) -> Loaded:
    text = _decoded(data)
    if text.startswith("---\n"):
        try:
            parsed = parse(text)
        except FrontMatterError as error:
            raise LoadError(str(error)) from error
        return Loaded(parsed.body, dict(parsed.values))
    first = blocks(text)[:1]
    return Loaded(text, {"title": first[0].section} if first and first[0].level else {})


def _plain(data: bytes) -> Loaded:
    text = _decoded(data)
    first, _, rest = text.strip().partition("\n")
    titled = len(first) <= 200 and not first.rstrip().endswith((".", "…")) and rest[:1] == "\n"
    return Loaded(text, {"title": first.strip()} if titled else {})


def _html(data: bytes) -> Loaded:
    from index.html_page import load_html

    return load_html(data)


def _pdf(data: bytes) -> Loaded:
    from index.pdf_file import load_pdf

    return load_pdf(data)


def _docx(data: bytes) -> Loaded:
    from index.docx_file import load_docx

    return load_docx(data)


def _decoded(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise LoadError(f"not UTF-8 at byte {error.start}; save the file as UTF-8") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


_LOADERS: dict[str, Callable[[bytes], Loaded]] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _plain,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
    ".docx": _docx,
}
SUFFIXES = tuple(_LOADERS)
