"""Whether search had found what should be cited: tells a fault of searching from one of reading.

`found@k` is the share of answerable questions where one of the first k passages holds a part of the
gold. It is asked for the question as the assistant made it stand alone, after the timed run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.search import Index

DEPTH = 10


def found_rank(index: Index, row: dict[str, Any]) -> int | None:
    """Return the rank of the first passage that holds a part of the gold; None beyond DEPTH."""
    parts = [part for alternative in row["gold"] for part in alternative]
    asked = row["answer"]["standalone_question"] or row["question"]
    return next(
        (
            hit.rank
            for hit in index.search(asked, DEPTH)
            if any(part in hit.passage.text for part in parts)
        ),
        None,
    )


def add_found(index: Index, rows: list[dict[str, Any]]) -> None:
    """Put `found@1`, `found@5` and `found@10` into the scores of the rows that can have them."""
    for row in rows:
        if row["answerable"]:
            rank = found_rank(index, row)
            for depth in (1, 5, DEPTH):
                row["scores"][f"found@{depth}"] = float(rank is not None and rank <= depth)
