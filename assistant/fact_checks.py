"""What of a statement can be held against its citations exactly, by code alone.

Figures and quotations are looked for in the original only; names also in what stands around it and
in its unofficial translations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import regex

from assistant.article import Article, Sentence
from assistant.attribution import speakers
from assistant.mentions import mentions
from assistant.tokens import tokens
from assistant.verify import verify_statement
from assistant.vocabulary import word_lists
from index.fold import fold_text
from index.same_name import same_name

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


@dataclass(frozen=True, slots=True)
class Cited:
    """The sentences a statement rests on, all of one article."""

    article: Article
    sentences: tuple[Sentence, ...]

    @property
    def originals(self) -> tuple[str, ...]:
        """Return the sentences as they stand in the article."""
        return tuple(sentence.text for sentence in self.sentences)

    def around(self) -> tuple[str, ...]:
        """Return what a reader sees with the citation: section, title, publisher."""
        document = self.article.document
        sections = dict.fromkeys(sentence.section for sentence in self.sentences)
        return tuple(text for text in (*sections, document.title, document.publisher) if text)

    def translated(self) -> tuple[str, ...]:
        """Return the unofficial translations, to find words by; never to check figures by."""
        return tuple(text for sentence in self.sentences for text in sentence.translations.values())


def exact_problems(statement: str, cited: Sequence[Cited]) -> tuple[Problem, ...]:
    """Return the quotations, figures, dates, names, speakers and negations not in the source."""
    originals = [text for one in cited for text in _whole(one)]
    context = "\n".join(text for one in cited for text in (*one.around(), *one.translated()))
    published = next((p for one in cited if (p := one.article.document.published)), None)
    verdict = verify_statement(statement, originals, published=published, context=context)
    return (
        *(Problem(problem.fault.value, problem.text) for problem in verdict.problems),
        *_addresses(statement, originals),
        *_speaker(statement, cited),
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


def _speaker(statement: str, cited: Sequence[Cited]) -> list[Problem]:
    """Hold a named speaker against the one whom the article gives the sentence to."""
    problems = []
    for mention in mentions(statement):
        if mention.generic or mention.plural or not mention.name:
            continue
        allowed = []
        for one in cited:
            by_start = speakers(one.article)
            allowed += [s.name for x in one.sentences if (s := by_start.get(x.start))]
            allowed += [
                m.name for text in (*one.originals, *one.translated()) for m in mentions(text)
            ]
            allowed += [one.article.document.publisher or ""]
        if not any(_one_person(mention.name, name) for name in allowed if name):
            problems.append(Problem("speaker", mention.name))
    return problems


def _one_person(a: str, b: str) -> bool:
    if same_name(a, b):
        return True
    words_a, words_b = a.split(), b.split()
    return any(same_name(x, y) for x in words_a[-2:] for y in words_b if len(x) > 3 and len(y) > 3)


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
