"""Unofficial translations beside an article, aligned with it block by block."""

from __future__ import annotations

from collections.abc import Mapping
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
        if translation := read_translation(path, code, original, faults):
            found.append(translation)
    return tuple(found)


def read_translation(
    path: Path, language: str, original: str, faults: list[str]
) -> Translation | None:
    """Read one translation of a text; blocks that it lists as `untranslated` are empty."""
    parsed = read_markdown(path, faults)
    if parsed is None:
        return None
    texts = _aligned(path, original, parsed.body, faults)
    missing = parsed.values.get("untranslated", "").replace(",", " ").split()
    if not all(each.isdecimal() and 0 < int(each) <= len(texts) for each in missing) and texts:
        faults.append(f"{path}: 'untranslated' lists paragraphs by number, 1 to {len(texts)}")
        return None
    left = {int(each) for each in missing} if texts else set()
    return Translation(
        language,
        tuple("" if number in left else text for number, text in enumerate(texts, 1)),
        is_machine(parsed.values),
    )


def is_machine(values: Mapping[str, str]) -> bool:
    """Tell from its front matter whether a model made a translation."""
    return values.get("machine", "").lower() in ("true", "yes", "1")


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
