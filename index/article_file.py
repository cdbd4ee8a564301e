"""The files of an article's folder as front matter and text; faults are collected, not raised."""

from __future__ import annotations

import re
from pathlib import Path

from index.frontmatter import FrontMatterError, Parsed, parse, read_values

ARTICLE = "article.md"
_OTHERS = ("article.txt", "article.html", "article.htm", "article.docx", "article.pdf")
_ABOUT = "meta.yaml"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]")


def find_article(folder: Path) -> Path | None:
    """Return article.md, or else what stands in for it in another format."""
    paths = (folder / name for name in (ARTICLE, *_OTHERS))
    return next((path for path in paths if path.is_file()), None)


def read_article(path: Path, faults: list[str]) -> Parsed | None:
    """Read an article; for other formats than Markdown meta.yaml beside it is the front matter."""
    if path.name == ARTICLE:
        return read_markdown(path, faults)
    from index.loaders import LoadError, load  # only needed here

    about = path.with_name(_ABOUT)
    try:
        loaded = load(path.read_bytes(), path.suffix)
    except (LoadError, OSError) as error:
        faults.append(f"{path}: {error}")
        return None
    try:
        stated = read_values(about.read_text("utf-8-sig")) if about.is_file() else {}
    except (FrontMatterError, UnicodeDecodeError, OSError) as error:
        faults.append(f"{about}: {error}")
        return None
    if _has_control(path, loaded.text, faults):
        return None
    return Parsed(loaded.values | stated, loaded.text)


def read_markdown(path: Path, faults: list[str]) -> Parsed | None:
    """Read a Markdown file with front matter."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.append(f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8")
        return None
    except OSError as error:
        faults.append(f"{path}: cannot be read: {error.strerror}")
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _has_control(path, text, faults):
        return None
    if not text.strip():
        faults.append(f"{path}: the file is empty")
        return None
    try:
        return parse(text)
    except FrontMatterError as error:
        faults.append(f"{path}: {error}")
        return None


def _has_control(path: Path, text: str, faults: list[str]) -> bool:
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        faults.append(
            f"{path}: control character U+{ord(control[0]):04X} in line {line}; remove it"
        )
    return control is not None
