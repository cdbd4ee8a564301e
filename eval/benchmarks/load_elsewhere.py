"""Load an exported data set with the library it is for, and say how many rows that one sees.

It imports nothing of ours, so that it runs in an environment of its own: ragas alone brings
some ninety packages, which stay out of the project's.

    python -m venv other && other/bin/pip install ragas
    other/bin/python eval/benchmarks/load_elsewhere.py ragas answers.ragas.jsonl
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any


def ragas(path: str) -> Any:
    """Return the samples that RAGAS reads."""
    data = import_module("ragas").EvaluationDataset.from_jsonl(path)
    return [(s.user_input, s.response, s.retrieved_contexts, s.reference) for s in data.samples]


def deepeval(path: str) -> Any:
    """Return the test cases that DeepEval reads."""
    data = import_module("deepeval.dataset").EvaluationDataset()
    data.add_test_cases_from_json_file(
        file_path=path,
        input_key_name="input",
        actual_output_key_name="actual_output",
        expected_output_key_name="expected_output",
        context_key_name="context",
        retrieval_context_key_name="retrieval_context",
    )
    cases = data.test_cases
    return [(c.input, c.actual_output, c.retrieval_context, c.expected_output) for c in cases]


def datasets(path: str) -> Any:
    """Return the rows that Hugging Face's datasets reads."""
    rows = import_module("datasets").load_dataset("json", data_files=path, split="train")
    return [(r["user_input"], r["response"], r["retrieved_contexts"], r["reference"]) for r in rows]


if __name__ == "__main__":
    library, file = sys.argv[1:]
    read = {"ragas": ragas, "deepeval": deepeval, "datasets": datasets}[library](file)
    whole = all(
        asked and told and isinstance(found, list) and ref for asked, told, found, ref in read
    )
    sys.stdout.write(f"{library}: {len(read)} rows, {'whole' if whole else 'with gaps'}\n")
    sys.exit(not whole)
