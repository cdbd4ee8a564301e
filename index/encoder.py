"""The dense encoder: our own static table, read without torch, or any sentence-transformers model.

The shipped folder (`index/model/`) is a sentence-transformers model: a tokenizer whose normaliser
folds the four languages, and one vector for each of its pieces. A text's vector is the mean of the
vectors of its pieces, at unit length. Nothing here trains; see `index/train/`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.errors import EncoderError
from index.schema import Span

SHIPPED = Path(__file__).parent / "model"

# Texts whose rows are gathered at once: bounds the memory of `encode`, not its result.
_BATCH = 64


class Encoder(Protocol):
    """What the index needs of an encoder. Rows of `encode` are unit length, zero for no text."""

    name: str
    dimension: int
    fingerprint: str
    max_tokens: int | None
    """How much of a text is read, in the model's own tokens; None: all of it."""

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        """Return one row for each text; `query` says which side of a search the texts are."""
        ...


class StaticEncoder:
    """A folder with `tokenizer.json` and a table of vectors; opens in a fraction of a second."""

    max_tokens: int | None = None

    def __init__(self, folder: Path, name: str | None = None) -> None:
        self.name = name or str(folder)
        self.fingerprint = fingerprint(folder)
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self.unit, self.weight = _read_table(folder / "model.safetensors")
        except EncoderError:
            raise
        except Exception as error:  # tokenizers raises a plain Exception
            raise EncoderError(f"{folder}: not a readable encoder folder ({error})") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        if self._tokenizer.get_vocab_size() > len(self.unit):
            raise EncoderError(f"{folder}: the tokenizer has more pieces than the table has rows")
        self.dimension = int(self.unit.shape[1])

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        """Return one unit row for each text; both sides of a search are encoded alike."""
        parts = [
            self.vectors_of(self.token_ids(texts[start : start + _BATCH]))
            for start in range(0, len(texts), _BATCH)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, self.dimension), np.float32)

    def vectors_of(self, ids: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Return what `encode` returns for texts whose `token_ids` are known."""
        rows = np.zeros((len(ids), self.dimension), np.float32)
        filled = [n for n, row in enumerate(ids) if len(row)]
        if filled:
            flat = np.concatenate([ids[n] for n in filled])
            starts = np.cumsum([0] + [len(ids[n]) for n in filled[:-1]])
            vectors = self.unit[flat] * self.weight[flat, None]
            rows[filled] = np.add.reduceat(vectors, starts, axis=0)
        # The mean and the sum have the same direction. 1e-12 is what torch's normalize guards with.
        lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
        rows /= np.maximum(lengths, 1e-12)[:, None]
        return rows

    def token_ids(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        """Return the numbers of each text's pieces, in order: rows of `unit` and `weight`."""
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.array(encoding.ids, np.int32) for encoding in encodings]

    def tokens(self, text: str) -> list[tuple[int, int, int]]:
        """Return (number, start, end) of each piece, the offsets counting in `text` as given."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        spans = zip(encoding.ids, encoding.offsets, strict=True)
        return [(number, start, end) for number, (start, end) in spans]

    def words(self, text: str) -> list[tuple[int, Span]]:
        """Return each piece with the span, in `text` as given, of the whole word it is part of."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        spans: dict[int | None, Span] = {}
        for word, (start, end) in zip(encoding.word_ids, encoding.offsets, strict=True):
            known = spans.get(word, Span(start, end))
            spans[word] = Span(min(start, known.start), max(end, known.end))
        return [(n, spans[word]) for n, word in zip(encoding.ids, encoding.word_ids, strict=True)]


def open_encoder(name: str | None = None) -> Encoder:
    """Open the shipped encoder, or the folder or model `name`; `EncoderError` says what is wrong.

    A folder that holds a static table is read without torch. Anything else goes through
    sentence-transformers, from its local copy only where HF_HUB_OFFLINE is set.
    """
    if name is None:
        return StaticEncoder(SHIPPED, name="shipped")
    folder = Path(name).expanduser()
    if folder.is_dir():
        if is_static(folder):
            return StaticEncoder(folder)
        if not (folder / "modules.json").is_file() and not (folder / "config.json").is_file():
            raise EncoderError(f"{folder}: not a sentence-transformers model (no modules.json)")
    elif folder.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise EncoderError(f"{folder}: no such encoder folder")
    from index.transformer import open_transformer  # brings torch

    return open_transformer(name, folder)


def is_static(folder: Path) -> bool:
    """Say whether the folder's first module is a table that needs no torch."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        return str(modules[0]["type"]).endswith(".StaticEmbedding") and modules[0]["path"] == ""
    except (OSError, ValueError, LookupError, TypeError):
        return False


def fingerprint(folder: Path) -> str:
    """Return a sha256 over the names and contents of the folder's files, its README apart."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and relative.name != "README.md" and relative.parts[0][0] != ".":
            digest.update(relative.as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _read_table(path: Path) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return unit rows and their norms, from either layout that sentence-transformers reads."""
    from safetensors.numpy import load_file

    tensors = load_file(path)
    if "embedding.weight" in tensors:
        table = tensors["embedding.weight"].astype(np.float32)
    elif "embeddings" in tensors and "mapping" not in tensors:
        table = tensors["embeddings"].astype(np.float32)
    else:
        raise EncoderError(f"{path}: no table of vectors that we can read")
    norms = np.sqrt(np.einsum("ij,ij->i", table, table))
    table /= np.maximum(norms, 1e-12)[:, None]
    scale = tensors.get("weights") if "embedding.weight" not in tensors else None
    if scale is not None:
        norms *= scale.astype(np.float32)
    return table, norms
