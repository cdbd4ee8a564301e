"""The table of scores in README.md, written from the committed baseline and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.schema import LANGUAGES

_NAMES = {"ar": "Arabic", "en": "English", "ru": "Russian", "kk": "Kazakh"}
_ROWS = {
    "citation_recall": "the cited quotes contain the gold passage",
    "first_citation": "the first citation is the gold passage",
    "answer_f1": "the marked answer, token F1",
    "refusal_rate": "unanswerable questions refused",
    "error_rate": "answerable questions refused wrongly",
    "offsets_right": "quotes verbatim, offsets right",
    "figures_right": "figures of the answer in its quotes",
    "language_right": "answered in the asker's language",
}


def score_table(result: Mapping[str, Any]) -> str:
    """Return the Markdown table of a result, languages as columns."""
    by = result["by"]["lang"]
    languages = [language for language in LANGUAGES if language in by]
    lines = [
        f"| | {' | '.join(_NAMES[language] for language in languages)} | all |",
        f"|---|{'---:|' * (len(languages) + 1)}",
        _line("questions", [str(by[lang]["questions"]) for lang in languages], str(_count(result))),
    ]
    for metric, name in _ROWS.items():
        cells = [_percent(by[language].get(metric)) for language in languages]
        lines.append(_line(name, cells, _percent(result["metrics"].get(metric))))
    p50, p95 = (_number(result["metrics"].get(name)) for name in ("p50_ms", "p95_ms"))
    machine = result["settings"].get("machine", "one machine")
    lines.append(f"\nMedian {p50} ms an answer, 95th percentile {p95} ms, on {machine}.")
    split = result["settings"].get("split", "all")
    commit = result["settings"].get("versions", {}).get("commit", "unknown")
    lines.append(f"Questions of the split `{split}`, measured at commit `{commit}`.\n")
    return "\n".join(lines)


def _count(result: Mapping[str, Any]) -> int:
    return int(result["questions"]["count"])


def _line(name: str, cells: list[str], total: str) -> str:
    return f"| {name} | {' | '.join(cells)} | {total} |"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"
