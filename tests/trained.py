"""A model that is trained once for a file of tests, of which each test has a copy of its own."""

import pickle

import pytest


def trained_and_copied(make):
    """Two fixtures: what `make` returns, once for a file of tests, and for each test a copy of it."""

    @pytest.fixture(scope="module")
    def trained():
        return make()

    @pytest.fixture
    def model(trained):
        return pickle.loads(pickle.dumps(trained))

    return trained, model
