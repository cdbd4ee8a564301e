"""Text of mixed direction as HTML that reads in the right order.

In Arabic text plain Unicode ordering shows ``2024-03-15`` as ``15-03-2024`` and ``+963 11 555`` as
``555 11 963+``: an error of fact. Here every run of the other direction is put into a ``<bdi>``
of its own, which changes nothing in what is copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import regex

_RTL = regex.compile(r"[\p{bc=R}\p{bc=AL}]")
_LTR = regex.compile(r"\p{bc=L}")

# a word or figure of a left-to-right script, with what may stand inside it but not at its end
_ATOM = r"[\p{Latin}\p{Cyrillic}\p{Greek}0-9]"
_INSIDE = r"[-+/.:,_@&'’#=?%~;·×–−]"
_LATIN_RUN = (
    rf"[+\-−~#@$€£₽₸]?{_ATOM}(?:{_ATOM}|\p{{Mn}}|{_INSIDE}+(?={_ATOM}))*"
    rf"(?:\+{{1,2}}(?!{_ATOM})|[%‰°])?"
)
# words of one name or groups of one phone number
_LTR_RUN = rf"{_LATIN_RUN}(?: \(\d+\)(?= {_ATOM}))?(?:[  ]{_LATIN_RUN})*"
# a date written with Arabic digits: year first or last, never a range or a fraction
_ARABIC_DATE = r"[٠-٩۰-۹]{1,4}([-/.])[٠-٩۰-۹]{1,2}\1[٠-٩۰-۹]{1,4}"
_IN_RTL = regex.compile(rf"(?:{_ARABIC_DATE}|{_LTR_RUN}(?:٪)?)")

_ARABIC_WORD = r"[\p{Arabic}\p{Hebrew}\p{Mn}\u0640\u200c\u200d]+"
_IN_LTR = regex.compile(
    rf"{_ARABIC_WORD}(?:[\s،؛؟:,.«»“”\"()–-]+{_ARABIC_WORD}|\s+[0-9٠-٩][0-9٠-٩.,٫]*(?=\s+{_ARABIC_WORD}))*"
)


def direction(text: str) -> str:
    """Return ``rtl`` or ``ltr``: the direction of most letters, of the first where they are even.

    >>> direction("ما هي C5+1؟"), direction("What did نزارباييف say?")
    ('rtl', 'ltr')
    """
    rtl, ltr = len(_RTL.findall(text)), len(_LTR.findall(text))
    if rtl == ltr:
        first_rtl, first_ltr = _RTL.search(text), _LTR.search(text)
        return "rtl" if first_rtl and first_ltr and first_rtl.start() < first_ltr.start() else "ltr"
    return "rtl" if rtl > ltr else "ltr"


def isolate(text: str, base: str | None = None) -> str:
    """Return `text` as escaped HTML in which runs against the direction `base` are isolated.

    >>> isolate("في 2024-03-15.")
    'في <bdi dir="ltr">2024-03-15</bdi>.'
    """
    parts: list[str] = []
    for run, against in runs(text, base or direction(text)):
        parts.append(f'<bdi dir="{against}">{escape(run)}</bdi>' if against else escape(run))
    return "".join(parts)


def isolated(text: str) -> str:
    """Return a text whose runs against its direction stand between isolating marks.

    Only for what is shown where no markup can be (the choices of a list), never for quotes.
    """
    marks = {"ltr": "\u2066", "rtl": "\u2067"}
    shown = runs(text, direction(text))
    return "".join(f"{marks[way]}{run}\u2069" if way else run for run, way in shown)


def runs(text: str, base: str) -> Iterator[tuple[str, str | None]]:
    """Yield the runs of a text, with the direction of those that go against `base`.

    >>> list(runs("في 2024-03-15.", "rtl"))
    [('في ', None), ('2024-03-15', 'ltr'), ('.', None)]
    """
    pattern, other = (_IN_RTL, "ltr") if base == "rtl" else (_IN_LTR, "rtl")
    end = 0
    for match in pattern.finditer(text):
        if match.start() > end:
            yield text[end : match.start()], None
        yield match.group(), other
        end = match.end()
    if end < len(text):
        yield text[end:], None
