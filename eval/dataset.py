"""Question files: one JSON object a line, read into typed values or refused with the line named.

Only the keys of the contract are needed (`id`, `lang`, `question`, `answerable`, `gold`, `kind`,
`split`, `history`); the others make finer scores possible. See eval/README.md for each key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.schema import LANGUAGES
from eval.errors import EvaluationError

SHIPPED = Path(__file__).parent / "questions"
SPLITS = ("dev", "test")


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what a right answer cites.

    `gold` holds alternatives, each a tuple of verbatim parts that must all be cited. `article` is
    the document the gold stands in ("" where a file does not say). `fact` joins the wordings and
    languages of one question. `answers` are the spans that count as the short answer, `speakers`
    the spellings of the one who says it.
    """

    id: str
    lang: str
    question: str
    answerable: bool
    gold: tuple[tuple[str, ...], ...] = ()
    kind: str = ""
    form: str = "plain"
    split: str = ""
    article: str = ""
    fact: str = ""
    answers: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    line: int = 0
    file: str = ""

    @property
    def where(self) -> str:
        """Name the line of the file, for messages."""
        return f"{self.file}:{self.line}"

    @property
    def group(self) -> str:
        """Name what the question is about: its fact, or itself."""
        return self.fact or self.id


def shipped_files() -> tuple[Path, ...]:
    """Return the question files that ship with the project."""
    return tuple(sorted(SHIPPED.glob("*.jsonl")))


def read_questions(paths: Iterable[Path], split: str | None = None) -> tuple[Question, ...]:
    """Read question files; raise EvaluationError that names every broken line."""
    questions: list[Question] = []
    faults: list[str] = []
    for path in paths:
        for number, line in enumerate(_text(path).split("\n"), 1):
            if not line.strip():
                continue
            try:
                questions.append(_question(line, path.name, number))
            except ValueError as error:
                faults.append(f"{path.name}:{number}: {error}")
    if faults:
        more = f" (and {len(faults) - 5} more)" if len(faults) > 5 else ""
        raise EvaluationError("; ".join(faults[:5]) + more)
    if split is not None:
        questions = [question for question in questions if question.split == split]
    if not questions:
        chosen = f" in the split {split!r}" if split else ""
        raise EvaluationError(f"no questions{chosen} in {', '.join(str(path) for path in paths)}")
    return tuple(questions)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise EvaluationError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise EvaluationError(f"{path}: not UTF-8") from None


def _question(line: str, file: str, number: int) -> Question:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from None
    if not isinstance(row, dict):
        raise ValueError("an object is expected")
    answerable = row.get("answerable")
    if not isinstance(answerable, bool):
        raise ValueError("'answerable' must be true or false")
    lang = _string(row, "lang", needed=True)
    if lang not in LANGUAGES:
        raise ValueError(f"'lang' must be one of {', '.join(LANGUAGES)}, not {lang!r}")
    gold = tuple(_strings(alternative, "gold") for alternative in _list(row, "gold"))
    if (answerable and not all(gold)) or answerable != bool(gold):
        raise ValueError("'gold' must hold what is to be cited, and nothing if not answerable")
    return Question(
        id=_string(row, "id", needed=True),
        lang=lang,
        question=_string(row, "question", needed=True),
        answerable=answerable,
        gold=gold,
        kind=_string(row, "kind"),
        form=_string(row, "form") or "plain",
        split=_string(row, "split"),
        article=_string(row, "article"),
        fact=_string(row, "fact"),
        answers=_strings(_list(row, "answers"), "answers"),
        speakers=_strings(_list(row, "speaker"), "speaker"),
        history=tuple(_turn(turn) for turn in _list(row, "history")),
        line=number,
        file=file,
    )


def _string(row: Mapping[str, Any], key: str, *, needed: bool = False) -> str:
    value = row.get(key) or ""
    if isinstance(value, int) and key == "id":
        value = str(value)
    if not isinstance(value, str) or (needed and not value.strip()):
        raise ValueError(f"{key!r} must be a text")
    return value


def _list(row: Mapping[str, Any], key: str) -> Sequence[Any]:
    value = row.get(key) or []
    if not isinstance(value, list):
        raise ValueError(f"{key!r} must be a list")
    return value


def _strings(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise ValueError(f"{key!r} must be made of lists of texts")
    return tuple(value)


def _turn(value: object) -> tuple[str, str]:
    pair = _strings(value, "history")
    if len(pair) != 2:
        raise ValueError("'history' must be a list of [question, answer] pairs")
    return pair[0], pair[1]
