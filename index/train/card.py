"""The model card: what the folder is, what it was made from, what it can and cannot do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from index.train.pairs import Group

_TEXT = """---
language: [ar, en, ru, kk]
library_name: sentence-transformers
pipeline_tag: sentence-similarity
tags: [static-embeddings, retrieval, arabic, kazakh]
---
# C5 encoder

One vector for each of {pieces} pieces of Arabic, English, Russian and Kazakh words ({dimension}
dimensions, int8 with a scale a row). A text's vector is the mean of its pieces' vectors at unit
length. It opens in a fraction of a second with `tokenizers`, `numpy` and `safetensors`
(`index.encoder.open_encoder()`); `sentence_transformers.SentenceTransformer(folder)` gives the
same vectors. The same table also serves late interaction (`index.late`), for which it was trained.

## Use
Finding the Arabic passage that answers a question in one of the four languages, together with the
lexical parts of `index/`; aligning the words of a question with those of a passage.

## Limits
- Word order is not seen: "A sold to B" and "B sold to A" have one vector.
- Words that the training data lack are spelt from pieces and mean little; names across scripts are
  better served by the consonant skeletons in `index/`.
- Kazakh has by far the least text here. Dialects of Arabic and Kazakh in Latin script are unseen.
- Similarities are for ranking; they are no probabilities.
- The texts are news up to 2022, encyclopaedias, interface texts and dictionaries, with the
  views and gaps of those. No personal data were sought; names of public persons occur.

## Made from
`python -m index.train` with {settings}.
{sources}
Evaluation sets and what they were made from (SQuAD dev, XQuAD, ARCD, TyDi QA Arabic dev, MLQA,
NTREX, FLORES, MIRACL) are not among them; the Russian part of TyDi QA dev is (`tydiqa_ru_dev`), so
don't measure on that. `--sources open` leaves out the sources without a licence that
allows reuse, and the copyleft ones{open_note}

| source | licence as stated | pairs |
|---|---|---|
{rows}

## Figures
Percent. "mean" is the cosine of the vectors, "late" late interaction, "mean + late" the sum of the
two, each standardised for each query. The hybrid search of `index/` adds lexical parts: its figures
stand in `index/README.md`.

{figures}
"""

_OURS = {"glossary": "our own, Apache-2.0", "pivot": "joined from the others: theirs"}


def write_card(
    folder: Path,
    data: Path,
    groups: Sequence[Group],
    settings: Mapping[str, object],
    figures: Sequence[str],
    size: tuple[int, int],
    open_note: str = "; what a model without them is worth was not measured.",
) -> None:
    """Write README.md into the model folder."""
    licences = _licences(data / "README.md")
    pairs = Counter[str]()
    for group in groups:
        pairs[group.source] += len(group)
    rows = [
        f"| {source} | {licences.get(source, _OURS.get(source, 'not stated'))} | {count:,} |"
        for source, count in sorted(pairs.items())
    ]
    text = _TEXT.format(
        pieces=f"{size[0]:,}",
        dimension=size[1],
        settings=", ".join(f"{name} {value}" for name, value in settings.items()),
        sources=f"{sum(pairs.values()):,} pairs of {len(pairs)} sources.",
        rows="\n".join(rows),
        figures="\n".join(part for part in figures if part),
        open_note=open_note,
    )
    (folder / "README.md").write_text(text, encoding="utf-8")


def _licences(path: Path) -> dict[str, str]:
    """Read the licence column of the tables in the data's README."""
    if not path.is_file():
        return {}
    found: dict[str, str] = {}
    before = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) > 8 and re.fullmatch(r"[a-z0-9_]+", cells[0]):
            licence = cells[4]
            found[cells[0]] = f"as {before}" if licence == "same" else licence
            before = cells[0]
    return found
