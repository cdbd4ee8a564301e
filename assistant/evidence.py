"""The sentences a statement rests on, and what a reader sees around them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import regex

from assistant.article import Article, Sentence
from assistant.asking import is_stop
from assistant.attribution import speakers
from assistant.tokens import tokens
from assistant.vocabulary import phrase_book
from index.transliterate import script


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

    def speakers(self) -> tuple[str, ...]:
        """Return who says the sentences, by the fullest name that the article has for each."""
        by_start = speakers(self.article)
        found = (by_start.get(sentence.start) for sentence in self.sentences)
        names = [_full_name(self.article, speaker.name) for speaker in found if speaker]
        return tuple(dict.fromkeys(names))

    def said_before(self) -> tuple[str, ...]:
        """Return the cited sentences that name the one a later one calls "he", or by surname."""
        return tuple(
            first.text for first, second in pairwise(self.sentences) if _introduces(first, second)
        )

    def with_antecedent(self, whole: Cited) -> Cited:
        """Return it with the sentence before that shows who "he" is, or whose surname it is."""
        wanted = {sentence.start for sentence in self.sentences}
        for first, second in pairwise(whole.sentences):
            if second.start in wanted and _introduces(first, second):
                wanted.add(first.start)
        return replace(self, sentences=tuple(s for s in whole.sentences if s.start in wanted))

    def translated(self) -> tuple[str, ...]:
        """Return the unofficial translations, to find words by; never to check figures by."""
        return tuple(text for sentence in self.sentences for text in sentence.translations.values())


def _introduces(first: Sentence, second: Sentence) -> bool:
    """Tell whether a sentence names in full the one who speaks in the next one."""
    if first.paragraph != second.paragraph:
        return False
    if phrase_book("speech", "sources_of_him").all(tokens(second.text)):
        return True
    words = tokens(first.text)
    return any(
        word.word == surname and before.kind == "word" and word.start - before.end == 1
        for surname in _surnames(second.text)
        for before, word in pairwise(words)
    )


def _surnames(text: str) -> list[str]:
    """Return the single words between an Arabic verb of speech and "that": وتقول فلانة إن."""
    found, that = tokens(text), phrase_book("speech", "that")
    return [
        found[phrase.after].word
        for phrase in phrase_book("speech", "verbs").all(found)
        if phrase.after + 1 < len(found)
        and script(found[phrase.after].word) == "arabic"
        and not is_stop(text, found[phrase.after])
        and that.at(found, phrase.after + 1) is not None
    ]


@lru_cache(maxsize=1024)
def _full_name(article: Article, name: str) -> str:
    """Return a surname with the first name that stands before it elsewhere, in capitals."""
    if " " in name or not name[:1].isupper():
        return name
    full = regex.search(
        rf"\p{{Lu}}\p{{Ll}}+\s+{regex.escape(name)}(?!\p{{L}})", article.document.text
    )
    return full[0] if full else name
