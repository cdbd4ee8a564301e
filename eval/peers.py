"""Other systems behind one call: a command that answers line by line, an HTTP endpoint, ours.

Both are sent ``{"question", "language", "history": [[question, answer], …]}``, which is what
`POST /api/ask` takes, and reply as `eval.peer_reply` reads: a command one line of JSON on its
standard output for each line on its standard input (with an `id` beside), an endpoint one JSON
object for each POST.
"""

from __future__ import annotations

import json
import queue
import shlex
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Protocol

from eval.dataset import Question
from eval.errors import EvaluationError
from eval.peer_reply import Reply, read_reply


class PeerFailure(EvaluationError):
    """One question that a peer gave no usable reply to."""


class Peer(Protocol):
    """What is asked the questions."""

    def ask(self, question: Question) -> Reply:
        """Return the reply; PeerFailure where there is none."""
        ...


@contextmanager
def opened_peer(target: str, timeout: float) -> Iterator[Peer]:
    """Open a peer: an http(s) address, or a command line."""
    if target.startswith(("http://", "https://")):
        yield _Endpoint(target, timeout)
        return
    command = shlex.split(target)
    if not command:
        raise EvaluationError("a peer is NAME=COMMAND or NAME=http://…")
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
    except OSError as error:
        raise EvaluationError(f"{command[0]}: {error.strerror or error}") from None
    try:
        yield _Command(process, timeout)
    finally:
        process.kill()
        process.wait()


class _Command:
    """A process that reads questions and writes replies, a line each."""

    def __init__(self, process: subprocess.Popen[str], timeout: float) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._asked: IO[str] = process.stdin
        self._timeout = timeout
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, args=(process.stdout,), daemon=True).start()

    def _read(self, stdout: IO[str]) -> None:
        for line in stdout:
            if line.strip():
                self._lines.put(line)
        self._lines.put("")  # the end

    def ask(self, question: Question) -> Reply:
        """Write the question, wait for a line."""
        try:
            self._asked.write(
                json.dumps({"id": question.id, **_sent(question)}, ensure_ascii=False) + "\n"
            )
            self._asked.flush()
            line = self._lines.get(timeout=self._timeout)
        except OSError:
            raise PeerFailure("the command has ended") from None
        except queue.Empty:
            # its late reply would be taken for that to the next question
            raise EvaluationError(
                f"the peer said nothing for {self._timeout:g} s to question {question.id}"
            ) from None
        if not line:
            self._lines.put("")
            raise PeerFailure("the command has ended")
        return _read_json(line)


class _Endpoint:
    """An HTTP address that questions are posted to."""

    def __init__(self, url: str, timeout: float) -> None:
        import httpx

        self._url = url
        self._client = httpx.Client(timeout=timeout, follow_redirects=False)

    def ask(self, question: Question) -> Reply:
        """Post the question."""
        import httpx

        try:
            response = self._client.post(self._url, json=_sent(question))
            response.raise_for_status()
        except httpx.HTTPStatusError as error:
            raise PeerFailure(f"{self._url}: status {error.response.status_code}") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            told = str(error) or type(error).__name__
            raise PeerFailure(f"{self._url}: {told}") from None
        return _read_json(response.text)


def _sent(question: Question) -> dict[str, Any]:
    history = [list(turn) for turn in question.history]
    return {"question": question.question, "language": question.lang, "history": history}


def _read_json(text: str) -> Reply:
    try:
        return read_reply(json.loads(text))
    except ValueError:
        raise PeerFailure(f"not JSON: {text.strip()[:60]!r}") from None
    except EvaluationError as error:
        raise PeerFailure(str(error)) from None
