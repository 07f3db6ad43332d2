"""Settings: names, order and defaults of gensim's constructor, and what is refused."""

import inspect
import logging

import numpy as np
import pytest

from w2v import Word2Vec

SENTENCES = [["to", "be", "or", "not", "to", "be"]] * 10

DEFAULTS = {  # of gensim 4.4, in its order
    "sentences": None,
    "corpus_file": None,
    "vector_size": 100,
    "alpha": 0.025,
    "window": 5,
    "min_count": 5,
    "max_vocab_size": None,
    "sample": 1e-3,
    "seed": 1,
    "workers": 3,
    "min_alpha": 0.0001,
    "sg": 0,
    "hs": 0,
    "negative": 5,
    "ns_exponent": 0.75,
    "cbow_mean": 1,
    "hashfxn": hash,
    "epochs": 5,
    "null_word": 0,
    "trim_rule": None,
    "sorted_vocab": 1,
    "batch_words": 10000,
    "compute_loss": False,
    "callbacks": (),
    "comment": None,
    "max_final_vocab": None,
    "shrink_windows": True,
}
NOT_KEPT = {"sentences", "corpus_file", "trim_rule", "callbacks"}
CORPUS = ["corpus_iterable", "corpus_file"]
BUILD_VOCAB = [*CORPUS, "update", "progress_per", "keep_raw_vocab", "trim_rule"]
TRAIN = [*CORPUS, "total_examples", "total_words", "epochs", "start_alpha", "end_alpha", "word_count", "queue_factor"]
TRAIN += ["report_delay", "compute_loss", "callbacks"]


def positional(function):
    parameters = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD and p.name != "self"}


def test_parameters_are_gensims():
    assert list(positional(Word2Vec).items()) == list(DEFAULTS.items())
    assert list(positional(Word2Vec.build_vocab)) == BUILD_VOCAB
    assert list(positional(Word2Vec.train)) == TRAIN


def test_settings_are_attributes():
    model = Word2Vec()
    for name, value in DEFAULTS.items():
        if name not in NOT_KEPT:
            assert getattr(model, name) == value, name
    assert (model.layer1_size, model.kernel, str(model)) == (
        100,
        "batched",
        "Word2Vec<vocab=0, vector_size=100, alpha=0.025>",
    )


def test_positional_use():
    model = Word2Vec(SENTENCES, None, 20, 0.05, 3, 1)
    assert (model.vector_size, model.alpha, model.window, model.min_count) == (20, 0.05, 3, 1)
    assert model.wv.vectors.shape == (4, 20)


def test_numbers_become_pythons_own():
    model = Word2Vec(vector_size=np.int64(8), alpha=np.float32(0.5), window=np.uint8(2), sg=True, sample=0)
    kinds = {name: type(getattr(model, name)) for name in ("vector_size", "alpha", "window", "sg", "sample")}
    assert kinds == {"vector_size": int, "alpha": float, "window": int, "sg": int, "sample": float}


def test_whole_numbers_that_come_as_floats():
    model = Word2Vec(window=4.0, max_vocab_size=1e6, negative=np.float64(3))
    assert [model.window, model.max_vocab_size, model.negative] == [4, 1_000_000, 3]
    assert {type(value) for value in (model.window, model.max_vocab_size, model.negative)} == {int}


@pytest.mark.parametrize(
    "settings, error",
    [
        ({"vector_size": -1}, ValueError),
        ({"vector_size": 0}, ValueError),
        ({"vector_size": 10.0}, TypeError),
        ({"vector_size": "10"}, TypeError),
        ({"vector_size": None}, TypeError),
        ({"window": 0}, ValueError),
        ({"workers": 0}, ValueError),
        ({"workers": -1}, ValueError),
        ({"epochs": 0}, ValueError),
        ({"epochs": None}, TypeError),
        ({"negative": 0}, ValueError),
        ({"negative": 2**40}, ValueError),
        ({"min_count": -1}, ValueError),
        ({"max_vocab_size": -1}, ValueError),
        ({"max_final_vocab": 0}, ValueError),
        ({"alpha": float("nan")}, ValueError),
        ({"alpha": float("inf")}, ValueError),
        ({"alpha": -0.1}, ValueError),
        ({"alpha": "0.1"}, TypeError),
        ({"alpha": True}, TypeError),
        ({"min_alpha": float("nan")}, ValueError),
        ({"sample": -1}, ValueError),
        ({"ns_exponent": float("inf")}, ValueError),
        ({"seed": 1.5}, TypeError),
        ({"window": 2.5}, TypeError),
        ({"max_vocab_size": float("inf")}, TypeError),
        ({"sg": 2}, ValueError),
        ({"cbow_mean": -1}, ValueError),
        ({"hs": 2}, ValueError),
        ({"objective": "magic"}, ValueError),
        ({"nce_bias": True}, ValueError),
        ({"kernel": "magic"}, ValueError),
    ],
)
def test_senseless_settings(settings, error):
    (name,) = settings
    with pytest.raises(error, match=name):
        Word2Vec(**settings)
    model = Word2Vec(SENTENCES, min_count=1, vector_size=4)
    for name, value in settings.items():
        setattr(model, name, value)
    with pytest.raises(error, match=name):
        model.train(SENTENCES)
    with pytest.raises(error, match=name):
        model.build_vocab(SENTENCES)


@pytest.mark.parametrize(
    "settings, fix",
    [
        ({"negative": 0}, "negative to 1 or more, or hs=1"),
        ({"objective": "nce", "negative": 0}, "negative to 1 or more"),
        ({"objective": "nce", "hs": 1}, "set hs=0"),
        ({"nce_bias": True}, 'belongs to objective="nce"'),
        ({"cbow_corrected": True, "sg": 1}, "set sg=0 and cbow_mean=1"),
        ({"cbow_corrected": True, "cbow_mean": 0}, "set sg=0 and cbow_mean=1"),
    ],
)
def test_objectives_that_train_nothing_or_contradict_each_other(settings, fix):
    with pytest.raises(ValueError, match=fix):
        Word2Vec(SENTENCES, min_count=1, vector_size=4, **settings)


def test_settings_at_their_bounds():
    assert Word2Vec(SENTENCES, min_count=0, seed=-1, ns_exponent=-0.5, alpha=0, max_vocab_size=0).wv.vectors.any()


def test_unknown_settings():
    for call in (lambda **unknown: Word2Vec(SENTENCES, **unknown), Word2Vec().build_vocab, Word2Vec().train):
        with pytest.raises(TypeError, match=r"\(\) got an unexpected keyword argument 'widnow'$"):
            call(widnow=10)


def test_subclass(tmp_path):
    class Mine(Word2Vec):
        def __init__(self, size, **settings):
            super().__init__(SENTENCES, vector_size=size, **settings)
            self.mine = True

    model = Mine(6, min_count=1)
    assert str(model) == "Mine<vocab=4, vector_size=6, alpha=0.025>"
    model.save(tmp_path / "model")
    assert type(Mine.load(tmp_path / "model")) is Mine


def test_what_a_model_without_corpus_cannot_keep(caplog):
    with caplog.at_level(logging.WARNING):
        Word2Vec()
        assert not caplog.records
        Word2Vec(trim_rule=lambda word, count, min_count: 0)
        Word2Vec(callbacks=[object()])
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 2
