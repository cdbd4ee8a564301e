"""Hypothesis strategies of made-up news text in four languages, as untidy as copy can be."""

from hypothesis import strategies as st

LETTERS = {
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهويأإآٱءؤئىةگکی",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВЁМ",
    "kk": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщыіьэюяӘҒҚ",
    "en": "abcdefghijklmnopqrstuvwxyzABCDEÉéß",
}
MARKS = "\u064b\u064e\u064f\u0650\u0651\u0652\u0670\u0640\u0301\u0306\u0654\u200c\u200f\u2067\u00ad"
DIGITS = "0123456789٠١٢٣٤٥٦٧٨٩۴۵"
STOPS = [
    ". ",
    ".",
    "! ",
    "? ",
    "؟ ",
    "؟",
    "… ",
    "... ",
    "؛ ",
    "، ",
    ", ",
    ": ",
    ".» ",
    "”. ",
    ".) ",
]
SHORTENED = [
    "د. ",
    "أ.د. ",
    "т.е. ",
    "2015 г. ",
    "млн. ",
    "U.S. ",
    "Dr. ",
    "A. B. ",
    "б.з.б. ",
    "№ 5",
]
MARKUP = [
    "# ",
    "## ",
    "- ",
    "> ",
    "1. ",
    "| ",
    "**",
    "_",
    "`",
    "```\n",
    "[a](http://b.c/d.e) ",
    "---",
]
SPACES = [" ", "  ", "\n", "\n\n", "\n\n\n", "\t", "\u00a0", " \n"]
ODD = [
    "ﷺ",
    "ﻻ",
    "½",
    "²",
    "😀",
    "👨‍👩‍👧",
    "İ",
    "ǅ",
    "한",
    "ท",
    "\ufeff",
    "\u2028",
    "C5+1",
    "%",
    "٪",
]


def _words(letters: str) -> st.SearchStrategy[str]:
    return st.text(st.sampled_from(letters + MARKS), min_size=1, max_size=9)


words = st.one_of(*map(_words, LETTERS.values()), st.text(DIGITS + ".,٫٬", min_size=1, max_size=6))
pieces = st.one_of(
    words,
    words.map(lambda word: word + " "),
    *map(st.sampled_from, (STOPS, SHORTENED, MARKUP, SPACES, ODD)),
)
articles = st.lists(pieces, max_size=60).map("".join)
anything = st.text(max_size=120)
"""Any Unicode text but surrogates, control characters too."""
