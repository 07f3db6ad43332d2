"""Where the rows of n-grams lie, and what they begin with."""

import numpy as np
import pytest

from w2v import FastText


@pytest.fixture
def model():
    model = FastText(vector_size=16, min_count=1, bucket=1000)
    model.build_vocab([["to", "too"]] * 5 + [["tooth", "booth"]] * 3 + [["tooth", "both"]])
    return model


def test_rows_of_a_word_lie_together(model):
    subwords, seen = model.wv.subwords, 0
    for word in model.wv.index_to_key:  # n-grams that no word before has get the next rows
        rows = np.unique(subwords.kept[subwords.numbers([word])[0]])
        fresh = rows[rows > seen]
        assert fresh.tolist() == list(range(seen + 1, seen + 1 + len(fresh)))
        seen += len(fresh)
    assert seen == len(subwords.ngrams) - 1 > 20


def test_the_most_frequent_n_grams_get_the_first_of_the_drawn_rows(model):
    subwords, vocab = model.wv.subwords, model.vocab
    numbers, starts = subwords.numbers(vocab.words)
    often = np.bincount(numbers, np.repeat(vocab.counts, np.diff(starts)), minlength=1000)
    order = np.argsort(-often, kind="stable")[: np.count_nonzero(often)]
    drawn = np.random.default_rng(model.seed + 1).random((len(order), 16), dtype=np.float32)
    expected = (drawn - np.float32(0.5)) * np.float32(2 / 16)
    assert np.array_equal(subwords.ngrams[subwords.kept[order]], expected)
