"""The articles that questions are asked about, and an index of them that lives for one run."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.dataset import Question
from eval.errors import EvaluationError
from index.corpus import read_corpus
from index.schema import Document

CORPUS = Path(__file__).parent / "corpus"


def folders(docs: Path, questions: Iterable[Question]) -> tuple[Path, ...]:
    """Return the folders to read: `docs`, and the articles made for testing where they are asked.

    Those are all added as soon as one is: an answer has to be found among the others.
    """
    asked = {question.article for question in questions}
    return (docs, CORPUS) if asked & made_for_testing() else (docs,)


def made_for_testing() -> frozenset[str]:
    """Return the ids of the articles that were written to ask questions about."""
    return frozenset(path.parent.name for path in CORPUS.glob("*/article.md"))


def read_documents(roots: Iterable[Path]) -> dict[str, Document]:
    """Read the articles of several folders; no id may be in two of them."""
    documents: dict[str, Document] = {}
    for root in roots:
        for document in read_corpus(root):
            if document.id in documents:
                raise EvaluationError(f"{root}: an article {document.id!r} is in another folder")
            documents[document.id] = document
    return documents


@contextmanager
def temporary_index(
    roots: Collection[Path], *, encoder: str | None = None, translations: bool = True
) -> Iterator[tuple[Path, Path]]:
    """Index the articles of several folders; give the joined folder and the index, then drop both.

    Without `translations` only the originals are indexed, to see what they are worth alone.
    """
    from index.build import build_index

    with TemporaryDirectory(prefix="c5-eval-") as name:
        docs, index = Path(name) / "docs", Path(name) / "index"
        for root in roots:
            for article in sorted(path.parent for path in root.glob("*/article.md")):
                copy = docs / article.name
                if copy.exists():
                    raise EvaluationError(f"{article}: another article has this name")
                skipped = None if translations else shutil.ignore_patterns("translation.*")
                shutil.copytree(article, copy, ignore=skipped)
        build_index(docs, index, encoder=encoder, progress=False)
        yield docs, index
