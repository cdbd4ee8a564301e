"""A table that an editor keeps (question, expected passage) made a question file.

Needed is a CSV with the columns `question` and `expected`; `id`, `language`, `kind` and `article`
may stand beside them. An empty `expected` means that the articles do not say. The expected passage
is searched in the articles as people copy it (marks, digit styles and spaces aside) and kept as it
stands there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.schema import LANGUAGES
from eval.errors import EvaluationError
from index.fold import Folded, find, fold
from index.language import detect_language
from index.schema import Document

_COLUMNS = {"question", "expected"}


def read_table(path: Path, documents: Mapping[str, Document]) -> list[dict[str, Any]]:
    """Return the rows of a question file; EvaluationError names every line that does not fit."""
    folded = {key: fold(document.text) for key, document in documents.items()}
    rows, faults = [], []
    for line, cells in _lines(path):
        try:
            rows.append(_row(cells, line, documents, folded))
        except ValueError as error:
            faults.append(f"{path.name}:{line}: {error}")
    if faults:
        raise EvaluationError("; ".join(faults))
    if not rows:
        raise EvaluationError(f"{path}: no questions")
    return rows


def _lines(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise EvaluationError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise EvaluationError(f"{path}: not UTF-8; save the table as CSV UTF-8") from None
    header = text.partition("\n")[0]
    # spreadsheets of many countries write semicolons
    mark = max(",;\t", key=header.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=mark)
    named = {name: (name or "").strip().lower() for name in reader.fieldnames or ()}
    if not set(named.values()) >= _COLUMNS:
        raise EvaluationError(f"{path}: the first line must name the columns question and expected")
    for cells in reader:
        values = {named[key]: (cells[key] or "").strip() for key in named}
        if any(values.values()):
            yield reader.line_num, values


def _row(
    cells: Mapping[str, str],
    line: int,
    documents: Mapping[str, Document],
    folded: Mapping[str, Folded],
) -> dict[str, Any]:
    question, expected = cells["question"], cells["expected"]
    if not question:
        raise ValueError("no question")
    article, gold = cells.get("article", ""), ""
    if article and article not in documents:
        raise ValueError(f"no article {article!r}; there are {', '.join(sorted(documents))}")
    if expected:
        article, gold = _located(expected, [article] if article else documents, documents, folded)
    language = cells.get("language") or detect_language(question)
    if language not in LANGUAGES:
        raise ValueError(f"'language' must be one of {', '.join(LANGUAGES)}")
    return {
        "id": cells.get("id") or f"line-{line}",
        "article": article,
        "lang": language,
        "kind": cells.get("kind", ""),
        "split": "test",
        "question": question,
        "answerable": bool(expected),
        "gold": [[gold]] if gold else [],
    }


def _located(
    expected: str,
    articles: Iterable[str],
    documents: Mapping[str, Document],
    folded: Mapping[str, Folded],
) -> tuple[str, str]:
    """Return the article that holds a passage, and the passage as it stands there."""
    for article in articles:
        found = find(expected, folded[article])
        if found is not None:
            return article, documents[article].text[slice(*found)]
    start = " ".join(expected.split()[:6])
    raise ValueError(f"the expected passage is in no article: {start!r} …")
