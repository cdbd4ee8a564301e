"""The recipe on made-up pairs: it learns, it can be repeated and resumed, both readers agree."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from index.encoder import StaticEncoder  # noqa: E402
from index.train.__main__ import main  # noqa: E402
from index.train.fit import BOTH, LATE, MEAN, Batch, fit  # noqa: E402
from index.train.losses import contrast, dense_vectors, distinct, late_matrix  # noqa: E402
from index.train.mixing import mixed, thinned  # noqa: E402
from index.train.pairs import Group, pivot, read_groups  # noqa: E402
from index.train.pieces import count_words, train_tokenizer  # noqa: E402
from index.train.sampling import Bags, Sampler, encode_groups  # noqa: E402

WORDS = 60


def _word(language: str, number: int) -> str:
    letters = {"ar": "بتجحدرسطعقكلمنهي", "en": "bcdfghklmnprstwz", "kk": "әбғдеклмнңпрсты"}[
        language
    ]
    first, rest = divmod(number, len(letters))
    return (
        letters[rest]
        + letters[(rest * 7 + first) % len(letters)] * 2
        + letters[first]
        + letters[rest]
    )


def _sentence(language: str, numbers) -> str:
    return " ".join(_word(language, int(n)) for n in numbers)


@pytest.fixture(scope="module")
def groups():
    random = np.random.default_rng(1)
    made = []
    for kind, length, size in (("parallel", 6, 300), ("dict", 1, 200)):
        numbers = random.integers(0, WORDS, (size, length))
        for one, other in (("en", "ar"), ("kk", "ar")):
            left = tuple(_sentence(one, row) for row in numbers)
            right = tuple(_sentence(other, row) for row in numbers)
            made.append(Group("made", kind, (one, other), left, right))
    return made


@pytest.fixture(scope="module")
def tokenizer(groups):
    return train_tokenizer(count_words(groups), 150)


PHASES = [
    replace(MEAN, steps=60, mean_batch=Batch(128, 5000)),
    replace(LATE, steps=20, late_batch=Batch(64, 1500)),
    replace(BOTH, steps=20, mean_batch=Batch(128, 5000), late_batch=Batch(64, 1500)),
]


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_training_learns_to_find_unseen_pairs(groups, tokenizer, tmp_path: Path):
    from index.train.export import save_model

    losses = []
    encoded = encode_groups(tokenizer, groups)
    table = fit(
        tokenizer,
        encoded,
        PHASES,
        dimension=32,
        progress=False,
        watch=lambda phase, step, loss, rows: losses.append((phase, loss)),
    )
    save_model(tmp_path / "model", tokenizer, table.numpy())
    encoder = StaticEncoder(tmp_path / "model")
    numbers = np.random.default_rng(2).integers(0, WORDS, (100, 6))
    arabic = encoder.encode([_sentence("ar", row) for row in numbers])
    for language in ("en", "kk"):
        queries = encoder.encode([_sentence(language, row) for row in numbers])
        found = (queries @ arabic.T).argmax(axis=1)
        assert (found == np.arange(100)).mean() > 0.9, language  # chance: 0.01
    assert [phase for phase, _ in losses] == ["mean", "late", "both"]


def test_the_loss_falls(groups, tokenizer):
    encoded = encode_groups(tokenizer, groups)
    seen = []
    for steps in (1, 60):
        fit(
            tokenizer,
            encoded[:1],
            [replace(MEAN, steps=steps, mean_batch=Batch(128, 5000))],
            dimension=32,
            progress=False,
            watch=lambda phase, step, loss, rows: seen.append(loss),
        )
    assert seen[1] < seen[0] * 0.8  # the mean over all steps, beside the first


def test_the_same_seed_gives_the_same_table_also_after_a_stop(groups, tokenizer, tmp_path: Path):
    encoded = encode_groups(tokenizer, groups)
    straight = fit(tokenizer, encoded, PHASES, dimension=16, progress=False)
    again = fit(tokenizer, encoded, PHASES, dimension=16, progress=False)
    assert torch.equal(straight, again)
    other = fit(tokenizer, encoded, PHASES, dimension=16, seed=1, progress=False)
    assert not torch.allclose(straight, other, atol=0.01)

    class Stop(Exception):
        pass

    def stop(phase, step, loss, rows):
        raise Stop

    path = tmp_path / "checkpoint.pt"
    with pytest.raises(Stop):
        fit(tokenizer, encoded, PHASES, dimension=16, checkpoint=path, progress=False, watch=stop)
    resumed = fit(tokenizer, encoded, PHASES, dimension=16, checkpoint=path, progress=False)
    assert torch.equal(straight, resumed)


def test_both_readers_give_the_same_vectors(groups, tokenizer, tmp_path: Path):
    from sentence_transformers import SentenceTransformer

    from index.train.export import save_model

    table = np.random.default_rng(0).normal(size=(tokenizer.get_vocab_size(), 32))
    table *= np.exp(np.random.default_rng(1).normal(size=(len(table), 1)))  # unlike lengths
    save_model(tmp_path, tokenizer, table.astype(np.float32))
    texts = [*groups[0].left[:50], *groups[0].right[:50], "", "?!"]
    theirs = SentenceTransformer(str(tmp_path), device="cpu", local_files_only=True).encode(texts)
    np.testing.assert_allclose(StaticEncoder(tmp_path).encode(texts), theirs, atol=1e-5)


def test_int8_rows_stay_close(tokenizer, tmp_path: Path):
    from index.train.export import save_model

    table = np.random.default_rng(0).normal(size=(tokenizer.get_vocab_size(), 64))
    save_model(tmp_path, tokenizer, table.astype(np.float32))
    encoder = StaticEncoder(tmp_path)
    stored = encoder.unit * encoder.weight[:, None]
    cosine = (
        (stored * table).sum(1) / np.linalg.norm(stored, axis=1) / np.linalg.norm(table, axis=1)
    )
    assert cosine.min() > 0.9999


def test_the_losses_have_the_gradients_torch_would_give():
    random = np.random.default_rng(0)
    rows = torch.randn(30, 8, dtype=torch.float32, requires_grad=True)
    left = Bags(random.integers(0, 30, 20), np.array([0, 4, 9, 20]))
    right = Bags(random.integers(0, 30, 25), np.array([0, 10, 13, 25]))

    def plain_dense(bags):
        sums = [rows[torch.from_numpy(p)].sum(0) for p in np.split(bags.pieces, bags.starts[1:-1])]
        return torch.nn.functional.normalize(torch.stack(sums), dim=1)

    def plain_late():
        unit = torch.nn.functional.normalize(rows, dim=1)
        table = []
        for asked in np.split(left.pieces, left.starts[1:-1]):
            at = torch.from_numpy(np.unique(asked))
            weight = rows[at].norm(dim=1)
            table.append(
                [
                    (
                        (unit[at] @ unit[torch.from_numpy(p)].T).amax(1).clamp(min=0) ** 2 * weight
                    ).sum()
                    / weight.sum()
                    for p in np.split(right.pieces, right.starts[1:-1])
                ]
            )
        return torch.stack([torch.stack(row) for row in table])

    def gradient(loss):
        rows.grad = None
        loss.backward()
        return rows.grad.clone()

    ours = gradient(contrast(5 * dense_vectors(rows, left) @ dense_vectors(rows, right).T))
    plain = gradient(contrast(5 * plain_dense(left) @ plain_dense(right).T))
    torch.testing.assert_close(ours, plain)
    torch.testing.assert_close(late_matrix(rows, left, right), plain_late(), atol=0.02, rtol=0)
    late, slow = (
        gradient(contrast(5 * scores)) for scores in (late_matrix(rows, left, right), plain_late())
    )
    # bfloat16 inside: two to three digits
    assert torch.nn.functional.cosine_similarity(late.flatten(), slow.flatten(), dim=0) > 0.99


def test_distinct_keeps_each_piece_once():
    bags = distinct(Bags(np.array([3, 1, 3, 2, 2]), np.array([0, 3, 3, 5])))
    assert bags.pieces.tolist() == [1, 3, 2]
    assert bags.starts.tolist() == [0, 2, 2, 3]


def test_mixed_passages_still_hold_their_own_sentence(groups, tokenizer):
    encoded = encode_groups(tokenizer, groups)[0]
    rows = np.arange(40)
    kinds = set()
    for seed in range(20):
        left, right, both = mixed(encoded, rows, 5000, np.random.default_rng(seed))
        kinds.add(both)
        assert len(left) == len(right)
        own = encoded.right.take(rows[: len(right)])
        for n in range(len(right)):
            passage = right.pieces[right.starts[n] : right.starts[n + 1]].tolist()
            sentence = own.pieces[own.starts[n] : own.starts[n + 1]].tolist()
            assert passage[: len(sentence)] == sentence
            query = left.pieces[left.starts[n] : left.starts[n + 1]]
            whole = encoded.left.take(rows[n : n + 1]).pieces
            assert 0 < len(query) <= len(whole)
            assert set(query) <= set(whole)
    assert kinds == {True, False}


def test_thinning_leaves_no_text_empty():
    bags = Bags(np.arange(10), np.array([0, 1, 1, 10]))
    thin = thinned(bags, np.random.default_rng(0), 0.0)
    assert thin.pieces.tolist() == [0, 1]
    assert thin.starts.tolist() == [0, 1, 1, 2]


def test_a_batch_follows_from_seed_and_step(groups, tokenizer):
    encoded = encode_groups(tokenizer, groups)
    one, other = (Sampler(encoded, [1] * len(encoded), 5) for _ in range(2))
    other.draw(3, 16, 1000)
    first, second = one.draw(7, 16, 1000), other.draw(7, 16, 1000)
    assert first[0] is second[0]
    assert first[1].tolist() == second[1].tolist()
    assert len(set(first[1].tolist())) == 16


def test_pairs_meet_in_a_third_language():
    groups = [
        Group("a", "dict", ("ar", "en"), ("قمة", "نفط"), ("Summit", "oil")),
        Group("b", "dict", ("en", "kk"), ("summit", "gas"), ("саммит", "газ")),
    ]
    (made,) = pivot(groups)
    assert (made.languages, made.left, made.right) == (("ar", "kk"), ("قمة",), ("саммит",))


def _write(folder: Path, name: str, groups) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
        for group in groups:
            for a, b in zip(group.left, group.right, strict=True):
                la, lb = group.languages
                row = {"a": a, "b": b, "la": la, "lb": lb, "kind": group.kind}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


def test_sources_are_chosen_by_flag(groups, tmp_path: Path):
    _write(tmp_path / "train" / "open", "free", groups[:1])
    _write(tmp_path / "train" / "other", "kept", groups[1:])
    assert {g.source for g in read_groups(tmp_path)} == {"free", "kept"}
    assert {g.source for g in read_groups(tmp_path, "open")} == {"free"}
    assert {g.source for g in read_groups(tmp_path, "kept")} == {"kept"}
    with pytest.raises(ValueError, match="no such source: typo"):
        read_groups(tmp_path, "free,typo")


def test_the_command_makes_a_model_with_a_card(groups, tmp_path: Path, capsys):
    _write(tmp_path / "data" / "train" / "open", "made_up", groups)
    (tmp_path / "data" / "README.md").write_text(
        "| made_up | us | abc | x | CC0 | 1 | ar | dict | 1 | 2 | |\n", encoding="utf-8"
    )
    output = tmp_path / "model"
    command = ["--data", str(tmp_path / "data"), "--output", str(output), "--pieces", "400"]
    command += ["--steps", "20", "5", "3", "--threads", "1", "--sources", "made_up"]
    assert main(command) == 0
    assert StaticEncoder(output).dimension == 256
    card = (output / "README.md").read_text(encoding="utf-8")
    assert "| made_up | CC0 | 1,000 |" in card
    assert main([*command, "--seed", "1"]) == 2  # another run's checkpoint is not gone on with
    assert "another run" in capsys.readouterr().err
    assert main(["--data", str(tmp_path / "nothing"), "--output", str(output)]) == 2
