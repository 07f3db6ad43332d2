"""Vectors of new documents depend on their words and on the model alone."""

import pickle

import numpy as np
import pytest
from tagged import DOCUMENTS, NEW, each_way, model_of
from trained import trained_and_copied

from w2v import Doc2Vec
from w2v.errors import DivergedError, VocabularyError

trained, model = trained_and_copied(lambda: model_of(dm=0))


@each_way
def test_inference_depends_on_the_words_alone(way):
    model = model_of(**way)
    before = pickle.dumps((model.wv.vectors, model.dv.vectors, model.syn1neg, model.syn1))
    vectors = model.infer_vectors(NEW)
    assert np.array_equal(model.infer_vectors(NEW[::-1], workers=3), vectors[::-1])
    assert np.array_equal(model.infer_vectors(iter(NEW[:10])), vectors[:10])
    assert np.array_equal(model.infer_vectors(DOCUMENTS[:2]), model.infer_vectors([d.words for d in DOCUMENTS[:2]]))
    assert np.array_equal(model.infer_vector(NEW[5]), vectors[5])
    assert np.array_equal(model.infer_vector([*NEW[5], "unheard"]), vectors[5])
    assert pickle.dumps((model.wv.vectors, model.dv.vectors, model.syn1neg, model.syn1)) == before


def test_inference_follows_the_model(model):
    words = NEW[0]
    vector = model.infer_vector(words)
    assert not np.array_equal(model.infer_vector(words, epochs=3), vector)
    assert not np.array_equal(model.infer_vector(words, alpha=0.1), vector)
    assert np.array_equal(model.infer_vector(words, alpha=0, min_alpha=0, epochs=0), vector)  # as in gensim: not given
    model.syn1neg = model.syn1neg * np.float32(0.5)
    assert not np.array_equal(model.infer_vector(words), vector)
    changed = model.infer_vector(words)
    model.syn1neg[:] *= 2  # in place
    assert np.array_equal(model.infer_vector(words), vector)
    assert not np.array_equal(changed, vector)
    model.negative = 2
    assert not np.array_equal(model.infer_vector(words), vector)
    model.train(DOCUMENTS, total_examples=60, epochs=1)
    model.negative = 5
    assert not np.array_equal(model.infer_vector(words), vector)


def test_documents_without_known_words_get_zeros(model):
    assert not model.infer_vector([]).any()
    assert not model.infer_vectors([["unheard"], []]).any()
    assert model.infer_vectors([]).shape == (0, 16)


def test_texts_are_no_lists_of_words(model):
    with pytest.raises(TypeError, match="must be a list of strings"):
        model.infer_vector("cat dog")
    with pytest.raises(TypeError, match="document 1: expected a list of words, got the text 'cat dog'"):
        model.infer_vectors([["cat"], "cat dog"])
    expected = model.infer_vectors([["cat", "dog"]])
    assert np.array_equal(model.infer_vectors(["cat dog"], tokenizer=str.split), expected)


def test_bad_inference_is_refused(model):
    for name, value in {"alpha": -1.0, "epochs": 0, "workers": 0}.items():
        with pytest.raises(ValueError, match=name):
            model.infer_vectors(NEW, **{name: value})
    with pytest.raises(VocabularyError):
        Doc2Vec().infer_vectors(NEW)
    model.syn1neg[:] = 1e30
    with pytest.raises(DivergedError, match="alpha below"):
        model.infer_vectors(NEW, alpha=1e20)


def test_more_threads_infer_the_same_of_long_and_many_documents(model):
    texts = [NEW[0] * 3000, *NEW, [], NEW[1] * 2600]  # longer than sentences may be
    one = model.infer_vectors(texts, epochs=2, workers=1)
    assert np.array_equal(model.infer_vectors(texts, epochs=2, workers=4), one)
    assert np.array_equal(model.infer_vector(texts[0], epochs=2), one[0])
    assert np.array_equal(model.infer_vector(texts[-1], epochs=2), one[-1])
