"""What gensim saves: made here by hand, and by gensim itself where it is; and pickles that want more than vectors."""

import contextlib
import json
import os
import pickle
import sys
import types
from unittest import mock

import numpy as np
import pytest
from peers import peer
from pickled import pickled

from w2v import FormatError, KeyedVectors, TruncatedError, Word2Vec, formats
from w2v.base.files import open_to_write
from w2v.formats import detect
from w2v.formats.npy import load_npy, load_npz
from w2v.formats.pickles import read_pickle

WORDS = ["the", "naïve", "日本", "a"]
VECTORS = np.arange(12, dtype=np.float32).reshape(4, 3) / 7


def gensim_kv(**changes):
    state = {"vector_size": 3, "index_to_key": WORDS, "vectors": VECTORS, "norms": None}
    state["key_to_index"] = {word: row for row, word in enumerate(WORDS)}
    state["expandos"] = {"count": np.array([9, 8, 7, 6]), "code": np.array([np.arange(2), None, 3, 4], dtype=object)}
    return {**state, **changes}


KIND = "gensim.models.keyedvectors.KeyedVectors"


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8", "<f2"])
def test_gensim_by_hand(tmp_path, protocol, dtype):
    path = tmp_path / "kv"
    path.write_bytes(pickled(KIND, gensim_kv(vectors=VECTORS.astype(dtype)), protocol))
    kv = KeyedVectors.load(path)
    assert detect.detect_format(path) == "gensim"
    assert kv.index_to_key == WORDS
    np.testing.assert_array_equal(kv.vectors, VECTORS.astype(dtype))
    assert kv.vectors.flags.writeable
    assert sorted(kv.expandos) == ["count"]
    assert kv.expandos["count"].tolist() == [9, 8, 7, 6]
    assert KeyedVectors.load(path, limit=2).index_to_key == WORDS[:2]
    assert formats.load(path, "gensim").most_similar("the", topn=1)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("mmap", [None, "r", "c"])
def test_gensim_arrays_in_files_of_their_own(tmp_path, mmap, order):
    path = tmp_path / "kv"
    state = gensim_kv(__numpys=["vectors"])
    del state["vectors"]
    path.write_bytes(pickled(KIND, state))
    np.save(tmp_path / "kv.vectors.npy", np.asarray(VECTORS, order=order))
    kv = KeyedVectors.load(path, mmap=mmap)
    np.testing.assert_array_equal(kv.vectors, VECTORS)
    assert kv.vectors.flags.writeable == (mmap != "r")
    (tmp_path / "kv.vectors.npy").unlink()
    with pytest.raises(FileNotFoundError, match=r"kv\.vectors\.npy"):
        KeyedVectors.load(path)


def test_gensim_compressed(tmp_path):
    path = tmp_path / "kv.gz"
    state = gensim_kv(__numpys=["vectors"])
    del state["vectors"]
    with open_to_write(path) as file:
        file.write(pickled(KIND, state))
    np.savez_compressed(tmp_path / "kv.gz.vectors.npz", val=VECTORS)
    np.testing.assert_array_equal(KeyedVectors.load(path).vectors, VECTORS)
    np.savez_compressed(tmp_path / "kv.gz.vectors.npz", other=VECTORS)
    with pytest.raises(FormatError, match=r"npz: expected a zip file with val.npy"):
        KeyedVectors.load(path)


def test_gensim_3_by_hand(tmp_path):
    """In gensim 3, words are index2word, and counts are attributes of objects in a dict."""
    module = types.ModuleType("gensim.models.keyedvectors")
    for name in ("Word2VecKeyedVectors", "Vocab"):
        setattr(module, name, type(name, (), {"__module__": module.__name__}))
    made, vocab = module.Word2VecKeyedVectors(), {}
    for row, word in enumerate(WORDS):
        vocab[word] = module.Vocab()
        vocab[word].__dict__.update(count=20 - row, index=row, sample_int=2**32)
    made.__dict__.update(vector_size=3, index2word=WORDS, vocab=vocab, vectors=VECTORS, vectors_norm=None)
    packages = {part: types.ModuleType(part) for part in ("gensim", "gensim.models")}
    with mock.patch.dict(sys.modules, {**packages, module.__name__: module}):
        (tmp_path / "kv").write_bytes(pickle.dumps(made, 2))
    kv = KeyedVectors.load(tmp_path / "kv")
    assert (kv.index_to_key, kv.expandos["count"].tolist()) == (WORDS, [20, 19, 18, 17])


def old_model(generation):
    """A pickle of a model of gensim 3, with parts that gensim 4 does without, or of gensim 1."""
    modules = {name: types.ModuleType(name) for name in ("gensim", "gensim.models")}

    def made(kind, **state):
        module_name, _, name = f"gensim.models.{kind}".rpartition(".")
        module = modules.setdefault(module_name, types.ModuleType(module_name))
        if not hasattr(module, name):
            setattr(module, name, type(name, (), {"__module__": module_name}))
        one = getattr(module, name)()
        one.__dict__.update(state)
        return one

    vocab = {word: made("keyedvectors.Vocab", count=20 - row, index=row) for row, word in enumerate(WORDS)}
    settings = {"vector_size": 3, "window": 4, "sg": 1, "negative": 5, "hs": 0, "alpha": 0.05, "min_alpha": 0.001}
    settings |= {"seed": 3, "iter": 7, "workers": 2, "cbow_mean": 1, "train_count": 2, "total_train_time": 1.5}
    if generation == 1:
        wv = made("keyedvectors.KeyedVectors", vocab=vocab, index2word=WORDS, syn0=VECTORS)
        model = made("word2vec.Word2Vec", **settings, wv=wv, syn1neg=2 * VECTORS, min_count=2, sample=0.01)
    else:
        wv = made("keyedvectors.Word2VecKeyedVectors", vocab=vocab, index2word=WORDS, vectors=VECTORS, vector_size=3)
        trainables = made("word2vec.Word2VecTrainables", syn1neg=2 * VECTORS, layer1_size=3, seed=3)
        vocabulary = made("word2vec.Word2VecVocab", min_count=2, sample=0.01, sorted_vocab=1, null_word=0)
        settings["epochs"] = settings.pop("iter")
        model = made("word2vec.Word2Vec", **settings, wv=wv, trainables=trainables, vocabulary=vocabulary)
    with mock.patch.dict(sys.modules, modules):
        return pickle.dumps(model, 2)


@pytest.mark.parametrize("generation", [1, 3])
def test_models_of_older_gensims(tmp_path, generation):
    (tmp_path / "model").write_bytes(old_model(generation))
    model = Word2Vec.load(tmp_path / "model")
    assert (model.wv.index_to_key, model.wv.get_vecattr("the", "count")) == (WORDS, 20)
    np.testing.assert_array_equal(model.wv.vectors, VECTORS)
    np.testing.assert_array_equal(model.syn1neg, 2 * VECTORS)
    assert (model.epochs, model.window, model.sg, model.seed, model.train_count) == (7, 4, 1, 3, 2)
    assert (model.min_count, model.sample, model.alpha, model.min_alpha) == (2, 0.01, 0.05, 0.001)
    assert (model.ns_exponent, model.shrink_windows, model.max_final_vocab) == (0.75, True, None)
    assert model.corpus_count is None
    model.train([["the", "a"]] * 5, total_examples=5, epochs=model.epochs)
    assert (model.wv.vectors != VECTORS).any()


class Evil:
    """What an attacker would pickle."""

    def __init__(self, call, *args):
        self.call, self.args = call, args

    def __reduce__(self):
        return self.call, self.args


@pytest.mark.parametrize("protocol", [2, 4, 5])
@pytest.mark.parametrize(
    "call, name", [(os.system, f"{os.name}.system"), (eval, "builtins.eval"), (getattr, "builtins.getattr")]
)
def test_malicious_pickles_are_refused(tmp_path, call, name, protocol):
    path, mark = tmp_path / "kv", tmp_path / "mark"
    evil = Evil(call, f"open({str(mark)!r}, 'w')" if call is eval else f"touch {mark}")
    for data in (pickle.dumps(evil, protocol), pickled(KIND, gensim_kv(comment=evil), protocol)):
        path.write_bytes(data)
        for load in (KeyedVectors.load, Word2Vec.load):
            with pytest.raises(FormatError, match=f"kv: byte .* got a pickle that wants {name}"):
                load(path)
    assert not mark.exists()


@pytest.mark.parametrize(
    "data, message",
    [
        (b"\x80\x04}", "ends early"),
        (b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f", "expected 9223372036854775807 bytes, got 0"),
        (b"\x80\x04B\xff\xff\xff\xffab.", "expected 4294967295 bytes, got 3"),
        (b"\x80\x04j\x05\x00\x00\x00.", "what is not there"),
        (b"\x80\x04.", "what is not there"),
        (b"\x80\x04}i.", "expected an opcode that vectors need, got b'i'"),
        (b"\x80\x04}K\x01R.", "expected a call of a global"),
        (b"\x80\x04})K\x01s.", "plain keys"),
        (b"\x80\x04K\x01K\x02a.", "expected a list"),
        (b"\x80\x04K\x01}b.", "expected an object for a state"),
    ],
)
def test_pickles_that_make_no_sense(data, message):
    with pytest.raises(FormatError, match="a file: byte .*" + message):
        read_pickle(memoryview(data), "a file", frozenset())


def test_copies_a_pickle_can_ask_for_are_bounded():
    encode = b"c_codecs\nencode\n"
    text = b"X\x00\x10\x00\x00" + b"a" * 4096 + b"q\x00"
    again = encode + b"h\x00X\x06\x00\x00\x00latin1\x86R0"
    with pytest.raises(FormatError, match="no more copies"):
        read_pickle(memoryview(b"\x80\x02" + text + again * 500 + b"N."), "a file", frozenset(["_codecs.encode"]))


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"index_to_key": 5}, "index_to_key: expected a list of words, got int"),
        ({"index_to_key": [*WORDS[:3], ("a",)]}, "index_to_key: expected a list of words"),
        ({"index_to_key": ["the"] * 4}, "words: expected each word once"),
        ({"vectors": VECTORS[:2]}, "vectors: expected 4 rows"),
        ({"vectors": VECTORS[0]}, "vectors: expected floats of 2 dimensions"),
        ({"vectors": VECTORS.astype(np.int32)}, "vectors: expected floats"),
        ({"vectors": np.full((4, 3), None)}, "vectors: expected floats of 2 dimensions, got list"),
        ({"vectors": [1]}, "vectors: expected floats of 2 dimensions, got list"),
        ({"vectors": None}, "expected vectors, got an object without them"),
    ],
)
def test_gensim_objects_that_make_no_sense(tmp_path, changes, message):
    path = tmp_path / "kv"
    path.write_bytes(pickled(KIND, gensim_kv(**changes)))
    with pytest.raises(FormatError, match=message) as caught:
        KeyedVectors.load(path)
    assert str(path) in str(caught.value)


def test_truncated_gensim_pickles(tmp_path):
    path, data = tmp_path / "kv", pickled(KIND, gensim_kv())
    for length in range(2, len(data)):
        path.write_bytes(data[:length])
        with pytest.raises(FormatError, match="kv: byte"):
            KeyedVectors.load(path)


def test_other_pickles(tmp_path):
    path = tmp_path / "kv"
    path.write_bytes(pickle.dumps({"a": 1}, 4))
    with pytest.raises(FormatError, match="expected vectors or a model of gensim, got dict"):
        KeyedVectors.load(path)


@pytest.mark.parametrize(
    "array, message",
    [
        (np.array([None]), "expected floats of one or two dimensions, got object"),
        (np.ones((2, 2, 2)), "expected floats of one or two dimensions"),
        (np.ones(3, np.int64), "expected floats of one or two dimensions"),
    ],
)
def test_npy_of_other_things(tmp_path, array, message):
    path = tmp_path / "x.npy"
    np.save(path, array)
    with pytest.raises(FormatError, match=message):
        load_npy(path, None)


def test_damaged_npy(tmp_path):
    path = tmp_path / "x.npy"
    np.save(path, VECTORS)
    data = path.read_bytes()
    for mmap in (None, "r"):
        for length in range(len(data)):
            path.write_bytes(data[:length])
            with pytest.raises(FormatError, match=r"x\.npy"):
                load_npy(path, mmap)
    path.write_bytes(data.replace(b"(4, 3)", b"(9**9,3)"))
    with pytest.raises(FormatError, match="header"):
        load_npy(path, None)
    path.write_bytes(data.replace(b"(4, 3), }  ", b"(4000000,)}"))
    with pytest.raises(TruncatedError, match="expected 16000000 bytes of values, got 48"):
        load_npy(path, None)


def test_damaged_npz(tmp_path):
    path = tmp_path / "x.npz"
    np.savez_compressed(path, val=VECTORS)
    data = path.read_bytes()
    generator = np.random.default_rng(1)
    damaged = [data[:length] for length in range(len(data))]
    for place in range(len(data)):  # zipfile then seeks to negative places, meets unknown versions, ...
        number = bytes([generator.choice([0, 1, 255, generator.integers(256)])])
        damaged += [data[:place] + number + data[place + 1 :], data[:place] + data[place + 3 :]]
    for whole in damaged:
        path.write_bytes(whole)
        with contextlib.suppress(FormatError):
            load_npz(path, "val")
    with pytest.raises(FileNotFoundError):
        load_npz(tmp_path / "none.npz", "val")


SAVE = """
import sys, json, gensim
folder, options = sys.argv[1], json.loads(sys.argv[2])
sentences = [["the", "naïve", "cat"], ["the", "日本", "dog"]] * 30
model = gensim.models.Word2Vec(sentences, vector_size=8, min_count=1, workers=1, window=3, sg=1)
model.save(folder + "/model" + options["extension"], **options["saving"])
model.wv.save(folder + "/kv" + options["extension"], **options["saving"])
fast = gensim.models.FastText(sentences, vector_size=8, min_count=1, workers=1, bucket=100)
fast.save(folder + "/fast" + options["extension"], **options["saving"])
print(json.dumps([model.wv.index_to_key, model.wv.vectors.tolist(), model.syn1neg.tolist(),
                  fast.wv.vectors.tolist(), fast.wv["unknown"].tolist()]))
"""


@pytest.mark.parametrize("extension", ["", ".gz"])
@pytest.mark.parametrize("saving", [{}, {"sep_limit": 10}, {"pickle_protocol": 2}])
def test_files_of_gensim_itself(tmp_path, extension, saving):
    done = peer("gensim", SAVE, tmp_path, json.dumps({"extension": extension, "saving": saving}))
    words, vectors, output, fast, unknown = json.loads(done)
    for name in ("model", "kv"):
        for mmap in (None, "r"):
            kv = KeyedVectors.load(tmp_path / (name + extension), mmap=mmap)
            assert kv.index_to_key == words
            np.testing.assert_array_equal(kv.vectors, np.array(vectors, np.float32))
            assert kv.get_vecattr("the", "count") == 60
    model = Word2Vec.load(tmp_path / f"model{extension}")
    np.testing.assert_array_equal(model.syn1neg, np.array(output, np.float32))
    assert (model.window, model.sg, model.corpus_count, model.train_count) == (3, 1, 60, 1)
    model.train([["the", "cat"]], total_examples=1, epochs=1)
    kv = KeyedVectors.load(tmp_path / f"fast{extension}")
    np.testing.assert_allclose(kv.vectors, np.array(fast), atol=1e-7)
    np.testing.assert_allclose(kv["unknown"], unknown, atol=1e-7)
    with pytest.raises(FormatError, match=r"expected a Word2Vec model, got gensim.models.fasttext.FastText"):
        Word2Vec.load(tmp_path / f"fast{extension}")
