"""Are two spellings the same name? An edit distance over sounds whose costs know the scripts.

Arabic leaves short vowels out, so a vowel that only the other side writes costs little; two
scripts that both write vowels must agree on them more. Consonants that languages swap when they
borrow a name (v/w, h/kh/g, j/g, s/z) are near each other; all others are far apart.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from index.transliterate import SOUNDS, script, sounds

# How alike two names must sound: short ones meet by chance, so they must agree on more.
THRESHOLDS: Final = (0.95, 0.95, 0.92, 0.87, 0.82, 0.78)  # by consonants, the last for any more

_NEAR: Final = {
    "kg": 0.25, "kx": 0.3, "xh": 0.1, "gh": 0.4, "gx": 0.4, "kh": 0.6, "gj": 0.4, "jc": 0.4,
    "sz": 0.25, "sc": 0.4, "zj": 0.4, "zc": 0.6, "td": 0.4, "bf": 0.6, "fw": 0.2, "ts": 0.6,
    "tc": 0.6, "dz": 0.4, "dj": 0.5, "kc": 0.6, "ks": 0.7, "mn": 0.6, "ij": 0.4,
    "ai": 0.3, "au": 0.5, "iu": 0.3, "aw": 0.5, "iw": 0.45, "uw": 0.05,
}  # fmt: skip
_SUBSTITUTION: Final = {pair: cost for near, cost in _NEAR.items() for pair in (near, near[::-1])}
_PAIRS: Final = [(pair[0], pair[1]) for pair in _SUBSTITUTION]
_LIKE: Final = {
    sound: frozenset((sound, *(y for x, y in _PAIRS if x == sound)))
    for sound in sorted(set("".join(SOUNDS.values())))
}
_VOWELS: Final = re.compile("[aiuwh]")
_UNWRITTEN: Final = 0.08  # a vowel left out by Arabic
_VOWEL: Final = 0.3  # a vowel left out by a script that writes them, or added by Arabic
_DROPPED: Final = {"h": 0.3, "w": 0.25}
_WORD: Final = re.compile(r"[^\W\d_][\w'’ʼ]*")
_PARTICLES: Final = frozenset(
    ("al", "el", "ar", "as", "ad", "an", "at", "ash", "az", "аль", "эль", "эр", "ас", "әл", "эд")
)

_script: Final = lru_cache(maxsize=1 << 16)(script)


def same_name(a: str, b: str) -> bool:
    """Tell whether two spellings, of any two scripts, are one name.

    >>> same_name("نزارباييف", "Назарбаев"), same_name("Iran", "العراق")
    (True, False)
    """
    needed = THRESHOLDS[min(_consonants(a), _consonants(b), len(THRESHOLDS) - 1)]
    vowels = _vowels(a, b), _vowels(b, a)
    return any(
        _at_best(one, other, *vowels) >= needed and _alike(one, other, *vowels, needed) >= needed
        for one in _readings(a)
        for other in _readings(b)
    )


def similarity(a: str, b: str, at_least: float = 0.0) -> float:
    """Return how alike two names sound, 0-1. Spaces and hyphens may stand elsewhere.

    What is under `at_least` may come out as less: it is given up on as soon as that is sure.
    """
    vowels = _vowels(a, b), _vowels(b, a)
    return max(
        _alike(one, other, *vowels, at_least) if _at_best(one, other, *vowels) >= at_least else 0.0
        for one in _readings(a)
        for other in _readings(b)
    )


@lru_cache(maxsize=1 << 16)
def _consonants(name: str) -> int:
    """Return how many consonants the shortest reading of a name has."""
    return min(len(_VOWELS.sub("", reading)) for reading in _readings(name))


@lru_cache(maxsize=1 << 16)
def _readings(name: str) -> tuple[str, ...]:
    """Return the sounds of a name run together: as written and, in Arabic, without the article."""
    parts = [word for word in _WORD.findall(name) if word.lower() not in _PARTICLES]
    whole = sounds("".join(parts))
    bare = sounds("".join(re.sub("^[وبلكف]?ال(?=..)", "", word) for word in parts))
    return (whole,) if whole == bare else (whole, bare)


def _vowels(own: str, other: str) -> float:
    """Return what a vowel costs that `own` writes and `other` does not."""
    return _UNWRITTEN if _script(other) == "arabic" and _script(own) != "arabic" else _VOWEL


def _at_best(a: str, b: str, vowel_a: float, vowel_b: float) -> float:
    """Return what `_alike` can be at most: a sound with nothing like it over there is dropped.

    Most pairs of words are far apart, and this tells them apart in a tenth of the time.
    """
    if not a or not b:
        return 0.0
    drop_a, drop_b = _drops(a, vowel_a), _drops(b, vowel_b)
    lost = sum(cost for x, cost in zip(a, drop_a, strict=True) if _LIKE[x].isdisjoint(b))
    lost += sum(cost for y, cost in zip(b, drop_b, strict=True) if _LIKE[y].isdisjoint(a))
    return 1.0 - lost * 2 / (sum(drop_a) + sum(drop_b)) + 1e-9


@lru_cache(maxsize=1 << 16)
def _drops(heard: str, vowel: float) -> tuple[float, ...]:
    return tuple(_drop(heard, place, vowel) for place in range(len(heard)))


@lru_cache(maxsize=1 << 16)
def _alike(a: str, b: str, vowel_a: float, vowel_b: float, at_least: float) -> float:
    if not a or not b:
        return 0.0
    drop_a, drop_b = _drops(a, vowel_a), _drops(b, vowel_b)
    total = sum(drop_a) + sum(drop_b)
    most = (1.0 - at_least) * total / 2 + 1e-9
    row = [0.0]
    for cost in drop_b:
        row.append(row[-1] + cost)
    for x, cost_x in zip(a, drop_a, strict=True):
        previous, row = row, [row[0] + cost_x]
        for place, (y, cost_y) in enumerate(zip(b, drop_b, strict=True)):
            change = 0.0 if x == y else _SUBSTITUTION.get(x + y, 9.0)
            row.append(
                min(previous[place] + change, previous[place + 1] + cost_x, row[place] + cost_y)
            )
        if min(row) > most:
            return 0.0
    return max(0.0, 1.0 - row[-1] * 2 / total)


def _drop(heard: str, place: int, vowel: float) -> float:
    sound = heard[place]
    if sound == "g" and place and heard[place - 1] == "n":
        return 0.4  # -ng- is one sound to many
    return vowel if sound in "aiu" else _DROPPED.get(sound, 1.0)
