"""Read who is named in a script with capitals: runs of capitalised words, roles before or after."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from assistant.nouns import Noun, words
from assistant.tokens import Token
from index.transliterate import script

Run = list[Token]
_GAP = regex.compile(r"[ \u00a0]|[-’'ʼ]|\. ")
_APPOSITION = regex.compile(r"\s*,\s*([^,;:“«\"\n]{4,120})")
_IN = frozenset({"в", "во"})
_PATRONYMIC = regex.compile("(?:вич|вна|вича|вны)$")
_POSSESSIVE = regex.compile("['’]s?$")


def runs(text: str, found: Sequence[Token]) -> list[Run]:
    """Return the runs of capitalised words, roles and titles before a name left out."""
    result: list[Run] = []
    run: Run = []
    for token in found:
        apart = not run or _GAP.fullmatch(text[run[-1].end : token.start]) is None
        capital = token.kind == "word" and text[token.start].isupper()
        if run and (apart or not capital):
            result.append(run)
            run = []
        if capital:
            run.append(token)
    result += [run] if run else []
    return [own for each in result if (own := _without_roles(each))]


def person(text: str, found: Sequence[Token], run: Run, *, last: bool = False) -> Noun | None:
    """Return the person a run names; `last`: the name is the last words of the run."""
    if len(run) > 2 and _led(text, found, run, _IN):
        run = run[1:]  # "в Риме Джейн Роу"
    elif _led(text, found, run, words("led") | _IN):
        return None
    if last and is_organisation(run[:-2]) and role_before(text, found, run[-2].start):
        run = run[-2:]  # "профессор Университета Рима Джейн Роу"
    if is_organisation(run) or not all(_in_name(text, token) for token in run):
        return None
    own = run
    if script(run[0].word) == "cyrillic" and len(run) > 2 and last:
        own = run[-3:] if _PATRONYMIC.search(run[-2].word) else run[-2:]
    own = own[:4]
    name = _POSSESSIVE.sub("", text[own[0].start : own[-1].end])
    role = role_after(text, found, own[-1].end) or role_before(text, found, own[0].start)
    kind = "person" if len(own) > 1 else "name"
    folded = tuple(_POSSESSIVE.sub("", token.word) for token in own)
    return Noun(kind, name, role, folded, own[-1].end)  # type: ignore[arg-type]


def _in_name(text: str, token: Token) -> bool:
    """Tell a word of a person's name from an abbreviation: US, C5+1."""
    written = text[token.start : token.end]
    return not (len(written) > 1 and written.isupper()) and not any(c.isdigit() for c in written)


def is_organisation(run: Sequence[Token]) -> bool:
    """Tell an organisation by one of its words."""
    return any(token.word in words("organisations") for token in run)


def role_before(text: str, found: Sequence[Token], start: int) -> str | None:
    """Return the role that stands before a name: "project director", "главный инженер завода"."""
    before = [token for token in found if token.end <= start]
    first = None
    for place in range(len(before) - 1, max(-1, len(before) - 20), -1):
        gap = text[
            before[place].end : before[place + 1].start if place + 1 < len(before) else start
        ]
        apart = regex.search(r"[,;:.!?“”\"—–]", gap)
        if apart and not (first is None and gap.strip() == ","):
            break
        if before[place].word in words("verbs_ru") | words("verbs_en"):
            break
        if before[place].word in words("verbs_kk") or before[place].word in {"that", "что"}:
            break
        first = place
    if first is None or not any(token.word in words("roles") for token in before[first:]):
        return None
    role = text[before[first].start : start].strip(" «»,")
    return role if len(role) < 160 else None


def role_after(text: str, found: Sequence[Token], end: int) -> str | None:
    """Return the role set off by a comma behind a name."""
    match = _APPOSITION.match(text, end)
    if match is None:
        return None
    inside = [t for t in found if match.start(1) <= t.start < match.end(1)]
    if not any(token.word in words("roles") for token in inside[:5]):
        return None
    return match[1].strip(" .")


def _without_roles(run: Run) -> Run:
    no_name = words("roles") | words("determiners")
    last = max((i for i, t in enumerate(run) if t.word in no_name), default=-1)
    return run[last + 1 :]


def _led(text: str, found: Sequence[Token], run: Run, by: frozenset[str]) -> bool:
    """Tell a run that a preposition or an article leads: "of the Riga Institute"."""
    before = [token for token in found if token.end <= run[0].start]
    if not before or text[before[-1].end : run[0].start].strip():
        return False
    return before[-1].word in by
