"""What a row expected and what it got, in words that a person can check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.words import FALLBACK
from eval.words import words as in_language


def expected(row: Mapping[str, Any], words: Mapping[str, str] | None = None) -> str:
    """Return the gold text of a row, alternatives apart; `words` are those of a language."""
    told = words or in_language(FALLBACK)
    if not row["answerable"]:
        return told["report.refusal_expected"]
    between = f"\n   {told['report.or']} "
    return between.join(" … ".join(alternative) for alternative in row.get("gold", ()))


def got(row: Mapping[str, Any], words: Mapping[str, str] | None = None) -> str:
    """Return what was said and cited, or that the question was refused."""
    told = words or in_language(FALLBACK)
    answer = row["answer"]
    citations = answer.get("citations", ())
    if not row["scores"]["answered"]:
        return told["report.refusal"]
    shown = "\n".join(f"[{c['number']}] {c['quote']}" for c in citations)
    worded = answer["text"] if answer.get("mode") == "generative" else ""
    return "\n".join(filter(None, (worded, shown))) or told["report.an_answer"]


def faults(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Name what is wrong with a row, worst first; empty where it is right."""
    scores = row["scores"]
    named = [
        name.removesuffix("_right")
        for name in (
            "offsets_right", "quotations_right", "verbatim_right", "figures_right", "dates_right",
            "names_right",
        )
        if scores.get(name) == 0.0
    ]  # fmt: skip
    if row["answerable"] and not scores["answered"]:
        named.append("refused wrongly")
    elif row["answerable"] and scores.get("citation_recall") == 0.0:
        named.append("gold not cited")
    if row["answerable"] and scores.get("found@10") == 0.0:
        named.append("not found by search")
    if not row["answerable"] and scores["answered"]:
        named.append("answered without a source")
    return tuple(named)


_SHOWN = (
    "right", "found@10", "citation_recall", "first_citation", "citation_precision", "answer_f1",
    "refusal_rate", "error_rate", "auroc", "speaker_right", "offsets_right", "quotations_right",
    "verbatim_right", "figures_right", "dates_right", "names_right", "alce_recall",
    "alce_precision", "language_right", "coverage",
)  # fmt: skip


def summary_text(result: Mapping[str, Any]) -> str:
    """Return the figures of a run as a person reads them in a terminal."""
    languages = {key: values for key, values in result["by"]["lang"].items() if key != "-"}
    header = f"{'':<20}{'all':>7}  {'95 % interval':<15}"
    lines = [header + "".join(f"{name:>7}" for name in languages)]
    for metric in _SHOWN:
        low_high = result["intervals"].get(metric)
        interval = f"{low_high[0]:.3f} … {low_high[1]:.3f}" if low_high else ""
        lines.append(
            f"{metric:<20}{_told(result['metrics'][metric]):>7}  {interval:<15}"
            + "".join(f"{_told(values[metric]):>7}" for values in languages.values())
        )
    metrics = result["metrics"]
    wrong = sum(not row["right"] for row in result["rows"])
    lines.append(
        f"{result['questions']['count']} questions, {wrong} not right;"
        f" p50 {metrics['p50_ms']:.0f} ms, p95 {metrics['p95_ms']:.0f} ms an answer"
    )
    modes = result.get("modes", {})
    if result["settings"].get("mode") == "generative" or modes.get("generative"):
        answered = modes["generative"] + modes["extractive"]
        lines.append(
            f"{modes['generative']} of {answered} answers in the model's words,"
            f" {modes['extractive']} in the articles'; {modes['with_notes']} with a note"
        )
    return "\n".join(lines)


def _told(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
