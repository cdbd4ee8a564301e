"""Pairs of texts that mean the same or answer each other, read from disk and pivoted."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path

LANGUAGES = ("ar", "en", "kk", "ru")

GLOSSARY = "glossary"


@dataclass(frozen=True, slots=True)
class Group:
    """Pairs of one source, one kind and one language pair: what a training batch is drawn from."""

    source: str
    kind: str
    languages: tuple[str, str]
    left: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name the group in logs and in the checkpoint."""
        return f"{self.source}:{self.kind}:{'-'.join(self.languages)}"

    def __len__(self) -> int:
        return len(self.left)


def read_groups(data: Path, sources: str = "all") -> list[Group]:
    """Read `data/train/**`: "all", "open" (licences that allow reuse) or file names by comma."""
    files = sorted((data / "train" / "open").glob("*.jsonl.gz"))
    if sources != "open":
        files += sorted((data / "train" / "other").glob("*.jsonl.gz"))
    if sources not in {"all", "open"}:
        wanted = {name.strip() for name in sources.split(",") if name.strip()}
        known = {_source(path) for path in files}
        if wanted - known:
            raise ValueError(f"no such source: {', '.join(sorted(wanted - known))}")
        files = [path for path in files if _source(path) in wanted]
    if not files:
        raise ValueError(f"{data}: no train/open/*.jsonl.gz")
    pairs: dict[tuple[str, str, tuple[str, str]], list[tuple[str, str]]] = defaultdict(list)
    for path in files:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                languages = (row["la"], row["lb"])
                pairs[_source(path), row["kind"], languages].append((row["a"], row["b"]))
    return [_group(key, rows) for key, rows in sorted(pairs.items()) if rows]


def read_glossary(folder: Path) -> list[Group]:
    """Read our own glossary: every name of an entry in one language with each in another."""
    pairs: dict[tuple[str, str], dict[tuple[str, str], None]] = defaultdict(dict)
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            for one, other in combinations(sorted(set(entry) & set(LANGUAGES)), 2):
                for pair in product(entry[one], entry[other]):
                    pairs[one, other].setdefault(pair)
    return [_group((GLOSSARY, "dict", key), list(rows)) for key, rows in sorted(pairs.items())]


def pivot(groups: Iterable[Group], kinds: Sequence[str] = ("parallel", "dict")) -> list[Group]:
    """Join pairs on an equal text in a third language: ar-en with en-kk gives ar-kk.

    A text with more than three partners in a language is left out: it is ambiguous or a formula.
    """
    made: list[Group] = []
    known: dict[str, set[tuple[str, str]]] = defaultdict(set)
    partners: dict[str, dict[tuple[str, str], dict[str, list[str]]]] = {
        kind: defaultdict(lambda: defaultdict(list)) for kind in kinds
    }
    for group in groups:
        if group.kind not in partners or group.languages[0] == group.languages[1]:
            continue
        for left, right in zip(group.left, group.right, strict=True):
            for one, other, text, partner in (
                (*group.languages, left, right),
                (*group.languages[::-1], right, left),
            ):
                seen = partners[group.kind][one, other][_key(text)]
                if len(seen) < 4 and partner not in seen:
                    seen.append(partner)
            known[group.kind].add((_key(left), _key(right)))
    for kind in kinds:
        for a, b in (("ar", "kk"), ("ar", "ru"), ("en", "kk"), ("kk", "ru")):
            rows: dict[tuple[str, str], None] = {}
            for middle in LANGUAGES:
                if middle in {a, b}:
                    continue
                onward = partners[kind][middle, b]
                for text, lefts in partners[kind][middle, a].items():
                    rights = onward.get(text, [])
                    if len(lefts) > 3 or len(rights) > 3:
                        continue
                    for left in lefts:
                        for right in rights:
                            if (_key(left), _key(right)) not in known[kind]:
                                rows.setdefault((left, right))
            if rows:
                made.append(_group(("pivot", kind, (a, b)), list(rows)))
    return made


def _key(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .!?؟،,")


def _source(path: Path) -> str:
    return path.name.removesuffix(".jsonl.gz")


def _group(key: tuple[str, str, tuple[str, str]], rows: Sequence[tuple[str, str]]) -> Group:
    source, kind, languages = key
    left, right = zip(*rows, strict=True)
    return Group(source, kind, languages, tuple(left), tuple(right))
