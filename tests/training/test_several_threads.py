"""Every way of training by several threads at once learns what one thread learns.

Under ThreadSanitizer these tests say what threads do to each other: texts of other tests are so small that one thread
trains them, whatever is asked for. Here texts are small, too, for ThreadSanitizer takes a second for a thousand words.
"""

import copy

import numpy as np
import pytest

from w2v import Doc2Vec, FastText, PairModel, Word2Vec
from w2v.doc2vec import TaggedDocument
from w2v.training import trainer

THREADS, N_WORDS = 4, 60
SMALL = {"vector_size": 20, "window": 2, "min_count": 1, "sample": 0, "epochs": 2, "alpha": 0.05}
WAYS = {
    "skipgram": {"sg": 1},
    "cbow": {},
    "cbow of sums": {"cbow_mean": 0},
    "skipgram pair by pair": {"sg": 1, "kernel": "pairwise"},
    "skipgram down a tree": {"sg": 1, "hs": 1, "negative": 0},
    "cbow down a tree": {"hs": 1, "negative": 0},
    "skipgram by contrast": {"sg": 1, "objective": "nce", "nce_bias": True},
    "cbow by contrast": {"objective": "nce", "nce_bias": True},
    "cwindow": {"positional": "outputs"},
    "weights of positions": {"positional": "weights"},
}
OF_WORDS = {
    "structured skipgram": {"sg": 1, "positional": "outputs"},
    "skipgram, much noise": {"sg": 1, "negative": 20},
    "structured skipgram, much noise": {"sg": 1, "negative": 20, "positional": "outputs"},
    "skipgram among all words": {"sg": 1, "objective": "softmax"},
    "cbow among all words": {"objective": "softmax"},
}
ALL = WAYS | OF_WORDS
DOCUMENTS = {
    "memory": {},
    "memory down a tree": {"hs": 1, "negative": 0},
    "bag": {"dm": 0},
    "bag and words": {"dm": 0, "dbow_words": 1},
}
FROZEN = ["skipgram", "cbow", "skipgram down a tree", "cbow by contrast", "skipgram among all words"]


@pytest.fixture(autouse=True)
def small_texts_have_threads(monkeypatch):
    monkeypatch.setattr(trainer, "ONE_THREAD", 0)


def texts():
    """Sentences that go through the words in order, from anywhere on."""
    begin = (N_WORDS * np.random.default_rng(1).random(300) ** 2).astype(int)
    return [[f"w{(first + i) % N_WORDS}" for i in range(10)] for first in begin]


def check(learn):
    """Compare the losses of several threads with those of one, and see that this one learns anything at all."""
    one, several = learn(1), learn(THREADS)
    assert one[-1] < 0.98 * one[0]
    assert several == pytest.approx(one, rel=0.2)


def train(model):
    model.train(texts(), total_examples=model.corpus_count, epochs=model.epochs)
    return model.losses[-model.epochs :]


def losses(kind, workers, factors=None, **settings):
    model = kind(**SMALL, workers=workers, compute_loss=True, **settings)
    model.build_vocab(texts())
    if factors:
        setattr(model.wv, factors, np.linspace(0.5, 1, N_WORDS, dtype=np.float32))
    return train(model)


@pytest.mark.parametrize("way", ALL)
def test_words(way):
    check(lambda workers: losses(Word2Vec, workers, **ALL[way]))


@pytest.mark.parametrize("way", ALL)
def test_words_with_factors(way):
    check(lambda workers: losses(Word2Vec, workers, "vectors_lockf", **ALL[way]))


@pytest.mark.parametrize("way", FROZEN)
def test_frozen_outputs(way):
    model = Word2Vec(texts(), **SMALL, workers=1, compute_loss=True, **ALL[way])
    model.freeze = "output"

    def go_on(workers):
        several = copy.deepcopy(model)
        several.workers = workers
        return train(several)

    check(go_on)


@pytest.mark.parametrize("factors", [None, "vectors_vocab_lockf"])
@pytest.mark.parametrize("way", WAYS)
def test_words_of_n_grams(way, factors):
    check(lambda workers: losses(FastText, workers, factors, bucket=200, min_n=2, max_n=3, **WAYS[way]))


@pytest.mark.parametrize("way", DOCUMENTS)
def test_documents(way):
    documents = [TaggedDocument(text, [i, "odd" if i % 2 else "even"]) for i, text in enumerate(texts())]

    def learn(workers):
        model = Doc2Vec(documents, **SMALL, workers=workers, compute_loss=True, **DOCUMENTS[way])
        assert model.infer_vectors(texts()[:100]).shape == (100, 20)
        return model.losses

    check(learn)


def test_pairs():
    words = [word for text in 4 * texts() for word in text]

    def learn(workers):
        model = PairModel(vector_size=20, workers=workers, epochs=2)
        model.train_pairs(words[:-1], words[1:])
        return model.losses

    check(learn)
