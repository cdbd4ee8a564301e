"""What sloppy models do to a true statement, each in one of the ways assistants in news fail.

`names.json` lists people and places of the articles in four languages: a swapped name is one that
stands in the same article, elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import regex

from eval.scripted.claims import Claim

_OTHERS = {
    "en": (
        "According to {}, ",
        "Bolat Dzhumabekov",
        "Argentina",
        "“it will never be the same”",
    ),
    "ar": ("بحسب {}، ", "بولات جمعبيكوف", "الأرجنتين", "«لن يبقى أي شيء كما كان أبدا»"),
    "ru": ("По мнению {}, ", "Болата Джумабекова", "Аргентина", "«ничто уже не будет прежним»"),
    "kk": ("{} айтуынша, ", "Болат Жұмабековтың", "Аргентина", "«ештеңе бұрынғыдай болмайды»"),
}
_MAGNITUDES = {
    "billion": "million", "million": "billion", "مليار": "مليون", "مليون": "مليار",
    "ملايين": "مليارات", "млрд": "млн", "млн": "млрд", "thousand": "million", "тысяч": "миллионов",
    "мың": "миллион", "ألف": "مليون",
}  # fmt: skip
_UNITS = {
    "dollars": "euros", "دولار": "يورو", "долларов": "евро", "доллар": "еуро", "долларға": "еуроға",
    "tenge": "dollars", "تنغه": "دولار", "тенге": "долларов", "теңге": "доллар", "tons": "barrels",
    "طن": "برميل", "тонн": "баррелей", "тонна": "баррель", "%": " million", "٪": " مليون",
}  # fmt: skip
_NUMBER = regex.compile(r"\d+(?:[.,]\d+)?")
_YEAR = regex.compile(r"(?<!\d)20(\d\d)(?!\d)")
_QUOTED = regex.compile(r"([“«])([^”»]{20,})([”»])")


def falsified(claim: Claim) -> Iterator[tuple[str, str]]:
    """Yield (what was done, the false statement), citation marker not included."""
    text, language = claim.text, claim.language
    yield from _figures(text)
    yield from _exchanged("a magnitude changed", text, _MAGNITUDES)
    yield from _exchanged("a unit changed", text, _UNITS)
    if year := _YEAR.search(text):
        other = f"20{(int(year[1]) + 3) % 40:02}"
        yield "a year changed", text[: year.start()] + other + text[year.end() :]
    if quoted := _QUOTED.search(text):
        words = quoted[2].split()
        altered = " ".join([*words[:2], words[-1], *words[2:-1]])
        start, end = quoted.span(2)
        yield "a quotation altered", text[:start] + altered + text[end:]
    yield from _swapped(claim)
    told, speaker, country, quotation = _OTHERS[language]
    low = text[0].lower() + text[1:]
    yield "a speaker invented", told.format(speaker) + low
    for person in _names():
        here = (person["article"], person["kind"]) == (claim.article, "person")
        if here and not _is_in(person, claim):
            yield "a speaker swapped", told.format(person[language][0]) + low
            break
    yield "a quotation invented", f"{text.rstrip('.')} {quotation}."
    yield "a country added", f"{text.rstrip('.')} — {country}."


def _figures(text: str) -> Iterator[tuple[str, str]]:
    for number in _NUMBER.finditer(text):
        digits = number[0]
        if "+" in text[number.end() : number.end() + 1]:
            continue  # a name such as C5+1
        last = str((int(digits[-1]) + 3) % 10)
        yield "a digit changed", text[: number.start()] + digits[:-1] + last + text[number.end() :]
        yield "a digit added", text[: number.end()] + "7" + text[number.end() :]
        if "." in digits or "," in digits:
            rounded = regex.split("[.,]", digits)[0]
            yield "a figure rounded", text[: number.start()] + rounded + text[number.end() :]
        break


def _exchanged(deed: str, text: str, others: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for word, other in others.items():
        pattern = rf"(?<!\p{{L}}){word}(?!\p{{L}})"
        if regex.search(pattern, text):
            yield deed, regex.sub(pattern, other, text)
            return


def _swapped(claim: Claim) -> Iterator[tuple[str, str]]:
    """Put another person or place of the same article for one that the statement names."""
    for own in _names():
        if own["article"] != claim.article:
            continue
        for form in own[claim.language]:
            if form not in claim.text:
                continue
            for other in _names():
                same = (other["article"], other["kind"]) == (own["article"], own["kind"])
                if same and not _is_in(other, claim):
                    swapped = claim.text.replace(form, other[claim.language][0])
                    yield "a name swapped", swapped
                    return


def _is_in(name: Mapping[str, Any], claim: Claim) -> bool:
    return any(form in claim.text for form in name[claim.language])


@cache
def _names() -> tuple[dict[str, Any], ...]:
    path = files("eval") / "scripted" / "names.json"
    return tuple(json.loads(path.read_text(encoding="utf-8")))
