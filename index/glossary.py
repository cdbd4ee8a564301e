"""The four-language glossary of the news language of the region: look-up in a text.

Entries are the lines of `glossary/*.jsonl`: for each language the forms that mean the same, the
usual one first. A text is searched word by word for the longest forms; words are compared by a
light stem, so that inflected forms are found (Казахстана, қазақстанның, وكازاخستان).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Final

from index.fold import fold_text
from index.transliterate import script

FOLDER: Final = Path(__file__).with_name("glossary")
LANGUAGES: Final = ("ar", "en", "ru", "kk")

_READING: Final = Lock()
_WORD: Final = re.compile(r"\w+")
_ABBREVIATION: Final = re.compile("[A-ZА-ЯӘҒҚҢӨҰҮҺІЁ]{2,5}")
# Clitics and endings are taken off again and again, the same way from a form and from a text: what
# is left need not be a stem, but it is the same for all the shapes of a word.
_ARABIC: Final = re.compile("^(?:[وف]|[بكل]?ال|لل|[بكل])(?=.{4})|(?<=...)(?:ات|ين|ون|يه|ه|ي|ا)$")
_ENGLISH: Final = re.compile("(?<=...)(?:ies|es|s|y|e)$")
_RUSSIAN: Final = re.compile(
    "(?<=...)(?:иями|ями|ами|ого|его|ому|ему|ыми|ими|иях|ях|ах|ов|ев|ей|ой|ый|ий|ая|яя|ое|ее|ые|ие"
    "|ия|ию|ии|ых|их|ую|юю|ом|ем|ам|ям|ью|а|я|о|е|ы|и|у|ю|ь|й)$"
)
_KAZAKH_LETTERS: Final = re.compile("[әғқңөұүһі]")
_KAZAKH: Final = re.compile(
    "(?<=...)(?:[лдт]ар|[лдт]ер|[ндт]ың|[ндт]ің|[ндт][ае]|[ндт]ан|[ндт]ен|[мбп]ен|[ғқ]а|[гк]е|н"
    "|сы|сі|ы|і)$"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing and its names: for each language the forms, the usual one first."""

    forms: Mapping[str, tuple[str, ...]]
    kind: str


@dataclass(frozen=True, slots=True)
class _Form:
    entry: Entry
    exactly: str | None  # an abbreviation counts only in capitals: WHO is not "who"


class Glossary:
    """Entries that can be found in a text, in any of the languages."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        forms = [(form, each) for each in entries for form in chain(*each.forms.values())]
        self._found: dict[tuple[str, ...], list[_Form]] = {}
        # folding one long text is many times faster than folding thousands of short ones
        lines = fold_text("\n".join(form for form, _ in forms)).split("\n")
        for (form, entry), line in zip(forms, lines, strict=True):
            short = form if _ABBREVIATION.fullmatch(form) else None
            self._found.setdefault(_stems(line), []).append(_Form(entry, short))
        self._longest = max(map(len, self._found), default=0)

    def find(self, text: str) -> Iterator[Entry]:
        """Yield what the text names, longest forms first at each word, each entry once."""
        stems = _stems(fold_text(text))
        capitals = set(_WORD.findall(text))
        seen: set[int] = set()
        start = 0
        while start < len(stems):
            length = 1
            for tried in range(min(self._longest, len(stems) - start), 0, -1):
                found = [
                    form.entry
                    for form in self._found.get(stems[start : start + tried], ())
                    if form.exactly is None or form.exactly in capitals
                ]
                if found:
                    yield from {id(each): each for each in found if id(each) not in seen}.values()
                    seen.update(map(id, found))
                    length = tried
                    break
            start += length

    def ways(self, text: str, scripts: Sequence[str]) -> list[tuple[str, ...]]:
        """Return for each thing the text names the ways to write it, one tuple a script.

        >>> open_glossary().ways("When is the summit in Washington?", ["arabic"])
        [('قمة', 'اجتماع قمة'), ('واشنطن',)]
        """
        found = [tuple(chain(*entry.forms.values())) for entry in self.find(text)]
        ways = [
            tuple(form for form in forms if _script(form) == into)
            for into in scripts
            for forms in found
        ]
        return [each for each in ways if each]


def open_glossary(folder: Path = FOLDER) -> Glossary:
    """Read the glossary that comes with the package, once."""
    # `cache` alone lets two threads that ask first make one each, whose entries are not the same
    with _READING:
        return _read(folder)


@cache
def _read(folder: Path) -> Glossary:
    entries = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                row = json.loads(line)
                forms = {language: tuple(row.get(language, ())) for language in LANGUAGES}
                entries.append(Entry(forms, row.get("kind", path.stem)))
    return Glossary(entries)


def _stems(folded: str) -> tuple[str, ...]:
    return tuple(map(_stem, _WORD.findall(folded)))


_script: Final = lru_cache(maxsize=1 << 16)(script)


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    """Return what all shapes of a folded word have in common, at least three letters."""
    written = script(word)
    ending = _ARABIC if written == "arabic" else _ENGLISH
    if written == "cyrillic":
        ending = _KAZAKH if _KAZAKH_LETTERS.search(word) else _RUSSIAN
    while (stem := ending.sub("", word, count=1)) != word:
        word = stem
    return word
