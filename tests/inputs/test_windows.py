"""Windows of baskets and sequences, weights of sentences, exponents of noise."""

import numpy as np
import pytest
from sentences import SENTENCES, SMALL, vectors

from w2v import Word2Vec
from w2v.corpus.encode import encode_iterable, encode_rows


@pytest.mark.parametrize("sg", [0, 1])
def test_all_of_a_basket_is_its_window(sg):
    baskets = [sentence[: 2 + number % 10] for number, sentence in enumerate(SENTENCES)]
    expected = vectors(baskets, window=99, shrink_windows=False, sg=sg)
    model = Word2Vec(baskets, window="all", sg=sg, **SMALL)
    assert np.array_equal(model.wv.vectors, expected)
    for bad in ("ALL", 0, 1.5):
        with pytest.raises((TypeError, ValueError), match="window: expected"):
            Word2Vec(window=bad)


def test_window_sides():
    # After "a" comes "b", always: seen from one side only, "b" predicts nothing of "a".
    sentences = [["a", "b"]] * 300
    left, right = (Word2Vec(sentences, window_side=side, sg=1, **SMALL) for side in ("left", "right"))
    fresh = Word2Vec(**SMALL)
    fresh.build_vocab(sentences)
    moved = [{word for word in "ab" if not np.array_equal(model.wv[word], fresh.wv[word])} for model in (left, right)]
    assert moved == [{"a"}, {"b"}]
    with pytest.raises(ValueError, match="window_side: expected one of both, left, right, got 'up'"):
        Word2Vec(window_side="up")


def test_sentence_weights():
    weights = np.ones(len(SENTENCES))
    expected = vectors(SENTENCES)
    assert np.array_equal(vectors(SENTENCES, sentence_weights=weights), expected)
    weights[100:] = 0
    rest = SENTENCES[:100] + [["w0"]] * 1900  # a single word teaches nothing, but keeps the numbers of all others
    model = Word2Vec(**SMALL | {"sample": 0})
    model.build_vocab(SENTENCES)
    start = model.wv.vectors.copy()
    model.train(SENTENCES, sentence_weights=weights)
    assert not np.array_equal(model.wv.vectors, start)
    learnt = model.wv.vectors.copy()
    model.init_weights()
    model.train(SENTENCES[:100], start_alpha=0.025, end_alpha=0.025 - (0.025 - 0.0001) / 20, epochs=1)
    assert len(rest) == len(SENTENCES)
    assert np.corrcoef(learnt.ravel() - start.ravel(), model.wv.vectors.ravel() - start.ravel())[0, 1] > 0.5


def test_weights_follow_their_sentences():
    sentences = [["a"] * 3, [], ["b"] * 10_001, ["c"], ["a"]]
    corpus = encode_iterable(sentences, min_count=2, weights=[1, 2, 3, 4, 5])[1]
    assert corpus.weights.tolist() == [1, 3, 3, 5]
    padded = np.array([[0, 1], [-1, -1], [1, -1]])
    assert encode_rows(padded, weights=[1, 2, 3])[1].weights.tolist() == [1, 3]
    for weights, message in (([1], "one for each of 5 sentences"), ([1, 2, 3, 4, -5], "of at least 0")):
        with pytest.raises(ValueError, match=message):
            encode_iterable(sentences, weights=weights)
    for weights in ("heavy", iter([1])):
        with pytest.raises(TypeError, match="sentence_weights: expected a sequence of numbers, got "):
            encode_iterable(sentences, weights=weights)
    for refused in ({"corpus_file": "x"}, {"sentences": SENTENCES, "cache": False}):
        with pytest.raises(TypeError, match="sentence_weights: expected sentences"):
            Word2Vec(sentence_weights=[1], **refused)


def test_any_exponent_of_noise():
    for exponent in (-1.5, 0, 0.5, 3):
        assert np.isfinite(vectors(SENTENCES, ns_exponent=exponent)).all()
