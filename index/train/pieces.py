"""The tokenizer: a unigram vocabulary over folded words of four languages.

All folding is in the tokenizer's own normaliser, so that the model folder is complete in itself
and the offsets it gives count in the text as written.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from index.train.pairs import Group

# Harakat, Quranic marks, tatweel, combining accents, zero-width characters, bidi marks.
_INVISIBLE = (
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u0300-\u036f"
    "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_UNKNOWN = "<unk>"
_WORD = re.compile(r"[^\W_]+|[%$€£₽₸°]")
_BOOST = {"kk": 1.5}  # the language with the least text
_SURPLUS = 64 / 55


def untrained() -> Tokenizer:
    """Return a tokenizer with the folding and the word rules, and no pieces yet."""
    tokenizer = Tokenizer(models.Unigram())
    digits = [
        normalizers.Replace(Regex(f"[{chr(0x660 + digit)}{chr(0x6F0 + digit)}]"), str(digit))
        for digit in range(10)
    ]
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace(Regex(_INVISIBLE), ""),
            normalizers.Replace(Regex("[أإآٱ]"), "ا"),
            normalizers.Replace(Regex("[ىیې]"), "ي"),
            normalizers.Replace("ة", "ه"),
            normalizers.Replace("ؤ", "و"),
            normalizers.Replace("ئ", "ي"),
            normalizers.Replace("ک", "ك"),
            normalizers.Replace("ё", "е"),
            *digits,
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            # Punctuation says little to a sum of vectors; signs of currency and share say much.
            pre_tokenizers.Split(Regex(r"[^\p{L}\p{M}\p{N}%$€£₽₸°]+"), "removed"),
            pre_tokenizers.Split(Regex(r"[%$€£₽₸°]"), "isolated"),
            pre_tokenizers.Metaspace(prepend_scheme="always"),
        ]
    )
    return tokenizer


def count_words(groups: Iterable[Group]) -> dict[str, Counter[str]]:
    """Count the folded words of each language."""
    fold = untrained().normalizer.normalize_str
    counts: dict[str, Counter[str]] = {}
    for group in groups:
        for language, texts in zip(group.languages, (group.left, group.right), strict=True):
            folded = fold("\n".join(texts))
            counts.setdefault(language, Counter()).update(_WORD.findall(folded))
    return counts


def train_tokenizer(
    counts: Mapping[str, Mapping[str, int]], size: int, progress: bool = False
) -> Tokenizer:
    """Learn about `size` unigram pieces; the first piece stands for the unknown.

    Words count by the power 0.6 of how often they occur: what is learned is then how words are
    built, not a list of the frequent ones. More pieces than wanted are learned, and those that
    the words of the data use least are dropped.
    """
    tokenizer = untrained()
    folding = tokenizer.normalizer
    tokenizer.normalizer = normalizers.Sequence([])  # the words are folded
    trainer = trainers.UnigramTrainer(
        vocab_size=round(size * _SURPLUS),
        special_tokens=[_UNKNOWN],
        unk_token=_UNKNOWN,
        max_piece_length=20,
        shrinking_factor=0.75,
        n_sub_iterations=2,
        show_progress=progress,
    )
    tokenizer.train_from_iterator(_repeated(counts), trainer)
    tokenizer.normalizer = folding
    return _prune(tokenizer, counts, size)


def _repeated(counts: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    for language, words in counts.items():
        boost = _BOOST.get(language, 1.0)
        for word, count in words.items():
            if count > 1 and len(word) <= 24:
                yield " ".join([word] * max(1, round(boost * count**0.6)))


def _prune(tokenizer: Tokenizer, counts: Mapping[str, Mapping[str, int]], size: int) -> Tokenizer:
    parts = json.loads(tokenizer.to_str())
    vocabulary: list[tuple[str, float]] = parts["model"]["vocab"]
    used = np.zeros(len(vocabulary))
    for language, words in counts.items():
        share = 3 if language == "kk" else 1
        rows = [(word, count) for word, count in words.items() if count > 1 or language == "kk"]
        encodings = tokenizer.encode_batch_fast([w for w, _ in rows], add_special_tokens=False)
        for encoding, (_, count) in zip(encodings, rows, strict=True):
            used[encoding.ids] += count * share
    # single characters stay: they spell what no other piece covers
    used[[n < 2 or len(piece.lstrip("▁")) <= 1 for n, (piece, _) in enumerate(vocabulary)]] = np.inf
    keep = np.sort(np.argsort(-used, kind="stable")[:size])
    parts["model"]["vocab"] = [vocabulary[n] for n in keep]
    return Tokenizer.from_str(json.dumps(parts, ensure_ascii=False))
