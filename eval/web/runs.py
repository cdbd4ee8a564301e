"""One evaluation at a time, in a process of its own, so that readers are not kept waiting.

What is asked is kept row by row beside the result that will be (`eval.journal`): that is how far it
is, and a run that was stopped or killed goes on there when the same one is started again.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.settings import Settings
from eval.dataset import read_questions, shipped_files
from eval.errors import EvaluationError
from eval.journal import journal_of


class Busy(EvaluationError):
    """A run is going on already."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is; `state` is idle, running, done, stopped or failed."""

    state: str
    name: str = ""
    done: int = 0
    total: int = 0
    fault: str = ""


@dataclass(slots=True)
class _Run:
    name: str
    total: int
    process: subprocess.Popen[bytes]
    stopped: bool = False


class Runs:
    """Starts, follows and stops the runs of one server; results are files of a folder."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self._settings = settings
        self._lock = threading.Lock()
        self._run: _Run | None = None
        atexit.register(self.stop)

    def result(self, name: str) -> Path:
        """Return where the result of a run is."""
        return self.folder / f"{name}.json"

    def start(self, name: str, own: Path | None = None, split: str | None = None) -> Progress:
        """Start a run of the shipped questions of a split, or of a file; Busy where one is going.

        `name` is the result's; a run that was stopped goes on under the same name.
        """
        total = len(read_questions([own] if own else shipped_files(), None if own else split))
        chosen = ["--questions", str(own)] if own else ["--split", split or "dev"]
        with self._lock:
            if self._run is not None and self._run.process.poll() is None:
                raise Busy("a run is going on already; stop it first")
            try:
                self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                with self._log.open("wb") as log:
                    process = subprocess.Popen(
                        self._command(name, chosen),
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        env=os.environ | {"C5_DOCS": str(self._settings.docs.resolve())},
                    )
            except OSError as error:
                raise EvaluationError(f"{self.folder}: {error.strerror or error}") from None
            self._run = _Run(name, total, process)
        return self.progress()

    def stop(self) -> Progress:
        """Stop the run that is going, if one is."""
        run = self._run
        if run is not None and run.process.poll() is None:
            run.stopped = True
            run.process.send_signal(signal.SIGINT)  # so that its temporary index goes with it
            try:
                run.process.wait(10)
            except subprocess.TimeoutExpired:
                run.process.kill()
                run.process.wait()
        return self.progress()

    def progress(self) -> Progress:
        """Say how far the newest run is."""
        run = self._run
        if run is None:
            return Progress("idle")
        code = run.process.poll()
        if code == 0:
            return Progress("done", run.name, run.total, run.total)
        state = "running" if code is None else "stopped" if run.stopped else "failed"
        fault = self._last_line() if state == "failed" else ""
        return Progress(state, run.name, self._asked(run.name), run.total, fault)

    @property
    def _log(self) -> Path:
        return self.folder / "run.log"

    def _command(self, name: str, chosen: Sequence[str]) -> list[str]:
        polite = [nice, "-n", "10"] if (nice := shutil.which("nice")) else []
        asked = ["eval", "answers", *chosen, "--json", str(self.result(name)), "--no-gate"]
        return [*polite, sys.executable, "-m", "assistant", *asked]

    def _asked(self, name: str) -> int:
        try:
            with journal_of(self.result(name)).open("rb") as lines:
                return max(0, sum(1 for _ in lines) - 1)  # the first line names the run
        except OSError:
            return 0

    def _last_line(self) -> str:
        try:
            lines = self._log.read_text("utf-8", errors="replace").strip().splitlines()
        except OSError:
            lines = []
        return lines[-1].removeprefix("c5: ") if lines else "it ended without a word"
