"""KeyedVectors as a container: keys, rows, norms, attributes, and every error and oddity of its contract."""

import copy
import pickle

import numpy as np
import pytest

from w2v import KeyedVectors

WORDS = ["the", "cat", "dog", "car", "bus", "Haus", "naïve"]


def padded(vectors, stride=16):
    """The same vectors as a view of a matrix with longer rows, filled with what must not be looked at."""
    matrix = np.full((len(vectors), stride), np.nan, dtype=np.float32)
    matrix[:, : vectors.shape[1]] = vectors
    return matrix[:, : vectors.shape[1]]


@pytest.fixture(params=["dense", "padded", "read-only"])
def kv(request):
    vectors = np.random.default_rng(1).normal(size=(len(WORDS), 5)).astype(np.float32)
    if request.param == "padded":
        vectors = padded(vectors)
    if request.param == "read-only":
        vectors.flags.writeable = False
    return KeyedVectors.from_pieces(list(WORDS), vectors, {"count": np.arange(len(WORDS), 0, -1)})


def unit(vector):
    vector = np.asarray(vector, dtype=np.float64)
    return vector / np.linalg.norm(vector)


# ---- looking up ----


def test_lookup(kv):
    assert len(kv) == len(WORDS)
    assert "cat" in kv
    assert "cow" not in kv
    assert 0 in kv
    assert len(WORDS) not in kv
    assert -1 not in kv
    assert kv.has_index_for("dog")
    assert list(kv) == WORDS
    assert str(kv) == "KeyedVectors<vector_size=5, 7 keys>"
    assert kv.get_index("dog") == kv.get_index(2) == kv.get_index(np.int64(2)) == 2
    assert kv.get_index("cow", default=-1) == -1


def test_missing_key(kv):
    with pytest.raises(KeyError, match="Key 'cow' not present"):
        kv["cow"]
    with pytest.raises(KeyError, match="Key 7 not present"):
        kv[7]
    with pytest.raises(KeyError, match="Key 'cow' not present"):
        kv["cat", "cow"]
    with pytest.raises(ValueError, match="empty"):
        kv[[]]
    with pytest.raises(TypeError):
        assert ["cat"] in kv


def test_one_key_gives_a_readonly_view(kv):
    assert np.shares_memory(kv["cat"], kv.vectors)
    with pytest.raises(ValueError, match="read-only"):
        kv["cat"][0] = 1
    with pytest.raises(ValueError, match="read-only"):
        kv.get_vector("cat", norm=True)[0] = 1
    np.testing.assert_allclose(kv.get_vector("cat", norm=True), unit(kv["cat"]), rtol=1e-6)


@pytest.mark.parametrize(
    "keys", [["cat", "dog"], ("cat", "dog"), {"cat": 0, "dog": 0}.keys(), [1, "dog"], np.array([1, 2])]
)
def test_many_keys_give_a_copy(kv, keys):
    rows = kv[keys]
    np.testing.assert_array_equal(rows, kv.vectors[[1, 2]])
    rows[:] = 0
    assert kv["cat"].any()


def test_int_keys():
    kv = KeyedVectors(2)
    kv.add_vectors([10, 0], [[1, 0], [0, 1]])
    assert kv.get_index(10) == 0
    assert kv.get_index(0) == 1  # a key before a position
    assert kv.get_index(1) == 1  # no key, so a position
    assert kv.most_similar(10) == [(0, 0.0)]
    assert kv.most_similar_cosmul(positive=[10], topn=1)[0][0] == 0
    with pytest.raises(KeyError):
        kv.get_index(2)


def test_constructor_refuses():
    for arguments in [(0,), (-1,), (3, -1)]:
        with pytest.raises(ValueError, match="expected"):
            KeyedVectors(*arguments)


def test_pieces_that_do_not_fit():
    for words in (["a"], ["a", "b", "c"], ["a", "a"]):
        with pytest.raises(ValueError, match="expected as many different keys as vectors, 2"):
            KeyedVectors.from_pieces(words, np.ones((2, 1), np.float32), {})


# ---- norms ----


@pytest.mark.thread_unsafe
def test_norms_and_unit_vectors(kv):
    assert kv.norms is None
    unit_rows = kv.get_normed_vectors()
    np.testing.assert_allclose(kv.norms, np.linalg.norm(kv.vectors.astype(np.float64), axis=1), rtol=1e-6)
    np.testing.assert_allclose(unit_rows, [unit(row) for row in kv.vectors], rtol=1e-6)


def test_norms_follow_the_vectors():
    kv = KeyedVectors(2)
    kv.add_vectors(["a", "b"], [[3, 4], [1, 0]])
    assert kv.most_similar("a") == [("b", pytest.approx(0.6))]
    kv["b"] = [30, 40]
    assert kv.most_similar("a") == [("b", pytest.approx(1.0))]
    kv.add_vectors(["c"], [[-300, -400]])
    assert kv.most_similar("a", topn=None).tolist() == pytest.approx([1, 1, -1])
    kv.vectors = np.array([[1, 0], [0, 5], [0, 7]], dtype=np.float32)
    assert kv.most_similar("b")[0] == ("c", 1.0)
    kv.vectors[2] = [9, 0]
    kv.fill_norms(force=True)
    assert kv.most_similar("a")[0] == ("c", 1.0)


def test_row_of_zeros():
    kv = KeyedVectors(2)
    kv.add_vectors(["zero", "a", "b"], [[0, 0], [1, 1], [1, 0]])
    assert kv.most_similar("a") == [("b", pytest.approx(0.5**0.5)), ("zero", 0.0)]
    assert [score for _, score in kv.most_similar("zero")] == [0.0, 0.0]
    assert kv.similarity("zero", "a") == 0.0
    np.testing.assert_array_equal(kv.get_normed_vectors()[0], [0, 0])


# ---- adding ----


def test_preallocated_rows_are_filled_first():
    kv = KeyedVectors(2, count=3)
    assert len(kv) == 0
    assert kv.add_vector("a", [1, 2]) == 0
    kv.add_vectors(["b", "c"], [[3, 4], [5, 6]])
    assert kv.vectors.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert kv.add_vector("a", [7, 8]) == 0  # a key that is there keeps its vector
    with pytest.warns(UserWarning, match="use add_vectors"):
        assert kv.add_vector("d", [7, 8]) == 3
    assert (len(kv), kv.vectors.shape) == (4, (4, 2))


def test_partly_filled_rows_answer_nothing():
    kv = KeyedVectors(2, count=10)
    kv.add_vectors(["a", "b"], [[1, 0], [1, 1]])
    assert kv.most_similar("a") == [("b", pytest.approx(0.5**0.5))]
    assert len(kv.distances("a")) == len(kv.most_similar("a", topn=None)) == 2
    with pytest.raises(KeyError):
        kv.get_index(2)


def test_keys_that_occur_twice():
    kv = KeyedVectors(1)
    kv.add_vectors(["a", "b", "a"], [[1], [2], [3]])
    assert (kv.index_to_key, kv.vectors.tolist()) == (["a", "b"], [[1], [2]])
    kv.add_vectors(["b", "c", "c"], [[4], [5], [6]], replace=True)
    assert (kv.index_to_key, kv.vectors.tolist()) == (["a", "b", "c"], [[1], [4], [6]])


def test_assignment():
    kv = KeyedVectors(2)
    kv["a"] = [1, 2]
    kv[["b", "a"]] = [[3, 4], [5, 6]]
    assert kv.index_to_key == ["a", "b"]
    assert kv.vectors.tolist() == [[5, 6], [3, 4]]


@pytest.mark.parametrize(
    "keys, weights, extras",
    [
        (["b", "c"], [[1, 2]], None),
        (["b"], [[1, 2, 3]], None),
        (["b"], [1], None),
        (["b"], [["x", "y"]], None),
        (["b"], [[1, 2]], {"count": [1, 2]}),
        (["b"], [[1, 2]], {"count": [["x"]]}),
        (["b"], [[1, 2]], {"count": ["x"]}),
        ([["b"]], [[1, 2]], None),
    ],
)
def test_a_failed_add_changes_nothing(keys, weights, extras):
    kv = KeyedVectors(2)
    kv.add_vectors(["a"], [[1, 2]], extras={"count": [3]})
    with pytest.raises((ValueError, TypeError)):
        kv.add_vectors(keys, weights, extras=extras)
    assert (kv.index_to_key, kv.key_to_index, kv.vectors.tolist()) == (["a"], {"a": 0}, [[1, 2]])
    assert kv.expandos["count"].tolist() == [3]


def test_adding_nothing():
    kv = KeyedVectors(2)
    kv.add_vectors([], [])
    assert len(kv) == 0


def test_adding_to_padded_rows():
    kv = KeyedVectors.from_pieces(["a"], padded(np.array([[1.0, 2.0]])), {})
    kv.add_vectors(["b"], [[3, 4]])
    assert kv.vectors.tolist() == [[1, 2], [3, 4]]


# ---- attributes ----


def test_attributes():
    kv = KeyedVectors(1)
    kv.add_vectors(["a", "b"], [[1], [2]])
    kv.set_vecattr("a", "count", 3)
    kv.set_vecattr("b", "score", 0.5)
    kv.set_vecattr("b", "score", 2)
    kv.set_vecattr("b", "tag", "noun")
    kv.set_vecattr("a", "path", [1, 2])
    assert [kv.get_vecattr(key, "count") for key in "ab"] == [3, 0]
    assert [kv.get_vecattr(key, "score") for key in "ab"] == [0.0, 2.0]
    assert [kv.get_vecattr(key, "tag") for key in "ab"] == [None, "noun"]
    assert kv.get_vecattr("a", "path") == [1, 2]
    assert kv.expandos["count"].dtype == np.int64
    kv.add_vectors(["c"], [[3]], extras={"count": [7]})
    assert (kv.get_vecattr("c", "count"), kv.get_vecattr("c", "score"), kv.get_vecattr("c", "tag")) == (7, 0.0, None)


def test_attributes_refuse():
    kv = KeyedVectors(1)
    kv.add_vectors(["a"], [[1]], extras={"count": [3], "unsigned": np.array([1], dtype=np.uint32)})
    for value in ("x", 0.5, None, [1]):
        with pytest.raises(TypeError, match="expected a value of type int64"):
            kv.set_vecattr("a", "count", value)
    kv.set_vecattr("a", "unsigned", 2**32 - 1)
    with pytest.raises(TypeError, match="uint32"):
        kv.set_vecattr("a", "unsigned", -1)
    with pytest.raises(KeyError, match="cow"):
        kv.set_vecattr("cow", "count", 1)
    with pytest.raises(KeyError, match="cow"):
        kv.get_vecattr("cow", "count")
    with pytest.raises(KeyError, match="nothing"):
        kv.get_vecattr("a", "nothing")


# ---- living with others ----


def test_copies(kv):
    kv.fill_norms()
    for twin in (copy.deepcopy(kv), pickle.loads(pickle.dumps(kv))):
        assert [key for key, _ in twin.most_similar("cat")] == [key for key, _ in kv.most_similar("cat")]
        twin.vectors = np.zeros_like(kv.vectors)
        assert kv["cat"].any()


def test_subclass():
    class Mine(KeyedVectors):
        pass

    assert str(Mine(3)) == "Mine<vector_size=3, 0 keys>"


def test_evaluation(tmp_path):
    kv = KeyedVectors(3)
    kv.add_vectors(["man", "woman", "king", "queen", 7], [[1, 0, 0], [0, 1, 0], [1, 0, 1], [0, 1, 1], [0, 0, -1]])
    questions = tmp_path / "questions.txt"
    questions.write_text(": royals\nman king woman queen\n")
    score, sections = kv.evaluate_word_analogies(questions)
    assert (score, sections[-1]["section"]) == (1.0, "Total accuracy")
    assert kv.evaluate_word_analogies(questions, similarity_function="most_similar_cosmul") == (score, sections)
    with pytest.raises(ValueError, match="expected 'most_similar' or 'most_similar_cosmul', got 'cosine'"):
        kv.evaluate_word_analogies(questions, similarity_function="cosine")
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("man\tking\t5\nman\twoman\t1\nking\tqueen\t4\nman\tqüeen\t2\n", encoding="latin-1")
    _, spearman, unknown = kv.evaluate_word_pairs(pairs, encoding="latin-1")
    assert spearman.statistic == pytest.approx(1.0)
    assert unknown == 25.0


def test_pickles_of_before_there_were_locks(kv):
    state = kv.__dict__.copy()
    del state["_changing"]
    twin = KeyedVectors.__new__(KeyedVectors)
    twin.__dict__.update(state)
    twin = pickle.loads(pickle.dumps(twin))
    twin.add_vectors(["new"], [[1, 2, 3, 4, 5]])
    assert twin.most_similar("new", topn=1)


@pytest.mark.parametrize("dtype", ["float32", "float16", "int8"])
@pytest.mark.parametrize("norm", [True, False])
def test_means_are_those_of_single_vectors_to_the_bit(dtype, norm):
    random = np.random.default_rng(1)
    kv = KeyedVectors(7)
    kv.add_vectors([f"w{number}" for number in range(40)], random.normal(size=(40, 7)).astype(np.float32))
    kv = kv.astype(dtype)
    for count in (1, 2, 30):
        keys, weights = [f"w{number}" for number in random.integers(0, 40, count)], random.normal(size=count).tolist()
        total = np.zeros(7)
        for key, weight in zip(keys, weights, strict=True):
            total += weight * kv.get_vector(key, norm=norm).astype(np.float64)
        expected = (total / sum(map(abs, weights))).astype(np.float32)
        assert np.array_equal(kv.get_mean_vector(keys, weights, pre_normalize=norm), expected)
        assert np.array_equal(kv.get_mean_vector([*keys, "unknown"], [*weights, 1.0], pre_normalize=norm), expected)
