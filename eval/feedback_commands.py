"""The command of `c5 eval` that makes evaluation cases of what readers said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from eval.errors import EvaluationError


def import_feedback(
    source: Annotated[Path | None, typer.Argument(help="The file of C5_FEEDBACK.")] = None,
    output: Annotated[Path, typer.Option(help="The question file to write.")] = Path(
        "feedback.jsonl"
    ),
    split: Annotated[str, typer.Option(help="dev or test.")] = "dev",
    docs: Annotated[Path | None, typer.Option(help="Folder of the articles.")] = None,
) -> None:
    """Make what readers said of answers a checked question file, with the expected passages.

    Example: c5 eval import-feedback feedback.sqlite --output feedback.jsonl
    """
    from assistant.settings import Settings
    from eval.collection import read_documents
    from eval.dataset import SPLITS
    from eval.feedback_cases import read_feedback
    from eval.question_commands import check, write_text

    settings = Settings.load(docs=docs)
    path = source or settings.feedback
    if path is None:
        raise EvaluationError("which file? give it, or set C5_FEEDBACK")
    if split not in SPLITS:
        raise EvaluationError(f"--split must be one of {', '.join(SPLITS)}, not {split!r}")
    cases = read_feedback(path, read_documents([settings.docs]), split)
    for reason in cases.left:
        typer.echo(f"left out: {reason}", err=True)
    if not cases.rows:
        raise EvaluationError(f"{path}: nothing in it can be made a question")
    write_text(output, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in cases.rows))
    check([output], docs)
