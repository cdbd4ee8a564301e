"""What a run of answers needs: the articles, an index of them, the assistant, progress."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.settings import Settings
from eval.answers import run
from eval.collection import folders, temporary_index
from eval.dataset import Question
from eval.reached import add_found
from eval.results import versions

if TYPE_CHECKING:
    from assistant.assistant import Assistant

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the caller chose; None takes the setting."""

    docs: Path | None = None
    index: Path | None = None
    mode: str = "auto"
    encoder: str | None = None
    translations: bool = True
    split: str | None = None


def run_answers(
    questions: Sequence[Question], wanted: Wanted, result: Path | None = None
) -> dict[str, Any]:
    """Ask the questions and return the result, which will be written to `result`."""
    from assistant.question import check_mode

    mode = check_mode(wanted.mode)
    with opened(questions, wanted) as assistant:
        texts = {key: document.text for key, document in assistant.index.documents.items()}
        told = {
            "split": wanted.split or "all",
            "mode": mode.value,
            "encoder": assistant.index.encoder.name,
            "llm": assistant.settings.llm,
            "translations": wanted.translations,
            "articles": sorted(texts),
            "machine": f"{os.cpu_count()} CPU cores ({platform.machine()})",
            "when": datetime.now(UTC).isoformat(timespec="seconds"),
            "versions": versions(),
        }
        return run(
            assistant,
            questions,
            texts,
            settings=told,
            mode=mode,
            progress=progress,
            look_again=partial(add_found, assistant.index),
            journal=result,
        )


@contextmanager
def opened(questions: Sequence[Question], wanted: Wanted) -> Iterator[Assistant]:
    """Open an assistant over the articles the questions need."""
    from assistant.assistant import Assistant

    settings = Settings.load(docs=wanted.docs, index=wanted.index, encoder=wanted.encoder)
    if wanted.index is not None:
        yield Assistant.open(settings)
        return
    roots = folders(settings.docs, questions)
    made = temporary_index(roots, encoder=settings.encoder, translations=wanted.translations)
    with made as (docs, index):
        # a Chroma server holds the index of the readers, never this one
        local = settings.model_copy(update={"docs": docs, "index": index, "chroma_url": None})
        yield Assistant.open(local)


def progress(questions: Iterable[Question]) -> Iterable[Question]:
    """Show on standard error how far a run is; nothing where that is no terminal."""
    return shown(questions, "asking", "question")


def shown(things: Iterable[T], doing: str, unit: str) -> Iterable[T]:
    """Show how far one is with some things."""
    from tqdm import tqdm

    counted: Iterable[T] = tqdm(things, desc=doing, unit=unit, disable=None)
    return counted
