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
TableOut = Annotated[
    Path | None, typer.Option(help="A README to write the table into, between its marks.")
]


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

    measured = measure_retrieval(data, _numbers("--sizes", sizes))
    _tell(measured, as_text(measured), json_out)


@bench.command()
def scale(
    sizes: Annotated[str, typer.Option(help="Passages.")] = "1000,10000,100000",
    graphs: Annotated[
        int | None, typer.Option(help="The size at which settings of the graph are compared.")
    ] = None,
    folder: Annotated[Path | None, typer.Option(help="Where there is room to work.")] = None,
    json_out: JsonOut = None,
    svg: Annotated[Path | None, typer.Option(help="Draw the figures here.")] = None,
) -> None:
    """Measure building, asking, changing and memory at growing numbers of passages.

    Example: c5 bench scale --sizes 1000,10000 --graphs 10000 --svg scale.svg
    """
    from eval.benchmarks.scale import as_svg, as_text, measure_scale

    measured = measure_scale(_numbers("--sizes", sizes), graphs=graphs, folder=folder)
    _tell(measured, as_text(measured), json_out)
    if svg is not None:
        svg.write_text(as_svg(measured), encoding="utf-8")


@bench.command()
def serve(
    users: Annotated[str, typer.Option(help="Users at once.")] = "1,10,50,200",
    seconds: Annotated[float, typer.Option(min=1, help="How long for each number.")] = 30,
    pause: Annotated[
        float, typer.Option(min=0, help="Seconds a user reads between questions, on average.")
    ] = 10,
    json_out: JsonOut = None,
) -> None:
    """Load a real server over HTTP: answers a second, waiting times, refusals, memory.

    Example: c5 bench serve --users 1,50 --seconds 20
    Example: c5 bench serve --users 50 --seconds 1200 --pause 10
    """
    from eval.benchmarks.serve import as_text, measure_serving

    measured = measure_serving(_numbers("--users", users), seconds=seconds, pause=pause)
    _tell(measured, as_text(measured), json_out)


@bench.command()
def soak(
    minutes: Annotated[float, typer.Option(min=0.5, help="How long.")] = 20,
    users: Annotated[int, typer.Option(min=1, help="Users at once.")] = 50,
    json_out: JsonOut = None,
) -> None:
    """Load a real server for a long time; exit 1 where its memory grows or an answer fails.

    Example: c5 bench soak --minutes 20
    """
    from eval.benchmarks.soak import as_text, measure_soak

    _tell(measured := measure_soak(minutes, users=users), as_text(measured), json_out)
    if not measured["passed"]:
        raise typer.Exit(1)


@bench.command()
def peers(
    python: Annotated[
        Path | None, typer.Option(help="A Python that has txtai, where this one hasn't.")
    ] = None,
    table: TableOut = None,
    json_out: JsonOut = None,
) -> None:
    """Ours beside a LangChain tutorial pipeline, txtai and bm25s, on our dev questions.

    Example: c5 bench peers --json peers.json
    """
    from eval.benchmarks.peers import as_text, measure_peers
    from eval.benchmarks.peers_table import peers_table
    from eval.marked import write_table

    _tell(measured := measure_peers(python), as_text(measured), json_out)
    if table is not None:
        write_table(table, "peers", peers_table(measured))


def _numbers(option: str, told: str) -> list[int]:
    counts = [each.strip() for each in told.split(",") if each.strip()]
    if not counts or not all(each.isdecimal() and int(each) for each in counts):
        raise EvaluationError(f"{option} must be numbers with commas between, not {told!r}")
    return [*map(int, counts)]


@bench.command()
def guard(
    every: Annotated[int, typer.Option(min=1, help="Play every n-th true statement only.")] = 1,
    table: TableOut = None,
    json_out: JsonOut = None,
) -> None:
    """Show what passes of honest, sloppy, hostile and broken scripted language models.

    Example: c5 bench guard --every 9
    """
    from eval.benchmarks.guard import measure_guard, write_guard_table
    from eval.benchmarks.guard_table import guard_table

    _tell(measured := measure_guard(every), guard_table(measured), json_out)
    if table is not None:
        write_guard_table(table, measured)
    if any(measured["false_shown"].values()):
        raise typer.Exit(1)


@bench.command()
def reading(
    arcd: Annotated[Path | None, typer.Option(help="A BEIR folder with answers, as ARCD.")] = None,
    nomiracl: Annotated[Path | None, typer.Option(help="A folder of NoMIRACL *.jsonl.")] = None,
    json_out: JsonOut = None,
) -> None:
    """Measure the reader alone, on public data: the answer's sentence, and refusal.

    Example: c5 bench reading --arcd arcd_test --nomiracl nomiracl
    """
    from eval.benchmarks.reading import as_text, measure_reading

    if arcd is None and nomiracl is None:
        raise EvaluationError("nothing to read: give --arcd, --nomiracl or both")
    _tell(measured := measure_reading(arcd, nomiracl), as_text(measured), json_out)


def _tell(figures: Any, text: str, json_out: Path | None) -> None:
    if json_out is not None:
        from eval.results import write_result

        write_result(figures, json_out)
    typer.echo(text if text else json.dumps(figures, ensure_ascii=False, indent=1))
