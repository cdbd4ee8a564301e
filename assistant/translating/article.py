"""An article's translation by a model: `translation.<language>.md`, whole or not at all.

Every paragraph is translated and checked. Those that fail twice are named and nothing is written,
unless the caller wants them left in the original; then the front matter lists them as
`untranslated` and the index takes them for not translated. What was verified is kept in a journal
beside the article, so the next run asks only for the rest. What a person made, or mended, is not
overwritten.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from assistant.article import Article, read_article
from assistant.errors import AssistantError
from assistant.evidence import Cited
from assistant.injection import speaks_to_a_model
from assistant.translating.journal import Journal, open_journal
from assistant.translating.model import Translator
from index.article_file import read_markdown
from index.corpus import read_document
from index.frontmatter import write
from index.translations import is_machine, read_translation

TITLE = -1
Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Failed:
    """A paragraph that is not translated, counted from 1 (0 is the title), and why."""

    paragraph: int
    glimpse: str
    why: str

    def __str__(self) -> str:
        """Name the paragraph in one line."""
        name = f"paragraph {self.paragraph}" if self.paragraph else "title"
        return f"{name} (“{self.glimpse}”): {self.why}"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a translation. `path` is None where nothing was written."""

    path: Path | None
    failed: tuple[Failed, ...] = ()


def is_wanted(folder: Path, language: str, *, named: bool, force: bool) -> bool:
    """Tell whether to translate: nothing is there, or what a model made of an older text.

    What a person made or changed is left alone unless `force`; AssistantError says so where the
    user `named` the language.
    """
    path = folder / f"translation.{language}.md"
    if not path.exists() or force:
        return True
    parsed = read_markdown(path, [])
    machine = parsed is not None and is_machine(parsed.values)
    if parsed is None or not machine or parsed.values.get("body_sha256") != _hash(parsed.body):
        if not named:
            return False
        deed = "has changed" if machine else "made"
        raise AssistantError(f"{path}: a person {deed} it; --force overwrites it")
    return parsed.values.get("source_sha256") != _hash(read_document(folder).text)


def translate_article(
    folder: Path,
    language: str,
    translator: Translator,
    *,
    leave_original: bool = False,
    report: Report = lambda done, of: None,
) -> Result:
    """Translate an article and write the translation beside it. Raises ModelFailure."""
    document = read_document(folder)
    # checked against the article alone: other translations are not what it says
    article = read_article(replace(document, translations=()))
    title = read_article(replace(document, text=document.title, translations=()))
    with open_journal(folder, language) as journal:
        texts: list[str] = []
        failed: list[Failed] = []
        models: dict[str, None] = {}
        pieces = [(TITLE, title, 0), *((n, article, n) for n in range(len(article.blocks)))]
        for done, (number, whole, block) in enumerate(pieces):
            report(done, len(pieces))
            original = _text(whole, block)
            text, why = _paragraph(whole, block, language, translator, journal, models)
            if text is None:
                failed.append(Failed(number + 1, original[:40].replace("\n", " "), why))
            texts.append(text or original)
        report(len(pieces), len(pieces))
        if failed and not leave_original:
            return Result(None, tuple(failed))
        body = _body(article, texts[1:])
        values = {
            "title": texts[0],
            "language": language,
            "translator": ", ".join(models) or translator.name,
            "translated": date.today().isoformat(),
            "machine": "true",
            "unofficial": "true",
            "untranslated": ", ".join(str(each.paragraph) for each in failed if each.paragraph),
            "source_sha256": _hash(document.text),
            "body_sha256": _hash(body),
        }
        path = folder / f"translation.{language}.md"
        _place(path, write(values, body), document.text, texts[1:])
        journal.remove()
    return Result(path, tuple(failed))


def _paragraph(
    article: Article,
    block: int,
    language: str,
    translator: Translator,
    journal: Journal,
    models: dict[str, None],
) -> tuple[str | None, str]:
    original = _text(article, block)
    if speaks_to_a_model(original):
        return None, "it speaks to a model instead of to a reader"
    known = journal.get(original)
    if known is not None:
        models[known[1]] = None
        return known[0], ""
    if not any(sign.isalpha() for sign in original):
        return original, ""
    attempt = translator.translate(Cited(article, article.paragraph(block)), language)
    if attempt.problems:
        return None, "; ".join(f"{p.kind}: {p.detail}" for p in attempt.problems)
    journal.add(original, attempt.text, translator.name)
    models[translator.name] = None
    return attempt.text, ""


def _text(article: Article, block: int) -> str:
    found = article.blocks[block]
    return article.document.text[found.start : found.end]


def _body(article: Article, texts: Sequence[str]) -> str:
    """Return the article's text with each block exchanged; its Markdown stays as it is."""
    parts, at = [], 0
    for block, text in zip(article.blocks, texts, strict=True):
        parts += [article.document.text[at : block.start], re.sub(r"\s*\n\s*", " ", text)]
        at = block.end
    return "".join([*parts, article.document.text[at:]])


def _place(path: Path, content: str, original: str, texts: Sequence[str]) -> None:
    """Write under another name, read that as the index will, then give it its name."""
    number, name = tempfile.mkstemp(prefix=".translating-", suffix=".md", dir=path.parent)
    made = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content.encode())
            file.flush()
            os.fsync(file.fileno())
        made.chmod(0o644)
        faults: list[str] = []
        found = read_translation(made, "", original, faults)
        read = found.blocks if found else ()
        for number, (text, block) in enumerate(zip(texts, read, strict=False), 1):
            if block and " ".join(block.split()) != " ".join(text.split()):
                faults.append(f"{path}: paragraph {number} would be read in pieces")
        if faults:
            told = faults[0].replace(str(made), str(path))
            raise AssistantError(f"{told}; nothing was written")
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
