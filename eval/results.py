"""Results of runs as files: written whole or not at all, read with their shape checked."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from eval.errors import EvaluationError

FOLDER = Path(__file__).parent / "results"
BASELINE = FOLDER / "baseline.json"
_LIBRARIES = ("numpy", "scipy", "chromadb", "tokenizers")


def write_result(result: Mapping[str, Any], path: Path) -> None:
    """Write a result; EvaluationError where it cannot be written."""
    partial = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
        partial.replace(path)
    except OSError as error:
        raise EvaluationError(f"{path}: {error.strerror or error}") from None


def read_result(path: Path) -> dict[str, Any]:
    """Read the result of an answers run."""
    try:
        result = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise EvaluationError(f"{path}: {error.strerror or error}") from None
    except ValueError:
        raise EvaluationError(f"{path}: not a result of c5 eval answers (not JSON)") from None
    needed = {"questions", "settings", "metrics", "intervals", "by", "rows"}
    if not isinstance(result, dict) or not needed <= result.keys():
        raise EvaluationError(f"{path}: not a result of c5 eval answers")
    return result


def newest_result() -> Path:
    """Return the newest result, or the baseline where there is no other."""
    written = sorted(FOLDER.glob("*.json"), key=lambda path: path.stat().st_mtime)
    others = [path for path in written if path != BASELINE]
    if not written:
        raise EvaluationError(f"no results in {FOLDER}; run: c5 eval answers --save NAME")
    return others[-1] if others else BASELINE


def named(name: str) -> Path:
    """Return where a run of this name at this commit is kept: results/<name>-<commit>.json."""
    if not name.replace("-", "").replace("_", "").isalnum():
        raise EvaluationError(f"a result's name is letters, digits, - and _, not {name!r}")
    return FOLDER / f"{name}-{commit()}.json"


def commit() -> str:
    """Return the short commit of the source, "+" where it has changed since; "unknown" without."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--abbrev=10", "--dirty=+", "--exclude=*"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return done.stdout.strip()


def versions() -> dict[str, str]:
    """Return the versions that can move a score."""
    found = {"commit": commit()}
    for library in ("c5-assistant", *_LIBRARIES):
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def without_answers(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return a result fit to be committed: the scores of every row, not the words."""
    kept = {
        "id", "group", "lang", "kind", "form", "split", "article", "answerable", "question",
        "right", "scores", "elapsed_ms",
    }  # fmt: skip
    rows = []
    for row in result["rows"]:
        confidence = {"confidence": row["answer"]["confidence"]}
        rows.append({key: row[key] for key in row if key in kept} | {"answer": confidence})
    return {**result, "rows": rows}
