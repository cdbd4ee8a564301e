"""What folding ignores, as switches and translation tables; `fold` applies them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Folds:
    """Which differences of writing a search ignores. Off by default: what merges real words."""

    compatibility: bool = True  # NFKC: presentation forms, ligatures, full width; else NFC
    case: bool = True
    invisible: bool = True  # zero-width, bidi controls, soft hyphen, variation selectors
    arabic_marks: bool = True  # harakat, tanwin, shadda, dagger alef, Quranic marks
    tatweel: bool = True
    alef: bool = True  # أ إ آ ٱ -> ا
    hamza_seats: bool = True  # ؤ -> و, ئ -> ي
    lone_hamza: bool = False  # ء dropped: ماء (water) would become ما (what)
    alef_maqsura: bool = True  # ى -> ي
    ta_marbuta: bool = True  # ة -> ه
    persian: bool = True  # ک ی ہ ھ ە of Persian and Urdu keyboards
    digits: bool = True  # ٠-٩ ۰-۹ -> 0-9
    yo: bool = True  # ё -> е
    accents: bool = True  # é -> e in Latin script; stress marks anywhere
    kazakh_plain: bool = False  # ә ғ қ ң ө ұ ү һ і as typed on a Russian keyboard
    punctuation: bool = True  # quotes, dashes, ، ؛ ؟ ۔ ٪ ٫ ٬ in their ASCII shapes


DEFAULT_FOLDS = Folds()

_INVISIBLE = (
    *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xAD, 0x34F, 0x61C,
    *range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x180B, 0x180C, 0x180D, 0x180E,
    0x180F, *range(0xFE00, 0xFE10), 0xFEFF, *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0200),
)  # fmt: skip
_ARABIC_MARKS = (
    *range(0x610, 0x61B), *range(0x64B, 0x660), 0x670, *range(0x6D6, 0x6DD),
    *range(0x6DF, 0x6E5), 0x6E7, 0x6E8, *range(0x6EA, 0x6EE), *range(0x898, 0x8A0),
    *range(0x8CA, 0x8E2), *range(0x8E3, 0x900),
)  # fmt: skip
_STROKES = {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe"}
_QUOTES = dict.fromkeys("“”„‟«»″〝〞", '"') | dict.fromkeys("‘’‚‛‹›ʼʻʹ′`", "'")
_DASHES = dict.fromkeys("‐‑‒–—―−⁃﹘", "-")
_ARABIC_PUNCTUATION = {"،": ",", "؛": ";", "؟": "?", "۔": ".", "٪": "%", "٫": ".", "٬": ","}
_KAZAKH_PLAIN = dict(zip("әғқңөұүһі", "агкноууxи".replace("x", "х"), strict=True))


@lru_cache(maxsize=64)
def tables(folds: Folds) -> tuple[dict[int, str], dict[int, str]]:
    """Return the tables applied before and after normalisation."""
    first: dict[int, str] = {}
    last: dict[int, str] = {}

    def to_nothing(table: dict[int, str], points: tuple[int, ...]) -> None:
        table.update(dict.fromkeys(points, ""))

    if folds.invisible:
        to_nothing(first, _INVISIBLE)
    if folds.tatweel:
        to_nothing(first, (0x640,))
        to_nothing(last, (0x640,))  # from presentation forms
    if folds.accents:
        to_nothing(last, tuple(range(0x300, 0x370)))
        for point in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
            base = unicodedata.normalize("NFD", chr(point))[0]
            if base != chr(point):
                last[point] = _STROKES.get(base, base)
        last |= str.maketrans(_STROKES)
    if folds.arabic_marks:
        to_nothing(last, _ARABIC_MARKS)
    for on, letters in (
        (folds.alef, dict.fromkeys("أإآٱٲٳ", "ا")),
        (folds.hamza_seats, {"ؤ": "و", "ئ": "ي"}),
        (folds.lone_hamza, {"ء": ""}),
        (folds.alef_maqsura, {"ى": "ي"}),
        (folds.ta_marbuta, {"ة": "ه"}),
        (folds.persian, {"ک": "ك", "ی": "ي", "ہ": "ه", "ھ": "ه", "ە": "ه"}),
        (folds.digits, dict(zip("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2, strict=True))),
        (folds.yo, {"ё": "е"}),
        (folds.kazakh_plain, _KAZAKH_PLAIN),
        (folds.punctuation, _QUOTES | _DASHES | _ARABIC_PUNCTUATION),
    ):
        if on:
            last |= str.maketrans(letters)
    return first, last
