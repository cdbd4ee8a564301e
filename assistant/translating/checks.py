"""Does a translated paragraph say what its original says? Both are held against each other.

What the translation says must be in the original: figures, dates, names, speakers, negations, and
the words as a whole. What the original says must be in the translation: its figures, its dates, the
places and other names that the glossary knows, and as many sentences. A quotation is translated
too, so it is only asked that none was added. No model is asked. Style and shades of meaning are not
checked: that stays a reader's work.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import regex

from assistant.asking import is_stop
from assistant.claims import ClaimChecker
from assistant.concepts import concepts, is_name, named
from assistant.evidence import Cited
from assistant.fact_checks import Problem
from assistant.met_names import names_met
from assistant.question import language_of
from assistant.schema import LANGUAGES
from assistant.tokens import Token, tokens
from assistant.verify import verify_statement
from index.glossary import open_glossary
from index.split import sentences

_MARKUP = regex.compile(
    r"</?[a-zA-Z!][^<>]*>|\]\(|```|^\s*(?:#{1,6}|>|[-*+•])\s|\p{Cf}|[\[【]\s*\d"
)
_QUOTATION = regex.compile(r"«[^«»]{24,}»|“[^“”]{24,}”|„[^„“”]{24,}[“”]|\"[^\"]{24,}\"")
_FEW_WORDS = 6  # so few words may be names alone, and tell little of a language or of support
_SHORT = 40
_SHORTEST, _LONGEST = 0.4, 2.6  # of the original's length
_LONGEST_NAME = 3


def translation_problems(
    checker: ClaimChecker, original: Cited, translated: str, language: str
) -> tuple[Problem, ...]:
    """Return all that keeps a translated paragraph from being shown as a translation."""
    whole = " ".join(original.originals)
    if formal := tuple(_form(original, whole, translated, language)):
        return formal  # nothing else can be told of it
    found = (
        *_added(checker, original, whole, translated),
        *_lost(checker, whole, translated, language),
    )
    return tuple(dict.fromkeys(found))


def _form(original: Cited, whole: str, translated: str, language: str) -> Iterator[Problem]:
    if not any(sign.isalnum() for sign in translated):
        yield Problem("support", "it is empty")
        return
    if "\n" in translated:
        yield Problem("support", "it is more than one paragraph")
    if (found := _MARKUP.search(translated)) and not _MARKUP.search(whole):
        yield Problem("support", f"it has markup: {found[0]!r}")
    if not _is_in(language, translated):
        yield Problem("support", "it is in another language")
    share = len(translated) / max(1, len(whole))
    if len(whole) >= _SHORT and not _SHORTEST <= share <= _LONGEST:
        yield Problem("support", f"it is {share:.1f} times as long as the original")
    told = len(sentences(translated))
    if told != len(original.sentences):
        detail = f"{told} sentences where the original has {len(original.sentences)}"
        yield Problem("support", detail)
    if len(_QUOTATION.findall(translated)) > len(_QUOTATION.findall(whole)):
        yield Problem("quotation", "it has a quotation that the original does not have")


def _is_in(language: str, text: str) -> bool:
    if language not in LANGUAGES or not any(sign.isalpha() for sign in text):
        return True
    told = language_of(text)
    few = len(text.split()) < _FEW_WORDS
    return told == language or (few and {told, language} <= {"ru", "kk"})


def _added(
    checker: ClaimChecker, original: Cited, whole: str, translated: str
) -> Iterator[Problem]:
    """Yield what the translation says and the original does not."""
    for problem in checker.problems(translated, [original]):
        told = problem.detail
        # a whole paragraph may name places beside figures, and people who do not speak
        beside = problem.kind == "name" and told not in translated
        named_too = problem.kind == "speaker" and names_met(told, whole, checker.nearness)
        # of a title's two or three words none need have an equal
        too_few = problem.kind == "support" and len(whole.split()) < _FEW_WORDS
        if problem.kind != "quotation" and not (beside or named_too or too_few):
            yield problem


def _lost(checker: ClaimChecker, whole: str, translated: str, language: str) -> Iterator[Problem]:
    """Yield figures, dates and known names of the original that found no way over."""
    for problem in verify_statement(whole, [translated]).problems:
        digits = any(sign.isdigit() for sign in problem.text)
        if problem.fault.value == "date" or (problem.fault.value == "figure" and digits):
            yield Problem(problem.fault.value, f"left out: {problem.text}")
    for name, entries in _known_names(whole):
        if entries.isdisjoint(concepts(translated)) and not any(
            names_met(form, translated, checker.nearness)
            for form in (name, *_forms(entries, language))
        ):
            yield Problem("name", f"left out: {name}")


def _forms(entries: frozenset[int], language: str) -> Iterator[str]:
    for entry in entries:
        yield from open_glossary().entries[entry].forms.get(language, ())


def _known_names(text: str) -> Iterator[tuple[str, frozenset[int]]]:
    """Yield the longest runs of words that the glossary knows as names alone, and their entries."""
    found = [t for t in tokens(text) if t.kind == "word" and not is_stop(text, t)]
    place = 0
    while place < len(found):
        for length in range(min(_LONGEST_NAME, len(found) - place), 0, -1):
            run = found[place : place + length]
            if length > 1 and any(b.start - a.end > 1 for a, b in pairwise(run)):
                continue
            name = text[run[0].start : run[-1].end]
            own = named(name) - (_of_parts(text, run) if length > 1 else frozenset())
            if own and (length > 1 or is_name(own)):
                if is_name(own):
                    yield name, named(name) | concepts(name)
                place += length
                break
        else:
            place += 1


def _of_parts(text: str, run: list[Token]) -> frozenset[int]:
    return frozenset().union(*(named(text[t.start : t.end]) for t in run))
