"""gensim 3's names: they work, and each says what the new one is."""

import copy
import pickle

import numpy as np
import pytest

from w2v import KeyedVectors, Word2Vec

SENTENCES = [["the", "cat", "sat"], ["the", "dog", "sat"]] * 10
SMALL = {"vector_size": 8, "min_count": 1}


@pytest.fixture
def model():
    return Word2Vec(SENTENCES, **SMALL)


def test_old_arguments(model):
    with pytest.deprecated_call(match=r"Word2Vec\(size=...\) is deprecated: use vector_size"):
        old = Word2Vec(SENTENCES, size=8, min_count=1)
    np.testing.assert_array_equal(old.wv.vectors, model.wv.vectors)
    with pytest.deprecated_call(match="use epochs"):
        assert Word2Vec(iter=3).epochs == 3
    old = Word2Vec(**SMALL)
    with pytest.deprecated_call(match=r"build_vocab\(sentences=...\) is deprecated: use corpus_iterable"):
        old.build_vocab(sentences=SENTENCES)
    with pytest.deprecated_call(match=r"train\(sentences=...\) is deprecated: use corpus_iterable"):
        old.train(sentences=SENTENCES, total_examples=old.corpus_count, epochs=old.epochs)
    np.testing.assert_array_equal(old.wv.vectors, model.wv.vectors)


def test_the_warning_points_at_the_caller(model):
    for call in (lambda: Word2Vec(size=8), lambda: model.most_similar, lambda: model["cat"]):
        with pytest.deprecated_call() as caught:
            call()
        assert caught[0].filename == __file__


VALUES = {
    "size": lambda model: model.vector_size,
    "iter": lambda model: model.epochs,
    "syn0": lambda model: model.wv.vectors,
    "index2word": lambda model: model.wv.index_to_key,
    "syn0_lockf": lambda model: model.wv.vectors_lockf,
}


@pytest.mark.parametrize("name", VALUES)
def test_old_values(model, name):
    with pytest.deprecated_call(match=rf"model\.{name} is deprecated: use model\."):
        assert getattr(model, name) is VALUES[name](model)


def test_old_settings_can_be_assigned_to(model):
    with pytest.deprecated_call(match="epochs"):
        model.iter = 2
    assert model.epochs == 2
    assert "iter" not in vars(model)


CALLS = {
    "most_similar": ("cat",),
    "similarity": ("cat", "dog"),
    "n_similarity": (["cat"], ["dog", "the"]),
    "doesnt_match": (["cat", "dog", "the"],),
    "similar_by_word": ("cat",),
    "most_similar_cosmul": (["cat"],),
}


@pytest.mark.parametrize("name", CALLS)
def test_old_methods(model, name):
    with pytest.deprecated_call(match=rf"use model\.wv\.{name}$"):
        assert getattr(model, name)(*CALLS[name]) == getattr(model.wv, name)(*CALLS[name])


def test_words_of_a_model(model):
    with pytest.deprecated_call(match=r"use model\.wv\[word\]"):
        np.testing.assert_array_equal(model["cat"], model.wv["cat"])
    with pytest.deprecated_call(match=r"use word in model\.wv"):
        assert "cat" in model
    with pytest.raises(TypeError):
        iter(model)


def test_parts_of_gensim_3(model):
    with pytest.deprecated_call(match="use model.X"):
        assert model.trainables.syn1neg is model.syn1neg
    with pytest.deprecated_call():
        assert model.vocabulary.min_count == 1


def test_accuracy_gives_the_sections_alone(model, tmp_path):
    (tmp_path / "questions").write_text(": all\nthe cat sat dog\n")
    with pytest.deprecated_call(match=r"use model\.wv\.evaluate_word_analogies"):
        sections = model.accuracy(tmp_path / "questions", restrict_vocab=3)
    assert [section["section"] for section in sections] == ["all", "Total accuracy"]
    assert sections == model.wv.evaluate_word_analogies(tmp_path / "questions", restrict_vocab=3)[1]


def test_init_sims(model):
    vectors = model.wv.vectors.copy()
    with pytest.deprecated_call(match="unit_normalize_all"):
        model.init_sims()
    np.testing.assert_array_equal(model.wv.vectors, vectors)
    with pytest.deprecated_call():
        model.init_sims(replace=True)
    np.testing.assert_allclose(np.linalg.norm(model.wv.vectors, axis=1), 1, rtol=1e-6)
    with pytest.deprecated_call():
        model.delete_temporary_training_data(replace_word_vectors_norm=True)


def test_vectors_of_a_file(model, tmp_path):
    model.wv.save_word2vec_format(tmp_path / "vectors")
    with pytest.deprecated_call(match=r"use KeyedVectors\.load_word2vec_format"):
        vectors = Word2Vec.load_word2vec_format(tmp_path / "vectors", binary=False)
    assert isinstance(vectors, KeyedVectors)
    np.testing.assert_array_equal(vectors["cat"], model.wv["cat"])


def test_what_gensim_4_users_rely_on(model):
    assert not hasattr(model, "syn1_or_anything_else")
    with pytest.raises(AttributeError, match="'Word2Vec' object has no attribute 'widnow'"):
        model.widnow  # noqa: B018
    with pytest.raises(AttributeError):
        copy.copy(Word2Vec.__new__(Word2Vec)).wv  # noqa: B018  copies are asked before they have attributes
    assert str(pickle.loads(pickle.dumps(model))) == str(model)
