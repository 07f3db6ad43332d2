"""Questions while a model trains: they may see half-trained vectors, but nothing of that is left behind."""

import threading

import numpy as np
import pytest

from w2v import PairModel, Word2Vec
from w2v.callbacks import CallbackAny2Vec
from w2v.vectors.rows import changing_in_place

RANDOM = np.random.default_rng(5)
SENTENCES = [[f"w{i}" for i in RANDOM.integers(0, 200, 12)] for _ in range(3000)]
SMALL = {"vector_size": 32, "min_count": 1, "workers": 2, "epochs": 3, "alpha": 0.2}


@pytest.fixture
def asking():
    """Begin to ask vectors all the time; the test's end ends it."""
    end, threads = threading.Event(), []

    def ask(*sets):
        def go():
            while not end.is_set():
                for kv in sets:
                    kv.most_similar(kv.index_to_key[3], topn=3)

        threads.append(threading.Thread(target=go))
        threads[0].start()

    yield ask
    end.set()
    threads[0].join()


def assert_fresh(kv):
    """Answers are those of the vectors as they are."""
    fresh = kv.vectors / np.linalg.norm(kv.vectors, axis=1, keepdims=True)
    for key in kv.index_to_key[:20]:
        cosines = fresh @ fresh[kv.key_to_index[key]]
        cosines[kv.key_to_index[key]] = -2
        word, cosine = kv.most_similar(key, topn=1)[0]
        assert cosine == pytest.approx(cosines.max(), abs=1e-5)
        assert kv.similarity(key, word) == pytest.approx(cosine, abs=1e-5)
    if kv.norms is not None:
        np.testing.assert_allclose(kv.norms, np.linalg.norm(kv.vectors, axis=1), rtol=1e-5)


def test_training_leaves_no_old_lengths(asking):
    model = Word2Vec(**SMALL)
    model.build_vocab(SENTENCES)
    asking(model.wv)
    for _ in range(3):
        model.train()
        assert_fresh(model.wv)


def test_neither_does_training_that_fails(asking):
    class Raises(CallbackAny2Vec):
        def on_epoch_end(self, model):
            raise KeyboardInterrupt

    model = Word2Vec(**SMALL)
    model.build_vocab(SENTENCES)
    asking(model.wv)
    with pytest.raises(KeyboardInterrupt):
        model.train(callbacks=[Raises()])
    assert_fresh(model.wv)


def test_nor_training_on_pairs(asking):
    model = Word2Vec(**SMALL)
    model.build_vocab(SENTENCES)
    model.wv.fill_norms()
    centers, contexts = RANDOM.integers(0, 200, (2, 30_000), dtype=np.uint32)
    model.train_pairs(centers, contexts)
    assert_fresh(model.wv)
    asking(model.wv)
    model.train_pairs(centers, contexts)
    assert_fresh(model.wv)


def test_nor_a_model_of_pairs(asking):
    model = PairModel(vector_size=32, workers=2, alpha=0.2)
    centers, contexts = RANDOM.integers(0, 200, (2, 30_000), dtype=np.uint8)
    model.train_pairs(centers, contexts)
    model.wv.add_vectors(["more"], np.ones((1, 32)))
    asking(model.wv, model.contexts)
    model.train_pairs(centers, contexts)
    assert_fresh(model.contexts)
    assert_fresh(model.wv)
    assert model.wv["more"].tolist() == [1] * 32


def test_nothing_is_added_to_vectors_that_are_being_trained():
    """For the matrix that grows is another one than the one that is trained. Callbacks may, between epochs."""

    class Adds(CallbackAny2Vec):
        def on_epoch_begin(self, model):
            model.wv.add_vectors([f"between{len(model.losses)}"], np.ones((1, 32)))

    model = Word2Vec(SENTENCES, **SMALL, callbacks=[Adds()])
    assert model.wv["between2"].tolist() == [1] * 32
    with changing_in_place(model.wv):
        with pytest.raises(RuntimeError, match="being trained"):
            model.wv.add_vectors(["meanwhile"], np.ones((1, 32)))
        model.wv["w3"] = np.ones(32)
    assert "meanwhile" not in model.wv
