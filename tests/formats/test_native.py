"""w2v's own format: it keeps everything, other programs read it, and damage is refused by one clear error."""

import json
import os
import struct
import zlib

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st

from w2v import FormatError, KeyedVectors, Word2Vec
from w2v.formats import native
from w2v.formats.tensors import TensorFile

ODD_WORDS = ["</s>", "naïve", "日本", "a\u00a0b", "\u2028", "e\u0301", "😀", "1.5", "-", "x" * 300, "\x00", "\ufeff"]


def keyed(words=ODD_WORDS, size=7, stride=16):
    """Vectors with all kinds of values, as a view of a padded matrix, and counts."""
    generator = np.random.default_rng(5)
    matrix = generator.normal(size=(len(words), stride)).astype(np.float32) * 10.0 ** generator.integers(
        -20, 20, stride
    )
    vectors = matrix.astype(np.float32)[:, :size]
    return KeyedVectors.from_pieces(list(words), vectors, {"count": np.arange(len(words), 0, -1) * 3})


def same(one, other):
    assert one.index_to_key == other.index_to_key
    assert one.key_to_index == other.key_to_index
    assert one.vectors.dtype == other.vectors.dtype
    np.testing.assert_array_equal(one.vectors, other.vectors)


@pytest.mark.parametrize("mmap", [None, "r", "c"])
def test_native_round_trip(tmp_path, mmap):
    kv = keyed([*ODD_WORDS, "New York", "", "a\n", "\ud800", "\udce9t"])
    kv.set_vecattr("</s>", "score", 0.5)
    kv.set_vecattr("</s>", "tag", "end")
    kv.save(tmp_path / "vectors.w2v")
    loaded = KeyedVectors.load(tmp_path / "vectors.w2v", mmap=mmap)
    same(kv, loaded)
    assert loaded.vectors.flags.writeable == (mmap != "r")
    assert sorted(loaded.expandos) == ["count", "score", "tag"]
    for name, values in kv.expandos.items():
        np.testing.assert_array_equal(loaded.expandos[name], values)
        assert loaded.expandos[name].dtype == values.dtype
    assert len(loaded.most_similar("日本")) == 10
    assert os.listdir(tmp_path) == ["vectors.w2v"]


@given(st.lists(st.text(st.characters()) | st.integers(), unique=True), st.booleans())
def test_any_keys_survive(tmp_path_factory, keys, mapped):
    path = tmp_path_factory.mktemp("keys") / "vectors.w2v"
    vectors = np.arange(len(keys) * 2, dtype=np.float32).reshape(len(keys), 2)
    KeyedVectors.from_pieces(keys, vectors, {}).save(path)
    loaded = KeyedVectors.load(path, mmap="r" if mapped else None)
    assert loaded.index_to_key == keys
    assert [type(key) for key in loaded.index_to_key] == [type(key) for key in keys]
    np.testing.assert_array_equal(loaded.vectors, vectors)


def test_keys_that_are_neither_str_nor_int(tmp_path):
    keys = ["a", (1, "b"), 0.5, True, b"bytes", 7, "é"]
    KeyedVectors.from_pieces(keys, np.ones((7, 1), np.float32), {}).save(tmp_path / "vectors.w2v")
    loaded = KeyedVectors.load(tmp_path / "vectors.w2v")
    assert loaded.index_to_key == keys
    assert loaded.key_to_index == {key: place for place, key in enumerate(keys)}
    assert [type(key) for key in loaded.index_to_key] == [type(key) for key in keys]


def test_keys_that_cannot_be_saved_are_refused(tmp_path):
    for key in [None, float("nan"), object()]:
        kv = KeyedVectors.from_pieces(["a", key], np.ones((2, 1), np.float32), {})
        with pytest.raises(TypeError, match=r"word .*: .* cannot be a word"):
            kv.save(tmp_path / "vectors.w2v")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("keys", [[1, "1", "x"], ["2.5", 2.5], [("a",), "('a',)"], [True, "True"]])
def test_keys_that_are_one_as_text_are_not_written_as_text(keys, tmp_path):
    kv = KeyedVectors.from_pieces(keys, np.ones((len(keys), 1), np.float32), {})
    for binary in (False, True):
        with pytest.raises(ValueError, match=r"words .* and .*: expected words that differ as text, got .* for both"):
            kv.save_word2vec_format(tmp_path / "vectors", binary=binary)
    assert os.listdir(tmp_path) == []
    kv.save(tmp_path / "vectors")
    assert KeyedVectors.load(tmp_path / "vectors").index_to_key == keys


@pytest.mark.parametrize("dtype", ["float32", "int8"])
def test_what_is_mapped_can_be_changed_in_memory(dtype, tmp_path):
    keyed(["a", "b"]).astype(dtype).save(tmp_path / "vectors")
    before = (tmp_path / "vectors").read_bytes()
    kv = KeyedVectors.load(tmp_path / "vectors", mmap="r")
    kv.add_vector("a", [5] * kv.vector_size)  # it is there already, and stays
    np.testing.assert_array_equal(kv["a"], KeyedVectors.load(tmp_path / "vectors")["a"])
    kv["a"] = [5] * kv.vector_size
    np.testing.assert_array_equal(kv["a"], [5] * kv.vector_size)
    assert (tmp_path / "vectors").read_bytes() == before


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, ">f4"])
def test_native_types(tmp_path, dtype):
    kv = KeyedVectors.from_pieces(["a"], np.array([[0.1, 0.2]], dtype=dtype), {})
    kv.save(tmp_path / "vectors")
    np.testing.assert_array_equal(KeyedVectors.load(tmp_path / "vectors").vectors, kv.vectors)


def test_partly_filled_and_empty(tmp_path):
    kv = KeyedVectors(3, count=5)
    for keys in ([], ["a", "b"]):
        kv.add_vectors(keys, np.ones((len(keys), 3)))
        kv.save(tmp_path / "vectors")
        for mmap in (None, "r"):
            loaded = KeyedVectors.load(tmp_path / "vectors", mmap)
            assert loaded.vectors.shape == (len(keys), 3)
        kv.save_word2vec_format(tmp_path / "vectors.txt")
        assert len(KeyedVectors.load_word2vec_format(tmp_path / "vectors.txt")) == len(keys)


def test_safetensors_reads_it(tmp_path):
    kv = keyed()
    kv.save(tmp_path / "vectors.w2v")
    tensors = safetensors.numpy.load_file(tmp_path / "vectors.w2v")
    assert sorted(tensors) == ["counts", "vectors", "word_offsets", "words"]
    np.testing.assert_array_equal(tensors["vectors"], kv.vectors)
    assert tensors["words"].tobytes() == "".join(kv.index_to_key).encode()
    with open(tmp_path / "vectors.w2v", "rb") as file:
        assert (8 + int.from_bytes(file.read(8), "little")) % 64 == 0


def test_saving_as_gensim_is_asked_to(tmp_path):
    kv = KeyedVectors(2)
    kv.add_vectors(["cat", "dog"], [[1, 2], [3, 4]])
    kv.save(tmp_path / "kv", separately=["vectors"], sep_limit=1, ignore=["norms"], pickle_protocol=2)
    with open(tmp_path / "handle", "wb") as file:
        kv.save(file)
    assert (tmp_path / "handle").read_bytes() == (tmp_path / "kv").read_bytes()
    assert KeyedVectors.load(tmp_path / "handle").index_to_key == ["cat", "dog"]


def test_model_round_trip(tmp_path):
    path = tmp_path / "model.w2v"
    kv = keyed()
    matrices = {"vectors": kv.vectors, "syn1neg": kv.vectors * 2}
    options = {"vector_size": 7, "alpha": 0.025, "comment": "größer", "history": [1, None, {"a": True}]}
    native.save_model(path, settings=options, words=kv.index_to_key, counts=kv.expandos["count"], matrices=matrices)
    for mmap in (False, True):
        model = native.load_model(path, mmap=mmap)
        assert model.settings == options
        assert model.words == kv.index_to_key
        np.testing.assert_array_equal(model.counts, kv.expandos["count"])
        assert sorted(model.matrices) == ["syn1neg", "vectors"]
        for name, matrix in matrices.items():
            np.testing.assert_array_equal(model.matrices[name], matrix)
            assert model.matrices[name].flags.writeable != mmap
    same(kv, KeyedVectors.load(path))
    assert native.load_settings(path) == options


def test_model_refuses(tmp_path):
    path, ones = tmp_path / "model.w2v", np.ones((1, 1), np.float32)
    good = {"settings": {}, "words": ["a"], "counts": None, "matrices": {"vectors": ones}}
    for change, error in [
        ({"counts": np.array([1, 2])}, ValueError),
        ({"settings": {"a": object()}}, TypeError),
        ({"matrices": {"words": ones}}, ValueError),
        ({"matrices": {"vectors": np.array([["x"]])}}, TypeError),
    ]:
        with pytest.raises(error):
            native.save_model(path, **{**good, **change})
    assert os.listdir(tmp_path) == []


def rewrite(path, tensors=None, metadata=None, leave_out=()):
    """Save a native file again with other tensors or metadata, and checksums that fit."""
    kv = keyed(["a", "b"], size=2)
    kv.save(path)
    arrays = safetensors.numpy.load_file(path)
    arrays.update(tensors or {})
    for name in leave_out:
        del arrays[name]
    entries = {"format": "w2v", "version": "1", "settings": "{}", "attributes": "{}"}
    entries["checksums"] = json.dumps({name: zlib.crc32(array.tobytes()) for name, array in arrays.items()})
    entries.update(metadata or {})
    safetensors.numpy.save_file(arrays, path, metadata=entries)


def offsets(*values):
    return {"word_offsets": np.array(values, dtype=np.int64)}


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"metadata": {"format": "other"}}, "a safetensors file of another program, with format 'other'"),
        ({"metadata": {"version": "2"}}, "expected version 1, got '2'"),
        ({"metadata": {"checksums": "["}}, "expected a JSON object"),
        ({"metadata": {"checksums": "[" * 100_000}}, "expected a JSON object"),
        ({"metadata": {"checksums": "{}"}}, "expected checksum None"),
        ({"metadata": {"attributes": '{"tag": ["x"]}'}}, "expected a list of 2 values"),
        ({"metadata": {"attributes": '{"tag": 5}'}}, "expected a list of 2 values"),
        ({"leave_out": ["vectors"]}, "vectors: expected a tensor of this name"),
        ({"leave_out": ["words"]}, "words: expected a tensor of this name"),
        ({"tensors": {"vectors": np.ones((3, 2), np.float32)}}, "vectors: expected kind 'f'"),
        ({"tensors": {"vectors": np.ones(2, np.float32)}}, "vectors: expected kind 'f'"),
        ({"tensors": {"vectors": np.ones((2, 2), np.int32)}}, "vectors: expected kind 'f'"),
        ({"tensors": {"counts": np.ones(3, np.int64)}}, "counts: expected kind 'i'"),
        ({"tensors": {"attribute.x": np.ones(3)}}, "attribute 'x': expected 2 values"),
        ({"tensors": {"word_is_int": np.ones(2, bool)}}, "words: "),
        ({"tensors": {"words": np.frombuffer(b"aa", np.uint8)}}, "words: expected each word once"),
        ({"tensors": {"words": np.frombuffer(b"\xff\xfe", np.uint8)}}, "words: "),
        ({"tensors": {"words": np.frombuffer("é".encode(), np.uint8)}}, "whole UTF-8 characters"),
        ({"tensors": offsets(0, 1)}, "vectors: expected|words: expected"),
        ({"tensors": offsets(0, 3, 2)}, "words: expected word offsets"),
        ({"tensors": offsets(0, -1, 2)}, "words: expected word offsets"),
        ({"tensors": offsets(1, 1, 2)}, "words: expected word offsets"),
        ({"tensors": offsets(0, 1, 9)}, "words: expected word offsets"),
        ({"tensors": {"word_offsets": np.zeros(0, np.int64)}}, "words: expected word offsets"),
    ],
)
def test_native_files_that_make_no_sense(tmp_path, changes, message):
    path = tmp_path / "vectors.w2v"
    rewrite(path, **changes)
    with pytest.raises(FormatError, match=message) as caught:
        KeyedVectors.load(path)
    assert str(path) in str(caught.value)


def test_damaged_values_are_noticed(tmp_path):
    path = tmp_path / "vectors.w2v"
    kv = keyed()
    kv.save(path)
    data = bytearray(path.read_bytes())
    place = data.index(kv.vectors.tobytes()[:8])
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises(FormatError, match="vectors: expected checksum"):
        KeyedVectors.load(path)
    assert len(KeyedVectors.load(path, mmap="r")) == len(kv)  # mapping does not look at them


def test_no_native_file(tmp_path):
    path = tmp_path / "vectors.w2v"
    for content in (b"", b"1234567", b"2 2\na 1 2\nb 3\n", b"\xff" * 100, struct.pack("<Q", 2) + b"{}"):
        path.write_bytes(content)
        with pytest.raises(FormatError, match=str(path)):
            KeyedVectors.load(path)
    with pytest.raises(FileNotFoundError):
        KeyedVectors.load(tmp_path / "nothing")
    with pytest.raises(IsADirectoryError):
        KeyedVectors.load(tmp_path)
    with pytest.raises(ValueError, match="mmap: expected"):
        KeyedVectors.load(path, mmap="w+")


MODELS = [
    {},
    {"hs": 1},
    {"objective": "nce", "nce_bias": True},
    {"positional": "outputs"},
    {"positional": "weights", "sg": 0},
]


def test_the_layout_names_every_tensor(tmp_path):
    """What is saved, of vectors and of models of every kind, is what the docstring of the module says."""
    layout = native.__doc__.partition("and these tensors")[2].splitlines()
    named = {name for line in layout if line[:4].isspace() for name in line[4:40].replace(",", " ").split()}
    saved = set()
    for number, options in enumerate(MODELS):
        model = Word2Vec([["to", "be", "or", 5, (1, 2)]], vector_size=8, min_count=1, window=2, **options)
        model.wv.vectors_lockf = np.array([0.5], dtype=np.float32)
        model.save(tmp_path / f"{number}.w2v")
        saved |= set(TensorFile(tmp_path / f"{number}.w2v").names())
    kv = keyed().astype("int8")
    kv.set_vecattr("</s>", "NAME", 0.5)
    kv.save(tmp_path / "vectors.w2v")
    assert saved | set(TensorFile(tmp_path / "vectors.w2v").names()) == named
