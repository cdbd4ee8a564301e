"""The commands of `c5 eval` that take in and hand out what others measure with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from eval.errors import EvaluationError
from eval.question_commands import write_text

JsonOut = Annotated[Path | None, typer.Option("--json", help="Write the whole result here.")]


def retrieval(
    data: Annotated[
        Path | None, typer.Option(help="BEIR folder: corpus, queries and qrels/test.tsv.")
    ] = None,
    questions: Annotated[
        list[Path] | None, typer.Option("--questions", help="Question file, instead of --data.")
    ] = None,
    split: Annotated[str | None, typer.Option(help="Of the questions: dev or test.")] = None,
    system: Annotated[str, typer.Option(help="hybrid, dense or lexical.")] = "hybrid",
    json_out: JsonOut = None,
    trec: Annotated[
        Path | None, typer.Option(help="Write qrels.txt and run.txt of TREC into this folder.")
    ] = None,
    encoder: Annotated[str | None, typer.Option(help="Another encoder (C5_ENCODER).")] = None,
    docs: Annotated[Path | None, typer.Option(help="Folder of the articles.")] = None,
) -> None:
    """Measure retrieval on any BEIR folder, or on questions and the passages of their articles.

    Example: c5 eval retrieval --data xquad_ar --system hybrid --trec xquad_ar_run
    """
    from assistant.settings import Settings
    from eval.collection import folders, read_documents
    from eval.dataset import read_questions, shipped_files
    from eval.passage_set import as_retrieval_set
    from eval.results import write_result
    from eval.retrieval import SYSTEMS, run_retrieval

    if system not in SYSTEMS:
        raise EvaluationError(f"--system must be one of {', '.join(SYSTEMS)}, not {system!r}")
    settings = Settings.load(docs=docs, encoder=encoder)
    if data is not None:
        result = run_retrieval(data, system, encoder=settings.encoder, trec=trec)
    else:
        files = questions or shipped_files()
        asked = read_questions(files, split)
        name = "+".join([*(path.stem for path in files), *filter(None, [split])])
        test = as_retrieval_set(asked, read_documents(folders(settings.docs, asked)), name)
        if not test.queries:
            raise EvaluationError("no question has gold that one passage holds")
        result = run_retrieval(test, system, encoder=settings.encoder, whole=True, trec=trec)
    if json_out is not None:
        write_result(result, json_out)
    told = {key: result[key] for key in ("data", "system", "encoder", "metrics")}
    typer.echo(json.dumps(told | {"queries": len(result["queries"])}, ensure_ascii=False, indent=1))


def export(
    result: Annotated[Path, typer.Argument(help="A result of c5 eval answers.")],
    output: Annotated[Path, typer.Option(help="The file to write.")],
    kind: Annotated[str, typer.Option("--format", help="ragas, deepeval or csv.")] = "ragas",
) -> None:
    """Write a result as a data set of RAGAS or DeepEval: question, answer, contexts, reference.

    Example: c5 eval export result.json --format ragas --output answers.jsonl
    """
    from eval.export import export as exported
    from eval.results import read_result

    write_text(output, exported(read_result(result), kind))
    typer.echo(str(output))


def peers(
    peer: Annotated[
        list[str] | None,
        typer.Option("--peer", help="NAME=COMMAND or NAME=http://…; more than one is fine."),
    ] = None,
    tutorial: Annotated[bool, typer.Option(help="Also ask the LangChain tutorial.")] = False,
    questions: Annotated[
        list[Path] | None, typer.Option("--questions", help="Question file.")
    ] = None,
    split: Annotated[str | None, typer.Option(help="dev or test; all without it.")] = None,
    docs: Annotated[Path | None, typer.Option(help="Folder of the articles.")] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds for one question.")] = 120.0,
    json_out: JsonOut = None,
) -> None:
    """Ask ours and other systems the same questions, and score what all of them show.

    Example: c5 eval peers --peer "mine=python my_rag.py" --peer other=http://127.0.0.1:8000/ask
    """
    import shlex
    import sys

    from eval.answer_run import Wanted, opened, progress
    from eval.dataset import SPLITS, read_questions, shipped_files
    from eval.peer_run import Ours, as_text, ask_peer, folded, summary
    from eval.peers import opened_peer
    from eval.results import versions, write_result

    targets = dict(_named(each) for each in peer or ())
    if not targets and not tutorial:
        raise EvaluationError("no peer; give --peer NAME=COMMAND, NAME=http://… or --tutorial")
    if split is not None and split not in SPLITS:
        raise EvaluationError(f"--split must be one of {', '.join(SPLITS)}, not {split!r}")
    asked = read_questions(questions or shipped_files(), split)
    with opened(asked, Wanted(docs)) as assistant:
        articles = folded(assistant.index.documents, assistant.settings.docs)
        rows = {"c5": ask_peer(Ours(assistant), asked, articles, progress)}
        if tutorial:
            module = (sys.executable, "-m", "eval.benchmarks.tutorial_pipeline", "peer")
            targets["tutorial"] = shlex.join([*module, str(assistant.settings.docs)])
        for name, target in targets.items():
            with opened_peer(target, timeout) as other:
                rows[name] = ask_peer(other, asked, articles, progress)
    systems = summary(rows, "c5")
    if json_out is not None:
        settings = {"split": split or "all", "versions": versions()}
        write_result({"settings": settings, "systems": systems, "rows": rows}, json_out)
    typer.echo(as_text(systems, len(asked)))


def _named(peer: str) -> tuple[str, str]:
    name, equals, target = peer.partition("=")
    if not equals or not name.strip() or name.strip() == "c5" or not target.strip():
        raise EvaluationError(f"a peer is NAME=COMMAND or NAME=http://…, not {peer!r}")
    return name.strip(), target.strip()
