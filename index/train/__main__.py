"""One command from pairs on disk to the shipped folder: `python -m index.train --help`."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from tokenizers import Tokenizer

from index.train.pairs import GLOSSARY, Group, pivot, read_glossary, read_groups
from index.train.pieces import count_words, train_tokenizer

GLOSSARY_FOLDER = Path(__file__).parents[1] / "glossary"


def main(arguments: list[str] | None = None) -> int:
    """Train, export, report, and write the model card."""
    options = _parser().parse_args(arguments)
    import torch

    from index.train.card import write_card
    from index.train.export import save_model
    from index.train.fit import BOTH, LATE, MEAN, fit
    from index.train.holdout import Task, hold_out
    from index.train.report import as_table, task_scores, test_scores
    from index.train.sampling import encode_groups

    torch.set_num_threads(options.threads)
    work: Path = options.output.with_name(options.output.name + ".work")
    work.mkdir(parents=True, exist_ok=True)
    try:
        groups = _read(options.data, options.sources)
    except (OSError, ValueError) as error:
        _say(f"{options.data}: {error}")
        return 2
    settings = {
        "sources": options.sources,
        "pieces": options.pieces,
        "steps": options.steps,
        "seed": options.seed,
        "tokenizer": str(options.tokenizer or "learned"),
        "hold_out": not options.use_all,
    }
    if not _same_run(work, settings):
        _say(f"{work}: holds another run's checkpoint; remove it or name another output")
        return 2
    tokenizer = _tokenizer(options.tokenizer or work / "tokenizer.json", groups, options.pieces)
    tasks: list[Task] = []
    if not options.use_all:
        groups, tasks = hold_out(groups, options.seed)
    groups += pivot(groups)
    encoded = encode_groups(tokenizer, groups)
    _say(f"{sum(len(group) for group in encoded):,} pairs in {len(encoded)} groups")
    table = fit(
        tokenizer,
        encoded,
        [
            replace(phase, steps=steps)
            for phase, steps in zip((MEAN, LATE, BOTH), options.steps, strict=True)
            if steps
        ],
        seed=options.seed,
        checkpoint=work / "checkpoint.pt",
        watch=lambda phase, step, loss, _: _say(f"{phase} {step}: loss {loss:.3f}"),
    )
    save_model(options.output, tokenizer, table.numpy())
    _say(f"{options.output}: written")
    figures = []
    if tasks:
        figures.append(as_table("held out of training", task_scores(options.output, tasks)))
    if measured := test_scores(options.output, options.data / "eval"):
        figures.append(as_table("test set", measured))
    sys.stdout.write("\n".join(figures))
    size = (tokenizer.get_vocab_size(), int(table.shape[1]))
    write_card(options.output, options.data, groups, settings, figures, size)
    return 0


def _read(data: Path, sources: str) -> list[Group]:
    """Read the groups by `--sources`; our own glossary is a source like the others."""
    names = [name.strip() for name in sources.split(",")]
    if sources in {"all", "open"}:
        return read_groups(data, sources) + read_glossary(GLOSSARY_FOLDER)
    others = ",".join(name for name in names if name != GLOSSARY)
    groups = read_groups(data, others) if others else []
    return groups + (read_glossary(GLOSSARY_FOLDER) if GLOSSARY in names else [])


def _tokenizer(path: Path, groups: list[Group], pieces: int) -> Tokenizer:
    if not path.is_file():
        _say(f"learning {pieces:,} pieces (minutes)")
        train_tokenizer(count_words(groups), pieces).save(str(path))
    return Tokenizer.from_file(str(path))


def _same_run(work: Path, settings: dict[str, object]) -> bool:
    path = work / "run.json"
    if path.is_file():
        return bool(json.loads(path.read_text()) == settings)
    path.write_text(json.dumps(settings, indent=1) + "\n")
    return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m index.train",
        description="Train the shipped encoder. Stopped and called again, it goes on.",
        epilog="example: python -m index.train --data DATA --output /tmp/model",
    )
    add = parser.add_argument
    add("--data", type=Path, required=True, help="folder with train/open, train/other, eval")
    add("--output", type=Path, required=True, help="folder to write the model to")
    add("--sources", default="all", help="open, all (open and other), or names by comma")
    add("--pieces", type=int, default=55_000, help="size of the vocabulary")
    add(
        "--steps",
        type=int,
        nargs=3,
        default=[4000, 7000, 5000],
        metavar=("MEAN", "LATE", "BOTH"),
        help="steps of the three phases",
    )
    add("--tokenizer", type=Path, help="take this tokenizer.json instead of learning one")
    add("--seed", type=int, default=0)
    add("--threads", type=int, default=2)
    add("--use-all", action="store_true", help="keep no held-out slice aside")
    return parser


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
