"""A result as a data set of other evaluation libraries, each row an answered question.

- `ragas`: JSON lines of a single-turn sample (`user_input`, `response`, `retrieved_contexts`,
  `reference`, `reference_contexts`), as `ragas.EvaluationDataset.from_jsonl` and Hugging Face's
  `load_dataset("json", …)` read them;
- `deepeval`: a JSON list of test cases (`input`, `actual_output`, `expected_output`,
  `retrieval_context`, `context`), for `EvaluationDataset.add_test_cases_from_json_file`;
- `csv`: `question`, `answer`, `contexts`, `reference`, for a spreadsheet.

Contexts are the passages that search found, best first, as the assistant read them; the reference
is the gold text, in the article's language.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eval.errors import EvaluationError

_REFUSAL = "The articles do not say."
Rows = Sequence[Mapping[str, Any]]


def ragas(rows: Rows) -> str:
    """Return JSON lines."""
    samples = (
        {
            "user_input": row["question"],
            "response": row["answer"]["text"],
            "retrieved_contexts": contexts(row),
            "reference": reference(row),
            "reference_contexts": gold(row),
        }
        for row in rows
    )
    return "".join(json.dumps(sample, ensure_ascii=False) + "\n" for sample in samples)


def deepeval(rows: Rows) -> str:
    """Return a JSON list."""
    cases = [
        {
            "input": row["question"],
            "actual_output": row["answer"]["text"],
            "expected_output": reference(row),
            "retrieval_context": contexts(row),
            "context": gold(row),
            "name": row["id"],
        }
        for row in rows
    ]
    return json.dumps(cases, ensure_ascii=False, indent=1) + "\n"


def table(rows: Rows) -> str:
    """Return CSV; contexts of a row stand under each other in one cell."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", "question", "answer", "contexts", "reference"])
    for row in rows:
        cells = (row["id"], row["question"], row["answer"]["text"])
        writer.writerow([*cells, "\n\n".join(contexts(row)), reference(row)])
    return text.getvalue()


FORMATS: dict[str, Callable[[Rows], str]] = {"ragas": ragas, "deepeval": deepeval, "csv": table}


def export(result: Mapping[str, Any], kind: str) -> str:
    """Return a result in one of the `FORMATS`."""
    if kind not in FORMATS:
        raise EvaluationError(f"--format must be one of {', '.join(FORMATS)}, not {kind!r}")
    if any("text" not in row["answer"] for row in result["rows"]):
        raise EvaluationError("this result has no answers in it (a baseline has only scores)")
    return FORMATS[kind](result["rows"])


def contexts(row: Mapping[str, Any]) -> list[str]:
    """Return the passages that search found; the quotes where a result has none of them."""
    found = [passage["text"] for passage in row.get("found", ())]
    shown = (*row["answer"]["citations"], *row["answer"]["nearest"])
    return found or [each["quote"] for each in shown]


def gold(row: Mapping[str, Any]) -> list[str]:
    """Return the texts of the first alternative of the gold."""
    return list(row["gold"][0]) if row["gold"] else []


def reference(row: Mapping[str, Any]) -> str:
    """Return the expected answer: the gold text, or that there is none."""
    return " … ".join(gold(row)) or _REFUSAL
