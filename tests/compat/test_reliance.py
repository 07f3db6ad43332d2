"""What users of gensim rely on without saying so: orders, seeds, ranges, shapes."""

import copy
import os
import subprocess
import sys

import numpy as np
import pytest

from w2v import Word2Vec

RNG = np.random.default_rng(11)
PETS, FOOD = [["cat", "dog", "horse", "cow"], ["bread", "milk", "rice", "egg"]]
SENTENCES = [RNG.choice([*group, "the"], 6).tolist() for group in (PETS, FOOD) * 400]
SMALL = {"vector_size": 16, "window": 3, "min_count": 1, "sample": 0, "alpha": 0.1}


@pytest.fixture(scope="module")
def trained():
    return Word2Vec(SENTENCES, **SMALL, workers=1, epochs=10)


@pytest.fixture
def model(trained):
    return copy.deepcopy(trained)


def test_order_of_words():
    model = Word2Vec([["a", "b", "c"], ["b", "c", "d", "d"]], vector_size=4, min_count=1)
    assert model.wv.index_to_key == ["d", "c", "b", "a"]  # equally frequent ones in reversed order of appearance


def test_small_corpora_do_not_depend_on_workers():
    vectors = [Word2Vec(SENTENCES, **SMALL, workers=workers).wv.vectors for workers in (1, 2, 3, 8)]
    for other in vectors[1:]:
        np.testing.assert_array_equal(vectors[0], other)


PROGRAM = """
from w2v import Word2Vec
print(Word2Vec([list("abcab")] * 50, vector_size=4, min_count=1, workers=1).wv.vectors.tobytes().hex())
"""


def test_one_seed_the_same_bits_in_another_process():
    def run(seed):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        return subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True, env=environment).stdout

    assert run("1") == run("2") != b""


def test_hashfxn_has_no_effect():
    models = [Word2Vec(SENTENCES, **SMALL, hashfxn=function) for function in (hash, lambda word: 3)]
    np.testing.assert_array_equal(models[0].wv.vectors, models[1].wv.vectors)


def test_a_key_and_its_unit_vector_have_equal_similarities(model):
    by_key = model.wv.most_similar("cat", topn=8)
    unit = model.wv.get_vector("cat", norm=True)
    assert [pair for pair in model.wv.most_similar(positive=[unit], topn=9) if pair[0] != "cat"] == by_key


def test_words_are_dropped_before_windows_are_drawn():
    settings = {"vector_size": 8, "window": 1, "min_count": 3, "sample": 0, "workers": 1}
    gapped = Word2Vec([["a", f"rare{i}", "b"] for i in range(100)], **settings)
    plain = Word2Vec([["a", "b"]] * 100, **settings)
    np.testing.assert_array_equal(gapped.wv.vectors, plain.wv.vectors)


def test_no_end_of_sentence_and_gensims_initial_range():
    model = Word2Vec(vector_size=50, min_count=1)
    model.build_vocab([[str(i) for i in range(1000)]])
    assert "</s>" not in model.wv
    assert 0.0199 < abs(model.wv.vectors).max() <= 0.02
    assert not model.syn1neg.any()
    assert (Word2Vec().alpha, Word2Vec().min_alpha) == (0.025, 0.0001)


def test_sequences_of_all_sorts():
    class Sentence:
        def __init__(self, words):
            self.words = words

        def __len__(self):
            return len(self.words)

        def __iter__(self):
            return iter(self.words)

    plain = Word2Vec(SENTENCES, **SMALL)
    for kind in (tuple, Sentence, np.array):
        other = Word2Vec([kind(sentence) for sentence in SENTENCES], **SMALL)
        np.testing.assert_array_equal(plain.wv.vectors, other.wv.vectors)


def test_arrays_of_similarities_and_read_only_vectors(model):
    assert model.wv.most_similar("cat", topn=None).shape == (9,)
    assert model.wv.distances("cat").shape == (9,)
    with pytest.raises(ValueError, match="read-only"):
        model.wv["cat"][0] = 1
