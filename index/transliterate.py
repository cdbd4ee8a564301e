"""Letters of the Arabic, Latin and Cyrillic scripts as sounds of one small alphabet.

One ASCII character a sound: ``b f t d k g x h s z c j l m n r`` are consonants (`x` is kh, `c` is
sh or ch, `j` is zh or dj, `f` also v, `b` also p), ``a i u`` are vowels, and ``w`` is the glide
that one script writes as a vowel, another as v and a third not at all. It is coarse on purpose:
what languages hear differently is told apart, or forgiven, by the costs in `index.same_name`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final


def _table(letters: str) -> dict[str, str]:
    return {key: sounds for key, _, sounds in (pair.partition("=") for pair in letters.split())}


_ARABIC: Final = _table(
    "ا=a آ=a أ=a إ=a ٱ=a ى=a ة=a و=w ؤ=w ي=i ی=i ئ= ء= ع= ب=b پ=b ت=t ث=t ط=t ج=j چ=c ژ=j ح=h"
    " ه=h خ=x د=d ذ=d ض=d ر=r ز=z ظ=z س=s ص=s ش=c غ=g گ=g ݣ=g ڭ=n ف=f ڤ=f ق=k ك=k ک=k ل=l م=m"
    " ن=n تش=c دج=j ۇ=u"
)
_CYRILLIC: Final = _table(
    "а=a ә=a б=b в=f г=g ғ=g ґ=g д=d е=i ё=iu є=i ж=j җ=j з=z и=i й=i і=i ї=i ы=i к=k қ=k л=l м=m"
    " н=n ң=ng о=u ө=u ұ=u ү=u у=u п=b р=r с=s т=t ф=f х=x һ=h ц=ts ч=c ш=c щ=c ъ= ь= э=i ю=iu"
    " я=ia ў=u қ=k ҳ=h ҷ=j дж=j тч=c цз=j дз=z йо=iu ье=i ьо=iu"
)
_LATIN: Final = _table(
    "a=a b=b c=k d=d e=i f=f g=g h=h i=i j=j k=k l=l m=m n=n o=u p=b q=k r=r s=s t=t u=u v=f w=w"
    " x=ks y=i z=z ı=i ş=c š=c ç=c č=c ć=c ž=j ğ=g ñ=n ß=s ł=l ø=u æ=a œ=u đ=d þ=t ð=d"
    " sh=c ch=c tch=c sch=c shch=c zh=j dzh=j dj=j kh=x gh=g ph=f th=t dh=d ck=k qu=kw"
    " ce=si ci=si cy=si tz=ts cc=k xx=ks"
)
SOUNDS: Final = {**_ARABIC, **_CYRILLIC, **_LATIN}
_LONGEST_FIRST: Final = re.compile(
    "|".join(sorted(map(re.escape, SOUNDS), key=lambda key: -len(key))) + "|."
)
_MARKS: Final = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u0640\u200b-\u200f\u0300-\u036f'’ʼʹ`]"
)
_INITIAL: Final = (  # an Arabic hamza that only carries a vowel; pinyin's x
    (re.compile("^[اأإآ]و"), "ۇ"),
    (re.compile("^[اأإآ]ي"), "ي"),
    (re.compile("^x(?=[aeiu])"), "s"),
)
_TWICE: Final = re.compile(r"([^aiuw])\1+")


@lru_cache(maxsize=1 << 16)
def sounds(word: str) -> str:
    """Return the word's sounds; a doubled consonant counts once, what is no letter is left out.

    >>> sounds("Назарбаев"), sounds("Nazarbayev"), sounds("نزارباييف")
    ('nazarbaif', 'nazarbaiif', 'nzarbaiif')
    """
    word = _MARKS.sub("", unicodedata.normalize("NFC", word).lower())
    for first, instead in _INITIAL:
        word = first.sub(instead, word)
    pieces = []
    for letters in _LONGEST_FIRST.findall(word):
        known = SOUNDS.get(letters)
        if known is None:  # an accented letter sounds like the letter
            known = SOUNDS.get(unicodedata.normalize("NFKD", letters)[:1], "")
        pieces.append(known)
    return _TWICE.sub(r"\1", "".join(pieces))


def script(text: str) -> str:
    """Return the script most letters of the text are in: arabic, latin, cyrillic or other.

    >>> script("Что такое C5+1?"), script("ما هي صيغة C5+1؟")
    ('cyrillic', 'arabic')
    """
    counts = {
        "arabic": len(_ARABIC_LETTERS.findall(text)),
        "latin": len(_LATIN_LETTERS.findall(text)),
        "cyrillic": len(_CYRILLIC_LETTERS.findall(text)),
    }
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else "other"


_ARABIC_LETTERS: Final = re.compile("[\u0621-\u06d3\u0750-\u077f]")
_LATIN_LETTERS: Final = re.compile("[A-Za-z\u00c0-\u024f]")
_CYRILLIC_LETTERS: Final = re.compile("[\u0400-\u052f]")
