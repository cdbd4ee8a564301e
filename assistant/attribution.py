"""Who said it: the speaker of each sentence of an article, and his role.

A sentence is given to a speaker who is named in it ("according to X", "X said"), to the one whose
open quotation it continues, or to the one named at the end of its paragraph ("…, as the expert
noted"). "The expert" is the person named last. Everything else is the article's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.article import Article, Sentence
from assistant.mentions import Mention, mentions
from index.same_name import same_name

_OPEN, _CLOSE = "“«„", "”»"
_REACH = 2  # paragraphs after which "he" is nobody known


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who a sentence belongs to, as the article spells it. `quoted`: inside quotation marks."""

    name: str
    role: str | None = None
    quoted: bool = False


@lru_cache(maxsize=256)
def speakers(article: Article) -> Mapping[int, Speaker]:
    """Return the speaker of each sentence that has one, by the sentence's start."""
    found: dict[int, Speaker] = {}
    last: Speaker | None = None
    known: list[Speaker] = []
    named_in = 0
    for number in range(len(article.blocks)):
        lines = [s for s in article.paragraph(number) if not s.heading]
        if number - named_in > _REACH:
            last = None
        before, last = last, _paragraph(lines, last, known, found)
        named_in = number if last is not before or _in(found, lines, last) else named_in
    joined = _one_spelling(known)
    return {
        start: replace(speaker, name=joined[speaker.name].name, role=joined[speaker.name].role)
        for start, speaker in found.items()
        if speaker.name in joined
    }


def _paragraph(
    lines: Sequence[Sentence],
    last: Speaker | None,
    known: list[Speaker],
    found: dict[int, Speaker],
) -> Speaker | None:
    """Attribute one paragraph's sentences; return the person named last."""
    quoting: Speaker | None = None
    trailing: Speaker | None = None
    for line in lines:
        own: Speaker | None = None
        for mention in mentions(line.text):
            speaker = _resolve(mention, last)
            if speaker is None:
                continue
            known.append(speaker)
            if mention.person:
                last = speaker
            if own is None or mention.trailing:
                own = speaker
            trailing = speaker if mention.trailing and line is lines[-1] else trailing
        if own is None and quoting is not None:
            own = replace(quoting, quoted=True)
        elif own is not None and _opens(line.text):
            own = replace(own, quoted=True)
        if own is not None:
            found[line.start] = own
        quoting = _still_quoting(line.text, own if own else quoting)
    if trailing is not None:
        for line in lines:
            found.setdefault(line.start, trailing)
    return last


def _in(found: Mapping[int, Speaker], lines: Sequence[Sentence], last: Speaker | None) -> bool:
    """Tell whether a paragraph gives a sentence to someone."""
    spoken = (found.get(line.start) for line in lines)
    return any(one is not None and last is not None and one.name == last.name for one in spoken)


def _resolve(mention: Mention, last: Speaker | None) -> Speaker | None:
    """Return who a mention means; "the expert" is the person named last."""
    if mention.generic:
        return last
    return Speaker(mention.name, mention.role) if mention.name else None


def _opens(text: str) -> bool:
    return any(mark in text for mark in _OPEN)


def _still_quoting(text: str, speaker: Speaker | None) -> Speaker | None:
    """Return the speaker whose quotation is still open after a sentence."""
    opened = max(text.rfind(mark) for mark in _OPEN)
    closed = max(text.rfind(mark) for mark in _CLOSE)
    if opened > closed:
        return speaker
    return speaker if closed < 0 and speaker is not None and speaker.quoted else None


def _one_spelling(known: Sequence[Speaker]) -> dict[str, Speaker]:
    """Join the spellings of one name: the fullest is shown, the most frequent of equal length."""
    groups: list[list[Speaker]] = []
    for speaker in known:
        for group in groups:
            if any(_same_person(speaker.name, other.name) for other in group):
                group.append(speaker)
                break
        else:
            groups.append([speaker])
    result = {}
    for group in groups:
        names = [speaker.name for speaker in group]
        best = max(names, key=lambda name: (len(name.split()), names.count(name)))
        role = next((speaker.role for speaker in group if speaker.role), None)
        for name in names:
            result[name] = Speaker(best, role)
    return result


def _same_person(a: str, b: str) -> bool:
    """Compare whole names, or a surname with the end of a fuller name."""
    if same_name(a, b):
        return True
    short, long = sorted((a.split(), b.split()), key=len)
    return len(short) < len(long) and same_name(" ".join(short), " ".join(long[-len(short) :]))
