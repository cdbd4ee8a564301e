"""Plant every fault in the answers to some questions, and see which measures notice.

A measure that is a mean over questions has noticed where `c5 eval compare` would call it worse by
more than noise; one that is not (AUROC, F1 of a class, calibration) where it is worse by a tenth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.schema import Answer, Turn
from eval.answers import Asked, row_of
from eval.compare import LOWER_IS_BETTER, difference
from eval.dataset import Question
from eval.mutations import FAULTS, Answers
from eval.search_mutations import MEASURE
from eval.summary import metrics_of

_NOTICED = 0.1


@dataclass(frozen=True, slots=True)
class Mutation:
    """What one measure was without a fault and with it."""

    fault: str
    measure: str
    before: float
    after: float
    caught: bool


def ask_all(
    assistant: Asked,
    questions: Sequence[Question],
    progress: Callable[[Iterable[Question]], Iterable[Question]] = iter,
) -> list[Answer]:
    """Return the answers to the questions."""
    return [
        assistant.ask(question.question, tuple(Turn(*turn) for turn in question.history))
        for question in progress(questions)
    ]


def plant_all(
    questions: Sequence[Question], answers: Answers, texts: Mapping[str, str]
) -> list[Mutation]:
    """Plant every fault of answers; return what each measure meant for it saw."""
    sound = _rows(questions, answers, texts)
    whole = metrics_of(sound)
    seen = []
    for fault in FAULTS:
        rows = _rows(questions, fault.plant(answers), texts)
        spoilt = metrics_of(rows)
        for measure in fault.caught_by:
            before, after = whole[measure], spoilt[measure]
            if before is None:
                continue  # no question has what this measures
            caught = _caught(measure, list(zip(sound, rows, strict=True)), before, after or 0.0)
            seen.append(Mutation(fault.name, measure, before, after or 0.0, caught))
    return seen


def of_search(scores: Mapping[str, tuple[float, float]]) -> list[Mutation]:
    """Return what the measure of searching saw."""
    return [
        Mutation(name, MEASURE, before, after, before - after > _NOTICED)
        for name, (before, after) in scores.items()
    ]


def mutation_table(mutations: Iterable[Mutation], told: str) -> str:
    """Return the Markdown table; `told` says below it what was asked."""
    lines = ["| planted fault | measure | without | with | caught |", "|---|---|---:|---:|---|"]
    lines += [
        f"| {m.fault} | `{m.measure}` | {m.before:.3f} | {m.after:.3f} |"
        f" {'yes' if m.caught else '**no**'} |"
        for m in mutations
    ]
    return "\n".join([*lines, "", told, ""])


def _caught(
    measure: str,
    pairs: Sequence[tuple[dict[str, Any], dict[str, Any]]],
    before: float,
    after: float,
) -> bool:
    by_row = difference(measure, pairs)
    if by_row is not None:
        return by_row.verdict == "worse"
    worse = after - before if measure in LOWER_IS_BETTER else before - after
    return worse > _NOTICED


def _rows(
    questions: Sequence[Question], answers: Answers, texts: Mapping[str, str]
) -> list[dict[str, Any]]:
    pairs = zip(questions, answers, strict=True)
    return [row_of(question, answer.as_dict(), texts, 0.0) for question, answer in pairs]
