"""The people and organisations an article has named so far, and who of them is meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import regex

from assistant.arabic_names import is_one_of
from assistant.met_names import without_endings
from assistant.nouns import Noun, words
from assistant.tokens import bare, tokens
from index.same_name import same_name
from index.transliterate import script

_REACH = 2  # paragraphs, or sentences of others, after which "he" is nobody known


_GENITIVE = regex.compile("(?<=....)[ндт][ыі]ң$")


@dataclass(slots=True)
class Known:
    """Someone named in an article. `paragraph`: where he was last spoken of."""

    name: str
    role: str | None
    words: tuple[str, ...]
    feminine: bool | None
    organisation: bool
    paragraph: int = -9
    line: int = -9


@dataclass(slots=True)
class People:
    """Who was named, and in what order they were last spoken of."""

    known: list[Known] = field(default_factory=list)
    recent: list[Known] = field(default_factory=list)
    line: int = 0

    def meet(self, noun: Noun) -> Known:
        """Return the one that a full name is of, new or known."""
        organisation = noun.kind == "organisation"
        longer = self._longer(noun)
        for one in self.known:
            if one.organisation == organisation and one.name == noun.name:
                one.role = one.role or noun.role
                if one.feminine is None and not organisation:
                    one.feminine = noun.feminine
                return one
        if not organisation and longer is not None:
            return longer
        feminine = noun.feminine if not organisation else _feminine(noun.words[0])
        new = Known(noun.name, noun.role, noun.words, feminine, organisation)
        self.known.append(new)
        return new

    def speak(self, one: Known, paragraph: int) -> None:
        """Note that someone is spoken of: "he" is now him."""
        one.paragraph, one.line = paragraph, self.line
        if one in self.recent:
            self.recent.remove(one)
        self.recent.append(one)

    def forget(self) -> None:
        """Begin a section: "he" is nobody known."""
        for one in self.recent:
            one.paragraph = -9

    def resolve(self, noun: Noun, paragraph: int) -> Known | None:
        """Return who is meant, none where it is not known."""
        if noun.kind == "last":
            return self._last(noun, paragraph)
        if noun.kind == "name":
            return self._by_surname(noun) or (self.meet(noun) if _new_name(noun) else None)
        if noun.kind == "role":
            return self._by_role(noun, paragraph)
        if noun.kind == "organisation" and len(noun.words) == 1:
            for one in reversed(self.known):
                if one.organisation and bare(one.words[0]) == bare(noun.words[0]):
                    return one
        return self.meet(noun)

    def _last(self, noun: Noun, paragraph: int) -> Known | None:
        for one in reversed(self.recent[-2:]):
            if paragraph - one.paragraph > _REACH:
                return None
            if paragraph != one.paragraph and self.line - one.line > _REACH:
                return None
            if _agree(noun.feminine, one.feminine):
                return one
        return None

    def _longer(self, noun: Noun) -> Known | None:
        """Find the one whose whole name this one begins with: a word too many was read."""
        for one in self.known:
            whole = not one.organisation and len(one.words) > 1
            if whole and noun.words[: len(one.words)] == one.words:
                return one
        return None

    def _by_surname(self, noun: Noun) -> Known | None:
        if (longer := self._longer(noun)) is not None:
            return longer
        people = [one for one in self.known if not one.organisation and len(one.words) > 1]
        for alike in (_equal, _alike):
            fit = [one for one in people if _names(noun.words, one.words, alike)]
            if fit:
                own = [one for one in fit if alike(noun.words[-1], one.words[-1])] or fit
                return own[-1] if len({one.words for one in own}) == 1 else None
        return None

    def _by_role(self, noun: Noun, paragraph: int) -> Known | None:
        own = [word for word in noun.words if len(word) > 1]
        for place in range(len(own) - 1, 0, -1):
            if not is_one_of(own[place], "roles_ar") and own[place] not in words("roles"):
                named = self._by_surname(Noun("name", words=(own[place],)))
                if named is not None:
                    return named
        asked = {_stem(_GENITIVE.sub("", word)) for word in own} - {
            _stem(w) for w in words("prepositions_ar")
        }
        for one in (*reversed(self.recent), *reversed(self.known)):
            if not _agree(noun.feminine, one.feminine):
                continue
            held = {_stem(token.word) for token in tokens(one.role or "")}
            if not one.organisation and asked and asked <= held:
                return one
        generic = len(own) == 1 and (
            is_one_of(own[0], "generic_ar")
            or _stem(own[0]) in {"сарапш", "экспер", "expert", "analys", "аналит"}
        )
        if not generic:
            return None
        people = [one for one in self.known if not one.organisation]
        if len(people) == 1 and _agree(noun.feminine, people[0].feminine):
            return people[0]
        return self._last(noun, paragraph)


def _agree(a: bool | None, b: bool | None) -> bool:
    return a is None or b is None or a == b


def _new_name(noun: Noun) -> bool:
    if len(noun.words) < 2 or not noun.told or script(noun.words[0]) != "arabic":
        return bool(noun.role) and len(noun.words) > 1
    first = noun.words[0]
    return not first.startswith("ال") and not first.endswith(("ون", "ات", "ه", "ين"))


def _names(
    short: tuple[str, ...], long: tuple[str, ...], alike: Callable[[str, str], bool]
) -> bool:
    """Tell a surname, or a first name where that is how the article goes on."""
    if len(short) == 1:
        return any(alike(short[0], word) for word in (long[-1], *long[1:-1], long[0]))
    if len(short) == len(long):
        return all(alike(a, b) for a, b in zip(short, long, strict=True))
    return len(short) < len(long) and all(
        alike(a, b) for a, b in zip(short, long[-len(short) :], strict=True)
    )


def _equal(a: str, b: str) -> bool:
    return a == b or a.removeprefix("ال") == b.removeprefix("ال")


def _alike(a: str, b: str) -> bool:
    return any(same_name(x, y) for x in without_endings(a) for y in without_endings(b))


def _stem(word: str) -> str:
    if script(word) != "arabic":
        return word[:6]
    return word.removeprefix("ال").removesuffix("ه")


def _feminine(word: str) -> bool | None:
    return word.endswith("ه") if script(word) == "arabic" else None
