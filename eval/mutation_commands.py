"""`c5 eval mutations`: plant faults and see that the measures notice."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.errors import EvaluationError

Questions = Annotated[
    list[Path] | None, typer.Option("--questions", help="Question file; more than one is fine.")
]


def mutations(
    questions: Questions = None,
    split: Annotated[str, typer.Option(help="dev or test.")] = "dev",
    docs: Annotated[Path | None, typer.Option(help="Folder of the articles.")] = None,
    readme: Annotated[Path | None, typer.Option(help="Write the table into this file.")] = None,
) -> None:
    """Plant faults in real answers; exit 1 where the measure meant for one does not notice.

    Example: c5 eval mutations --readme eval/README.md
    """
    from eval.answer_run import Wanted, opened, progress
    from eval.dataset import SPLITS, read_questions, shipped_files
    from eval.marked import write_table, written_table
    from eval.mutation_run import ask_all, mutation_table, of_search, plant_all
    from eval.passage_set import as_retrieval_set
    from eval.results import commit
    from eval.search_mutations import search_scores

    if split not in SPLITS:
        raise EvaluationError(f"--split must be one of {', '.join(SPLITS)}, not {split!r}")
    if readme is not None and written_table(readme, "mutations") is None:
        write_table(readme, "mutations", "")  # says that there is no place for it
    asked = read_questions(questions or shipped_files(), split)
    with opened(asked, Wanted(docs)) as assistant:
        documents = assistant.index.documents
        texts = {key: document.text for key, document in documents.items()}
        seen = plant_all(asked, ask_all(assistant, asked, progress), texts)
        seen += of_search(search_scores(as_retrieval_set(asked, documents, split)))
    told = f"{len(asked)} questions of the split `{split}`, answered at commit `{commit()}`."
    text = mutation_table(seen, told)
    if readme is not None:
        write_table(readme, "mutations", text)
    typer.echo(text, nl=False)
    missed = [mutation for mutation in seen if not mutation.caught]
    if missed:
        names = ", ".join(f"{m.fault} ({m.measure})" for m in missed)
        typer.echo(f"not caught: {names}")
        raise typer.Exit(1)
