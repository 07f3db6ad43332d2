"""What gensim of any age saves: made here by hand, and by gensim itself where it is."""

import collections
import datetime
import functools
import json
import logging
import pathlib
import pickle
from fractions import Fraction

import numpy as np
import pytest
from peers import peer
from pickled import classes, filled, pickled, python2

from w2v import FormatError, KeyedVectors, Word2Vec, formats
from w2v.base.files import open_to_write
from w2v.formats import detect

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
    module = "gensim.models.keyedvectors"
    with classes(f"{module}.Word2VecKeyedVectors", f"{module}.Vocab") as (kind, vocab):
        entries = {word: filled(vocab, count=20 - row, index=row, sample_int=2**32) for row, word in enumerate(WORDS)}
        state = {"vector_size": 3, "index2word": WORDS, "vocab": entries, "vectors": VECTORS, "vectors_norm": None}
        (tmp_path / "kv").write_bytes(pickle.dumps(filled(kind, **state), 2))
    kv = KeyedVectors.load(tmp_path / "kv")
    assert (kv.index_to_key, kv.expandos["count"].tolist()) == (WORDS, [20, 19, 18, 17])


OLD = [
    "gensim.models.word2vec.Word2Vec",
    "gensim.models.word2vec.Vocab",
    "gensim.models.keyedvectors.KeyedVectors",
    "gensim.models.word2vec.Word2VecTrainables",
    "gensim.models.word2vec.Word2VecVocab",
]


def old_model(generation, write=pickle.dumps, **more):
    """A pickle of a model of gensim 0, in one piece, of gensim 1, or of gensim 3, with parts that gensim 4 lacks."""
    settings = {"vector_size": 3, "window": 4, "sg": 1, "negative": 5, "hs": 0, "alpha": 0.05, "min_alpha": 0.001}
    settings |= {"seed": 3, "iter": 7, "workers": 2, "cbow_mean": 1, "train_count": 2, "total_train_time": 1.5}
    with classes(*OLD) as (kind, entry, keyed, trainables, vocabulary):
        vocab = {word: filled(entry, count=20 - row, index=row, sample_int=2**32) for row, word in enumerate(WORDS)}
        words, output, rule = {"vocab": vocab, "index2word": WORDS}, {"syn1neg": 2 * VECTORS}, {"min_count": 2}
        rule["sample"] = 0.01
        if generation == 0:
            return write(filled(kind, **settings, **words, syn0=VECTORS, **output, **rule, **more), 2)
        if generation == 1:
            wv = filled(keyed, **words, syn0=VECTORS)
            return write(filled(kind, **{**settings, "wv": wv, **output, **rule, **more}), 2)
        settings["epochs"] = settings.pop("iter")
        parts = {"wv": filled(keyed, **words, vectors=VECTORS, vector_size=3)}
        parts["trainables"] = filled(trainables, **output, layer1_size=3, seed=3)
        parts["vocabulary"] = filled(vocabulary, **rule, sorted_vocab=1, null_word=0)
        return write(filled(kind, **settings, **parts, **more), 2)


def as_python2(model, protocol):
    return python2(model, protocol, unicode=WORDS)


@pytest.mark.parametrize("write", [pickle.dumps, as_python2])
@pytest.mark.parametrize("generation", [0, 1, 3])
def test_models_of_older_gensims(tmp_path, generation, write):
    (tmp_path / "model").write_bytes(old_model(generation, write))
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


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"index_to_key": 5}, "index_to_key: expected a list of words, got 5"),
        ({"index_to_key": [*WORDS[:3], print]}, "index_to_key: word 3: expected text, .* got builtins.print"),
        ({"index_to_key": [*WORDS[:3], datetime.date(1, 1, 1)]}, "word 3: .* got an object of datetime.date"),
        ({"vectors": datetime.date(1, 1, 1)}, "vectors: expected floats .* got an object of datetime.date"),
        ({"index_to_key": ["the"] * 4}, "words: expected each word once"),
        ({"vectors": VECTORS[:2]}, "vectors: expected 4 rows"),
        ({"vectors": VECTORS[0]}, "vectors: expected floats of 2 dimensions"),
        ({"vectors": VECTORS.astype(np.int32)}, "vectors: expected floats"),
        ({"vectors": np.full((4, 3), None)}, "vectors: expected floats of 2 dimensions, got list"),
        ({"vectors": [1]}, "vectors: expected floats of 2 dimensions, got list"),
        ({"vectors": None}, "expected vectors, got an object of .*KeyedVectors without them"),
    ],
)
def test_gensim_objects_that_make_no_sense(tmp_path, changes, message):
    path = tmp_path / "kv"
    path.write_bytes(pickled(KIND, gensim_kv(**changes)))
    with pytest.raises(FormatError, match=message) as caught:
        KeyedVectors.load(path)
    assert str(path) in str(caught.value)


def rows(words):
    return np.arange(3 * len(words), dtype=np.float32).reshape(-1, 3)


@pytest.mark.parametrize(
    "words, expected",
    [
        (["a", "b", None], ["a", "b"]),
        (["a", None, "b", None], ["a", "b"]),
        ([np.str_("naïve"), np.str_("日本𝒳"), np.str_("")], ["naïve", "日本𝒳", ""]),
        ([np.int64(3), 4, np.uint8(5)], [3, 4, 5]),
        ([("a", 1), 2.5, "c"], [("a", 1), 2.5, "c"]),
        ([("a", ("b", np.float32(0.5))), b"d", np.bytes_(b"e")], [("a", ("b", 0.5)), b"d", b"e"]),
        ([b"x" * 300, "y" * 70_000, 2**70], [b"x" * 300, "y" * 70_000, 2**70]),
        (np.array(["a", "bc"], object), ["a", "bc"]),
        (np.array(["naïve", "日"]), ["naïve", "日"]),
        (np.array([b"a", b"bc"]), [b"a", b"bc"]),
        (collections.deque([4, 5]), [4, 5]),
    ],
)
@pytest.mark.parametrize("protocol", range(6))
def test_words_of_any_type(tmp_path, words, expected, protocol):
    state = gensim_kv(index_to_key=words, vectors=rows(words), expandos={"count": np.arange(len(words))})
    state["key_to_index"] = {word: row for row, word in enumerate(words) if word is not None}
    (tmp_path / "kv").write_bytes(pickled(KIND, state, protocol))
    kv = KeyedVectors.load(tmp_path / "kv")
    assert kv.index_to_key == expected
    assert list(map(type, kv.index_to_key)) == list(map(type, expected))
    places = [place for place, word in enumerate(words) if word is not None]
    np.testing.assert_array_equal(kv.vectors, rows(words)[places])
    assert kv.expandos["count"].tolist() == places


@pytest.mark.parametrize("unicode", [(), WORDS])
@pytest.mark.parametrize("protocol", range(3))
def test_words_of_python_2(tmp_path, unicode, protocol):
    """There, words are unicode or bytes, of which the latter are UTF-8 unless they cannot be."""
    module = "gensim.models.keyedvectors"
    with classes(f"{module}.KeyedVectors", f"{module}.Vocab") as (kind, entry):
        vocab = {word: filled(entry, count=2**32 - row, index=row) for row, word in enumerate(WORDS)}
        made = filled(kind, index2word=WORDS, vocab=vocab, syn0=VECTORS, syn0norm=None)
        data = python2(made, protocol, unicode)
    (tmp_path / "kv").write_bytes(data)
    kv = KeyedVectors.load(tmp_path / "kv")
    assert (kv.index_to_key, kv.expandos["count"].tolist()) == (WORDS, [2**32 - row for row in range(4)])
    np.testing.assert_array_equal(kv.vectors, VECTORS)
    if protocol and not unicode:
        (tmp_path / "kv").write_bytes(data.replace(b"U\x06na\xc3\xafve", b"U\x05na\xefve"))
        assert KeyedVectors.load(tmp_path / "kv").index_to_key == WORDS


def scorer(*counts):
    return 1.0


class Logger:
    """Stands for a callback of a user: a class that is not gensim's, with a state, in a list."""

    def __init__(self):
        self.epoch, self.seen = 3, {("a", 1): {frozenset([2]): self}}


@pytest.mark.parametrize("protocol", range(6))
def test_objects_of_users_that_vectors_do_not_need(tmp_path, protocol):
    more = {"callbacks": [Logger()], "hashfxn": scorer, "comment": None, "rule": functools.partial(scorer, 5)}
    more |= {
        "when": datetime.datetime(2019, 3, 1),
        "random": np.random.RandomState(1),
        "kind": dict,
        "out": logging.root,
    }
    more |= {"sets": {1, "a"}, "tuples": {(1, "a")}, "big": 10**80, "path": pathlib.PurePosixPath("a"), "z": 1 + 2j}
    more |= {"ordered": collections.OrderedDict(a=1), "counted": collections.Counter("abc"), "f": [0.5, True, b"\xff"]}
    (tmp_path / "model").write_bytes(old_model(1, lambda model, _: pickle.dumps(model, protocol), **more))
    model = Word2Vec.load(tmp_path / "model")
    assert (model.wv.index_to_key, model.comment, model.min_count) == (WORDS, None, 2)
    np.testing.assert_array_equal(model.syn1neg, 2 * VECTORS)


@pytest.mark.parametrize("base", ["myproject.Sub", "__main__.Model"])
def test_models_of_classes_of_users(tmp_path, base):
    module, _, name = base.rpartition(".")
    data = old_model(1).replace(b"cgensim.models.word2vec\nWord2Vec\n", f"c{module}\n{name}\n".encode())
    (tmp_path / "model").write_bytes(data)
    assert KeyedVectors.load(tmp_path / "model").index_to_key == WORDS
    assert Word2Vec.load(tmp_path / "model").window == 4


@pytest.mark.parametrize("write", [pickle.dumps, as_python2])
def test_a_model_within_an_object_of_a_user(tmp_path, write):
    def wrapped(model, protocol):
        with classes("myproject.Embedder") as (kind,):
            return write(filled(kind, model=model, name="mine", seen=[model]), protocol)

    (tmp_path / "model").write_bytes(old_model(3, wrapped))
    assert KeyedVectors.load(tmp_path / "model").index_to_key == WORDS
    assert Word2Vec.load(tmp_path / "model").window == 4


def test_settings_and_attributes_that_are_nothing_of_ours_are_left_out(tmp_path):
    odd = {"alpha": Fraction(1, 3), "window": None, "corpus_count": "90", "corpus_total_words": 60.0, "workers": 0}
    (tmp_path / "model").write_bytes(old_model(1, **odd))
    model = Word2Vec.load(tmp_path / "model")
    assert (model.alpha, model.window, model.corpus_count, model.corpus_total_words) == (0.025, 5, None, 60)
    assert model.workers == 1
    expandos = {"when": np.array(["2020-01-01"] * 4, "M8[D]"), "pair": np.zeros(4, [("a", "i4")]), "rank": np.arange(4)}
    (tmp_path / "kv").write_bytes(pickled(KIND, gensim_kv(expandos=expandos, vocab={word: [] for word in WORDS})))
    assert list(KeyedVectors.load(tmp_path / "kv").expandos) == ["rank"]


def test_locks_of_rows(tmp_path):
    locks = np.array([0, 1, 1, 0.5], np.float32)
    (tmp_path / "model").write_bytes(old_model(1, syn0_lockf=locks))
    model = Word2Vec.load(tmp_path / "model")
    np.testing.assert_array_equal(model.wv.vectors_lockf, locks)
    (tmp_path / "model").write_bytes(old_model(1, syn0_lockf=np.ones(4, np.float32)))
    assert Word2Vec.load(tmp_path / "model").wv.vectors_lockf.tolist() == [1]


def test_a_model_that_cannot_be_trained_any_more(tmp_path):
    (tmp_path / "model").write_bytes(old_model(1, syn1neg=None))
    with pytest.raises(FormatError, match=r"expected output vectors, .* KeyedVectors\.load reads its vectors"):
        Word2Vec.load(tmp_path / "model")
    assert KeyedVectors.load(tmp_path / "model").index_to_key == WORDS


def test_fasttext_by_the_wrapper_of_gensim_2(tmp_path):
    module = "gensim.models.wrappers.fasttext"
    with classes(f"{module}.FastText", f"{module}.FastTextKeyedVectors") as (kind, keyed):
        wv = filled(
            keyed, index2word=WORDS, syn0=VECTORS, vocab={}, syn0_all=VECTORS, ngrams={"<th": 0}, min_n=3, max_n=6
        )
        (tmp_path / "model").write_bytes(python2(filled(kind, wv=wv, bucket=100)))
    assert KeyedVectors.load(tmp_path / "model").index_to_key == WORDS


@pytest.mark.parametrize(
    "counts, expected, warned",
    [(None, [4, 3, 2, 1], True), ([9.0, 8, 7, 7], [9, 8, 7, 7], False), ([9, np.nan, 7, -1], [4, 3, 2, 1], True)],
)
def test_models_without_counts(tmp_path, caplog, counts, expected, warned):
    expandos = {} if counts is None else {"count": np.array(counts)}
    with classes("gensim.models.word2vec.Word2Vec", KIND) as (kind, keyed):
        wv = filled(keyed, **gensim_kv(expandos=expandos))
        model = filled(kind, wv=wv, vector_size=3, syn1neg=VECTORS, negative=5, hs=0)
        (tmp_path / "model").write_bytes(pickle.dumps(model, 4))
    assert Word2Vec.load(tmp_path / "model").wv.expandos["count"].tolist() == expected
    assert ("no counts of words" in caplog.text) == warned


def test_arrays_that_were_apart_once(tmp_path):
    """gensim's `save` leaves a list of what it put into other files; `pickle` then puts it into its own."""
    (tmp_path / "kv").write_bytes(pickled(KIND, gensim_kv(__numpys=["vectors"])))
    np.testing.assert_array_equal(KeyedVectors.load(tmp_path / "kv").vectors, VECTORS)


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
    with pytest.raises(FormatError, match=r"FastText\.load reads it"):
        Word2Vec.load(tmp_path / f"fast{extension}")
