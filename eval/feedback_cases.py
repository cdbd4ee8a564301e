"""What readers said of answers (`C5_FEEDBACK`) made evaluation cases.

| verdict | case |
|---|---|
| good, answered | the question with the quotes that were cited as its expected passage |
| good, refused | a question that the articles do not answer |
| not in the source | the same, unless the reader pointed to a passage: then that is expected |
| wrong | the passage the reader pointed to is expected |
| incomplete | the quotes that were cited and the passage the reader pointed to, together |

What a reader found wrong without saying which passage is right cannot be a case; it is told, so
that an editor can look. A passage that the article no longer holds is told as well.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import EvaluationError
from index.schema import Document


@dataclass(frozen=True, slots=True)
class Cases:
    """Rows for a question file, and why other feedback could not be made one."""

    rows: tuple[Mapping[str, Any], ...]
    left: tuple[str, ...]


def read_feedback(path: Path, documents: Mapping[str, Document], split: str) -> Cases:
    """Return the cases in a file of feedback; EvaluationError where it is none."""
    rows: list[Mapping[str, Any]] = []
    left: list[str] = []
    asked: dict[tuple[str, str], int] = {}
    for kept in _kept(path):
        name = f"feedback-{kept['id']}"
        try:
            case = _case(name, kept, documents, split)
        except ValueError as error:
            left.append(f"{name} ({kept['verdict']}): {error}: {kept['question']!r}")
            continue
        # of several words on one question the last one counts
        earlier = asked.setdefault((case["lang"], case["question"]), len(rows))
        if earlier < len(rows):
            left.append(f"{rows[earlier]['id']}: {name} says another thing of the same question")
            rows[earlier] = case
        else:
            rows.append(case)
    return Cases(tuple(rows), tuple(left))


def _kept(path: Path) -> Iterator[Mapping[str, Any]]:
    if not path.is_file():
        raise EvaluationError(f"{path}: no such file; C5_FEEDBACK says where feedback is kept")
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            yield from map(dict, connection.execute("SELECT * FROM feedback ORDER BY id"))
    except sqlite3.Error as error:
        raise EvaluationError(f"{path}: not a file of feedback ({error})") from None


def _case(
    name: str, kept: Mapping[str, Any], documents: Mapping[str, Document], split: str
) -> Mapping[str, Any]:
    answer = json.loads(kept["answer"])
    pointed = json.loads(kept["passage"]) if kept["passage"] else None
    cited = [(c["document"], c["quote"].strip()) for c in answer["citations"]]
    right = [(pointed["document"], pointed["text"].strip())] if pointed else []
    verdict = kept["verdict"]
    expected = {
        "good": cited,
        "not_in_source": right,
        "wrong": right,
        "incomplete": [*cited, *right] if right else [],
    }[verdict]
    if not expected and verdict in ("wrong", "incomplete"):
        raise ValueError("which passage is right was not pointed to")
    homes = {document for document, _ in expected}
    if len(homes) > 1:
        raise ValueError("its passages are in several articles")
    for document, text in expected:
        if document not in documents or text not in documents[document].text:
            raise ValueError("the article no longer says what was expected")
    case: dict[str, Any] = {
        "id": name,
        "lang": kept["language"],
        "kind": "feedback",
        "split": split,
        "question": kept["question"],
        "answerable": bool(expected),
        "gold": [_each_once(text for _, text in expected)] if expected else [],
    }
    if homes:
        case["article"] = homes.pop()
    case["note"] = f"{verdict}: {kept['why']}".rstrip(": ")
    return case


def _each_once(texts: Iterator[str]) -> Sequence[str]:
    return list(dict.fromkeys(texts))
