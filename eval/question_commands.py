"""The commands of `c5 eval` that make and check question files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from eval.errors import EvaluationError


def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Question files.")] = None,
    docs: Annotated[Path | None, typer.Option(help="Folder of the articles.")] = None,
) -> None:
    """Check question files against their articles; exit 1 where one has an error.

    Example: c5 eval check my-questions.jsonl --docs docs
    """
    from assistant.settings import Settings
    from eval.collection import folders, read_documents
    from eval.dataset import read_questions, shipped_files
    from eval.questions_check import check_questions

    questions = read_questions(files or shipped_files())
    documents = read_documents(folders(Settings.load(docs=docs).docs, questions))
    found = check_questions(questions, documents)
    for finding in found:
        typer.echo(str(finding))
    errors = sum(finding.error for finding in found)
    typer.echo(f"{len(questions)} questions, {errors} errors, {len(found) - errors} warnings")
    if errors:
        raise typer.Exit(1)


def import_table(
    source: Annotated[Path, typer.Argument(help="CSV or XLSX: question, expected.")],
    output: Annotated[Path, typer.Option(help="The question file to write.")],
    docs: Annotated[Path | None, typer.Option(help="Folder of the articles.")] = None,
) -> None:
    """Make an editor's table a checked question file; the expected passages are found in docs/.

    Example: c5 eval import mine.xlsx --output mine.jsonl
    """
    from assistant.settings import Settings
    from eval.collection import read_documents
    from eval.editors import read_table

    rows = read_table(source, read_documents([Settings.load(docs=docs).docs]))
    write_text(output, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    check([output], docs)


def draft(
    article: Annotated[str, typer.Argument(help="The article: its folder's name in docs/.")],
    output: Annotated[Path, typer.Option(help="The table to write, .csv or .xlsx.")],
    docs: Annotated[Path | None, typer.Option(help="Folder of the articles.")] = None,
) -> None:
    """Propose questions from an article, as a table in which a person accepts and rewords.

    Example: c5 eval draft my-article --output draft.xlsx
    """
    from collections import Counter

    from assistant.settings import Settings
    from eval.collection import read_documents
    from eval.draft import COLUMNS, as_rows
    from eval.draft import draft as proposed
    from eval.sheets import write_sheet

    documents = read_documents([Settings.load(docs=docs).docs])
    if article not in documents:
        raise EvaluationError(f"no article {article!r}; there are {', '.join(sorted(documents))}")
    proposals = proposed(documents[article])
    write_sheet(output, COLUMNS, as_rows(documents[article], proposals))
    kinds = Counter(proposal.kind for proposal in proposals)
    told = ", ".join(f"{number} {kind}" for kind, number in kinds.items()) or "nothing to ask about"
    typer.echo(f"{output}: {told}")
    typer.echo(
        "Put them in your own words, write yes in the column accept, then:"
        f" c5 eval import {output} --output my-questions.jsonl"
    )


def write_text(path: Path, text: str) -> None:
    """Write a file; EvaluationError where it cannot be written."""
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise EvaluationError(f"{path}: {error.strerror or error}") from None
