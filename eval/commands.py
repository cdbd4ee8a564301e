"""The commands `c5 eval …` and `c5 bench …`, plugged into `c5` by entry points.

Results on standard output, progress on standard error; exit code 0 good, 1 the answer to a check
is no, 2 the user's mistake (raised as an AssistantError and told by `c5` in one line).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.bench_commands import bench
from eval.errors import EvaluationError
from eval.feedback_commands import import_feedback
from eval.judge_commands import judge
from eval.mutation_commands import mutations
from eval.open_commands import export, peers, retrieval
from eval.question_commands import check, draft, import_table, write_text

__all__ = ["app", "bench"]

app = typer.Typer(
    help="How good the assistant is, what got worse, and whether to release.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Questions = Annotated[
    list[Path] | None, typer.Option("--questions", help="Question file; more than one is fine.")
]
JsonOut = Annotated[Path | None, typer.Option("--json", help="Write the whole result here.")]
Encoder = Annotated[str | None, typer.Option(help="Another encoder (C5_ENCODER).")]


@app.command()
def answers(
    questions: Questions = None,
    split: Annotated[str | None, typer.Option(help="dev or test; all without it.")] = None,
    json_out: JsonOut = None,
    save: Annotated[str | None, typer.Option(help="Keep as eval/results/NAME-COMMIT.json.")] = None,
    junit_out: Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML.")] = None,
    docs: Annotated[Path | None, typer.Option(help="Folder of the articles.")] = None,
    index_dir: Annotated[
        Path | None, typer.Option("--index", help="Use this index instead of a temporary one.")
    ] = None,
    mode: Annotated[str, typer.Option(help="auto, extractive or generative.")] = "auto",
    encoder: Encoder = None,
    translations: Annotated[
        bool, typer.Option(help="Index the translations beside the articles as well.")
    ] = True,
    gate: Annotated[
        bool | None,
        typer.Option(help="Exit with 1 below a floor; default: only for the shipped questions."),
    ] = None,
) -> None:
    """Ask all questions and score the answers; an interrupted run with --json or --save goes on.

    Example: c5 eval answers --split dev --json result.json
    """
    from eval.answer_run import Wanted, run_answers
    from eval.dataset import SPLITS, read_questions, shipped_files
    from eval.floors import read_floors, shortfalls
    from eval.junit import junit
    from eval.results import named, write_result
    from eval.told import summary_text

    if split is not None and split not in SPLITS:
        raise EvaluationError(f"--split must be one of {', '.join(SPLITS)}, not {split!r}")
    keep = named(save) if save else None
    asked = read_questions(questions or shipped_files(), split)
    wanted = Wanted(docs, index_dir, mode, encoder, translations, split)
    result = run_answers(asked, wanted, json_out or keep)
    for path in filter(None, (json_out, keep)):
        write_result(result, path)
    if junit_out is not None:
        write_text(junit_out, junit(result))
    typer.echo(summary_text(result))
    if gate or (gate is None and not questions):
        short = shortfalls(result, read_floors())
        for fall in short:
            typer.echo(f"below the floor: {fall}")
        if short:
            raise typer.Exit(1)


@app.command()
def report(
    result: Annotated[Path | None, typer.Argument(help="A result; the newest without it.")] = None,
    output: Annotated[Path, typer.Option(help="The page to write.")] = Path("eval-report.html"),
    language: Annotated[str, typer.Option("--lang", help="ar, en, ru or kk.")] = "en",
) -> None:
    """Write a result as one HTML page that works offline.

    Example: c5 eval report result.json --output report.html
    """
    from assistant.question import check_language
    from eval.report import report_of
    from eval.results import newest_result

    check_language(language)
    page = report_of(result or newest_result(), language)
    write_text(output, page)
    typer.echo(str(output))


@app.command()
def compare(before: Path, after: Path) -> None:
    """Say what changed between two results; exit 1 where a measure is worse by more than noise.

    Example: c5 eval compare eval/results/baseline.json result.json
    """
    from eval.compare import as_text
    from eval.compare import compare as compared
    from eval.results import read_result

    comparison = compared(read_result(before), read_result(after))
    typer.echo(as_text(comparison))
    if comparison.worse:
        typer.echo(f"worse: {', '.join(d.metric for d in comparison.worse)}")
        raise typer.Exit(1)


app.command()(check)
app.command("import")(import_table)
app.command("import-feedback")(import_feedback)
app.command()(draft)
app.command()(mutations)
app.command()(judge)
app.command()(retrieval)
app.command()(export)
app.command()(peers)


@app.command()
def accept(result: Path) -> None:
    """Make a result the committed baseline (scores only, without the answers' words).

    Example: c5 eval accept eval/results/test-1a2b3c4d5e.json
    """
    from eval.results import BASELINE, read_result, without_answers, write_result

    write_result(without_answers(read_result(result)), BASELINE)
    typer.echo(str(BASELINE))


@app.command()
def table(
    readme: Annotated[Path | None, typer.Option(help="Write it into this file.")] = None,
) -> None:
    """Print the table of scores of the committed baseline, or write it into a README.

    Example: c5 eval table --readme README.md
    """
    from eval.marked import write_table, written_table
    from eval.results import BASELINE, read_result
    from eval.table import score_table

    if readme is not None:
        written_table(readme, "scores")  # a README that cannot be read is told first
    if not BASELINE.is_file():
        raise EvaluationError(f"{BASELINE}: no baseline yet; run: c5 eval accept RESULT")
    text = score_table(read_result(BASELINE))
    if readme is not None:
        write_table(readme, "scores", text)
    typer.echo(text, nl=False)
