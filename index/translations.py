"""Unofficial translations beside an article, aligned with it block by block."""

from __future__ import annotations

from pathlib import Path

from index.article_file import read_markdown
from index.language import primary_language
from index.markdown import blocks
from index.schema import Translation


def read_translations(
    folder: Path, original: str, language: str, faults: list[str]
) -> tuple[Translation, ...]:
    """Read all translations beside an article whose text and language are given."""
    found = []
    for path in sorted(folder.glob("translation*.md")):
        code = path.name.removeprefix("translation.").removesuffix(".md")
        if primary_language(code) != code:
            faults.append(f"{path}: name it translation.<language>.md, with a code such as en")
            continue
        if code == language:
            faults.append(f"{path}: the article itself is in this language")
            continue
        if parsed := read_markdown(path, faults):
            texts = _aligned(path, original, parsed.body, faults)
            machine = parsed.values.get("machine", "").lower() in ("true", "yes", "1")
            found.append(Translation(code, texts, machine))
    return tuple(found)


def _aligned(path: Path, original: str, body: str, faults: list[str]) -> tuple[str, ...]:
    """Return the translation's blocks, which must be as many and of the kinds of the original's."""
    ours, theirs = blocks(original), blocks(body)
    for number, (one, other) in enumerate(zip(ours, theirs, strict=False), 1):
        if (one.level > 0) != (other.level > 0):
            kinds = ("paragraph", "heading")
            faults.append(
                f"{path}: paragraph {number} is a {kinds[other.level > 0]}, but a "
                f"{kinds[one.level > 0]} in the article ({_glimpse(original, one.start, one.end)})"
            )
            return ()
    if len(ours) != len(theirs):
        number = min(len(ours), len(theirs)) + 1
        longer = "the article" if len(ours) > len(theirs) else "the translation"
        faults.append(
            f"{path}: {len(theirs)} headings and paragraphs, but {len(ours)} in the article; "
            f"from paragraph {number} on only {longer} goes on"
        )
        return ()
    return tuple(body[block.start : block.end] for block in theirs)


def _glimpse(text: str, start: int, end: int) -> str:
    return "“" + text[start:end][:40].replace("\n", " ") + ("…”" if end - start > 40 else "”")
