"""Questions as a retrieval test: passages are the documents, those with gold are relevant.

So our own questions can be measured, and handed on, as any BEIR or TREC set is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eval.beir import RetrievalSet
from eval.dataset import Question
from index.schema import Document
from index.split import passages


def as_retrieval_set(
    questions: Sequence[Question], documents: Mapping[str, Document], name: str
) -> RetrievalSet:
    """Return the answerable questions that stand alone, with the passages that hold their gold.

    A passage is relevant where it holds a part of an alternative of the gold, and is of the
    question's article where the question names one.
    """
    found = [
        (Document(passage.id, document.title, document.language, passage.text), document.id)
        for document in documents.values()
        for passage in passages(document)
    ]
    relevant: dict[str, dict[str, int]] = {}
    for question in questions:
        parts = [part for alternative in question.gold for part in alternative]
        held = {
            passage.id: 1
            for passage, owner in found
            if question.article in ("", owner) and any(part in passage.text for part in parts)
        }
        if held and not question.history:
            relevant[question.id] = held
    queries = {q.id: q.question for q in questions if q.id in relevant}
    return RetrievalSet(name, tuple(passage for passage, _ in found), queries, relevant)
