"""Join the spellings of one person's name; two people whose names are alike stay two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.tokens import bare, tokens
from index.same_name import same_name
from index.transliterate import script

Named = tuple[str, str | None]


def one_spelling(known: Sequence[Named]) -> Mapping[str, Named]:
    """Return for each name how it is shown, and its role.

    The fullest spelling is shown, of equally long ones the most frequent.
    """
    groups: list[list[Named]] = []
    for name, role in known:
        for group in groups:
            if any(_same_person((name, role), other) for other in group):
                group.append((name, role))
                break
        else:
            groups.append([(name, role)])
    result = {}
    for group in groups:
        names = [name for name, _ in group]
        best = max(
            names, key=lambda name: (len(name.split()), _cases(name, names), names.count(name))
        )
        role = next((role for _, role in group if role), None)
        for name in names:
            result[name] = (best, role)
    return result


def _cases(name: str, names: Sequence[str]) -> int:
    """Count the names of a group that are this one with a case ending: Петров, Петрова."""
    return sum(other.startswith(name) for other in set(names)) if script(name) == "cyrillic" else 0


def _same_person(one: Named, other: Named) -> bool:
    """Compare whole names, or a surname with the end of a fuller name.

    Names that only sound alike are one where a word of them is the same and nothing else is told:
    Qais and Qusai of one family, each with a role of his own, are two.
    """
    (a, own), (b, its) = one, other
    if a == b:
        return True
    if same_name(a, b) and len(a.split()) == len(b.split()):
        first, second = ([token.word for token in tokens(name)] for name in (a, b))
        equal = [x == y for x, y in zip(first, second, strict=False)]
        alike = all(same_name(x, y) for x, y in zip(first, second, strict=False))
        return (
            alike
            and (not own or not its or _share_a_word(own, its))
            and (any(equal) or len(first) == 1)
        )
    short, long = sorted((a.split(), b.split()), key=len)
    return len(short) < len(long) and same_name(" ".join(short), " ".join(long[-len(short) :]))


def _share_a_word(a: str, b: str) -> bool:
    return not {_stem(token.word) for token in tokens(a)}.isdisjoint(
        _stem(token.word) for token in tokens(b)
    )


def _stem(word: str) -> str:
    return bare(word)[:6] if script(word) == "cyrillic" else bare(word)
