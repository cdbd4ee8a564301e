"""Is a written statement in what it cites? Figures, dates, quotations, names, speaker, support.

No language model is asked. A check that cannot tell says no: what is lost is a sentence, what is
kept out is a false one. `support_model.json` (see `train_support`) turns how well the words of a
statement are met in the cited sentences, across languages, into a probability of support.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from assistant.article import Sentence
from assistant.evidence import Cited
from assistant.fact_checks import Problem, exact_problems
from assistant.figures import figures
from assistant.matching import SOUNDS_ALIKE, Asked, WordMatcher
from assistant.question import language_of, read_question

Floats = NDArray[np.float32]
FEATURES = ("weighted coverage", "plain coverage", "least met word", "cosine")
# a second sentence is cited where it adds a fifth of the statement's words
_WORTH_A_SENTENCE = 0.2


class ClaimChecker:
    """Checks statements against sentences. Safe to share by threads.

    `lock` guards a matcher that others use too; what the reader has read need not be learned again.
    """

    def __init__(self, matcher: WordMatcher, lock: Lock | None = None) -> None:
        self.matcher = matcher
        self._checking = lock or Lock()  # the matcher's table of words grows while it reads
        self._told: tuple[str, Asked, dict[str, Floats]] | None = None

    def problems(self, statement: str, cited: Sequence[Cited]) -> tuple[Problem, ...]:
        """Return everything in a statement that its citations do not bear out."""
        return (
            *exact_problems(statement, cited, self.nearness),
            *self._support(statement, cited),
        )

    def narrow(self, statement: str, source: Cited, most: int = 2) -> Cited:
        """Return the one or two sentences of a source that a statement rests on."""
        texts = [(s.text, *s.translations.values()) for s in source.sentences]
        asked, met = self._met(statement, texts)
        weights = asked.weights / max(float(asked.weights.sum()), 1e-6)
        # a figure found counts as much as all words together: it must be in what is cited
        table = np.vstack([met, _figures_found(statement, source.sentences)])
        worth = np.concatenate([weights, np.ones(len(table) - len(met), np.float32)])
        chosen: list[int] = []
        best = np.zeros(len(table), np.float32)
        while len(chosen) < min(most, len(texts)):
            gain = worth @ np.maximum(table - best[:, None], 0)
            place = int(np.argmax(gain))
            if chosen and (place in chosen or gain[place] < _WORTH_A_SENTENCE):
                break
            chosen.append(place)
            best = np.maximum(best, table[:, place])
        return replace(source, sentences=tuple(source.sentences[place] for place in sorted(chosen)))

    def support(self, statement: str, texts: Sequence[str]) -> tuple[float, ...]:
        """Return how well texts bear a statement out: the `FEATURES`, each 0 to 1."""
        asked, table = self._met(statement, [tuple(texts)])
        return self._features(statement, texts, asked, table[:, 0])

    def _features(
        self, statement: str, texts: Sequence[str], asked: Asked, met: Floats
    ) -> tuple[float, ...]:
        if not asked.words:
            return (1.0, 1.0, 1.0, 1.0)
        weighted = float(met @ asked.weights / max(float(asked.weights.sum()), 1e-6))
        with self._checking:
            vectors = self.matcher.table.sums([statement, *texts])
        lengths = np.maximum(np.linalg.norm(vectors, axis=1), 1e-12)
        cosine = float((vectors[1:] @ vectors[0] / lengths[1:] / lengths[0]).max(initial=0.0))
        return weighted, float(met.mean()), float(met.min()), cosine

    def _met(self, statement: str, groups: Sequence[tuple[str, ...]]) -> tuple[Asked, Floats]:
        texts = [text for each in groups for text in each]
        with self._checking:
            asked, known = self._reading(statement)
            # all texts at once: each look costs more than what is looked at
            if new := [text for text in dict.fromkeys(texts) if text not in known]:
                known |= dict(zip(new, self.matcher.matches(asked, new).T, strict=True))
            columns = [known[text] for text in texts]
            if not new and columns and _unmet_name(asked, columns):
                columns = list(self.matcher.matches(asked, texts).T)
        table = np.zeros((len(asked.words), len(groups)), np.float32)
        place = 0
        for column, each in enumerate(groups):
            for met in columns[place : place + len(each)]:
                table[:, column] = np.maximum(table[:, column], met)
            place += len(each)
        return asked, table

    def _reading(self, statement: str) -> tuple[Asked, dict[str, Floats]]:
        """Return the words of a statement, and how they are met in the texts seen with it."""
        if self._told is None or self._told[0] != statement:
            asked = self.matcher.asked(statement, read_question(statement).content)
            self._told = statement, asked, {}
        return self._told[1], self._told[2]

    def nearness(self, word: str, text: str) -> float:
        """Return how near a word is to the nearest word of a text, by the encoder's table."""
        with self._checking:
            return self.matcher.nearness(word, text)

    def _support(self, statement: str, cited: Sequence[Cited]) -> tuple[Problem, ...]:
        texts = [text for one in cited for text in (*one.originals, *one.translated())]
        asked, met = self._met(statement, [tuple(texts)])
        values = self._features(statement, texts, asked, met[:, 0])
        languages = {one.article.document.language for one in cited}
        language = language_of(statement)
        originals = [text for one in cited for text in one.originals]
        sure = figures_met(statement, originals)
        if not asked.words:
            return (Problem("support", statement),)  # it says nothing that could be borne out
        if supported(values, language, languages, with_figures=sure):
            return ()
        worst = asked.words[int(np.argmin(met[:, 0]))]
        return (Problem("support", statement[worst.start : worst.end]),)


def _unmet_name(asked: Asked, columns: Sequence[Floats]) -> bool:
    """Tell whether a name is met in none of the texts: among fewer, it is looked for more."""
    best = np.max(columns, axis=0)
    return bool((asked.named & (best < SOUNDS_ALIKE)).any())


def supported(
    values: Sequence[float], language: str, sources: Collection[str], *, with_figures: bool = False
) -> bool:
    """Tell whether sentences bear a statement out, by the fitted threshold of the languages.

    `with_figures`: the statement has figures and all stand in the sentences; words may say less.
    """
    model = _support_model()
    total = model["bias"] + float(np.dot(model["weights"], values))
    fitted = model["thresholds_with_figures" if with_figures else "thresholds"]
    thresholds = [fitted.get(f"{language}->{source}", max(fitted.values())) for source in sources]
    return bool(1 / (1 + np.exp(-total)) >= min(thresholds, default=1.0))


@cache
def _support_model() -> dict:  # type: ignore[type-arg]
    path = files("assistant") / "support_model.json"
    return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def figures_met(statement: str, texts: Sequence[str]) -> bool:
    """Tell whether a statement has figures and every one stands in a text."""
    told = [figure for figure in figures(statement) if not figure.spelled]
    held = [figure for text in texts for figure in figures(text)]
    return bool(told) and all(any(one.same(other) for other in held) for one in told)


def _figures_found(statement: str, sentences: Sequence[Sentence]) -> Floats:
    """Return which figure of a statement (row) stands in which sentence (column)."""
    held = [figures(sentence.text) for sentence in sentences]
    rows = [
        [float(any(figure.same(other) for other in there)) for there in held]
        for figure in figures(statement)
    ]
    return np.array(rows, np.float32).reshape(-1, len(sentences))
