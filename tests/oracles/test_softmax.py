"""The full softmax: its gradients, compiled against its definition, the same bits everywhere, planted languages."""

import threading

import numpy as np
import pytest
from toy import Toy

from w2v import Word2Vec, _core
from w2v.errors import DivergedError
from w2v.reference import replay, replay_softmax
from w2v.reference.softmax import log_softmax, softmax_cbow_loss, softmax_cbow_step, softmax_loss, softmax_step

SETS = _core.kernel_sets()
each_architecture = pytest.mark.parametrize("sg", [True, False], ids=["skipgram", "cbow"])


# ---- the definition ----


def gradient(loss, matrix, width=1e-5):
    slopes = np.empty_like(matrix)
    for place in np.ndindex(matrix.shape):
        middle = matrix[place]
        matrix[place] = middle + width
        above = loss()
        matrix[place] = middle - width
        slopes[place] = (above - loss()) / (2 * width)
        matrix[place] = middle
    return slopes


def check_gradient(loss, step, *block, factor=1.0, **options):
    """The step, divided by -alpha, against finite differences of the loss; `factor`: what `inp` goes in addition."""
    rows = np.random.default_rng(11).normal(size=(2, 7, 5))
    expected = [gradient(lambda: loss(*rows, *block, **options), matrix) for matrix in rows]
    moved = rows.copy()
    step(*moved, *block, 0.01, **options)
    for change, slope, times in zip((rows - moved) / 0.01, expected, (factor, 1.0), strict=True):
        np.testing.assert_allclose(change, times * slope, atol=1e-6 * np.abs(slope).max())


@pytest.mark.parametrize("pairs", [([3], [1]), ([0, 0, 4, 4], [1, 2, 2, 4]), ([5, 6, 5], [1, 1, 1])])
def test_skipgram_steps_down_the_gradient(pairs):
    check_gradient(softmax_loss, softmax_step, *pairs)


@pytest.mark.parametrize("windows, centres", [([[1, 2]], [3]), ([[1, 1], [0, 4]], [3, 1])])
@pytest.mark.parametrize("cbow_mean", [True, False], ids=["mean", "sum"])
def test_cbow_steps_down_the_gradient_times_the_words(windows, centres, cbow_mean):
    """As with negative sampling (see test_gradients), `inp` goes twice or half as far for windows of two words."""
    factor = 2.0 if cbow_mean else 0.5
    check_gradient(softmax_cbow_loss, softmax_cbow_step, windows, centres, cbow_mean=cbow_mean, factor=factor)


def test_corrected_cbow_steps_down_the_gradient():
    rows = np.random.default_rng(11).normal(size=(2, 7, 5))
    plain, corrected = rows.copy(), rows.copy()
    softmax_cbow_step(*plain, [[1, 2]], [3], 0.01)
    softmax_cbow_step(*corrected, [[1, 2]], [3], 0.01, corrected=True)
    np.testing.assert_allclose(corrected[0] - rows[0], (plain[0] - rows[0]) / 2, rtol=1e-9, atol=1e-15)
    assert np.array_equal(corrected[1], plain[1])


def test_log_softmax_does_not_overflow():
    assert log_softmax(np.array([1000.0, 1000.0])).tolist() == [-np.log(2)] * 2
    assert np.isfinite(log_softmax(np.array([-1e300, 0.0]))).all()


# ---- the compiled trainer ----


class SoftmaxToy(Toy):
    """A Toy that trains with the full softmax."""

    trainer = _core.SoftmaxJob

    def replay(self, epochs=1):
        """The same in float64; inp, out, loss and number of pairs."""
        known = replay.Settings.__dataclass_fields__
        known = {name: value for name, value in self.settings.items() if name in known}
        settings = replay.Settings(**known, cbow_corrected=self.cbow_corrected)
        inp, out = self.inp.astype(np.float64), self.out.astype(np.float64)
        total, pairs = 0.0, 0
        for epoch in range(epochs):
            corpus = (self.ids, self.offsets, self.keep)
            before = epoch * len(self.ids)
            done = replay_softmax.train(inp, out, *corpus, settings, epoch, before, self.shares)
            total, pairs = total + done[0], pairs + done[1]
        return inp, out, total, pairs


COMMON = {"lengths": (1, 2, 0, 3, 40, 25), "words": 300, "size": 17}
CASES = [
    *({"size": size} for size in (1, 15, 16, 17, 100, 127, 128, 129, 300)),
    *({"words": words} for words in (1, 2, 3, 11, 12, 13, 47, 48, 49, 97, 1000)),
    *({"window": window} for window in (1, 2, 9, 1000)),
    {"cbow_mean": False},
    {"cbow_corrected": True},
    {"shrink_windows": False},
    {"lengths": (2,) * 20},
    {"lengths": (0, 0, 1, 1)},
    {"scale": 30},
    {"side": -1},
    {"side": 1, "window": 9},
]
TEXTS = [" ".join(f"{name}={value}" for name, value in case.items()) for case in CASES]
each_case = pytest.mark.parametrize("case", CASES, ids=TEXTS)


def make(case, sg, **more):
    settings = {**COMMON, **case, **more}
    lengths, words, size = (settings.pop(name) for name in ("lengths", "words", "size"))
    return SoftmaxToy.random(lengths, words, size, sg=sg, **settings)


@each_case
@each_architecture
def test_compiled_agrees_with_the_reference(case, sg):
    toy = make(case, sg, alpha=0.02)
    toy.keep = np.full(len(toy.inp), 3 * 2**30, dtype=np.uint32)
    toy.settings["words"] *= 2  # the learning rate falls over both epochs
    expected_inp, expected_out, expected_loss, pairs = toy.replay(epochs=2)
    inp, out, tally = toy.train(epochs=2)
    bound = 200 * 2.0**-23 * max(1, np.abs(expected_inp).max(), np.abs(expected_out).max())
    np.testing.assert_allclose(inp[:, : toy.size], expected_inp, rtol=0, atol=bound)
    np.testing.assert_allclose(out[:, : toy.size], expected_out, rtol=0, atol=bound)
    assert not inp[:, toy.size :].any()
    assert not out[:, toy.size :].any()
    assert tally["pairs"] == pairs
    assert tally["loss"] == pytest.approx(expected_loss, rel=4 * bound, abs=1e-9)
    assert tally["tokens"] == 2 * len(toy.ids)


@each_case
@each_architecture
@pytest.mark.parametrize("kernels", SETS[:-1])
def test_every_kernel_set_gives_the_same_bits(case, sg, kernels):
    toy = make(case, sg)
    for first, second in zip(toy.train("portable", epochs=2), toy.train(kernels, epochs=2), strict=True):
        assert np.array_equal(first, second)


@each_architecture
def test_threads_train_every_pair_once(sg):
    toy = make({"lengths": (9,) * 50, "shrink_windows": False, "window": 2}, sg)
    inp, out, tally = toy.train(threads=3)
    assert tally["tokens"] == 450
    assert tally["pairs"] == 50 * ((2 + 3 + 5 * 4 + 3 + 2) if sg else 9)
    assert np.isfinite(inp).all()
    assert np.isfinite(out).all()


@each_architecture
def test_locked_rows_and_frozen_outputs_stay(sg):
    toy = make({}, sg)
    free, _, _ = toy.train()
    locks = np.ones(len(toy.inp), dtype=np.float32)
    locks[:3] = 0
    inp, out, _ = toy.train(locks=locks)
    assert np.array_equal(inp[:3, : toy.size], toy.inp[:3])
    assert (inp[3:20] != free[3:20]).any()  # later blocks meet other rows
    assert not np.array_equal(out[:, : toy.size], toy.out)
    inp, out, _ = toy.train(frozen_output=True)
    assert np.array_equal(out[:, : toy.size], toy.out)
    assert not np.array_equal(inp[:, : toy.size], toy.inp)


def test_stops_within_a_sentence():
    toy = make({"lengths": (10_000,), "words": 20_000, "size": 100}, True)
    job, _, _ = toy.job(SETS[0])
    tallies = np.zeros(1, dtype=_core.TALLY)
    job.begin_epoch(0, 0)
    worker = threading.Thread(target=job.run, args=(tallies, 0))
    worker.start()
    job.stop()
    worker.join(10)
    assert not worker.is_alive()


# ---- what is learned ----


def planted(n_words, seed=3, n_sentences=40_000):
    """Sentences of two words, and the distribution of the one given the other."""
    rng = np.random.default_rng(seed)
    joint = rng.dirichlet(np.full(n_words * n_words, 0.3)).reshape(n_words, n_words)
    drawn = rng.choice(n_words * n_words, size=n_sentences, p=joint.ravel())
    sentences = np.stack([drawn // n_words, drawn % n_words], axis=1)
    counts = np.zeros((n_words, n_words))
    np.add.at(counts, (sentences[:, 0], sentences[:, 1]), 1)
    counts += counts.T
    return sentences.tolist(), counts / counts.sum(1, keepdims=True)


def test_the_planted_conditionals_are_learned():
    """KL of each word's learned distribution to that of the corpus, weighted by its count; the loss is the entropy."""
    sentences, true = planted(20, n_sentences=5000)
    model = Word2Vec(
        sentences, vector_size=32, window=1, min_count=1, sg=1, objective="softmax", sample=0, alpha=0.1, epochs=40
    )
    order = np.argsort(model.wv.index_to_key)  # rows by the planted number
    inp, out = model.wv.vectors[order].astype(float), model.syn1neg[order].astype(float)
    share = model.vocab.counts[order] / model.vocab.total
    learned = log_softmax(inp @ out.T)
    seen = np.where(true > 0, true, 1)
    divergence = float((share[:, None] * true * (np.log(seen) - learned)).sum())
    entropy = float(-(share[:, None] * true * np.log(seen)).sum())
    assert divergence < 0.02
    assert model.losses[-1] == pytest.approx(entropy, abs=0.03)


def test_cbow_learns_to_fill_gaps():
    rng = np.random.default_rng(2)
    sentences = [[a, a + 10, a] for a in rng.integers(0, 10, 3000).tolist()]
    model = Word2Vec(sentences, vector_size=16, window=1, min_count=1, objective="softmax", sample=0, alpha=0.1)
    for word in range(10):
        hidden = model.wv.vectors[[model.wv.key_to_index[word]] * 2].mean(0)
        assert model.wv.index_to_key[int((model.syn1neg @ hidden).argmax())] == word + 10


def test_a_word_alone_has_no_loss():
    model = Word2Vec([["a", "a", "a"]] * 5, vector_size=4, min_count=1, sg=1, objective="softmax")
    assert model.losses == [0.0] * 5


@pytest.mark.parametrize("kernel", ["pairwise", "blas"])
def test_other_kernels_are_refused(kernel):
    with pytest.raises(ValueError, match=f'objective="softmax" .* expected kernel="batched", .* got {kernel!r}'):
        Word2Vec(objective="softmax", kernel=kernel)


def test_a_tree_is_refused():
    with pytest.raises(ValueError, match=r'objective="softmax" .* expected hs=0'):
        Word2Vec(objective="softmax", hs=1)


def test_noise_words_are_not_needed():
    text = [["a", "b", "c"]] * 20
    first, second = (
        Word2Vec(text, vector_size=4, min_count=1, objective="softmax", negative=negative) for negative in (0, 5)
    )
    assert np.array_equal(first.wv.vectors, second.wv.vectors)
    assert first.syn1neg.any()


def test_models_are_saved_and_trained_on(tmp_path):
    text = [["a", "b", "c"], ["c", "b"]] * 20
    model = Word2Vec(text, vector_size=4, min_count=1, objective="softmax", negative=0)
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model")
    assert loaded.objective == "softmax"
    for one in (model, loaded):
        one.train(text, epochs=2)
    assert np.array_equal(loaded.wv.vectors, model.wv.vectors)
    assert np.array_equal(loaded.syn1neg, model.syn1neg)


def test_unknown_objectives_are_refused():
    with pytest.raises(ValueError, match=r"objective: expected one of negative, .*softmax, got 'max'"):
        Word2Vec(objective="max")


def test_rates_that_overflow_are_reported():
    with pytest.raises(DivergedError, match=r"alpha below 1e\+06"):
        Word2Vec([[1, 2, 3, 4]] * 50, vector_size=4, min_count=1, sg=1, objective="softmax", alpha=1e6)
