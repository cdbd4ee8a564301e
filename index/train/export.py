"""Write a table and a tokenizer as a sentence-transformers folder, int8 with a scale a row."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

_ST = "sentence_transformers"


def save_model(folder: Path, tokenizer: Tokenizer, table: NDArray[np.float32]) -> None:
    """Write the folder; sentence-transformers multiplies `embeddings` by `weights` itself."""
    folder.mkdir(parents=True, exist_ok=True)
    largest = np.maximum(np.abs(table).max(axis=1), 1e-12)
    rows = np.rint(table / largest[:, None] * 127).astype(np.int8)
    save_file(
        {"embeddings": rows, "weights": (largest / 127).astype(np.float32)},
        folder / "model.safetensors",
    )
    (folder / "model.safetensors").chmod(0o644)
    # one line, no indentation: a third of the size
    parts = json.loads(tokenizer.to_str())
    vocabulary = parts["model"]["vocab"]
    parts["model"]["vocab"] = [[piece, round(score, 3)] for piece, score in vocabulary]
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(text, encoding="utf-8")
    modules = [
        {
            "idx": 0,
            "name": "0",
            "path": "",
            "type": f"{_ST}.models.StaticEmbedding",
        },
        {
            "idx": 1,
            "name": "1",
            "path": "1_Normalize",
            "type": f"{_ST}.models.Normalize",
        },
    ]
    (folder / "modules.json").write_text(json.dumps(modules, indent=2) + "\n")
    (folder / "1_Normalize").mkdir(exist_ok=True)
    (folder / "1_Normalize" / "config.json").write_text("{}\n")
    config: dict[str, object] = {
        "model_type": "SentenceTransformer",
        "prompts": {},
        "default_prompt_name": None,
        "similarity_fn_name": "cosine",
    }
    path = folder / "config_sentence_transformers.json"
    path.write_text(json.dumps(config, indent=2) + "\n")
