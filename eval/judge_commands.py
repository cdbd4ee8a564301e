"""`c5 eval judge`: a language model's opinion of answers, beside what is measured."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.errors import EvaluationError


def judge(
    result: Annotated[Path, typer.Argument(help="A result of c5 eval answers.")],
    output: Annotated[Path | None, typer.Option(help="Write here instead of into it.")] = None,
    model: Annotated[str | None, typer.Option(help="provider:model; C5_LLM without it.")] = None,
    base_url: Annotated[
        str | None, typer.Option(help="Where its server is; C5_LLM_BASE_URL without it.")
    ] = None,
) -> None:
    """Have a language model judge answers for opinion told as fact, editorialising and context.

    Its words are kept in the result as they came; a judging that was interrupted goes on.

    Example: c5 eval judge result.json --model ollama:qwen3
    """
    from assistant.llm import ChatModel
    from assistant.settings import Settings
    from eval.answer_run import shown
    from eval.judge import judge_rows, summary
    from eval.results import read_result, write_result

    settings = Settings.load(llm=model, llm_base_url=base_url)
    if not settings.llm:
        raise EvaluationError("no judge; set C5_LLM or give --model provider:model")
    found = read_result(result)
    if any("text" not in row["answer"] for row in found["rows"]):
        raise EvaluationError(f"{result}: has no answers in it (a baseline has only scores)")
    path = output or result
    judging = ChatModel(settings)
    try:
        judge_rows(found["rows"], judging, lambda rows: shown(rows, "judging", "answer"))
    finally:
        found["judge"] = summary(found["rows"], judging.name)
        write_result(found, path)
    told = found["judge"]
    for name, share in told["shares"].items():
        text = "–" if share is None else f"{share:.3f}"
        typer.echo(f"{name:<20}{text:>7}  ({told['counts'][name]})")
    typer.echo(
        f"{told['judged']} answers judged by {told['model']}, {told['unread']} replies not what was"
        f" asked for, {told['failed']} failures: {path}"
    )
