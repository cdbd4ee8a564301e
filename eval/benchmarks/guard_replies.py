"""What the scripted models say of a true statement: honest, sloppy, careless, hostile, broken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.prompting import Source
from assistant.schema import Answer, Citation, IndexState, Mode, Statement, Status, Support
from eval.scripted.claims import Claim, attacks
from eval.scripted.falsified import falsified
from eval.scripted.server import Reply

_OTHER = {"en": "ru", "ru": "en", "kk": "ar", "ar": "kk"}
_ELSEWHERE = {
    "en": "The port was enlarged last year [1].", "ru": "Порт расширили в прошлом году [1].",
    "kk": "Порт былтыр кеңейтілді [1].", "ar": "تم توسيع الميناء العام الماضي [1].",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scripted:
    """One reply: the model that gives it, and the false statements in it by what was done.

    `fails`: nothing of it can be shown, so the quoted answer must come, with a notice.
    """

    model: str
    reply: Reply
    false: tuple[tuple[str, str], ...] = ()
    fails: bool = False
    endless: bool = False


def replies(claim: Claim, sources: Sequence[Source], place: int) -> Iterator[Scripted]:
    """Yield the replies to one question; the first source bears the statement out."""
    text = claim.text
    yield Scripted("honest", Reply(_cited(text, 1)))
    false = tuple(falsified(claim))
    lines = [_cited(text, 1), *(_cited(wrong, 1) for _, wrong in false)]
    yield Scripted("sloppy", Reply("\n".join(lines), piece=40), false)
    unknown = len(sources) + 7
    careless = "\n".join([text, _cited(text, unknown)])
    named = (("no citation", text), ("an unknown citation", text))
    yield Scripted("careless", Reply(careless, piece=40), named, fails=True)
    yield _hostile(claim, place)
    yield _broken(claim, place)


def _hostile(claim: Claim, place: int) -> Scripted:
    own = [attack for attack in attacks() if attack.language == claim.language]
    attack = own[place % len(own)]
    lines = [_cited(claim.text, 1), attack.reply]
    return Scripted("hostile", Reply("\n".join(lines)), (("an attack obeyed", attack.reply),))


def _broken(claim: Claim, place: int) -> Scripted:
    """Return one of the ways to fail, each in turn."""
    said = _cited(claim.text, 1)
    ways = (
        ("401", Reply(status=401)),
        ("429", Reply(status=429)),
        ("429, come back in ten minutes", Reply(status=429, headers=(("Retry-After", "600"),))),
        ("500", Reply(status=500)),
        ("malformed stream", Reply(said, malformed=True)),
        ("cut stream", Reply(said, cut_after=1)),
        ("empty", Reply("")),
        ("endless", Reply("on and on " * 40, piece=400, endless=True)),
        ("wrong language", Reply(_ELSEWHERE[_OTHER[claim.language]])),
        ("context too long", Reply(status=400, error="maximum context length is 4096 tokens")),
        ("thinking only", Reply(f"<think>{said}</think>")),
        ("slow", Reply(said, piece=1, delay=1.0)),
    )
    name, reply = ways[place % len(ways)]
    return Scripted(name, reply, fails=True, endless=name in ("slow", "endless"))


def _cited(text: str, number: int) -> str:
    return f"{text} [{number}]"


def quoted_answer(claim: Claim, sources: Sequence[Source]) -> Answer:
    """Return the extractive answer that stands behind a model: the sentence of the article."""
    source = sources[0]
    sentence = next(
        (s for s in source.as_cited().sentences if claim.gold in s.text),
        source.as_cited().sentences[0],
    )
    document = source.article.document
    citation = Citation(
        1, document.id, document.title, sentence.section, sentence.start, sentence.end,
        sentence.text,
    )  # fmt: skip
    statement = Statement(sentence.text, (1,), Support.VERBATIM)
    return Answer(
        claim.text, claim.language, claim.text, Status.ANSWERED, Mode.EXTRACTIVE,
        f"«{sentence.text}» [1]", (statement,), (citation,), (), 1.0,
        IndexState("", "", False), 0.0,
    )  # fmt: skip
