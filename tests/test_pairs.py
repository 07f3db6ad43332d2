"""Pairs: the compiled trainer against plain numpy, both vocabularies, weights, and what is refused."""

import numpy as np
import pytest
from toy import aligned, random_rows

from w2v import PairModel, VocabularyError, Word2Vec, _core
from w2v.pairs import Pairs
from w2v.reference import skipgram_loss, skipgram_step
from w2v.replay import Stream, _noise_words
from w2v.vocab import Noise, Vocab

CHUNK = 256  # pairs of one stream of draws
SETS = _core.kernel_sets()


def toy(n_pairs=600, seed=3):
    rng = np.random.default_rng(seed)
    centers, contexts = (rng.integers(0, n, n_pairs).astype(np.int32) for n in (30, 50))
    return random_rows(30, 20, 1, 1), random_rows(50, 20, 1, 2), centers, contexts


def train(inp, out, centers, contexts, weights=None, kernels=SETS[0], **changes):
    inp, out = aligned(inp), aligned(out)
    settings = {"negative": 7, "seed": 5, "alpha": 0.1, "min_alpha": 0.01, "pairs": len(centers), "loss_every": 1}
    noise = Noise(np.arange(1, len(out) + 1)).table
    job = _core.PairJob(inp, out, 20, centers, contexts, weights, noise, kernels=kernels, **settings | changes)
    tallies = np.zeros(1, dtype=_core.PAIR_TALLY)
    job.begin_epoch(0, 0)
    job.run(tallies, 0)
    return inp, out, tallies[0]


def replay(inp, out, centers, contexts, weights):
    """The same in float64 numpy; returns the matrices and the weighted loss."""
    inp, out, loss = inp.astype(np.float64), out.astype(np.float64), 0.0
    table = Noise(np.arange(1, len(out) + 1)).table
    for i, (centre, context) in enumerate(zip(centers, contexts, strict=True)):
        if i % CHUNK == 0:
            stream = Stream(5, 0, i // CHUNK)
            alpha = 0.1 - (0.1 - 0.01) * i / len(centers)
        noise = []
        for _ in range(7):
            noise += _noise_words(stream, table, [stream.next()], context)
        loss += weights[i] * skipgram_loss(inp, out, [centre], context, noise)
        skipgram_step(inp, out, [centre], context, noise, alpha * weights[i])
    return inp, out, loss


@pytest.mark.parametrize("kernels", SETS)
@pytest.mark.parametrize("weighted", [False, True])
def test_training_agrees_with_numpy(kernels, weighted):
    data = toy()
    weights = np.random.default_rng(1).random(600).astype(np.float32) if weighted else None
    inp, out, tally = train(*data, weights, kernels)
    expected = replay(*data, np.ones(600) if weights is None else weights)
    np.testing.assert_allclose(inp[:, :20], expected[0], rtol=0, atol=1e-4)
    np.testing.assert_allclose(out[:, :20], expected[1], rtol=0, atol=1e-4)
    assert tally["loss"] == pytest.approx(expected[2], rel=1e-5)
    assert tally["weight"] == pytest.approx(600 if weights is None else weights.sum(), rel=1e-6)
    assert tally["pairs"] == 600


def test_kernel_sets_agree():
    first = train(*toy())
    for kernels in SETS[1:]:
        assert all(map(np.array_equal, first[:2], train(*toy(), kernels=kernels)[:2]))


def test_what_would_crash_is_refused():
    inp, out, centers, contexts = toy()
    for bad in (-1, 50):
        with pytest.raises(ValueError, match=rf"contexts: expected 0\.\.49, got .*{bad}"):
            train(inp, out, centers, np.full(600, bad, np.int32))
    with pytest.raises(ValueError, match=r"centers: expected 0\.\.29, got 30\.\.30"):
        train(inp, out, np.full(600, 30, np.int32), contexts)
    with pytest.raises(ValueError, match="centers: expected one or more"):
        train(inp, out, centers[:0], contexts[:0], pairs=1)
    with pytest.raises(ValueError, match="one for each of 600 centers"):
        train(inp, out, centers, contexts[1:])
    with pytest.raises(ValueError, match="one for each of 600 centers"):
        train(inp, out, centers, contexts, np.ones(599, np.float32))
    with pytest.raises(ValueError, match="negative: expected a number of at least 1"):
        train(inp, out, centers, contexts, negative=0)
    with pytest.raises(ValueError, match="rows of 32 floats, got 48"):
        train(inp, np.zeros((50, 40)), centers, contexts)


def dependencies(n=4000):
    """Animals eat and sleep, vehicles are driven and parked."""
    rng = np.random.default_rng(0)
    kinds = rng.integers(0, 2, n)
    words = np.array([["cat", "dog", "cow"], ["car", "bus", "van"]])
    contexts = np.array([["subject:eat", "subject:sleep"], ["object:drive", "object:park"]])
    return words[kinds, rng.integers(0, 3, n)], contexts[kinds, rng.integers(0, 2, n)]


def test_both_sides_have_vocabularies_of_their_own():
    model = PairModel(vector_size=16, epochs=10, alpha=0.05, workers=2)
    assert model.train_pairs(*dependencies()) == 4000
    assert sorted(model.wv.index_to_key) == ["bus", "car", "cat", "cow", "dog", "van"]
    assert len(model.contexts) == 4
    near = {key: {word for word, _ in model.wv.most_similar(key, topn=2)} for key in ("cat", "bus")}
    assert near == {"cat": {"dog", "cow"}, "bus": {"car", "van"}}
    assert model.losses[-1] < model.losses[0]
    assert model.train_pairs(["cat", "unheard", "cow"], ["subject:eat", "subject:eat", "unheard"], epochs=1) == 1
    assert len(model.losses) == 11


def test_few_pairs_train_alike_in_any_number_of_threads():
    models = [PairModel(vector_size=300, workers=workers) for workers in (1, 4)]
    for model in models:
        model.train_pairs(*dependencies(10_000))
    assert np.array_equal(models[0].wv.vectors, models[1].wv.vectors)


def test_lengths_follow_training():
    model = PairModel(vector_size=8, workers=1)
    for _ in range(2):
        model.train_pairs(*dependencies(500))
        for side in (model.wv, model.contexts):
            side.fill_norms()
            assert np.allclose(side.norms, np.linalg.norm(side.vectors, axis=1))


def test_ids_and_words_train_alike():
    words, contexts = dependencies(500)
    by_words = PairModel(vector_size=8, workers=1)
    by_words.train_pairs(words, contexts)
    ids = [
        np.array([side.key_to_index[word] for word in given])
        for side, given in ((by_words.wv, words), (by_words.contexts, contexts))
    ]
    by_ids = PairModel(vector_size=8, workers=1)
    assert by_ids.train_pairs(*ids) == 500
    assert by_ids.wv.index_to_key == list(range(6))
    assert np.array_equal(by_ids.wv.vectors, by_words.wv.vectors)


def test_pairs_of_weight_0_teach_nothing():
    centers, contexts = np.array([0, 1, 2] * 99), np.array([1, 2, 0] * 99)
    model = PairModel(vector_size=8, workers=1)
    model.train_pairs(centers, contexts, weight=np.tile([1, 1, 0], 99))
    fresh = PairModel(vector_size=8, workers=1)
    fresh.train_pairs(centers, contexts, weight=np.zeros(297))
    changed = (model.wv.vectors != fresh.wv.vectors).any(axis=1)
    assert changed.tolist() == [True, True, False]
    assert fresh.losses == [0] * 5


def test_a_model_trains_on_pairs_of_its_words():
    model = Word2Vec(vector_size=16, min_count=1, workers=1, alpha=0.05)
    with pytest.raises(VocabularyError):
        model.train_pairs(["a"], ["b"])
    model.build_vocab([["cat", "dog", "car", "bus"]])
    assert model.train_pairs(["cat", "dog", "car", "bus", "x"] * 300, ["dog", "cat", "bus", "car", "cat"] * 300) == 1200
    assert model.losses[-1] < model.losses[0]
    with pytest.raises(ValueError, match=r"center: expected rows 0\.\.3, got 4"):
        model.train_pairs(np.array([4]), np.array([0]))
    assert model.train_pairs(["x"], ["y"]) == 0


@pytest.mark.parametrize(
    "given, error, message",
    [
        ((["a"], ["b", "c"]), ValueError, "context: expected one for each of 1 centers, got 2"),
        ((["a"], ["a"], [1, 2]), ValueError, "weight: expected one for each of 1 pairs"),
        ((["a"], ["a"], [-1]), ValueError, "weight: expected finite numbers of at least 0"),
        ((["a"], ["a"], [np.nan]), ValueError, "weight: expected finite numbers of at least 0"),
        (("a", ["a"]), TypeError, "center: expected a sequence of tokens, got str"),
        ((np.array([[0]]), ["a"]), ValueError, "center: expected one dimension, got 2"),
        ((np.array([0]), np.array([-1])), ValueError, r"context: expected rows 0\.\.0, got -1"),
    ],
)
def test_pairs_that_do_not_fit(given, error, message):
    vocab = Vocab(["a"], [1])
    with pytest.raises(error, match=message):
        Pairs(*(*given, None)[:3], (vocab, vocab))


def test_no_pairs():
    with pytest.raises(VocabularyError, match="center: no word is left"):
        PairModel().train_pairs([], [])
    with pytest.raises(ValueError, match="negative: expected a whole number of at least 1"):
        PairModel(negative=0)


@pytest.mark.parametrize("settings", [{"hs": 1}, {"objective": "softmax"}, {"positional": "outputs"}])
def test_models_that_learn_otherwise_are_refused(settings):
    model = Word2Vec(vector_size=8, min_count=1, **settings)
    model.build_vocab([["a", "b"]])
    with pytest.raises(ValueError, match="negative sampling alone"):
        model.train_pairs(["a"], ["b"])
