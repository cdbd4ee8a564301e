"""The article that ships in docs/ is readable, and its translations say what it says."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from index.corpus import read_corpus, read_document
from index.fold import fold_text
from index.frontmatter import parse
from index.schema import Translation
from index.sentences import sentences
from index.split import blocks

DOCS = Path(__file__).parents[1] / "docs"
FOLDER = DOCS / "c5plus1-washington-summit"
ARTICLE = read_document(FOLDER)
each_translation = pytest.mark.parametrize(
    "translation", ARTICLE.translations, ids=lambda each: each.language
)


def block_pairs(translation: Translation) -> list[tuple[str, str]]:
    originals = [ARTICLE.text[each.start : each.end] for each in blocks(ARTICLE.text)]
    return list(zip(originals, translation.blocks, strict=True))


def figures(text: str) -> Counter[str]:
    """Count the figures of a text, whatever digits and decimal mark it uses."""
    text = re.sub(r"(?<=\d),(?=\d)", ".", fold_text(text))
    # the name of the format is words in one language and digits in another
    return Counter(re.findall(r"\d+(?:\.\d+)?", re.sub(r"\d\+\d", "", text)))


def test_whole_corpus_is_readable() -> None:
    assert ARTICLE in read_corpus(DOCS)


def test_article_is_translated_into_the_other_three_languages() -> None:
    assert ARTICLE.language == "ar"
    assert {each.language for each in ARTICLE.translations} == {"en", "ru", "kk"}


def test_translations_are_marked_unofficial_and_name_their_translator() -> None:
    for path in sorted(FOLDER.glob("translation.*.md")):
        values = parse(path.read_text("utf-8")).values
        assert values["unofficial"] == "true", path
        assert values["translator"], path
        assert values["language"] == path.suffixes[0].removeprefix("."), path


@each_translation
def test_paragraphs_have_as_many_sentences(translation: Translation) -> None:
    for original, translated in block_pairs(translation):
        assert len(sentences(translated)) == len(sentences(original)), translated


@each_translation
def test_paragraphs_have_the_same_figures(translation: Translation) -> None:
    for original, translated in block_pairs(translation):
        assert figures(translated) == figures(original), translated


@each_translation
def test_sentences_have_the_same_figures(translation: Translation) -> None:
    for original, translated in block_pairs(translation):
        for one, other in zip(sentences(original), sentences(translated), strict=True):
            assert figures(other.of(translated)) == figures(one.of(original)), translated


@each_translation
def test_questions_stay_questions(translation: Translation) -> None:
    for original, translated in block_pairs(translation):
        assert translated.count("?") >= original.count("؟"), translated


@each_translation
def test_translations_keep_a_natural_length(translation: Translation) -> None:
    for original, translated in block_pairs(translation):
        assert 0.6 < len(translated) / len(original) < 2.0, translated
