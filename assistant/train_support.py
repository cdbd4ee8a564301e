"""Fit the support model: ``python -m assistant.train_support --data DIR``.

Statements are one side of public parallel sentences, or headlines; sources are the other side. A
statement is borne out by its own source; it is not by the nearest other one of the same collection,
nor when half of it is exchanged for half of another. The threshold of a language pair keeps 95 %
of the true statements; where every figure of a statement stands in the source, that alone says much
and another threshold is used, which keeps 99 %. How many statements pass that say something else
with the right figures is reported apart (`same_figures`), never learned from. Our own questions are
never used.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import Annotated

import numpy as np
import regex
import typer
from numpy.typing import NDArray

from assistant.claims import FEATURES, ClaimChecker, figures_met
from assistant.matching import WordMatcher
from index.encoder import StaticEncoder, open_encoder

HEADLINES = ("antnews", "nerel_wikinews_ru")
PARALLEL = ("tico19", "ud_pud", "sdg_translations", "wmt_newstest", "nextstrain_sitrep", "udhr")
MOST = 400  # pairs of one collection and language pair
SEED = 7
_DIGITS = regex.compile(r"\d[\d.,]*\d|\d")


def main(
    data: Annotated[Path, typer.Option(help="Folder with train/open/*.jsonl.gz.")],
    output: Annotated[Path, typer.Option(help="Where the model goes.")] = Path(
        "assistant/support_model.json"
    ),
) -> None:
    """Fit on four fifths of the pairs, report on the rest."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    encoder = open_encoder()
    assert isinstance(encoder, StaticEncoder)
    checker = ClaimChecker(WordMatcher(encoder))
    rows, labels, names, figured, borrowed = [], [], [], [], []
    for name, pairs in _collections(data):
        for values, label, with_figures, same_figures in _examples(checker, pairs):
            borrowed.append(same_figures)
            rows.append(values)
            labels.append(label)
            names.append(name)
            figured.append(with_figures)
    x, y = np.array(rows), np.array(labels)
    languages = np.array([name.split()[1] for name in names])
    held = np.random.default_rng(SEED).random(len(y)) < 0.2
    apart = np.array(borrowed)
    learned = ~held & ~apart
    model = LogisticRegression(class_weight="balanced", C=10.0).fit(x[learned], y[learned])
    said = model.predict_proba(x)[:, 1]
    sure = np.array(figured)
    thresholds, lower, report = {}, {}, {}
    for pair in sorted(set(languages)):
        here = (languages == pair) & ~apart
        true = here & (y == 1)
        same = (languages == pair) & apart
        thresholds[pair] = round(float(np.quantile(said[true & ~held], 0.05)), 4)
        lower[pair] = round(float(np.quantile(said[true & ~held], 0.01)), 4)
        needed = np.where(sure, lower[pair], thresholds[pair])
        kept = held & here & (said >= needed)
        report[pair] = {
            "statements": int((held & here).sum()),
            "auroc": round(float(roc_auc_score(y[held & here], said[held & here])), 4),
            "kept_true": round(float(kept[y == 1].sum() / (held & true).sum()), 4),
            "kept_false": round(float(kept[y == 0].sum() / (held & here & (y == 0)).sum()), 4),
            "with_figures": int((held & true & sure).sum()),
            "kept_true_with_figures": _share(kept, held & true & sure),
            "kept_false_with_figures": _share(kept, held & here & (y == 0) & sure),
            "same_figures": int(same.sum()),
            "kept_false_same_figures": _share(said >= lower[pair], same),
        }
    fitted = {
        "features": FEATURES,
        "weights": [round(float(w), 5) for w in model.coef_[0]],
        "bias": round(float(model.intercept_[0]), 5),
        "thresholds": thresholds,
        "thresholds_with_figures": lower,
        "encoder": encoder.fingerprint,
        "held_out": report,
    }
    output.write_text(json.dumps(fitted, indent=1) + "\n")
    json.dump(report, sys.stdout, indent=1)


def _collections(data: Path) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield (collection and languages, pairs of statement and source)."""
    for source in (*HEADLINES, *PARALLEL):
        groups: dict[str, list[tuple[str, str]]] = {}
        with gzip.open(data / "train" / "open" / f"{source}.jsonl.gz", "rt", encoding="utf-8") as f:
            for line in f:
                row = json.loads(line)
                if not 40 <= len(row["a"]) <= 300:
                    continue
                if row["kind"] == "parallel":
                    groups.setdefault(f"{row['lb']}->{row['la']}", []).append((row["b"], row["a"]))
                groups.setdefault(f"{row['la']}->{row['lb']}", []).append((row["a"], row["b"]))
        for languages, pairs in sorted(groups.items()):
            if len(pairs) >= 50:
                chosen = np.random.default_rng(SEED).permutation(len(pairs))[:MOST]
                yield f"{source} {languages}", [pairs[i] for i in chosen]


def _examples(
    checker: ClaimChecker, pairs: Sequence[tuple[str, str]]
) -> Iterator[tuple[tuple[float, ...], int, bool, bool]]:
    statements = [statement for statement, _ in pairs]
    vectors = checker.matcher.table.encoder.encode([source for _, source in pairs])
    near = vectors @ vectors.T
    np.fill_diagonal(near, -1)
    for place, (statement, source) in enumerate(pairs):
        other = int(np.argmax(near[place]))
        mixed = _first_half(statement) + " " + _first_half(statements[other])
        wrong = pairs[other][1]
        sure = figures_met(statement, [source])
        yield checker.support(statement, [source]), 1, sure, False
        yield checker.support(statement, [wrong]), 0, figures_met(statement, [wrong]), False
        yield checker.support(mixed, [source]), 0, figures_met(mixed, [source]), False
        if sure and _DIGITS.search(statement):
            told = _with_figures_of(statement, statements[other])
            if figures_met(told, [source]):
                yield checker.support(told, [source]), 0, True, True


def _share(kept: NDArray[np.bool_], of: NDArray[np.bool_]) -> float | None:
    return round(float(kept[of].mean()), 4) if of.any() else None


def _with_figures_of(statement: str, other: str) -> str:
    """Return what another statement says, with this one's figures in place of its own."""
    own = cycle(_DIGITS.findall(statement))
    return _DIGITS.sub(lambda _: next(own), other)


def _first_half(text: str) -> str:
    words = text.split()
    return " ".join(words[: max(1, len(words) // 2)])


if __name__ == "__main__":
    typer.run(main)
