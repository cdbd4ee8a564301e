"""What search had found: tells a fault of searching from one of reading.

`found@k` is the share of answerable questions where one of the first k passages holds a part of the
gold. It is asked for the question as the assistant made it stand alone, after the timed run. The
first passages are kept with the row, for the report and for the data sets of other libraries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.search import Index

DEPTH = 10
KEPT = 5


def add_found(index: Index, rows: list[dict[str, Any]]) -> None:
    """Put `found` into the rows, and into the scores of answerable ones `found@1`, `@5`, `@10`."""
    for row in rows:
        asked = row["answer"]["standalone_question"] or row["question"]
        found = [hit.passage for hit in index.search(asked, DEPTH)]
        row["found"] = [
            {"document": p.document_id, "start": p.start, "end": p.end, "text": p.text}
            for p in found[:KEPT]
        ]
        if row["answerable"]:
            parts = [part for alternative in row["gold"] for part in alternative]
            held = [any(part in passage.text for part in parts) for passage in found]
            for depth in (1, KEPT, DEPTH):
                row["scores"][f"found@{depth}"] = float(any(held[:depth]))
