"""Ids that need no words: walks, flat ids with offsets, blocks of either."""

import numpy as np
import pytest
from sentences import RANDOM, SMALL, WALKS, vectors

from w2v import Ids, PairModel, VocabularyError, Word2Vec
from w2v.corpus.encode import encode_rows


def test_walks_are_rows_of_the_vectors():
    model = Word2Vec(WALKS, **SMALL)
    assert model.wv.index_to_key == list(range(40))
    assert np.array_equal(model.wv[7], model.wv.vectors[7])
    assert model.wv.get_vecattr(7, "count") == (WALKS == 7).sum()
    assert model.train(WALKS[:10], epochs=1)[1] == 120
    flat = Ids(WALKS.reshape(-1), np.arange(0, WALKS.size + 1, 12))
    for same in (WALKS.astype(np.uint8), np.asfortranarray(WALKS), flat, iter(np.array_split(WALKS, 3))):
        assert np.array_equal(vectors(same), vectors(WALKS))


def test_ids_are_not_copied():
    walks = WALKS.astype(np.int32)
    assert np.shares_memory(encode_rows(walks)[1].ids, walks)
    flat = walks.reshape(-1)
    part = Ids(flat, np.array([5, 9, 20]))
    assert np.shares_memory(part.ids, flat)
    assert [walk.tolist() for walk in part] == [flat[5:9].tolist(), flat[9:20].tolist()]
    assert encode_rows(part)[1].ids.tolist() == flat[5:20].tolist()


def test_padding_ends_a_walk():
    padded = WALKS.copy()
    lengths = RANDOM.integers(0, 13, len(WALKS))
    padded[np.arange(12) >= lengths[:, None]] = -1
    sentences = [walk[:length].tolist() for walk, length in zip(WALKS, lengths, strict=True)]
    assert [walk.tolist() for walk in Ids(padded)] == sentences
    corpus = encode_rows(padded)[1]
    assert [walk.tolist() for walk in corpus] == [sentence for sentence in sentences if sentence]
    assert (corpus.n_sentences, corpus.n_words) == (2000, lengths.sum())


def test_masked_ids_are_padding():
    walks = np.array([[3, 1], [2, 3]], dtype=np.uint8)
    masked = np.ma.masked_array(walks, [[False, True], [False, False]])
    assert [walk.tolist() for walk in Ids(masked)] == [[3], [2, 3]]


def test_ids_too_large_to_be_rows(monkeypatch):
    """A large id is a mistake: it would need a row for every number below it."""
    monkeypatch.setattr("w2v.inputs.ids.available_memory", lambda: 10**9)
    large = np.array([[0, 10**8]])
    for given in (large, iter([large]), Ids(large)):
        with pytest.raises(MemoryError, match=r"up to the largest, 100000000, is a row.*number them from 0 on"):
            Word2Vec(given)
    with pytest.raises(MemoryError, match="is a row"):
        PairModel().train_pairs(large[0], large[0])


def test_a_function_may_return_one_block():
    assert np.array_equal(vectors(lambda: WALKS), vectors(WALKS))
    assert np.array_equal(vectors(lambda: Ids(WALKS), cache=False), vectors(WALKS))


def test_long_ids_are_stored_in_pieces():
    corpus = encode_rows(Ids(np.zeros(20_001, np.int32), np.array([0, 0, 20_001])))[1]
    assert corpus.offsets.tolist() == [0, 10_000, 20_000, 20_001]


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        ((np.array([0, 1]),), TypeError, r"Ids\(ids, offsets\)"),
        (([[0, 1], [2]],), ValueError, "got rows of different lengths: fill them up with -1"),
        ((np.array([[0.5]]),), TypeError, "expected an array of integers, got float64"),
        ((np.zeros((1, 1, 1), int),), ValueError, "got 3 dimensions"),
        ((np.array([[0, 1]]), np.array([0, 1])), ValueError, "got 2 dimensions and offsets"),
        ((np.array([[-2, 0]]),), ValueError, "ids: expected -1.*got -2"),
        ((np.array([[2**31 - 1]]),), ValueError, "ids: expected .*got 2147483647"),
        ((np.array([[0, 1], [-1, 3]]),), ValueError, "at the end of a row only, got 3 after it in row 1"),
        ((np.array([0, -1]), np.array([0, 2])), ValueError, r"ids: expected 0\..*got -1"),
        ((np.array([0, 1]), np.array([0, 3])), ValueError, "offsets: expected to rise within the 2 ids"),
        ((np.array([0, 1]), np.array([0, 2, 1])), ValueError, "offsets: expected to rise"),
        ((np.array([0, 1]), np.array([[0]])), ValueError, "offsets: expected one dimension"),
    ],
)
def test_ids_that_do_not_fit(arguments, error, message):
    with pytest.raises(error, match=message):
        Ids(*arguments)


def test_ids_and_models():
    with pytest.raises(ValueError, match="trim_rule: expected None for ids"):
        Word2Vec(WALKS, trim_rule=lambda *_: 0)
    with pytest.raises(VocabularyError):
        Word2Vec(np.zeros((0, 3), int))
    model = Word2Vec(WALKS, **SMALL)
    before = model.wv.vectors.copy()
    for unknown in (np.array([[40, 1]]), iter([np.array([[40, 1]])])):
        with pytest.raises(ValueError, match=r"0\.\.39, got 40"):
            model.train(unknown, epochs=1)
    model.cache = False
    with pytest.raises(ValueError, match=r"0\.\.39, got 40"):
        model.train(lambda: [np.array([[40, 1]])], epochs=1)
    assert np.array_equal(model.wv.vectors, before)
