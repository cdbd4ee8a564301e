"""Any other encoder, through sentence-transformers; importing the library costs seconds.

Opened by `index.encoder.open_encoder`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoder import fingerprint
from index.errors import EncoderError


class TransformerEncoder:
    """Any sentence-transformers model, with the prompts and the length limit it was made with."""

    def __init__(self, model: Any, name: str, mark: str) -> None:
        self._model = model
        self.name = name
        self.fingerprint = mark
        self.dimension = int(model.get_embedding_dimension())
        limit = model.max_seq_length
        self.max_tokens: int | None = int(limit) if limit and limit < 1e9 else None
        self._prompts = prompts(name, model.prompts)

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        """Return one unit row for each text, encoded with the model's prompt for its side."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        vectors: NDArray[np.float32] = self._model.encode(
            list(texts),
            prompt=self._prompts["query" if query else "document"],
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return vectors.astype(np.float32, copy=False)


def prompts(name: str, own: Mapping[str, str]) -> dict[str, str]:
    """Return the prompt of each side: the model's own, else e5's by name, else none."""
    query = own.get("query", "")
    document = own.get("document") or own.get("passage", "")
    if not query and not document and "e5" in Path(name).name.lower().replace("_", "-").split("-"):
        # The e5 cards ask for these and the folders do not carry them.
        query, document = "query: ", "passage: "
    return {"query": query, "document": document}


def open_transformer(name: str, folder: Path) -> TransformerEncoder:
    """Open the model, from its local copy only where HF_HUB_OFFLINE is set."""
    offline = os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}
    local = folder.is_dir()
    try:
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(
            str(folder) if local else name, device="cpu", local_files_only=offline or local
        )
    except Exception as error:
        if local:
            raise EncoderError(f"{folder}: cannot be loaded ({_one_line(error)})") from error
        why = "HF_HUB_OFFLINE is set and there is no copy here" if offline else _one_line(error)
        raise EncoderError(
            f"{name}: no such folder, and the model cannot be downloaded ({why})"
        ) from error
    if local:
        return TransformerEncoder(model, name, fingerprint(folder))
    weights = hashlib.sha256()
    for key, tensor in sorted(model.state_dict().items()):
        weights.update(key.encode() + tensor.cpu().numpy().tobytes())
    return TransformerEncoder(model, name, weights.hexdigest())


def _one_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:160]
