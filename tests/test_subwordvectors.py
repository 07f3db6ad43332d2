"""FastTextVectors: every call that takes a word infers those it does not know; every copy keeps the n-grams."""

import copy
import pickle

import numpy as np
import pytest

from w2v import KeyedVectors, align
from w2v.comparison import compare
from w2v.formats.native import SavedVectors
from w2v.formats.subwords import Subwords
from w2v.subwordvectors import FastTextVectors
from w2v.vectors.lookup import find_key

WORDS = ["cat", "dog", "cats", "house", "tree"]
UNKNOWN, OTHER = "kitten", "doghouse"


@pytest.fixture
def kv():
    generator = np.random.default_rng(1)
    own, ngrams = (generator.normal(size=(rows, 6)).astype(np.float32) for rows in (len(WORDS), 50))
    subwords = Subwords.of_parts(own, ngrams, 3, 5, 50)
    counts = {"count": np.array([9, 7, 5, 3, 1])}
    return FastTextVectors.from_subwords(SavedVectors(WORDS, subwords.vectors(WORDS), counts, subwords=subwords))


@pytest.fixture
def plain(kv):
    """The same with the unknown words among the keys, after the others."""
    made = KeyedVectors(6)
    made.add_vectors([*WORDS, UNKNOWN, OTHER], np.vstack([kv.vectors, kv[UNKNOWN], kv[OTHER]]))
    return made


def about(kv, word, other):
    """Answers of every call that takes a word."""
    only = {"restrict_vocab": len(WORDS), "topn": 9}
    return {
        "get": [kv[word], kv.get_vector(word), kv.get_vector(word, norm=True), kv[[word, "cat", other]], word in kv],
        "most_similar": [kv.most_similar(word, **only), kv.most_similar([word, other], ["cat"], **only)],
        "weights": [kv.most_similar([(word, 2.0), ("cat", 0.5)], [(other, -1.0)], **only)],
        "by": [kv.similar_by_key(word, **only), kv.similar_by_word(word, **only)],
        "batch": kv.most_similar_batch([word, [other, "dog"], "cat"], [None, [word], [other]], **only),
        "cosmul": [kv.most_similar_cosmul([word, other], ["cat"], **only), kv.most_similar_cosmul("cat", word, **only)],
        "two": [kv.similarity(word, "cat"), kv.similarity(word, other), kv.distance("cat", word)],
        "distances": [kv.distances(word)[:5], kv.distances("cat", [word, "dog", other]), kv.distances(word, ["cat"])],
        "lists": [kv.n_similarity([word, "cat"], [other]), kv.get_mean_vector([word, other, "dog"])],
        "centrality": [kv.rank_by_centrality([word, "cat", other]), kv.doesnt_match(["cat", word, other])],
        "given": [kv.most_similar_to_given(word, ["dog", other]), kv.most_similar_to_given("cat", ["dog", other])],
        "closer": [[key for key in kv.closer_than("cat", word) if key in WORDS]],
        "all": [kv.vectors_for_all([word, "cat", other]).vectors],
    }


def same(one, other):
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other if isinstance(one, str) else np.allclose(one, other, atol=1e-5)


def test_every_call_infers_words(kv, plain):
    ours, theirs = about(kv, UNKNOWN, OTHER), about(plain, UNKNOWN, OTHER)
    for name, answers in theirs.items():
        assert same(ours[name], answers), name
    assert kv.rank("cat", UNKNOWN) == len(kv.closer_than("cat", UNKNOWN)) + 1
    assert kv.closer_than(UNKNOWN, "cat") == [key for key in plain.closer_than(UNKNOWN, "cat") if key in WORDS]
    assert np.isfinite(kv.relative_cosine_similarity(UNKNOWN, "cat"))


def test_positions_and_attributes_are_those_of_words_alone(kv):
    assert UNKNOWN in kv
    assert not kv.has_index_for(UNKNOWN)
    assert kv.get_index(UNKNOWN, -1) == -1
    for call in (
        kv.get_index,
        lambda word: kv.get_vecattr(word, "count"),
        lambda word: kv.set_vecattr(word, "count", 1),
    ):
        with pytest.raises(KeyError, match=UNKNOWN):
            call(UNKNOWN)
    with pytest.raises(KeyError, match="7000"):
        kv[7000]
    with pytest.raises(KeyError, match="b'cat'"):
        kv[b"cat"]


def test_word_movers_distance_infers_words(kv, plain):
    pytest.importorskip("ot", reason="POT is not installed")
    words = [UNKNOWN, "cat"], ["dog", OTHER]
    assert kv.wmdistance(*words) == pytest.approx(plain.wmdistance(*words), abs=1e-5)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8"])
def test_other_numbers_keep_n_grams(kv, dtype):
    made = kv.astype(dtype)
    assert isinstance(made, FastTextVectors)
    assert made.subwords.ngrams is kv.subwords.ngrams  # no copy
    np.testing.assert_allclose(made[UNKNOWN], kv[UNKNOWN], rtol=2e-3)
    assert made[UNKNOWN].dtype == made["cat"].dtype == made[["cat", UNKNOWN]].dtype
    assert made.vectors_for_all([UNKNOWN, "cat"]).vectors.dtype == dtype
    assert made.most_similar(UNKNOWN, topn=1)[0][0] == kv.most_similar(UNKNOWN, topn=1)[0][0]


def test_transformations_take_n_grams_along(kv, plain):
    """The n-grams of a word are treated as words are: what is inferred afterwards is what was inferred, transformed."""
    centred = kv.postprocess()
    np.testing.assert_allclose(centred[UNKNOWN], kv[UNKNOWN] - kv.vectors.mean(axis=0), atol=1e-5)
    better = kv.postprocess(top=1, dimensions=3, whiten=True)
    assert better[UNKNOWN].shape == (3,)
    again = better.postprocess(top=1)
    turned = KeyedVectors(6)
    rotation, _ = np.linalg.qr(np.random.default_rng(2).normal(size=(6, 6)))
    turned.add_vectors(WORDS, kv.vectors @ rotation)
    aligned = align(kv, turned)
    np.testing.assert_allclose(aligned.vectors[UNKNOWN], kv[UNKNOWN] @ aligned.rotation, atol=1e-5)
    last = align(again, turned.postprocess(dimensions=3)).vectors.astype("float64")
    # A word of the vocabulary is transformed as if it were unknown: what it is made of goes the same way.
    for made in (centred, better, again, aligned.vectors, last):
        for word in WORDS:
            source = kv.vectors[kv.key_to_index[word]]
            matrix, shift = made._change
            np.testing.assert_allclose(made[word], source @ matrix + shift, atol=1e-4)
        assert isinstance(made, FastTextVectors)
        assert made.most_similar(UNKNOWN)


def test_selections_keep_n_grams_and_take_inferred_words_in(kv):
    made = kv.vectors_for_all(["dog", UNKNOWN, 0, "dog"], copy_vecattrs=True)
    assert made.index_to_key == ["dog", UNKNOWN, 0]
    np.testing.assert_array_equal(made.vectors, [kv["dog"], kv[UNKNOWN], kv["cat"]])
    assert made.expandos["count"].tolist() == [7, 0, 9]
    np.testing.assert_array_equal(made["house"], kv.subwords.vectors(["house"], known=False)[0])  # no key any more
    assert kv.vectors_for_all([UNKNOWN, "dog"], allow_inference=False).index_to_key == ["dog"]
    found = compare(kv, kv.postprocess())
    assert found.shared == len(WORDS)


def test_copies_and_pickles_keep_n_grams(kv):
    centred = kv.postprocess()
    for made in (copy.copy(centred), copy.deepcopy(centred), pickle.loads(pickle.dumps(centred))):
        np.testing.assert_array_equal(made[UNKNOWN], centred[UNKNOWN])


def test_what_is_saved_knows_unknown_words(kv, tmp_path):
    kv.save(tmp_path / "v.w2v")
    loaded = KeyedVectors.load(tmp_path / "v.w2v")
    assert type(loaded) is FastTextVectors
    assert np.array_equal(loaded[UNKNOWN], kv[UNKNOWN])
    assert np.array_equal(loaded.vectors, kv.vectors)


def test_words_that_somebody_types(kv):
    assert find_key(kv, UNKNOWN, "cc.en.bin") == UNKNOWN
    with pytest.raises(ValueError, match="'cta' is not among its 5 words"):
        find_key(kv, "cta", "cc.en.bin", known=True)
