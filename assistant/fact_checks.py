"""What of a statement can be held against its citations exactly, by code alone.

Figures and quotations are looked for in the original only; names also in what stands around it and
in its unofficial translations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import regex

from assistant.concepts import concepts, is_place, named
from assistant.evidence import Cited
from assistant.figures import figures
from assistant.mentions import mentions
from assistant.met_names import Meaning, names_met, one_person
from assistant.tokens import tokens
from assistant.verify import verify_statement
from assistant.vocabulary import word_lists
from index.fold import fold_text
from index.glossary import open_glossary

Kind = Literal["quotation", "figure", "date", "name", "speaker", "negation", "support"]

# each alternative begins only where a word does, so that a long run is read once
_ADDRESS = regex.compile(r"https?:\S+|www\.\S+|(?<!\S)[^\s@]++@\S+|(?<!\p{L})\p{L}++\([^()\s]*+\)")
_NUMBERED = regex.compile(r"\p{L}[-_](\d+)")
_NUMBER = regex.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Problem:
    """What of a statement is not in what it cites."""

    kind: Kind
    detail: str


def exact_problems(
    statement: str, cited: Sequence[Cited], meaning: Meaning | None = None
) -> tuple[Problem, ...]:
    """Return the quotations, figures, dates, names, speakers and negations not in the source."""
    originals = [text for one in cited for text in _whole(one)]
    context = "\n".join(
        text for one in cited for text in (*one.around(), *one.translated(), *one.speakers())
    )
    published = next((p for one in cited if (p := one.article.document.published)), None)
    verdict = verify_statement(
        statement, originals, published=published, context=context, meaning=meaning
    )
    return (
        *(Problem(problem.fault.value, problem.text) for problem in verdict.problems),
        *_addresses(statement, originals),
        *_other_place(statement, cited),
        *_speaker(statement, cited, meaning),
        *_negation(statement, cited),
    )


def _addresses(statement: str, originals: Sequence[str]) -> list[Problem]:
    """Return web addresses, pieces of code, and numbered names whose number is not there."""
    numbers = {number for text in originals for number in _NUMBER.findall(fold_text(text))}
    return [
        *(
            Problem("name", found[0])
            for found in _ADDRESS.finditer(statement)
            if not any(found[0] in text for text in originals)
        ),
        *(
            Problem("name", found[0])
            for found in _NUMBERED.finditer(fold_text(statement))
            if found[1] not in numbers
        ),
    ]


def _whole(cited: Cited) -> tuple[str, ...]:
    """Return the cited sentences, and where they follow each other the run as one text."""
    first, last = cited.sentences[0], cited.sentences[-1]
    if first is last or first.paragraph != last.paragraph:
        return cited.originals
    return (*cited.originals, cited.article.document.text[first.start : last.end])


def _speaker(statement: str, cited: Sequence[Cited], meaning: Meaning | None) -> list[Problem]:
    """Hold a named speaker against the one whom the article gives the sentence to."""
    problems = []
    for mention in mentions(statement):
        if mention.generic or mention.plural or not mention.name:
            continue
        allowed: list[str] = []
        for one in cited:
            allowed += one.speakers()
            allowed += [
                m.name for text in (*one.originals, *one.translated()) for m in mentions(text)
            ]
            allowed += [one.article.document.publisher or ""]
        before = [text for one in cited for text in one.said_before()]
        if not (
            any(one_person(mention.name, name, meaning) for name in allowed if name)
            or any(names_met(mention.name, text, meaning) for text in before)
        ):
            problems.append(Problem("speaker", mention.name))
    return problems


def _other_place(statement: str, cited: Sequence[Cited]) -> list[Problem]:
    """Return places that stand beside the figures' sentences, where those name others instead.

    "In 2015 it was founded in Samarkand" is not borne out by "It was founded in 2015 in New York.
    It met in Samarkand."
    """
    told = [figure for figure in figures(statement) if not figure.spelled]
    texts = [text for one in cited for text in one.originals]
    anchors = [text for text in texts if any(f.same(g) for f in told for g in figures(text))]
    if not anchors or len(anchors) == len(texts):
        return []
    said, held = concepts(statement), frozenset[int]().union(*map(concepts, anchors))
    instead = [each for text in anchors for each in _places(text) if each.isdisjoint(said)]
    if not instead:
        return []
    return [
        Problem("name", open_glossary().entries[min(own)].forms["en"][0])
        for own in _places(statement)
        if own.isdisjoint(held)
    ]


def _places(text: str) -> list[frozenset[int]]:
    """Return the places that a text names, adjectives apart, with their kin."""
    words = [text[t.start : t.end] for t in tokens(text) if t.kind == "word"]
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    return [concepts(each) for each in (*words, *pairs) if is_place(named(each))]


def _negation(statement: str, cited: Sequence[Cited]) -> list[Problem]:
    negations = set(word_lists("negations")["words"])

    def negated(text: str) -> str:
        return next((t.word for t in tokens(text) if t.word in negations or _suffix(t.word)), "")

    said = negated(statement)
    if said and not any(
        negated(text) for one in cited for text in (*one.originals, *one.translated())
    ):
        return [Problem("negation", said)]
    return []


def _suffix(word: str) -> bool:
    """Kazakh negates inside the verb."""
    return word.endswith(tuple(word_lists("negations")["kazakh_endings"]))
