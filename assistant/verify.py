"""The checks that every answer passes, whoever wrote it."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.schema import Answer
from index.schema import Document


class Unverified(Exception):
    """An answer that must not be shown: a fault of ours, never of the asker's."""


def verify_answer(answer: Answer, documents: Mapping[str, Document]) -> None:
    """Raise `Unverified` where a citation, quote, span or number of a citation is not exact."""
    numbers = [citation.number for citation in answer.citations]
    if numbers != list(range(1, len(numbers) + 1)):
        raise Unverified(f"citations are numbered {numbers}")
    for citation in answer.citations:
        text = documents[citation.document].text
        if text[citation.start : citation.end] != citation.quote or not citation.quote:
            raise Unverified(f"citation {citation.number} is not what stands in the article")
        span = citation.answer_span
        if span and not citation.start <= span[0] < span[1] <= citation.end:
            raise Unverified(f"the answer span of citation {citation.number} lies outside it")
    for statement in answer.statements:
        if not statement.citations or not set(statement.citations) <= set(numbers):
            raise Unverified("a statement without a citation")
