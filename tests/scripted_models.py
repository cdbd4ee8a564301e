"""What sloppy models do to a true statement, each in one of the ways assistants in news fail."""

from __future__ import annotations

from collections.abc import Iterator

import regex

OTHERS = {
    "en": ("According to Bolat Dzhumabekov, ", "Argentina", "“nothing will ever be the same”"),
    "ar": ("وفقًا لبولات جمعبيكوف، ", "الأرجنتين", "«لن يبقى أي شيء كما كان أبدا»"),
    "ru": ("По словам Болата Джумабекова, ", "Аргентина", "«ничто уже не будет прежним»"),
    "kk": ("Болат Жұмабековтың айтуынша, ", "Аргентина", "«ештеңе бұрынғыдай болмайды»"),
}
_MAGNITUDES = {
    "billion": "million", "million": "billion", "مليار": "مليون", "مليون": "مليار",
    "ملايين": "مليارات", "млрд": "млн", "млн": "млрд",
}  # fmt: skip
_NUMBER = regex.compile(r"\d+(?:[.,]\d+)?")


def falsified(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Yield (what was done, the false statement), citation marker not included."""
    for number in _NUMBER.finditer(text):
        digits = number[0]
        if "+" in text[number.end() : number.end() + 1]:
            continue  # a name such as C5+1
        last = str((int(digits[-1]) + 3) % 10)
        yield "a digit changed", text[: number.start()] + digits[:-1] + last + text[number.end() :]
        yield "a digit added", text[: number.end()] + "7" + text[number.end() :]
        break
    for word, other in _MAGNITUDES.items():
        if regex.search(rf"(?<!\p{{L}}){word}(?!\p{{L}})", text):
            yield "a magnitude changed", regex.sub(rf"(?<!\p{{L}}){word}(?!\p{{L}})", other, text)
            break
    speaker, country, quotation = OTHERS[language]
    yield "a speaker invented", speaker + text[0].lower() + text[1:]
    yield "a quotation invented", f"{text.rstrip('.')} {quotation}."
    yield "a country added", f"{text.rstrip('.')} — {country}."
