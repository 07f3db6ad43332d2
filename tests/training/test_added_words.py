"""Words that users add to the vectors of a model live on: saved, kept by updates, trained only in the vocabulary."""

import copy

import numpy as np
import pytest

from w2v import FormatError, KeyedVectors, Word2Vec
from w2v.formats import native

SENTENCES = [["the", "cat", "sat"], ["the", "dog", "sat"]] * 40
SMALL = {"vector_size": 8, "min_count": 1, "workers": 1, "seed": 3}
KINDS = {
    "cbow": {},
    "tree": {"hs": 1, "negative": 0},
    "nce": {"objective": "nce", "nce_bias": True},
    "softmax": {"objective": "softmax", "sg": 1},
    "structured": {"positional": "outputs", "sg": 1},
    "weights": {"positional": "weights"},
}
PAD, OWN = np.zeros(8, np.float32), np.arange(8, dtype=np.float32)


@pytest.fixture(params=KINDS)
def settings(request):
    return {**SMALL, **KINDS[request.param]}


def added(settings):
    model = Word2Vec(SENTENCES, **settings)
    model.wv.add_vectors(["<pad>", "own"], [PAD, OWN], extras={"count": [0, 7]})
    return model


def assert_own(kv):
    np.testing.assert_array_equal(kv["<pad>"], PAD)
    np.testing.assert_array_equal(kv["own"], OWN)
    assert kv.get_vecattr("own", "count") == 7


def test_they_are_saved(settings, tmp_path):
    model = added(settings)
    model.save(tmp_path / "model")
    again = Word2Vec.load(tmp_path / "model")
    assert again.wv.index_to_key == [*model.vocab.words, "<pad>", "own"]
    assert again.vocab.words == model.vocab.words
    assert again.vocab.counts.tolist() == model.vocab.counts.tolist()
    assert_own(again.wv)
    again.train(SENTENCES)
    model.train(SENTENCES)
    np.testing.assert_array_equal(again.wv.vectors, model.wv.vectors)
    assert_own(KeyedVectors.load(tmp_path / "model"))


def test_they_are_not_trained(settings):
    model, plain = added(settings), Word2Vec(SENTENCES, **settings)
    model.train(SENTENCES)
    plain.train(SENTENCES)
    assert_own(model.wv)
    np.testing.assert_array_equal(model.wv.vectors[:-2], plain.wv.vectors)
    for (name, matrix), (_, other) in zip(model._outputs, plain._outputs, strict=True):
        np.testing.assert_array_equal(matrix, other, err_msg=name)


def test_updates_keep_them(settings):
    model, plain = added(settings), Word2Vec(SENTENCES, **settings)
    for each in (model, plain):
        each.build_vocab([["new", "cat"]], update=True)
        each.train([["new", "cat", "sat"]] * 20)
    assert model.wv.index_to_key == [*plain.wv.index_to_key, "<pad>", "own"]
    np.testing.assert_array_equal(model.wv.vectors[:-2], plain.wv.vectors)
    assert_own(model.wv)


def test_one_that_comes_into_the_vocabulary_is_trained_from_its_own_vector(settings):
    model = added(settings)
    model.build_vocab([["own", "cat"]], update=True)
    assert model.wv.index_to_key == [*model.vocab.words, "<pad>"]
    np.testing.assert_array_equal(model.wv["own"], OWN)
    assert model.wv.get_vecattr("own", "count") == 1
    model.train([["own", "cat", "sat"]] * 40)
    assert (model.wv["own"] != OWN).any()
    np.testing.assert_array_equal(model.wv["<pad>"], PAD)


def test_questions_and_predictions(settings):
    model = added(settings)
    assert model.wv.most_similar("own", topn=1)
    words = {word for word, _ in model.predict_output_word(["cat", "the"], topn=None)}
    assert words == set(model.vocab.words)


def test_other_ways_to_train():
    model = added({**SMALL, "sg": 1})
    model.train_pairs(["cat", "own"], ["dog", "dog"])
    assert_own(model.wv)
    model.add_null_word()
    assert_own(model.wv)
    assert model.wv.index_to_key[-3:] == ["\0", "<pad>", "own"]
    later = Word2Vec(SENTENCES, **SMALL, init_from=model, epochs=1)
    assert "own" not in later.wv
    with_own = Word2Vec([["own", "cat"]] * 9, **SMALL, init_from=model, freeze="input")
    np.testing.assert_array_equal(with_own.wv["own"], OWN)


def test_mirror():
    model = Word2Vec(vector_size=8, min_count=1, workers=1, kernel="mirror")
    model.build_vocab(SENTENCES)
    plain = copy.deepcopy(model)
    model.build_vocab(SENTENCES)
    model.wv.add_vectors(["<pad>", "own"], [PAD, OWN], extras={"count": [0, 7]})
    model.train()
    assert_own(model.wv)
    assert len(plain.wv) == len(model.wv) - 2


def test_words_among_those_of_the_vocabulary_are_refused():
    model = added(SMALL)
    model.wv.index_to_key[0] = "other"
    with pytest.raises(ValueError, match="in their order"):
        model.train(SENTENCES)


@pytest.mark.parametrize("number", [-1, 99, "2", None])
def test_senseless_numbers_of_added_words(number, tmp_path):
    model = added(SMALL)
    model.save(tmp_path / "model")
    settings = native.load_settings(tmp_path / "model") | {"added_words": number}
    matrices = {"vectors": model.wv.vectors, "syn1neg": model.syn1neg}
    counts = model.wv.expandos["count"]
    native.save_model(
        tmp_path / "model", settings=settings, words=model.wv.index_to_key, counts=counts, matrices=matrices
    )
    with pytest.raises(FormatError, match="added_words"):
        Word2Vec.load(tmp_path / "model")
