"""Articles by the thousand, for measuring size: no sense in them, but words as news has them.

Words are those that the shipped tokenizer knows, as often as it found them in news; each article
keeps to one language and to a few dozen words of its own, so that passages of an article are
nearer to each other than to others. The same number always gives the same article.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Final

from index.encoder import SHIPPED
from index.transliterate import script

LANGUAGES: Final = {"arabic": "ar", "latin": "en", "cyrillic": "ru"}
PASSAGES: Final = 10  # of an article
_SHORTEST: Final = 3
_OWN: Final = 40  # words that an article keeps coming back to
_SENTENCES: Final = 3  # of a paragraph, which becomes one passage


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[list[str], list[float]]]:
    """Return words by script, with the running sum of how often they are met."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(SHIPPED / "tokenizer.json"))
    found: dict[str, list[str]] = {name: [] for name in LANGUAGES}
    ranked = sorted(tokenizer.get_vocab().items(), key=lambda pair: pair[1])
    for piece, _ in ranked:
        word = piece.lstrip("▁")
        written = script(word)
        if piece.startswith("▁") and len(word) >= _SHORTEST and written in found:
            found[written].append(word)
    # pieces are in the order of their frequency, which follows Zipf's law nearly enough
    return {
        name: (words, list(accumulate(1 / (rank + 10) for rank in range(len(words)))))
        for name, words in found.items()
    }


def article(number: int) -> tuple[str, str, str]:
    """Return language, title and text of an article."""
    chance = random.Random(number)
    written = chance.choice(list(LANGUAGES))
    words, weights = _words()[written]
    own = chance.sample(words, _OWN)

    def sentence() -> str:
        size = chance.randrange(8, 18)
        common = chance.choices(words, cum_weights=weights, k=size)
        picked = [chance.choice(own) if chance.random() < 0.4 else word for word in common]
        picked.insert(chance.randrange(size), str(chance.randrange(2, 9999)))
        return " ".join(picked).capitalize() + "."

    paragraphs = [" ".join(sentence() for _ in range(_SENTENCES)) for _ in range(PASSAGES)]
    title = " ".join(chance.sample(own, 4))
    return LANGUAGES[written], title, "\n\n".join(paragraphs)


def write_articles(docs: Path, count: int, *, first: int = 0) -> None:
    """Write so many articles into a folder, each in a folder of its own."""
    for number in range(first, first + count):
        language, title, text = article(number)
        folder = docs / f"generated-{number:07d}"
        folder.mkdir(parents=True, exist_ok=True)
        front = f"---\ntitle: {title}\npublished: 2024-05-01\nlanguage: {language}\n---\n"
        (folder / "article.md").write_text(f"{front}{text}\n", encoding="utf-8")


def queries(count: int, articles: int) -> Iterator[str]:
    """Yield queries of a few words that stand together somewhere in so many articles."""
    chance = random.Random(-1)
    for _ in range(count):
        _, _, text = article(chance.randrange(articles))
        words = text.split()
        start = chance.randrange(len(words) - 6)
        yield " ".join(words[start : start + 6])
