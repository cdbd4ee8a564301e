"""Whether the assistant speaks the asker's language.

1 where the words that are the assistant's own (its text without the quotes of the articles, the
names of speakers with their roles in brackets, and the words of the question) are in the language
of the question, or where it has no words of its own and says the right language. Told by script;
Kazakh from Russian by its nine letters of its own. After the language check of MIRAGE-Bench (Thakur
et al. 2024, arXiv:2410.13716), without a detection model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import regex

_KAZAKH = frozenset("әғқңөұүһі")
_WORD = regex.compile(r"\w{2,}")
_NOT_ITS_OWN = ("quote", "translation", "text", "speaker", "title", "section")
_NEUTRAL = regex.compile(r"C5\+1|\[\d+\]|(\((?:[^()]|(?1))*\))", regex.IGNORECASE)


def language_right(answer: Mapping[str, Any], asked_in: str) -> float:
    """Tell whether an answer's own words are in the language it was asked in."""
    own = answer["text"]
    for shown in (*answer["citations"], *answer["nearest"], *answer["statements"]):
        for key in _NOT_ITS_OWN:
            own = own.replace(shown.get(key) or "\0", " ")
    for word in _WORD.findall(answer["question"]):
        own = regex.sub(rf"(?<!\w){regex.escape(word)}(?!\w)", " ", own)
    told = tell_language(own)
    return float(answer["language"] == asked_in and told in (None, asked_in))


def tell_language(text: str) -> str | None:
    """Return ar, en, ru or kk by the letters that prevail; None where there are none.

    >>> tell_language("Мақалада бұл туралы айтылмаған"), tell_language("В статье об этом нет")
    ('kk', 'ru')
    """
    plain = _NEUTRAL.sub(" ", text).lower()
    counts = {
        "ar": len(regex.findall(r"\p{Script=Arabic}", plain)),
        "en": len(regex.findall(r"\p{Script=Latin}", plain)),
        "ru": len(regex.findall(r"\p{Script=Cyrillic}", plain)),
    }
    language = max(counts, key=counts.__getitem__)
    if not counts[language]:
        return None
    if language == "ru" and _KAZAKH & set(plain):
        return "kk"
    return language
