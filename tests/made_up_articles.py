"""Folders of made-up articles, and an encoder small enough to be made on the spot."""

import json
import random
from pathlib import Path

import numpy as np

PLACES = ["Almaty", "Bukhara", "Osh", "Khujand", "Turkmenbashi", "Riyadh", "Muscat", "Kazan"]
THINGS = ["port", "railway", "harvest", "festival", "school", "reservoir", "budget", "museum"]
ARABIC = ["الميناء", "السكة الحديدية", "الحصاد", "المهرجان", "المدرسة", "الخزان", "الميزانية"]


def write_article(docs, slug, text, *, title=None, language="en", translations=None):
    """Put an article, and translations by language, into a folder of articles."""
    folder = Path(docs) / slug
    folder.mkdir(parents=True, exist_ok=True)
    front = f"---\ntitle: {title or slug}\npublished: 2024-05-01\nlanguage: {language}\n---\n"
    (folder / "article.md").write_text(front + text, encoding="utf-8")
    for code, body in (translations or {}).items():
        (folder / f"translation.{code}.md").write_text(
            f"---\nlanguage: {code}\n---\n{body}", "utf-8"
        )


def made_up_text(seed, paragraphs=4):
    """Return a text of some paragraphs that no other seed gives."""
    chance = random.Random(seed)
    parts = []
    for number in range(paragraphs):
        place, thing = chance.choice(PLACES), chance.choice(THINGS)
        amount = chance.randint(100, 99_999)
        parts.append(
            f"The {thing} of {place} number {seed}-{number} cost {amount} dollars. "
            f"{chance.choice(ARABIC)} {amount}: officials spoke of {amount // 2} people. "
            + " ".join(chance.choice(THINGS) + str(chance.randint(1, 999)) for _ in range(25))
            + "."
        )
    return f"## Report {seed}\n\n" + "\n\n".join(parts) + "\n"


def write_articles(docs, count, *, first=0, paragraphs=4):
    """Write so many made-up articles."""
    for number in range(first, first + count):
        write_article(docs, f"article-{number:05d}", made_up_text(number, paragraphs))


def small_encoder(folder, *, seed=0, dimension=32):
    """Make a static encoder of sentence-transformers' layout whose pieces are characters."""
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer, models, pre_tokenizers

    letters = [
        chr(code) for code in (*range(33, 127), *range(0x0621, 0x064B), *range(0x0430, 0x0450))
    ]
    vocabulary = {"[UNK]": 0, **{letter: number for number, letter in enumerate(letters, 1)}}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split("", "isolated")]
    )
    folder = Path(folder)
    folder.mkdir(parents=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    table = np.random.default_rng(seed).normal(size=(len(vocabulary), dimension))
    save_file({"embedding.weight": table.astype(np.float32)}, folder / "model.safetensors")
    kind = "sentence_transformers.sentence_transformer.modules.StaticEmbedding"
    modules = [{"idx": 0, "name": "0", "path": "", "type": kind}]
    (folder / "modules.json").write_text(json.dumps(modules))
    return str(folder)
