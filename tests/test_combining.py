"""Vectors made of others: sums with outputs, and ensembles."""

import numpy as np
import pytest

from w2v import KeyedVectors, Word2Vec, ensemble
from w2v.combining import with_outputs
from w2v.postprocess import align

RANDOM = np.random.default_rng(2)
WORDS = [f"w{i}" for i in range(50)]
TRUE = RANDOM.normal(size=(50, 6))


def units(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def turned(noise, words=WORDS):
    """The true vectors of words, rotated at random, with noise."""
    rotation, _ = np.linalg.qr(RANDOM.normal(size=(6, 6)))
    rows = (TRUE + noise * RANDOM.normal(size=TRUE.shape)) @ rotation
    places = [WORDS.index(word) for word in words]
    return KeyedVectors.from_pieces(list(words), rows[places].astype(np.float32), {"count": np.arange(len(words))})


def test_sums_are_of_unit_vectors():
    sentences = [["to", "be", "or", "not", "to", "be"]] * 20
    model = Word2Vec(sentences, min_count=1, vector_size=8, negative=2, workers=1)
    before = model.wv.vectors.copy()
    sums = model.with_outputs()
    np.testing.assert_allclose(sums.vectors, units(model.wv.vectors) + units(model.syn1neg), atol=1e-6)
    assert (sums.index_to_key, sums.get_vecattr("to", "count")) == (model.wv.index_to_key, 40)
    assert (model.wv.vectors == before).all()
    untrained = Word2Vec(min_count=1, vector_size=8)
    untrained.build_vocab(sentences)
    np.testing.assert_allclose(untrained.with_outputs().vectors, units(untrained.wv.vectors), atol=1e-6)
    with pytest.raises(ValueError, match="got outputs of no words"):
        Word2Vec(sentences, min_count=1, vector_size=8, hs=1, negative=0, workers=1).with_outputs()
    with pytest.raises(ValueError, match=r"one vector for each of the keys, \(4, 8\), got \(3, 8\)"):
        with_outputs(model.wv, model.syn1neg[:3])


def test_the_mean_is_nearer_to_the_truth_than_each():
    sets = [turned(0.5) for _ in range(4)]
    truth = KeyedVectors.from_pieces(WORDS, TRUE.astype(np.float32), {})
    scores = [align(kv, truth).score for kv in (*sets, ensemble(sets))]
    assert scores[-1] > max(scores[:-1]) + 0.02


def test_the_mean_of_rotated_copies_is_the_first():
    first = turned(0)
    made = ensemble([first, turned(0), turned(0)])
    np.testing.assert_allclose(made.vectors, units(first.vectors), atol=1e-5)


def test_concatenated_vectors_have_the_mean_cosine():
    sets = [turned(0.5), turned(0.5)]
    made = ensemble(iter(sets), method="concatenate")
    assert made.vector_size == 12
    wanted = np.mean([kv.similarity("w3", "w9") for kv in sets])
    assert made.similarity("w3", "w9") == pytest.approx(wanted, abs=1e-6)


def test_only_words_of_all_stay_in_the_order_of_the_first():
    some = ["w7", "w3", "w9", "w30"]
    made = ensemble([turned(0, some), turned(0)])
    assert made.index_to_key == some
    assert made.get_vecattr("w9", "count") == 2
    assert ensemble([turned(0), turned(0, some)]).index_to_key == ["w3", "w7", "w9", "w30"]


@pytest.mark.parametrize(
    "sets, method, message",
    [
        ([], "mean", "expected at least one set"),
        ([turned(0)], "median", "expected 'mean' or 'concatenate', got 'median'"),
        ([turned(0, ["w1"]), turned(0, ["w2"])], "mean", "expected keys that are in all sets"),
        ([turned(0), KeyedVectors.from_pieces(["w1"], np.ones((1, 3), np.float32), {})], "mean", "got 3 and 6"),
    ],
    ids=["none", "method", "keys", "sizes"],
)
def test_what_cannot_be_combined(sets, method, message):
    with pytest.raises(ValueError, match=message):
        ensemble(sets, method)
