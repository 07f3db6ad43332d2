"""Folders of model2vec and sentence-transformers: what they write is read, and what is damaged is told."""

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from w2v import KeyedVectors
from w2v.errors import FormatError

TOKENS = ["[PAD]", "cat", "dog", "##s"]
ROWS = np.arange(8, dtype=np.float32).reshape(4, 2)


def write(folder, tensors, model=None, added=()):
    folder.mkdir(parents=True)
    save_file(tensors, folder / "model.safetensors")
    model = model or {"vocab": {token: number for number, token in enumerate(TOKENS)}}
    (folder / "tokenizer.json").write_text(json.dumps({"model": model, "added_tokens": list(added)}))


@pytest.mark.parametrize(
    "model",
    [
        {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {token: number for number, token in enumerate(TOKENS)}},
        {"type": "Unigram", "unk_id": 0, "vocab": [[token, -1.5] for token in TOKENS]},
    ],
)
def test_vocabularies_of_each_kind(model, tmp_path):
    write(tmp_path / "model", {"embeddings": ROWS}, model)
    for path in (tmp_path / "model", tmp_path / "model" / "model.safetensors"):
        found = KeyedVectors.load_static_embedding(path)
        assert found.index_to_key == TOKENS
        assert np.array_equal(found.vectors, ROWS)
    assert KeyedVectors.load_static_embedding(tmp_path / "model", limit=2).index_to_key == TOKENS[:2]


def test_load_says_what_reads_them(tmp_path):
    write(tmp_path / "model", {"embeddings": ROWS})
    with pytest.raises(FormatError, match=r"which KeyedVectors\.load_static_embedding\(folder\) reads"):
        KeyedVectors.load(tmp_path / "model" / "model.safetensors")


def test_weights_and_rows_that_tokens_share(tmp_path):
    tensors = {"embeddings": ROWS[:2], "mapping": np.array([0, 1, 1, 0]), "weights": np.array([1.0, 2.0, 3.0, 4.0])}
    write(tmp_path / "model", tensors)
    found = KeyedVectors.load_static_embedding(tmp_path / "model")
    assert found.vectors.tolist() == [[0, 1], [4, 6], [6, 9], [0, 4]]


def test_sentence_transformers_folders_and_added_tokens(tmp_path):
    added = [{"id": 4, "content": "[CLS]"}]
    write(tmp_path / "model" / "0_StaticEmbedding", {"embedding.weight": np.ones((5, 2), np.float32)}, added=added)
    assert KeyedVectors.load_static_embedding(tmp_path / "model").index_to_key == [*TOKENS, "[CLS]"]


def test_models_of_model2vec_itself(tmp_path):
    model2vec = pytest.importorskip("model2vec")
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({token: number for number, token in enumerate(TOKENS)}, "[PAD]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    model2vec.StaticModel(ROWS, tokenizer, config={}).save_pretrained(tmp_path / "model")
    found = KeyedVectors.load_static_embedding(tmp_path / "model")
    assert np.array_equal(found["dog"], ROWS[2])


@pytest.mark.parametrize(
    "tensors, model, message",
    [
        ({"other": ROWS}, None, "expected a tensor embeddings or embedding.weight, got other"),
        ({"embeddings": ROWS[:3]}, None, "expected a row for each token, up to number 3, got 3"),
        ({"embeddings": ROWS[0]}, None, "expected rows of numbers"),
        ({"embeddings": ROWS, "weights": np.ones(3)}, None, "a weight and a place for each"),
        ({"embeddings": ROWS, "mapping": np.array([0, 1, 2, 9])}, None, "expected numbers of 4 rows, got up to 9"),
        ({"embeddings": ROWS, "mapping": np.array([0, 1])}, None, "up to number 3, got 2"),
        ({"embeddings": ROWS, "mapping": np.ones(4)}, None, "a weight and a place for each"),
        ({"embeddings": ROWS.astype(np.int64)}, None, "expected rows of numbers"),
        ({"embeddings": ROWS}, {"vocab": 3}, "expected a tokenizer with a vocabulary"),
        ({"embeddings": ROWS}, {"vocab": {"cat": "1"}}, "expected tokens and their numbers"),
        ({"embeddings": ROWS}, {"vocab": {"cat": -1}}, "expected a row for each"),
        ({"embeddings": ROWS}, {"vocab": [["cat", 1], ["cat", 2]]}, "expected each token once"),
        ({"embeddings": ROWS}, {"type": "BPE"}, "expected a tokenizer with a vocabulary"),
    ],
)
def test_what_is_no_such_model(tensors, model, message, tmp_path):
    write(tmp_path / "model", tensors, model)
    with pytest.raises(FormatError, match=message):
        KeyedVectors.load_static_embedding(tmp_path / "model")


def test_files_that_are_damaged_or_missing(tmp_path):
    write(tmp_path / "model", {"embeddings": ROWS})
    path = tmp_path / "model" / "model.safetensors"
    whole = path.read_bytes()
    for content in (whole[:-1], whole[:20], b"", b"\xff" * 40):
        path.write_bytes(content)
        with pytest.raises(FormatError, match="expected a safetensors file"):
            KeyedVectors.load_static_embedding(tmp_path / "model")
    path.unlink()
    with pytest.raises(FileNotFoundError):
        KeyedVectors.load_static_embedding(tmp_path / "model")
