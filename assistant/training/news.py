"""Examples from made-up news: questions by hand on whole articles, found as search finds them.

`news/<slug>/` holds an article and its questions in the form of `eval/questions`. The articles
are indexed together; each question is asked of a few of them or of all, as newsrooms differ.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from assistant.article import Article, read_article
from assistant.assistant import separate
from assistant.candidates import Candidate, gather
from assistant.question import Question, cleaned, read_question, without_orders
from assistant.training.near_miss import swapped
from index.build import build_index
from index.search import Index
from index.snapshot import Snapshot

NEWS = Path(__file__).with_name("news")
_AMONG = (1, 1, 3, 6, None)  # how many articles are searched: None is all
_LEFT_OUT, _SWAPPED = 0.4, 0.6
Origin = Literal["written", "elsewhere", "spoiled"]
_ELSEWHERE = 0.25  # of the questions are also asked where their article is missing


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on an article of the news, what was found for it, and which of that answers.

    `origin`: as a person wrote it; asked where its article is missing; or spoiled.
    """

    id: str
    article: str
    question: Question
    candidates: tuple[Candidate, ...]
    answers: tuple[bool, ...]
    answerable: bool
    origin: Origin = "written"


def read_news(folder: Path = NEWS) -> list[dict[str, Any]]:
    """Return the questions of all articles, each with its article's name."""
    rows = []
    for path in sorted(folder.glob("*/questions.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                rows.append(json.loads(line) | {"article": path.parent.name})
    return rows


def asked_of_news(folder: Path = NEWS, seed: int = 7) -> Iterator[Asked]:
    """Index the articles and yield each question with the sentences that search finds for it."""
    chance = random.Random(seed)
    rows = read_news(folder)
    names = sorted({row["article"] for row in rows})
    with TemporaryDirectory(prefix="c5-news-") as made:
        docs = Path(made) / "docs"
        for name in names:
            shutil.copytree(
                folder / name, docs / name, ignore=shutil.ignore_patterns("questions.jsonl")
            )
        build_index(docs, Path(made) / "index", progress=False)
        snapshot = Index.open(Path(made) / "index").snapshot
        articles = {key: read_article(document) for key, document in snapshot.documents.items()}
        for row in rows:
            text = without_orders(cleaned(row["question"]))
            if len(separate(text)) > 1:
                continue
            question = read_question(text)
            among = _among(row["article"], names, chance)
            one = _asked(row, question, snapshot, articles, among)
            yield one
            if one.answerable and any(one.answers):
                yield from _spoiled(one, chance.choice(rows)["question"], chance)
            if chance.random() < _ELSEWHERE:
                others = [name for name in names if name != row["article"]]
                among = chance.sample(others, min(chance.choice((1, 2, 4)), len(others)))
                found = gather(snapshot, question.text, articles.__getitem__, among)
                nothing = (False,) * len(found)
                yield replace(
                    one, candidates=tuple(found), answers=nothing, answerable=False,
                    origin="elsewhere",
                )  # fmt: skip


def _among(own: str, names: Sequence[str], chance: random.Random) -> list[str] | None:
    count = chance.choice(_AMONG)
    if count is None:
        return None
    return [
        own,
        *chance.sample([name for name in names if name != own], min(count, len(names)) - 1),
    ]


def _asked(
    row: Mapping[str, Any], question: Question, snapshot: Snapshot,
    articles: Mapping[str, Article], among: list[str] | None,
) -> Asked:  # fmt: skip
    found = gather(snapshot, question.text, articles.__getitem__, among)
    gold = [part for alternative in row["gold"] for part in alternative]
    answers = tuple(
        one.sentence.document == row["article"]
        and any(part in one.sentence.text or one.sentence.text in part for part in gold)
        for one in found
    )
    return Asked(
        row["id"], row["article"], question, tuple(found), answers, bool(row["answerable"])
    )


def _spoiled(one: Asked, other: str, chance: random.Random) -> Iterator[Asked]:
    """Yield the question without its answer, or with one of its names or years changed."""
    way = chance.random()
    if way < _LEFT_OUT:
        less = _without(one)
        if less is not None:
            yield less
        return
    changed = swapped(one.question, read_question(other), chance) if way < _SWAPPED else None
    if changed is not None:
        nothing = (False,) * len(one.answers)
        yield replace(
            one, question=read_question(changed), answers=nothing, answerable=False,
            origin="spoiled",
        )  # fmt: skip


def _without(one: Asked) -> Asked | None:
    """Take the sentences that answer out of their article; what stood around them closes up."""
    own = next(c.article for c, answers in zip(one.candidates, one.answers, strict=True) if answers)
    gone = {c.sentence.start for c, a in zip(one.candidates, one.answers, strict=True) if a}
    text = own.document.text
    for sentence in reversed(own.sentences):
        if sentence.start in gone:
            text = text[: sentence.start] + text[sentence.end :].lstrip(" ")
    article = read_article(replace(own.document, text=text, translations=()))
    left = {c.sentence.text for c in one.candidates if c.article is own}
    mine = [Candidate(s, article) for s in article.sentences if s.text in left]
    kept = [*mine, *(c for c in one.candidates if c.article is not own)]
    if not kept:
        return None
    nothing = (False,) * len(kept)
    return replace(one, candidates=tuple(kept), answers=nothing, answerable=False, origin="spoiled")
