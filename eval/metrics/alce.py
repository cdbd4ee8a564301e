"""Citation recall and precision of ALCE, with a support test that asks no model.

Gao et al. 2023 (arXiv:2305.14627), section 4.3, with C the citations of a statement:

- recall of a statement: 1 where C together supports it, else 0 (0 where nothing is cited);
- precision of a citation: 1 where its statement has recall 1 and the citation is not irrelevant,
  else 0. It is irrelevant where it does not support the statement alone and the others do without
  it.

Both are means over an answer's statements and citations. ALCE asks an NLI model for support. Here a
statement is supported where it stands in the cited text to the letter (marks, letter variants and
digit styles apart), or where every number in it does and its words are met there: by the
threshold of the assistant's support model, which was fitted to public data. For worded statements
that model is also the assistant's own gate, so this measure cannot see its mistakes; the gold of
`citation_recall` and the judge can. For quoted ones nothing is fitted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from eval.metrics.figures import numbers
from index.fold import fold_text
from index.language import detect_language

if TYPE_CHECKING:
    from assistant.claims import ClaimChecker

Supports = Callable[[str, Sequence[Mapping[str, Any]]], bool]


def alce(
    answer: Mapping[str, Any], supports: Supports | None = None
) -> tuple[float | None, float | None]:
    """Return citation recall and precision of an answer; None without statements or citations."""
    test = supports or supported
    known = {citation["number"]: citation for citation in answer["citations"]}
    recalls: list[float] = []
    precisions: list[float] = []
    for statement in answer["statements"]:
        cited = [known[number] for number in statement["citations"] if number in known]
        held = bool(cited) and test(statement["text"], cited)
        recalls.append(float(held))
        precisions += [
            float(held and not _irrelevant(statement["text"], cited, place, test))
            for place in range(len(cited))
        ]
    return _mean(recalls), _mean(precisions)


def _irrelevant(
    text: str, cited: Sequence[Mapping[str, Any]], place: int, supports: Supports
) -> bool:
    others = [*cited[:place], *cited[place + 1 :]]
    return bool(others) and not supports(text, [cited[place]]) and supports(text, others)


def supported(statement: str, cited: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether citations bear a statement out.

    >>> quote = {"quote": "بلغت كلفته ٤٫٢ مليار دولار."}
    >>> supported("بلغت كلفته 4.2 مليار دولار", [quote]), supported("بلغت 4.3 مليار", [quote])
    (True, False)
    """
    quotes = [citation["quote"] for citation in cited]
    if fold_text(statement).strip(" .") in fold_text(" ".join(quotes)):
        return True
    if not numbers(statement) <= numbers("\n".join(quotes)):
        return False
    from assistant.claims import supported as borne_out

    texts = [*quotes, *(t for citation in cited if (t := citation.get("translation")))]
    sources = {detect_language(quote) or "ar" for quote in quotes}
    values = _checker().support(statement, texts)
    return borne_out(values, detect_language(statement) or "en", sources)


@cache
def _checker() -> ClaimChecker:
    from assistant.claims import ClaimChecker
    from assistant.matching import WordMatcher
    from index.encoder import StaticEncoder, open_encoder

    encoder = open_encoder()
    assert isinstance(encoder, StaticEncoder)
    return ClaimChecker(WordMatcher(encoder))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
