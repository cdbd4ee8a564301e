"""What makes a question file unfit to measure with; every finding names its line.

An error makes scores wrong: a gold text that is not in its article, an id used twice, a fact in
both splits. A warning wants a look: two questions of one language that are nearly the same, a gold
text that runs over the end of a sentence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.dataset import SPLITS, Question
from index.fold import words
from index.schema import Document
from index.split import sentences

_NEAR = 0.85  # share of common character trigrams (Jaccard)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a question, or looks wrong."""

    where: str
    message: str
    error: bool = True

    def __str__(self) -> str:
        return f"{self.where}: {'error' if self.error else 'warning'}: {self.message}"


def check_questions(
    questions: Sequence[Question], documents: Mapping[str, Document]
) -> tuple[Finding, ...]:
    """Return every finding, in the order of the lines."""
    found = [
        *_ids(questions),
        *_splits(questions),
        *_golds(questions, documents),
        *_near_duplicates(questions),
    ]
    order = {question.where: place for place, question in enumerate(questions)}
    return tuple(sorted(found, key=lambda finding: order[finding.where]))


def _ids(questions: Iterable[Question]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for question in questions:
        if question.id in first:
            yield Finding(question.where, f"the id {question.id!r} is also at {first[question.id]}")
        first.setdefault(question.id, question.where)


def _splits(questions: Iterable[Question]) -> Iterator[Finding]:
    home: dict[str, Question] = {}
    for question in questions:
        if question.split and question.split not in SPLITS:
            yield Finding(question.where, f"'split' must be one of {', '.join(SPLITS)}")
        other = home.setdefault(question.group, question)
        if other.split != question.split:
            yield Finding(
                question.where,
                f"the fact {question.group!r} is in split {question.split!r} here"
                f" and in {other.split!r} at {other.where}",
            )


def _golds(questions: Iterable[Question], documents: Mapping[str, Document]) -> Iterator[Finding]:
    ends: dict[str, list[int]] = defaultdict(list)
    for document in documents.values():
        ends[document.id] = [span.end for span in sentences(document.text)]
    for question in questions:
        if question.article and question.article not in documents:
            yield Finding(question.where, f"no article {question.article!r}")
            continue
        homes = [documents[question.article]] if question.article else list(documents.values())
        for part in (part for alternative in question.gold for part in alternative):
            home = next((document for document in homes if part in document.text), None)
            if home is None:
                yield Finding(question.where, f"this gold text is not in the article: {part!r}")
                continue
            start = home.text.index(part)
            if any(start < end < start + len(part) for end in ends[home.id]):
                yield Finding(
                    question.where,
                    f"this gold text crosses a sentence's end: {part!r}",
                    error=False,
                )
        parts = [part for alternative in question.gold for part in alternative]
        for answer in question.answers:
            if not any(answer in part for part in parts):
                yield Finding(question.where, f"this answer is not in the gold text: {answer!r}")


def _near_duplicates(questions: Sequence[Question]) -> Iterator[Finding]:
    seen: dict[str, list[tuple[frozenset[str], frozenset[str], Question]]] = defaultdict(list)
    for question in questions:
        grams, figures = _trigrams(question.question), _figures(question.question)
        for others, their_figures, other in seen[question.lang]:
            if other.history != question.history or figures != their_figures:
                continue  # another conversation, or another year asked for
            if len(grams & others) >= _NEAR * len(grams | others):
                same = words(question.question) == words(other.question)
                yield Finding(question.where, f"nearly the question of {other.where}", error=same)
                break
        seen[question.lang].append((grams, figures, question))


def _trigrams(text: str) -> frozenset[str]:
    padded = f"  {' '.join(words(text))}  "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def _figures(text: str) -> frozenset[str]:
    return frozenset(word for word in words(text) if any(sign.isdigit() for sign in word))
