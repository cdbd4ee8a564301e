"""An assistant that knows the gold, to evaluate the evaluation with, and small questions for it."""

import json
from dataclasses import replace

from assistant.schema import (
    Answer,
    Citation,
    IndexState,
    Mode,
    Nearest,
    Statement,
    Status,
    Support,
)

TEXTS = {
    "port": (
        "فُتح الميناء في ٦ نوفمبر ٢٠٢٥. "
        "وقال علي مخامبيت: «سيكبر الميناء». بلغت كلفته ٤٫٢ مليار دولار."
    ),
    "bridge": "Мост построили в 2021 году. Его длина 700 метров, сказала Анна Серова.",
}
REFUSALS = {
    "ar": "لا تذكر المقالات ذلك.",
    "en": "The articles do not say.",
    "ru": "В статьях об этом не сказано.",
    "kk": "Мақалаларда бұл айтылмаған.",
}


def row(name, lang, question, gold=None, **more):
    gold = [[gold]] if gold else []
    return {
        "id": name, "lang": lang, "question": question, "answerable": bool(gold), "gold": gold,
        "kind": "figure" if gold else "off-topic", "split": "dev",
    } | more  # fmt: skip


COST = {"article": "port", "fact": "cost", "answers": ["٤٫٢ مليار دولار"]}
LENGTH = {
    "article": "bridge",
    "fact": "length",
    "speaker": ["Анна Серова"],
    "answers": ["700 метров"],
}
SAYS = {"article": "port", "fact": "says", "speaker": ["علي موخامبيت", "علي مخامبيت"]}
ROWS = [
    row("cost-ar", "ar", "كم بلغت كلفة الميناء؟", "بلغت كلفته ٤٫٢ مليار دولار", **COST),
    row("cost-en", "en", "How much did the port cost?", "بلغت كلفته ٤٫٢ مليار دولار", **COST),
    row("length-ru", "ru", "Какова длина моста?", "Его длина 700 метров", **LENGTH),
    row("length-kk", "kk", "Көпірдің ұзындығы қанша?", "Его длина 700 метров", **LENGTH),
    row("says-ar", "ar", "ماذا قال علي مخامبيت؟", "وقال علي مخامبيت: «سيكبر الميناء»", **SAYS),
    row("moon-ar", "ar", "كم يبعد القمر؟"),
    row("moon-en", "en", "How far is the moon?"),
    row("tea-ru", "ru", "Как заварить чай?"),
    row("tea-kk", "kk", "Шай қалай дайындалады?"),
]


def write_questions(path, rows=ROWS):
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")
    return path


class Oracle:
    """Cites the gold and refuses the rest; `fault` may spoil each answer."""

    def __init__(self, questions, fault=lambda answer: answer):
        self.known = {question.question: question for question in questions}
        self.fault = fault

    def ask(self, question, history=(), *, mode=Mode.AUTO):
        known = self.known[question]
        return self.fault(_answered(known) if known.answerable else _refused(known))


def _empty(known):
    return Answer(
        question=known.question, language=known.lang, standalone_question=known.question,
        status=Status.NOT_IN_SOURCES, mode=Mode.EXTRACTIVE, text=REFUSALS[known.lang],
        statements=(), citations=(), nearest=(), confidence=0.04,
        index=IndexState("1", "2025-11-06", False), elapsed_ms=1.0,
    )  # fmt: skip


def _refused(known):
    text = TEXTS["bridge"]
    return replace(_empty(known), nearest=(Nearest("bridge", 0, len(text), text),))


def _answered(known):
    text, quote = TEXTS[known.article], known.gold[0][0]
    start = text.index(quote)
    span = None
    if known.answers:
        at = text.index(known.answers[0])
        span = (at, at + len(known.answers[0]))
    citation = Citation(1, known.article, known.article, "", start, start + len(quote), quote, span)
    speaker = known.speakers[-1] if known.speakers else None
    return replace(
        _empty(known),
        status=Status.ANSWERED,
        text=f"{quote} [1]",
        statements=(Statement(quote, (1,), Support.VERBATIM, speaker),),
        citations=(citation,),
        confidence=0.96,
    )
