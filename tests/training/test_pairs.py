"""Pairs: the compiled trainer against plain numpy, both vocabularies, weights, and what is refused."""

import functools

import numpy as np
import pytest
from toy import aligned, random_rows

from w2v import DivergedError, PairModel, VocabularyError, Word2Vec, _core
from w2v.base.weights import uniform
from w2v.corpus.noise import Noise
from w2v.corpus.vocab import Vocab
from w2v.reference.draws import Stream, noise_word, redrawn_word
from w2v.reference.objectives import skipgram_loss, skipgram_step
from w2v.training.pairs import Pairs

CHUNK = 256  # pairs of one stream of draws
SETS = _core.kernel_sets()


def toy(n_pairs=600, seed=3):
    rng = np.random.default_rng(seed)
    centers, contexts = (rng.integers(0, n, n_pairs).astype(np.int32) for n in (30, 50))
    return random_rows(30, 20, 1, 1), random_rows(50, 20, 1, 2), centers, contexts


SETTINGS = {"negative": 7, "seed": 5, "alpha": 0.1, "min_alpha": 0.01}
NOISE = np.arange(1, 51)


def train(inp, out, centers, contexts, weights=None, kernels=SETS[0], epoch=0, before=0, **changes):
    inp, out = aligned(inp), aligned(out)
    settings = {**SETTINGS, "pairs": len(centers), "loss_every": 1} | changes
    noise = Noise(NOISE[: len(out)]).table
    job = _core.PairJob(inp, out, 20, centers, contexts, weights, noise, kernels=kernels, **settings)
    tallies = np.zeros(1, dtype=_core.PAIR_TALLY)
    job.begin_epoch(epoch, before)
    job.run(tallies, 0)
    return inp, out, tallies[0]


def draw_noise(table, stream):
    return noise_word(table, stream.next())


def replay(inp, out, centers, contexts, weights, noise=NOISE, epoch=0, before=0, pairs=600, seed=5):
    """The same in float64 numpy; returns the matrices and the weighted loss of each pair."""
    inp, out, losses = inp.astype(np.float64), out.astype(np.float64), []
    table = Noise(noise[: len(out)]).table
    for i, (centre, context) in enumerate(zip(centers, contexts, strict=True)):
        if i % CHUNK == 0:
            stream = Stream(seed, epoch, i // CHUNK)
            draw = functools.partial(draw_noise, table, stream)
            alpha = 0.1 - (0.1 - 0.01) * min(1, (before + i) / pairs)
        drawn = []
        for _ in range(7):
            drawn += redrawn_word(draw(), context, draw)
        losses.append(weights[i] * skipgram_loss(inp, out, [centre], context, drawn))
        skipgram_step(inp, out, [centre], context, drawn, alpha * weights[i])
    return inp, out, np.array(losses)


@pytest.mark.parametrize("kernels", SETS)
@pytest.mark.parametrize("weighted", [False, True])
def test_training_agrees_with_numpy(kernels, weighted):
    data = toy()
    weights = np.random.default_rng(1).random(600).astype(np.float32) if weighted else None
    inp, out, tally = train(*data, weights, kernels)
    expected = replay(*data, np.ones(600) if weights is None else weights)
    np.testing.assert_allclose(inp[:, :20], expected[0], rtol=0, atol=1e-4)
    np.testing.assert_allclose(out[:, :20], expected[1], rtol=0, atol=1e-4)
    assert tally["loss"] == pytest.approx(expected[2].sum(), rel=1e-5)
    assert tally["weight"] == pytest.approx(600 if weights is None else weights.sum(), rel=1e-6)
    assert tally["pairs"] == 600


@pytest.mark.parametrize("place", [{"epoch": 2, "before": 1200, "pairs": 1800}, {"before": 900}])
def test_later_epochs_have_other_draws_and_a_lower_rate(place):
    inp, out, tally = train(*toy(), **place)
    expected = replay(*toy(), np.ones(600), **place)
    np.testing.assert_allclose(inp[:, :20], expected[0], rtol=0, atol=1e-4)
    np.testing.assert_allclose(out[:, :20], expected[1], rtol=0, atol=1e-4)
    assert tally["loss"] == pytest.approx(expected[2].sum(), rel=1e-5)


def test_a_sample_of_the_losses():
    weights = np.random.default_rng(1).random(600).astype(np.float32)
    tally = train(*toy(), weights, loss_every=7)[2]
    assert tally["loss"] == pytest.approx(replay(*toy(), weights)[2][::7].sum(), rel=1e-5)
    assert tally["weight"] == pytest.approx(weights[::7].sum(), rel=1e-6)


def test_one_context_has_no_noise():
    inp, out, centers, _ = toy()
    data = inp, out[:1], centers, np.zeros(600, np.int32)
    expected = replay(*data, np.ones(600))
    np.testing.assert_allclose(train(*data)[1][:, :20], expected[1], rtol=0, atol=1e-4)


def test_a_stopped_job_trains_nothing():
    inp, out, centers, contexts = toy()
    matrices, noise = (aligned(inp), aligned(out)), Noise(NOISE).table
    given = {"kernels": SETS[0], "pairs": 600, "loss_every": 1, **SETTINGS}
    job = _core.PairJob(*matrices, 20, centers, contexts, None, noise, **given)
    tallies = np.zeros(1, dtype=_core.PAIR_TALLY)
    job.begin_epoch(0, 0)
    job.stop()
    job.run(tallies, 0)
    assert tallies["pairs"] == [0]
    job.begin_epoch(0, 0)
    job.run(tallies, 0)
    assert tallies["pairs"] == [600]


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


def test_a_model_is_what_numpy_makes_of_its_pairs():
    words, relations = (side.astype(object) for side in dependencies(700))
    weights = np.random.default_rng(1).random(700)
    words[::9], weights[::9] = [f"rare {number}" for number in range(78)], 9
    settings = {"vector_size": 20, "ns_exponent": 0.5, "epochs": 3, "workers": 1, "min_count": 2, **SETTINGS}
    model = PairModel(**settings | {"seed": -5})
    kept = np.arange(700) % 9 > 0
    assert model.train_pairs(words, relations, weight=weights) == kept.sum()
    sides = (model.wv, words), (model.contexts, relations)
    ids = [[side.key_to_index[word] for word in given[kept]] for side, given in sides]
    noise = np.bincount(ids[1], weights[kept])
    expected = _epochs(uniform(6, 20, 2**64 - 5), ids, weights[kept], (noise / noise.max()) ** 0.5, seed=-5)
    for side, matrix in zip((model.wv, model.contexts), expected, strict=False):
        np.testing.assert_allclose(side.vectors, matrix, rtol=0, atol=1e-5)
    assert model.losses == pytest.approx(expected[2], rel=1e-5)


def _epochs(inp, ids, weights, noise, seed, epochs=3):
    """Both matrices and the mean losses."""
    out, losses, pairs = np.zeros((len(noise), inp.shape[1])), [], len(ids[0])
    for epoch in range(epochs):
        place = {"epoch": epoch, "before": epoch * pairs, "pairs": epochs * pairs}
        inp, out, loss = replay(inp, out, *ids, weights, noise, seed=seed, **place)
        losses.append(loss.sum() / weights.sum())
    return inp, out, losses


def test_a_word2vec_on_pairs_is_what_numpy_makes_of_them():
    words = np.array(list("abcdeabcda"))
    settings = {"vector_size": 20, "min_count": 1, "workers": 1, "sample": 0, "ns_exponent": 0.3, **SETTINGS}
    model = Word2Vec(**settings)
    model.build_vocab([words.tolist()])
    inp = model.wv.vectors = model.wv.vectors.copy()  # as a user may: without the padding
    given = np.random.default_rng(1).choice(words, (2, 600))
    model.wv.fill_norms()
    assert model.train_pairs(*given, epochs=3) == 600
    ids = [[model.wv.key_to_index[word] for word in side] for side in given]
    noise = model.vocab.counts**0.3
    expected = _epochs(inp, ids, np.ones(600), noise, seed=5)
    np.testing.assert_allclose(model.wv.vectors, expected[0], rtol=0, atol=1e-5)
    np.testing.assert_allclose(model.syn1neg, expected[1], rtol=0, atol=1e-5)
    assert model.losses == pytest.approx(expected[2], rel=1e-5)
    np.testing.assert_allclose(model.wv.get_vector("a", norm=True) @ model.wv["a"], np.linalg.norm(model.wv["a"]))


def test_weights_that_do_not_fit_are_refused():
    model = Word2Vec(vector_size=8, min_count=1, workers=1)
    model.build_vocab([["a", "b"]])
    model.syn1neg = model.syn1neg[:1]
    with pytest.raises(ValueError, match="syn1neg: expected shape"):
        model.train_pairs(["a"], ["b"])


def test_training_goes_on_where_it_stopped():
    model = PairModel(vector_size=8, workers=1)
    model.train_pairs(*dependencies(500))
    vectors, before = model.wv, model.wv.vectors.copy()
    model.train_pairs(*dependencies(500), epochs=1)
    assert model.wv is vectors
    assert 0 < np.abs(vectors.vectors - before).max() < 0.2 * np.abs(before).max()


def test_a_rate_too_high_is_an_error():
    with pytest.raises(DivergedError, match="training diverged in epoch 1: lower alpha, or the weights"):
        PairModel(alpha=1e30, workers=1).train_pairs(*dependencies(500))


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


def test_rows_below_0():
    with pytest.raises(ValueError, match="context: expected rows from 0 on, got -1"):
        PairModel().train_pairs(np.array([0, 1]), np.array([0, -1]))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint32, np.uint64, np.int8])
def test_rows_of_every_type(dtype):
    def trained(dtype):
        model = Word2Vec([["a", "b", "c"]] * 5, vector_size=8, min_count=1, workers=1)
        assert model.train_pairs(np.array([0, 1, 2], dtype), np.array([2, 2, 1], dtype)) == 3
        assert model.train_pairs(np.array([], dtype), np.array([], dtype)) == 0
        return model.wv.vectors

    np.testing.assert_array_equal(trained(dtype), trained(np.int32))


def test_no_pairs():
    with pytest.raises(VocabularyError, match="center: no word is left"):
        PairModel().train_pairs([], [])
    with pytest.raises(ValueError, match="negative: expected a whole number of at least 1"):
        PairModel(negative=0)


@pytest.mark.parametrize(
    "settings",
    [{"hs": 1}, {"objective": "softmax"}, {"positional": "outputs"}, {"kernel": "mirror", "workers": 1, "epochs": 1}],
)
def test_models_that_learn_otherwise_are_refused(settings):
    model = Word2Vec(vector_size=8, min_count=1, **settings)
    model.build_vocab([["a", "b"]])
    with pytest.raises(ValueError, match="negative sampling alone"):
        model.train_pairs(["a"], ["b"])
