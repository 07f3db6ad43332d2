"""All of a model that a refused call must leave as it is."""

import copy

import numpy as np
import pytest


def snapshot(model):
    """Everything about a model that a refused call must leave as it is."""
    state = {
        name: copy.deepcopy(value)
        for name, value in model.__getstate__().items()
        if name not in ("wv", "vocab", "_corpus")
    }
    state.update(words=list(model.vocab.words), counts=model.vocab.counts.copy(), corpus=id(model._corpus))
    state.update(keys=list(model.wv.index_to_key), vectors=model.wv.vectors.copy(), wv=id(model.wv))
    return state


def assert_same(state, other):
    assert state.keys() == other.keys()
    for name, value in state.items():
        np.testing.assert_array_equal(value, other[name], err_msg=name)


def refused(model, error, **arguments):
    before = snapshot(model)
    with pytest.raises(error):
        model.train(**{"corpus_iterable": [["the", "cat", "sat"]] * 9, **arguments})
    assert_same(before, snapshot(model))
