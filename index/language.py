"""The language of a text, told by its script and letters: Arabic, English, Russian or Kazakh.

Made for articles, not for single words; other languages have to be named in the front matter.
"""

from __future__ import annotations

from functools import cache

import regex

_SCRIPTS = {
    "ar": regex.compile(r"\p{Arabic}"),
    "ru": regex.compile(r"\p{Cyrillic}"),
    "en": regex.compile(r"\p{Latin}"),
}
_KAZAKH = regex.compile(r"[әғқңөұүһі]", regex.IGNORECASE)
_SAMPLE = 20_000
# Kazakh has some 15 such letters in a hundred, Russian none but in names.
_KAZAKH_SHARE = 0.03


def detect_language(text: str) -> str | None:
    """Return ar, en, ru or kk; None for a text without letters of their scripts.

    >>> detect_language("Тоқаев Вашингтонда сөз сөйледі"), detect_language("Визит в Вашингтон")
    ('kk', 'ru')
    """
    sample = text[:_SAMPLE]
    counts = {code: len(script.findall(sample)) for code, script in _SCRIPTS.items()}
    best = max(counts, key=lambda code: counts[code])
    if not counts[best]:
        return None
    if best == "ru" and len(_KAZAKH.findall(sample)) > _KAZAKH_SHARE * counts["ru"]:
        return "kk"
    return best


def primary_language(code: str) -> str | None:
    """Return the primary part of a language code, None if there is no such language.

    >>> primary_language("ar-EG"), primary_language("EN"), primary_language("arabic")
    ('ar', 'en', None)
    """
    primary = regex.split("[-_]", code.strip().lower())[0]
    return primary if primary in _known() else None


@cache
def _known() -> frozenset[str]:
    from babel import Locale  # only where a front matter names a language

    return frozenset(code for code in Locale("en").languages if code.isalpha())
