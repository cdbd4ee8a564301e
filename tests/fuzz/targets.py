"""What is fuzzed: readers of text that strangers wrote, and what must hold for any input.

`tests/test_fuzz.py` feeds them from hypothesis for a moment, `make fuzz` from atheris for as long
as one likes (`python tests/fuzz/run.py NAME`).
"""

import re
from datetime import date
from functools import partial

from assistant.answer_kind import present
from assistant.citing import StatementParser, VisibleText
from assistant.dates import dates, relative_times
from assistant.errors import QuestionError
from assistant.figures import figures
from assistant.incoming import cleaned, language_of, without_orders
from assistant.injection import speaks_to_a_model
from assistant.mentions import mentions
from assistant.named import named_words
from assistant.tokens import tokens
from index import frontmatter
from index.fold import fold, fold_text, words
from index.language import detect_language
from index.loaded import LoadError
from index.loaders import load
from index.markdown import blocks
from index.ngrams import ngrams
from index.schema import Document
from index.sentences import sentences
from index.skeleton import names
from index.split import passages

SUFFIXES = (".md", ".txt", ".html", ".pdf", ".docx")
DAY = date(2025, 11, 6)


def folding(text):
    """The map leads every folded character back into the text, in order."""
    folded = fold(text)
    assert folded.text == fold_text(text) == fold_text(folded.text)
    last = 0
    for place in range(len(folded.text)):
        start, end = folded.original(place, place + 1)
        assert 0 <= start <= end <= len(text)
        assert start >= last or start == end or place
        last = max(last, start)
    words(text)


def splitting(text):
    """Blocks, sentences and passages are ranges of the text, in order; no letter is lost."""
    places = blocks(text)
    ends = 0
    for block in places:
        assert ends <= block.start <= block.end <= len(text)
        ends = block.end
    found = passages(Document("d", "t", "en", text))
    for passage in found:
        assert text[passage.start : passage.end] == passage.text
    assert [each.start for each in found] == sorted(each.start for each in found)
    shown = sum(span.end - span.start for span in sentences(text))
    assert shown <= len(text)
    kept = "".join(text[each.start : each.end] for each in places)
    covered = "".join(each.text for each in found)
    if any(map(str.isalnum, covered)):
        heads = "".join(text[each.start : each.end] for each in places if each.level)
        assert _letters(covered) + _letters(heads) >= _letters(kept)


def front_matter(text):
    """What is written is read; anything else is read or refused in one line."""
    try:
        parsed = frontmatter.parse(text)
    except frontmatter.FrontMatterError as refusal:
        _one_line(refusal)
    else:
        assert parsed.body in text or not parsed.body
    value = " ".join(re.sub(r"[^\w .,:'\"#-]", "", text).split())[:200].strip()
    if value:
        back = frontmatter.parse(frontmatter.write({"title": value}, "Body.\n"))
        assert back.values["title"] == value
        assert back.body == "Body.\n"


def loading(data):
    """Any bytes under any name are read or refused; the first byte chooses the format."""
    suffix = SUFFIXES[data[0] % len(SUFFIXES)] if data else ".txt"
    try:
        loaded = load(data[1:], suffix)
    except LoadError as refusal:
        _one_line(refusal)
    else:
        assert "\x00" not in loaded.text


def citing(text):
    """The pieces a reply comes in change nothing; no unknown number gets out."""
    shown = []
    list(StatementParser(2).feed(text))
    text = text[:500]  # longer statements are cut, wherever a piece ends
    for size in (1, 7, len(text) or 1):
        visible, parser = VisibleText(), StatementParser(2)
        drafts, seen = [], ""
        for start in range(0, len(text), size):
            seen += (piece := visible.feed(text[start : start + size]))
            drafts += parser.feed(piece)
        seen += (piece := visible.close())
        drafts += [*parser.feed(piece), *parser.close()]
        shown.append((seen, drafts))
        for draft in drafts:
            assert set(draft.citations) <= {1, 2}
    assert shown[0] == shown[1] == shown[2]


def _in_range(reader, text):
    for found in reader(text):
        start, end = (found.start, found.end) if hasattr(found, "start") else found
        assert 0 <= start <= end <= len(text)


def reading(text):
    """Figures, dates, names and tokens are ranges of the text."""
    for reader in (figures, dates, mentions, tokens, names, named_words):
        _in_range(reader, text)
    _in_range(partial(relative_times, published=DAY), text)
    present(text)


def receiving(text):
    """A question as anybody may type it."""
    try:
        question = cleaned(text)
    except QuestionError as refusal:
        _one_line(refusal)
        return
    assert "\x00" not in question
    without_orders(question)
    language_of(question)
    detect_language(question)
    speaks_to_a_model(question)
    ngrams([question])


def _one_line(refusal):
    assert "\n" not in str(refusal)


def _letters(text):
    return sum(map(str.isalnum, text))


TARGETS = {
    each.__name__: each
    for each in (folding, splitting, front_matter, loading, citing, reading, receiving)
}
BYTES = {"loading"}
