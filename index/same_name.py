"""Are two spellings the same name? An edit distance over sounds whose costs know the scripts.

Arabic leaves short vowels out, so a vowel that only the other side writes costs little; two
scripts that both write vowels must agree on them more. Consonants that languages swap when they
borrow a name (v/w, h/kh/g, j/g, s/z) are near each other; all others are far apart.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from index.transliterate import script, sounds

# How alike two names must sound: short ones meet by chance, so they must agree on more.
THRESHOLDS: Final = (0.95, 0.95, 0.92, 0.87, 0.82, 0.78)  # by consonants, the last for any more

_NEAR: Final = {
    "kg": 0.25, "kx": 0.3, "xh": 0.1, "gh": 0.4, "gx": 0.4, "kh": 0.6, "gj": 0.4, "jc": 0.4,
    "sz": 0.25, "sc": 0.4, "zj": 0.4, "zc": 0.6, "td": 0.4, "bf": 0.6, "fw": 0.2, "ts": 0.6,
    "tc": 0.6, "dz": 0.4, "dj": 0.5, "kc": 0.6, "ks": 0.7, "mn": 0.6, "ij": 0.4,
    "ai": 0.3, "au": 0.5, "iu": 0.3, "aw": 0.5, "iw": 0.45, "uw": 0.05,
}  # fmt: skip
_SUBSTITUTION: Final = {pair: cost for near, cost in _NEAR.items() for pair in (near, near[::-1])}
_VOWELS: Final = re.compile("[aiuwh]")
_UNWRITTEN: Final = 0.08  # a vowel left out by Arabic
_VOWEL: Final = 0.3  # a vowel left out by a script that writes them, or added by Arabic
_DROPPED: Final = {"h": 0.3, "w": 0.25}
_WORD: Final = re.compile(r"[^\W\d_][\w'’ʼ]*")
_PARTICLES: Final = frozenset(
    ("al", "el", "ar", "as", "ad", "an", "at", "ash", "az", "аль", "эль", "эр", "ас", "әл", "эд")
)


def same_name(a: str, b: str) -> bool:
    """Tell whether two spellings, of any two scripts, are one name.

    >>> same_name("نزارباييف", "Назарбаев"), same_name("Iran", "العراق")
    (True, False)
    """
    fewest = min(len(_VOWELS.sub("", reading)) for reading in (*_readings(a), *_readings(b)))
    return similarity(a, b) >= THRESHOLDS[min(fewest, len(THRESHOLDS) - 1)]


def similarity(a: str, b: str) -> float:
    """Return how alike two names sound, 0-1. Spaces and hyphens may stand elsewhere."""
    return max(
        _alike(one, other, _vowels(a, b), _vowels(b, a))
        for one in _readings(a)
        for other in _readings(b)
    )


def _readings(name: str) -> tuple[str, ...]:
    """Return the sounds of a name run together: as written and, in Arabic, without the article."""
    parts = [word for word in _WORD.findall(name) if word.lower() not in _PARTICLES]
    whole = sounds("".join(parts))
    bare = sounds("".join(re.sub("^[وبلكف]?ال(?=..)", "", word) for word in parts))
    return (whole,) if whole == bare else (whole, bare)


def _vowels(own: str, other: str) -> float:
    """Return what a vowel costs that `own` writes and `other` does not."""
    return _UNWRITTEN if script(other) == "arabic" and script(own) != "arabic" else _VOWEL


@lru_cache(maxsize=1 << 16)
def _alike(a: str, b: str, vowel_a: float, vowel_b: float) -> float:
    if not a or not b:
        return 0.0
    drop_a = [_drop(a, place, vowel_a) for place in range(len(a))]
    drop_b = [_drop(b, place, vowel_b) for place in range(len(b))]
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
    return max(0.0, 1.0 - row[-1] * 2 / (sum(drop_a) + sum(drop_b)))


def _drop(heard: str, place: int, vowel: float) -> float:
    sound = heard[place]
    if sound == "g" and place and heard[place - 1] == "n":
        return 0.4  # -ng- is one sound to many
    return vowel if sound in "aiu" else _DROPPED.get(sound, 1.0)
