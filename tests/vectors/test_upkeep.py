"""KeyedVectors as a whole: number types, order, size, selection, vectors taken over from files, old names."""

import logging

import numpy as np
import pytest

from w2v import KeyedVectors
from w2v import keyedvectors as module

WORDS = ["the", "cat", "dog", "car"]


@pytest.fixture
def kv():
    vectors = np.random.default_rng(1).normal(size=(4, 6)).astype(np.float32)
    return KeyedVectors.from_pieces(
        list(WORDS), vectors, {"count": np.array([9, 3, 7, 3]), "tag": np.array(list("abcd"), object)}
    )


# ---- types of numbers ----


@pytest.mark.parametrize("kind", ["float16", "float32", "float64", np.float16])
def test_astype_float(kv, kind):
    made = kv.astype(kind)
    assert made.vectors.dtype == np.dtype(kind)
    np.testing.assert_array_equal(made.vectors, kv.vectors.astype(kind))
    assert (made.index_to_key, made.scales) == (WORDS, None)
    assert made.get_vecattr("dog", "count") == 7
    made["cat"] = np.zeros(6)
    made.set_vecattr("dog", "count", 1)
    assert kv["cat"].any()
    assert kv.get_vecattr("dog", "count") == 7


def test_astype_int8(kv):
    kv.vectors[2] *= 1000
    kv.vectors[3] = 0
    made = kv.astype("int8")
    assert (made.vectors.dtype, made.vectors.shape, made.scales.shape) == (np.int8, (4, 6), (4,))
    assert np.abs(made.vectors).max(axis=1).tolist() == [127, 127, 127, 0]
    largest = np.abs(kv.vectors).max(axis=1, keepdims=True)
    assert (np.abs(made[WORDS] - kv.vectors) <= largest / 254 * 1.0001).all()
    np.testing.assert_array_equal(made["dog"], made[["dog"]][0])
    assert made["dog"].dtype == np.float32
    np.testing.assert_allclose(
        made.norms if made.norms is not None else made.fill_norms() or made.norms,
        np.linalg.norm(made[WORDS], axis=1),
        rtol=1e-6,
    )
    np.testing.assert_allclose(made.get_vector("dog", norm=True), made["dog"] / np.linalg.norm(made["dog"]), rtol=1e-5)
    np.testing.assert_allclose(made.get_normed_vectors()[:3], [made.get_vector(w, norm=True) for w in WORDS[:3]])
    np.testing.assert_array_equal(made.astype("float32").vectors, made[WORDS])


def test_astype_refuses(kv):
    for kind in ("int16", "complex64", "U3"):
        with pytest.raises(ValueError, match="expected one of float16, float32, float64, int8"):
            kv.astype(kind)
    kv.vectors[1, 1] = np.inf
    with pytest.raises(ValueError, match="expected finite numbers"):
        kv.astype("int8")


def test_adding_to_int8(kv):
    small = kv.astype("int8")
    small.add_vectors(["cow", "cat"], [[1, 2, 3, 4, 5, 6], [60, 50, 40, 30, 20, 10]], replace=True)
    np.testing.assert_allclose(small["cow"], [1, 2, 3, 4, 5, 6], atol=0.03)
    np.testing.assert_allclose(small["cat"], [60, 50, 40, 30, 20, 10], atol=0.3)
    np.testing.assert_allclose(small["dog"], kv["dog"], atol=0.02)
    with pytest.raises(ValueError, match="finite"):
        small.add_vectors(["bad"], [[np.nan] * 6])
    assert (len(small), "bad" in small) == (5, False)
    new = KeyedVectors(2, count=1, dtype="int8")
    new["a"] = [0.5, 0.25]
    np.testing.assert_allclose(new["a"], [0.5, 0.25], atol=0.002)


@pytest.mark.parametrize("mmap", [None, "r"])
@pytest.mark.parametrize("kind", ["int8", "float16"])
def test_saving_narrow_vectors(kv, kind, mmap, tmp_path):
    small = kv.astype(kind)
    small.save(tmp_path / "small.w2v")
    loaded = KeyedVectors.load(tmp_path / "small.w2v", mmap=mmap)
    assert loaded.vectors.dtype == kind
    np.testing.assert_array_equal(loaded[WORDS], small[WORDS])
    assert loaded.most_similar("cat") == small.most_similar("cat")


def test_int8_in_word2vec_files(kv, tmp_path):
    small = kv.astype("int8")
    for binary in (False, True):
        small.save_word2vec_format(tmp_path / "small", binary=binary)
        loaded = KeyedVectors.load_word2vec_format(tmp_path / "small", binary=binary)
        np.testing.assert_array_equal(loaded[WORDS], small[WORDS])


def test_unit_normalize_all(kv):
    kv.vectors[3] = 0
    small, rows = kv.astype("int8"), kv.get_normed_vectors()
    for vectors in (kv, small):
        vectors.unit_normalize_all()
        np.testing.assert_allclose(vectors[WORDS], rows, atol=0.01)
        assert vectors.norms.tolist() == [1, 1, 1, 0]
    np.testing.assert_allclose(kv.vectors, rows, rtol=1e-6)


# ---- order, size, selection ----


@pytest.mark.thread_unsafe
def test_sort_by_descending_frequency(kv):
    small, before = kv.astype("int8"), {word: kv[word].copy() for word in WORDS}
    for vectors in (kv, small):
        vectors.sort_by_descending_frequency()
        assert vectors.index_to_key == ["the", "dog", "car", "cat"]  # ties: last first
        assert [vectors.get_vecattr(word, "tag") for word in WORDS] == list("abcd")
        assert vectors.expandos["count"].tolist() == [9, 7, 3, 3]
        for word in WORDS:
            np.testing.assert_allclose(vectors[word], before[word], atol=0.02)
    KeyedVectors(2).sort_by_descending_frequency()
    without = KeyedVectors(1)
    without["a"] = [1]
    with pytest.raises(KeyError, match="count"):
        without.sort_by_descending_frequency()


@pytest.mark.parametrize("kind", ["float32", "float16", "int8"])
def test_resize_vectors(kv, kind):
    kv = kv.astype(kind)
    old = kv[WORDS]
    kv.resize_vectors()
    np.testing.assert_array_equal(kv[WORDS], old)
    kv.index_to_key += ["new", "newer"]
    kv.key_to_index.update(new=4, newer=5)
    kv.resize_vectors(seed=3)
    np.testing.assert_allclose(kv[WORDS], old, atol=0.02)
    assert kv.vectors.dtype == kind
    assert 0 < np.abs(kv[["new", "newer"]]).max() <= 1 / 6 + 1e-6
    assert (kv["new"] != kv["newer"]).any()
    for seed, equal in ((3, True), (4, False)):
        again = kv.astype("float32")
        again.vectors = again.vectors[:4]
        again.resize_vectors(seed=seed)
        assert np.allclose(again["new"], kv["new"], atol=0.02) == equal


@pytest.mark.parametrize("kind", ["float32", "int8"])
def test_vectors_for_all(kv, kind):
    kv = kv.astype(kind)
    chosen = kv.vectors_for_all(iter(["dog", "cow", "the", "dog", 3]))
    assert chosen.index_to_key == ["dog", "the", 3]
    np.testing.assert_array_equal(chosen[["dog", "the", 3]], kv[["dog", "the", "car"]])
    assert chosen.expandos["count"].tolist() == [3, 2, 1]
    copied = kv.vectors_for_all(["dog", 3], allow_inference=False, copy_vecattrs=True)
    assert copied.index_to_key == ["dog"]
    assert (copied.get_vecattr("dog", "count"), copied.get_vecattr("dog", "tag")) == (7, "c")
    assert len(kv.vectors_for_all([])) == 0


@pytest.mark.thread_unsafe
def test_allocate_vecattrs(kv):
    kv.allocate_vecattrs(["score", "name", "count"], [float, str, np.int64])
    assert (kv.get_vecattr("cat", "score"), kv.get_vecattr("cat", "name"), kv.get_vecattr("cat", "count")) == (
        0.0,
        None,
        3,
    )
    kv.index_to_key.append("cow")
    kv.allocate_vecattrs()
    assert {len(values) for values in kv.expandos.values()} == {5}
    with pytest.raises(ValueError, match="expected 2, one for each of attrs, got 1"):
        kv.allocate_vecattrs(["a", "b"], [int])
    with pytest.raises(TypeError, match="count"):
        kv.allocate_vecattrs(["count"], [float])


# ---- vectors of a file ----


@pytest.mark.thread_unsafe
@pytest.mark.parametrize("binary", [False, True])
def test_intersect(kv, binary, tmp_path, caplog):
    other = KeyedVectors(6)
    other.add_vectors(["dog", "cow", "the"], np.arange(18).reshape(3, 6))
    other.save_word2vec_format(tmp_path / "other", binary=binary)
    before = kv[WORDS]
    kv.intersect_word2vec_format(tmp_path / "other", binary=binary, lockf=0.5)
    assert kv.index_to_key == WORDS
    np.testing.assert_array_equal(kv[["dog", "the"]], other[["dog", "the"]])
    np.testing.assert_array_equal(kv[["cat", "car"]], before[[1, 3]])
    assert kv.vectors_lockf.tolist() == [0.5, 1, 0.5, 1]
    kv.vectors_lockf = np.array([0.25], dtype=np.float32)
    kv.intersect_word2vec_format(tmp_path / "other", binary=binary)
    assert kv.vectors_lockf.tolist() == [0, 0.25, 0, 0.25]
    none = KeyedVectors(6)
    with caplog.at_level(logging.WARNING, logger="w2v"):
        none.intersect_word2vec_format(tmp_path / "other", binary=binary)
    assert "none of its 3 words" in caplog.text
    with pytest.raises(ValueError, match="expected vectors of 2 values, got 6"):
        KeyedVectors(2).intersect_word2vec_format(tmp_path / "other", binary=binary)


def test_intersect_with_other_encodings(tmp_path):
    (tmp_path / "other").write_bytes(b"1 2\nb\xfcro 1 2\n")
    for options, word in (({"encoding": "latin-1"}, "büro"), ({"unicode_errors": "ignore"}, "bro")):
        kv = KeyedVectors(2)
        kv.add_vectors([word], [[0, 0]])
        with pytest.raises(UnicodeDecodeError):
            kv.intersect_word2vec_format(tmp_path / "other")
        kv.intersect_word2vec_format(tmp_path / "other", **options)
        assert kv[word].tolist() == [1, 2]


# ---- old names ----


def test_names_that_are_gone(kv):
    for name in ("vocab", "index2word", "index2entity", "vectors_norm"):
        assert not hasattr(kv, name)
        with pytest.raises(AttributeError, match=f"KeyedVectors.{name} is gone, as in gensim 4: use "):
            getattr(kv, name)
    with pytest.raises(NotImplementedError):
        kv.similarity_unseen_docs(["cat"], ["dog"])


def test_deprecated_names(kv):
    with pytest.warns(DeprecationWarning, match="use get_vector"):
        np.testing.assert_array_equal(kv.word_vec("cat"), kv["cat"])
    with pytest.warns(DeprecationWarning, match="use get_vector"):
        np.testing.assert_array_equal(kv.word_vec("cat", use_norm=True), kv.get_vector("cat", norm=True))
    with pytest.warns(DeprecationWarning, match="use closer_than"):
        assert kv.words_closer_than("cat", "dog") == kv.closer_than("cat", "dog")
    with pytest.warns(DeprecationWarning, match="use fill_norms"):
        kv.init_sims()
    assert kv.norms.max() > 1
    with pytest.warns(DeprecationWarning, match="use fill_norms"):
        kv.init_sims(replace=True)
    np.testing.assert_allclose(np.linalg.norm(kv.vectors, axis=1), 1, rtol=1e-6)


def test_names_of_gensim_3(kv, tmp_path):
    with pytest.warns(DeprecationWarning, match="syn0 is deprecated: use vectors"):
        assert kv.syn0 is kv.vectors
    kv.fill_norms()
    with pytest.warns(DeprecationWarning, match="use vectors"):
        kv.syn0 = kv.vectors * 2
    assert kv.norms is None
    with pytest.warns(DeprecationWarning, match="use get_normed_vectors"):
        np.testing.assert_array_equal(kv.syn0norm, kv.get_normed_vectors())
    with pytest.warns(DeprecationWarning, match="use add_vectors"):
        kv.add("cow", range(6))
    with pytest.warns(DeprecationWarning, match="use add_vectors"):
        kv.add(["cow", "owl"], [[7] * 6, [8] * 6], replace=True)
    assert kv[["cow", "owl"]].tolist() == [[7] * 6, [8] * 6]
    (tmp_path / "questions").write_text(": all\nthe cat dog car\n")
    with pytest.warns(DeprecationWarning, match="use evaluate_word_analogies"):
        sections = kv.accuracy(tmp_path / "questions")
    assert sections == kv.evaluate_word_analogies(tmp_path / "questions")[1]


def test_other_names(kv):
    names = (module.Word2VecKeyedVectors, module.Doc2VecKeyedVectors, module.EuclideanKeyedVectors)
    assert set(names) == {KeyedVectors}
    assert (kv.next_index, KeyedVectors(2, mapfile_path="x").mapfile_path) == (4, "x")
    kv.lifecycle_events = None
    kv.add_lifecycle_event("ignored", log_level=0)
    assert kv.lifecycle_events is None


def test_logged_evaluations(caplog):
    with caplog.at_level(logging.INFO, logger="w2v"):
        assert KeyedVectors.log_accuracy({"section": "a", "correct": [], "incorrect": []}) is None
        assert KeyedVectors.log_accuracy({"section": "a", "correct": [1], "incorrect": [2]}) == 0.5
        KeyedVectors.log_evaluate_word_pairs((0.25, 0.5), (0.75, 0.125), 10.0, "pairs.tsv")
    assert "a: 50.0% (1/2)" in caplog.text
    assert "Spearman 0.7500" in caplog.text
