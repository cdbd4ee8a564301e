"""The tokenizer: a unigram vocabulary over folded words of four languages.

All folding is in the tokenizer's own normaliser, so that the model folder is complete in itself
and the offsets it gives count in the text as written.
"""

from __future__ import annotations

from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

# Harakat, Quranic marks, tatweel, combining accents, zero-width characters, bidi marks.
_INVISIBLE = (
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u0300-\u036f"
    "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_UNKNOWN = "<unk>"


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


def train_tokenizer(texts: Iterable[str], size: int, progress: bool = False) -> Tokenizer:
    """Learn `size` unigram pieces from the texts; the first piece stands for the unknown."""
    tokenizer = untrained()
    trainer = trainers.UnigramTrainer(
        vocab_size=size,
        special_tokens=[_UNKNOWN],
        unk_token=_UNKNOWN,
        max_piece_length=20,
        shrinking_factor=0.75,
        n_sub_iterations=2,
        show_progress=progress,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer
