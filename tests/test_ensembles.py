"""Vectors by a preset: trainings one after the other, and one set of vectors made of them."""

import numpy as np
import pytest

from w2v import Word2Vec, ensemble, presets, train_vectors
from w2v.ensembles import plan, train_planned

SENTENCES = [["the", "cat", "sat"], ["a", "dog", "ran", "to", "the", "house"]] * 30
SMALL = {"vector_size": 8, "min_count": 1, "epochs": 2, "workers": 1}


class Models:
    """A callback that notes what is trained."""

    def __init__(self):
        self.seen = []

    def on_train_begin(self, model):
        self.seen.append(model)

    def on_epoch_begin(self, model):
        pass

    on_epoch_end = on_train_end = on_epoch_begin


@pytest.fixture
def trained():
    """The vectors of a preset, and the models that were trained for them."""
    models = Models()
    return train_vectors(SENTENCES, preset="best", callbacks=[models], **SMALL), models.seen


def test_each_training_has_its_settings_and_those_given(trained):
    kv, models = trained
    wanted = presets.ENSEMBLES["best"]
    assert len(models) == len(wanted) > 1
    for model, training in zip(models, wanted, strict=True):
        settings = {name: value for name, value in training.items() if name != "add_outputs"} | SMALL
        assert {name: getattr(model, name) for name in settings} == settings
    assert len({model.seed for model in models}) == len(models)
    assert models[0].seed == 1
    assert kv.index_to_key == models[0].wv.index_to_key
    assert kv.get_vecattr("the", "count") == 60


def test_they_are_put_beside_each_other(trained):
    kv, models = trained
    outputs = [training.get("add_outputs", False) for training in presets.ENSEMBLES["best"]]
    assert set(outputs) == {True, False}
    sets = [model.with_outputs() if add else model.wv for model, add in zip(models, outputs, strict=True)]
    wanted = ensemble(sets, "concatenate").postprocess(dimensions=8)
    np.testing.assert_array_equal(kv.vectors, wanted.vectors)


def test_a_text_that_can_be_read_once_is_enough():
    kv = train_vectors(iter(SENTENCES), **SMALL)
    np.testing.assert_array_equal(kv.vectors, train_vectors(SENTENCES, **SMALL).vectors)


def test_other_seeds_give_other_vectors():
    other = train_vectors(SENTENCES, seed=2, **SMALL)
    assert not np.allclose(other.vectors, train_vectors(SENTENCES, **SMALL).vectors)
    seeds = [[planned.model.seed for planned in plan("best", {"seed": seed}).trainings] for seed in (1, 2, 3)]
    assert len({seed for row in seeds for seed in row}) == 3 * len(seeds[0])


def test_a_preset_of_one_training_gives_its_vectors():
    model = Word2Vec(SENTENCES, **{**presets.PRESETS["fast"], **SMALL})
    np.testing.assert_array_equal(train_vectors(SENTENCES, preset="fast", **SMALL).vectors, model.wv.vectors)


def test_a_model_is_free_when_its_vectors_are_taken():
    planned = plan("best", SMALL)
    train_planned(planned, lambda model: model.build_vocab(SENTENCES))
    assert planned.trainings == []


def test_the_size_of_the_result():
    assert plan("best", {}).vector_size == presets.DIMENSIONS["best"]
    assert plan("best", {"vector_size": 5}).vector_size == 5
    assert plan("quality", {}).vector_size == presets.PRESETS["quality"]["vector_size"]
    settings = {name: value for name, value in SMALL.items() if name != "vector_size"}
    assert train_vectors(SENTENCES, **settings).vector_size == presets.DIMENSIONS["best"]


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"preset": "bets"}, "preset: expected one of default, fast"),
        ({"hs": 1, "negative": 0}, "preset 'best': expected noise words or the full softmax"),
        ({"alpha": -1}, "alpha"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_read(settings, message):
    def unread():
        raise AssertionError("read")

    with pytest.raises(ValueError, match=message):
        train_vectors(unread, **settings)


def test_each_preset_is_described_once():
    assert set(presets.ABOUT) == {*presets.PRESETS, *presets.ENSEMBLES}
    assert not set(presets.PRESETS) & set(presets.ENSEMBLES)


def test_ctrl_c_ends_it():
    class Stop(Models):
        def on_epoch_begin(self, model):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_vectors(SENTENCES, callbacks=[Stop()], **SMALL)
