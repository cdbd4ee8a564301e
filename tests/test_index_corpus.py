import doctest
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_text import articles

import index.corpus
import index.frontmatter
import index.language
from index.corpus import corpus_hash, document_hash, read_corpus, read_document
from index.errors import CorpusError
from index.frontmatter import FrontMatterError, parse, write
from index.language import detect_language
from index.markdown import blocks
from index.split import passages, sentences

HEAD = "---\ntitle: قمة\nlanguage: ar\n---\n"


def put(folder: Path, content: str | bytes, name: str = "article.md") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    (folder / name).write_bytes(data)
    return folder


def faults_of(root: Path) -> tuple[str, ...]:
    with pytest.raises(CorpusError) as caught:
        read_corpus(root)
    assert all("\n" not in fault for fault in caught.value.faults)
    return caught.value.faults


def test_every_passage_and_sentence_of_every_article_is_verbatim(docs):
    documents = read_corpus(docs)
    assert documents
    for document in documents:
        raw = (docs / document.id / "article.md").read_bytes().decode()
        assert raw.endswith(f"---\n{document.text}")
        found = passages(document)
        assert found
        for passage in found:
            assert document.text[passage.start : passage.end] == passage.text
        shown = "".join("".join(passage.text.split()) for passage in found)
        paragraphs = [block for block in blocks(document.text) if not block.level]
        assert shown == "".join(
            "".join(document.text[block.start : block.end].split()) for block in paragraphs
        )
        for passage in found:
            inside = sentences(document.text, passage.start, passage.end)
            assert (inside[0].start, inside[-1].end) == (passage.start, passage.end)


def test_translations_stand_block_against_block(docs):
    for document in read_corpus(docs):
        for translation in document.translations:
            assert len(translation.blocks) == len(blocks(document.text))
            assert all(translation.blocks)


@settings(max_examples=50)
@given(text=articles)
def test_the_body_is_read_to_the_letter(tmp_path_factory, text):
    body = text.replace("\x0c", "") + "س\n"
    folder = put(tmp_path_factory.mktemp("docs") / "a", HEAD + body)
    assert read_document(folder).text == body


def test_only_the_byte_order_mark_and_line_ends_change(tmp_path):
    body = " \n\n# أ \n\n نص \u200f e\u0301 \t\n\n"
    put(tmp_path / "a", b"\xef\xbb\xbf" + (HEAD + body).replace("\n", "\r\n").encode())
    assert read_document(tmp_path / "a").text == body


def test_all_fields_of_the_front_matter_are_read(tmp_path):
    put(
        tmp_path / "port-opens",
        "---\ntitle: 'Port: open'\npublisher: News\npublished: 2025-11-06T10:00:00Z\n"
        "language: EN-gb\nurl: https://example.com/a\ntags: [a, b]\n---\nText.",
    )
    (document,) = read_corpus(tmp_path)
    assert document.id == "port-opens"
    assert document.title == "Port: open"
    assert document.published == date(2025, 11, 6)
    assert (document.publisher, document.url) == ("News", "https://example.com/a")
    assert (document.language, document.text) == ("en", "Text.")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("يلتقي الرئيس اليوم في واشنطن C5+1", "ar"),
        ("Президент сегодня в Вашингтоне, сказал Қасым", "ru"),
        ("Бүгін Қазақстан президенті Вашингтонда", "kk"),
        ("The president is in Washington", "en"),
        ("12.5 %", None),
    ],
    ids=["ar", "ru", "kk", "en", "none"],
)
def test_the_language_is_told_by_the_letters(text, language):
    assert detect_language(text) == language


def test_articles_come_sorted_and_other_files_are_left_alone(tmp_path):
    for name in ("b", "a"):
        put(tmp_path / name, HEAD + "نص")
        put(tmp_path / name, b"\xff", "photo.jpg")
    put(tmp_path / ".hidden", "x")
    put(tmp_path, "x", "README.md")
    put(tmp_path, "x", "map.png")
    assert [document.id for document in read_corpus(tmp_path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        pytest.param("", "article.md: the file is empty", id="empty-file"),
        pytest.param(HEAD + " \n…\n", "the article is empty", id="empty-article"),
        pytest.param("نص", "no front matter", id="no-front-matter"),
        pytest.param("---\ntitle: a\nنص", "not closed", id="not-closed"),
        pytest.param("---\ntitle: a: b\n---\nx", "line 2 of the front matter", id="colon"),
        pytest.param("---\n- a\n---\nx", "'name: value'", id="a-list"),
        pytest.param("---\nx: " + "[" * 60_000 + "\n---\nx", "'name: value'", id="deep"),
        pytest.param("---\nlanguage: ar\n---\nنص", "lacks 'title'", id="no-title"),
        pytest.param("---\ntitle: ''\n---\nنص", "lacks 'title'", id="empty-title"),
        pytest.param("---\ntitle: a\n---\n12 3", "language is not clear", id="no-letters"),
        pytest.param("---\ntitle: a\nlanguage: arabic\n---\nx", "'arabic'", id="bad-language"),
        pytest.param("---\ntitle: a\npublished: 6.11.25\n---\nx", "not a date", id="bad-date"),
        pytest.param("---\ntitle: a\nurl: javascript:x\n---\nx", "not an address", id="bad-url"),
        pytest.param(HEAD.encode() + b"ab\xff", "not UTF-8 at byte", id="not-utf8"),
        pytest.param(HEAD + "a\nb\x00", "control character U+0000 in line 6", id="nul"),
        pytest.param(HEAD + "a\x1b[31m", "control character U+001B", id="escape"),
    ],
)
def test_each_fault_is_told_in_one_line(tmp_path, content, fault):
    put(tmp_path / "x", content)
    (told,) = faults_of(tmp_path)
    assert told.startswith(str(tmp_path / "x" / "article.md"))
    assert fault in told


def test_the_byte_that_is_not_utf8_is_named(tmp_path):
    put(tmp_path / "x", HEAD.encode() + b"ab\xff")
    assert f"at byte {len(HEAD.encode()) + 2};" in faults_of(tmp_path)[0]


def test_all_faults_of_all_articles_are_told_at_once(tmp_path):
    put(tmp_path / "a", "---\nlanguage: xx1\npublished: soon\n---\n")
    put(tmp_path / "b", "نص")
    put(tmp_path / "c", HEAD + "نص")
    (tmp_path / "d").mkdir()
    put(tmp_path, "x", "stray.md")
    told = faults_of(tmp_path)
    assert [fault.split(":")[0].removeprefix(f"{tmp_path}/") for fault in told] == [
        *["a/article.md"] * 4,
        "b/article.md",
        "d",
        "stray.md",
    ]


def test_a_missing_and_an_empty_folder_are_told(tmp_path):
    assert "no such folder" in faults_of(tmp_path / "docs")[0]
    assert "no articles" in faults_of(tmp_path)[0]


def test_names_that_are_one_on_other_machines_are_refused(tmp_path):
    for name in ("Port", "port"):
        put(tmp_path / name, HEAD + "نص")
    assert "the same name" in faults_of(tmp_path)[0]
    put(tmp_path / "a#b", HEAD + "نص")
    assert any("without #" in fault for fault in faults_of(tmp_path))


ORIGINAL = HEAD + "# قسم\n\nواحد.\n\nاثنان.\n"


def test_a_translation_is_read_with_its_marks(tmp_path):
    put(tmp_path / "x", ORIGINAL)
    put(tmp_path / "x", "---\nmachine: true\n---\n# Part\n\nOne.\n\nTwo.\n", "translation.en.md")
    (translation,) = read_document(tmp_path / "x").translations
    assert translation.language == "en"
    assert translation.machine
    assert translation.blocks == ("Part", "One.", "Two.")


@pytest.mark.parametrize(
    ("name", "body", "fault"),
    [
        pytest.param("translation.en.md", "# P\n\nOne.\n", "from paragraph 3 on", id="shorter"),
        pytest.param("translation.en.md", "# P\n\n1\n\n2\n\n3\n", "from paragraph 4", id="longer"),
        pytest.param("translation.en.md", "# P\n\n# 1\n\n2\n", "paragraph 2 is a head", id="kind"),
        pytest.param("translation.md", "# P\n\n1\n\n2\n", "translation.<language>.md", id="name"),
        pytest.param("translation.e1.md", "# P\n\n1\n\n2\n", "<language>", id="language"),
        pytest.param("translation.ar.md", "# P\n\n1\n\n2\n", "itself is in", id="same-language"),
    ],
)
def test_a_misaligned_translation_is_refused_with_the_paragraph(tmp_path, name, body, fault):
    put(tmp_path / "x", ORIGINAL)
    put(tmp_path / "x", f"---\nmachine: false\n---\n{body}", name)
    (told,) = faults_of(tmp_path)
    assert str(tmp_path / "x" / name) in told
    assert fault in told


def test_other_formats_stand_in_for_the_markdown_file(tmp_path):
    put(tmp_path / "x", "Заголовок\n\nТекст статьи.\n", "article.txt")
    put(tmp_path / "y", "Текст статьи.\n", "article.txt")
    assert "meta.yaml lacks 'title'" in faults_of(tmp_path)[0]
    put(tmp_path / "y", "title: Тема\npublished: 2025-01-02\n", "meta.yaml")
    one, other = read_corpus(tmp_path)
    assert (one.title, one.language) == ("Заголовок", "ru")
    assert (other.title, other.published) == ("Тема", date(2025, 1, 2))
    assert other.text == "Текст статьи.\n"


def test_hashes_follow_the_content_and_not_the_order(tmp_path):
    put(tmp_path / "a", HEAD + "نص")
    put(tmp_path / "b", HEAD + "نص")
    one, other = read_corpus(tmp_path)
    assert document_hash(one) != document_hash(other)
    assert corpus_hash([one, other]) == corpus_hash([other, one])
    put(tmp_path / "b", HEAD + "نص.")
    assert corpus_hash(read_corpus(tmp_path)) != corpus_hash([one, other])


values = st.dictionaries(
    st.sampled_from(["title", "publisher", "published", "language", "url"]),
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30),
)


@given(values, articles)
def test_front_matter_comes_back_as_written(written, body):
    parsed = parse(write(written, body))
    assert (parsed.values, parsed.body) == (written, body)


@given(st.text())
def test_any_text_is_parsed_or_refused(text):
    for source in (text, f"---\n{text}", f"---\n{text}\n---\n"):
        with suppress(FrontMatterError):
            assert source.endswith(parse(source).body)


@pytest.mark.parametrize("module", [index.corpus, index.frontmatter, index.language])
def test_examples_in_docstrings(module):
    assert not doctest.testmod(module).failed
