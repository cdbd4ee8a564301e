"""A table that an editor keeps (question, expected passage) made a question file.

Needed is a CSV or XLSX with the columns `question` and `expected`; `id`, `language`, `kind`,
`article`, `answer`, `speaker` and `split` may stand beside them. An empty `expected` means that the
articles do not say. The expected passage is searched in the articles as people copy it (marks,
digit styles and spaces aside) and kept as it stands there. Where there is a column `accept`
(`c5 eval draft` makes one), only the rows in which a person wrote something there are taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from assistant.schema import LANGUAGES
from eval.dataset import SPLITS
from eval.errors import EvaluationError
from eval.sheets import read_sheet
from index.fold import Folded, find, fold
from index.language import detect_language
from index.schema import Document

_COLUMNS = ("question", "expected")
_NOT_ACCEPTED = {"", "no", "0", "false", "нет", "жоқ", "لا"}


def read_table(path: Path, documents: Mapping[str, Document]) -> list[dict[str, Any]]:
    """Return the rows of a question file; EvaluationError names every line that does not fit."""
    folded = {key: fold(document.text) for key, document in documents.items()}
    rows, faults = [], []
    for line, cells in read_sheet(path, _COLUMNS):
        if cells.get("accept", "yes").lower() in _NOT_ACCEPTED:
            continue
        try:
            rows.append(_row(cells, line, documents, folded))
        except ValueError as error:
            faults.append(f"{path.name}:{line}: {error}")
    if faults:
        raise EvaluationError("; ".join(faults))
    if not rows:
        raise EvaluationError(f"{path}: no questions, or none with a word in the column accept")
    return rows


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
    split = cells.get("split") or "test"
    if split not in SPLITS:
        raise ValueError(f"'split' must be one of {', '.join(SPLITS)}")
    answer = _copied(cells.get("answer", ""), gold)
    more = {"answers": [answer]} if answer else {}
    if speaker := cells.get("speaker"):
        more["speaker"] = [name.strip() for name in speaker.split("|") if name.strip()]
    return {
        "id": cells.get("id") or f"line-{line}",
        "article": article,
        "lang": language,
        "kind": cells.get("kind", ""),
        "split": split,
        "question": question,
        "answerable": bool(expected),
        "gold": [[gold]] if gold else [],
        **more,
    }


def _copied(answer: str, gold: str) -> str:
    """Return the short answer as it stands in the gold; "" where none is named."""
    if not answer:
        return ""
    found = find(answer, fold(gold))
    if found is None:
        raise ValueError(f"the answer {answer!r} is not in the expected passage")
    return gold[slice(*found)]


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
