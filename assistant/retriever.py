"""Doors for LangChain: the search as a retriever, the assistant as a runnable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict

from assistant.assistant import Assistant
from assistant.schema import Answer, Turn
from index.search import Index


class ArticleRetriever(BaseRetriever):
    """Passages of the articles; ``page_content`` is verbatim and metadata holds its offsets."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    index: Index
    k: int = 5

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        found = []
        for hit in self.index.search(query, self.k):
            passage = hit.passage
            document = self.index.documents[passage.document_id]
            metadata = {
                "document": document.id,
                "title": document.title,
                "section": passage.section,
                "start": passage.start,
                "end": passage.end,
                "published": document.published.isoformat() if document.published else None,
                "url": document.url,
                "score": hit.score,
            }
            found.append(
                LangChainDocument(page_content=passage.text, metadata=metadata, id=passage.id)
            )
        return found


def as_runnable(assistant: Assistant) -> Runnable[Any, Answer]:
    """Return the assistant as a runnable: a question, or a mapping with question and history."""

    def ask(asked: str | Mapping[str, Any]) -> Answer:
        if isinstance(asked, str):
            return assistant.ask(asked)
        turns = tuple(Turn(*turn) for turn in asked.get("history", ()))
        return assistant.ask(asked["question"], turns, language=asked.get("language"))

    return RunnableLambda(ask)
