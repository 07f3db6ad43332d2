"""What gensim shows of a model's insides."""

import logging

import numpy as np
import pytest

from w2v import Word2Vec

SENTENCES = [["salt", "and", "pepper"], ["cup", "and", "saucer"]] * 300
SMALL = {"vector_size": 16, "min_count": 1, "alpha": 0.1, "sample": 0}


@pytest.fixture(scope="module")
def model():
    return Word2Vec(SENTENCES, **SMALL)


def test_cumulative_table(model):
    table = model.cum_table
    counts = model.wv.expandos["count"].astype(float)
    expected = np.cumsum(counts**0.75)
    np.testing.assert_allclose(table, expected / expected[-1] * (2**31 - 1), rtol=1e-6)
    assert (table.dtype, table[-1]) == (np.uint32, 2**31 - 1)
    assert Word2Vec().cum_table is None
    other = Word2Vec(SENTENCES, **SMALL, ns_exponent=0)
    other.make_cum_table(domain=500)
    assert other.cum_table.tolist() == [100, 200, 300, 400, 500]
    other.build_vocab([["new"]], update=True)
    assert len(other.cum_table) == 6


def test_binary_tree():
    model = Word2Vec(SENTENCES, **SMALL)
    with pytest.raises(KeyError):
        model.wv.get_vecattr("and", "code")
    model.create_binary_tree()
    paths = {word: (model.wv.get_vecattr(word, "code"), model.wv.get_vecattr(word, "point")) for word in model.vocab}
    assert len({tuple(code) for code, _ in paths.values()}) == 5
    assert {int(point[0]) for _, point in paths.values()} == {3}  # the root
    for code, point in paths.values():
        assert (len(code), code.dtype, point.dtype) == (len(point), np.uint8, np.uint32)
    assert sum(2.0 ** -len(code) for code, _ in paths.values()) == 1
    assert len(paths["and"][0]) <= 2


def test_attributes_that_follow_do_not_hinder_files(tmp_path):
    model = Word2Vec(SENTENCES, **SMALL)
    model.create_binary_tree()
    assert model.wv.get_vecattr("and", "sample_int") == 2**32 - 1
    assert list(model.wv.expandos) == ["count"]
    model.wv.save(tmp_path / "vectors")
    model.save(tmp_path / "model")


def test_a_generator(model):
    assert model.random.randint(1000) == np.random.RandomState(1).randint(1000)
    Word2Vec(seed=-1).random.randint(5)


def test_everything_is_logged_under_one_name(caplog):
    with caplog.at_level(logging.INFO):
        Word2Vec(SENTENCES, **SMALL)
    assert {record.name for record in caplog.records} == {"w2v.model"}
