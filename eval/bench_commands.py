"""`c5 bench …`: speed and size, beside what others use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from eval.errors import EvaluationError

bench = typer.Typer(
    help="How fast and how big it is, beside what others use.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
JsonOut = Annotated[Path | None, typer.Option("--json", help="Write the figures here.")]


@bench.command()
def cold(
    runs: Annotated[int, typer.Option(min=1, help="Processes started of each kind.")] = 5,
    peer: Annotated[bool, typer.Option(help="Also run a LangChain tutorial pipeline.")] = True,
    json_out: JsonOut = None,
) -> None:
    """Time and memory of one question from a cold process.

    Example: c5 bench cold --runs 3
    """
    from eval.benchmarks.cold import as_text, measure_cold

    _tell(measured := measure_cold(runs, peer=peer), as_text(measured), json_out)


@bench.command()
def answers(json_out: JsonOut = None) -> None:
    """Answers a second, on the shipped questions.

    Example: c5 bench answers
    """
    from eval.benchmarks.answers import as_text, measure_answers

    _tell(measured := measure_answers(), as_text(measured), json_out)


@bench.command()
def retrieval(
    data: Annotated[Path, typer.Option(help="A BEIR folder.")],
    sizes: Annotated[str, typer.Option(help="Passages to time ours at.")] = "1000,10000,100000",
    json_out: JsonOut = None,
) -> None:
    """Our retrieval beside a LangChain tutorial pipeline and bm25s.

    Example: c5 bench retrieval --data xquad_ar --sizes 1000,10000
    """
    from eval.benchmarks.retrieval import as_text, measure_retrieval

    counts = [size.strip() for size in sizes.split(",") if size.strip()]
    if not all(count.isdecimal() for count in counts):
        raise EvaluationError(f"--sizes must be numbers with commas between, not {sizes!r}")
    _tell(measured := measure_retrieval(data, [*map(int, counts)]), as_text(measured), json_out)


def _tell(figures: Any, text: str, json_out: Path | None) -> None:
    if json_out is not None:
        from eval.results import write_result

        write_result(figures, json_out)
    typer.echo(text if text else json.dumps(figures, ensure_ascii=False, indent=1))
