"""Any of our encoders as LangChain's `Embeddings`; LangChain is imported only by who asks for it.

Chroma(embedding_function=as_embeddings(open_encoder()), …)
"""

from __future__ import annotations

from langchain_core.embeddings import Embeddings

from index.encoder import Encoder


class EncoderEmbeddings(Embeddings):
    """What LangChain calls to encode passages and queries."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Encode passages."""
        vectors: list[list[float]] = self._encoder.encode(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Encode one query."""
        vector: list[float] = self._encoder.encode([text], query=True)[0].tolist()
        return vector


def as_embeddings(encoder: Encoder) -> Embeddings:
    """Return an encoder as LangChain sees one."""
    return EncoderEmbeddings(encoder)
