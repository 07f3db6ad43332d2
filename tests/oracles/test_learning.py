"""Planted structure comes back through training, and the tallied loss is the loss."""

import numpy as np
import pytest
from toy import Toy

each_kernel = pytest.mark.parametrize("kernel", ["batched", "pairwise"])
each_architecture = pytest.mark.parametrize("sg", [True, False], ids=["skipgram", "cbow"])


def fresh_rows(n_words, size, seed=1):
    """Rows to begin with: small ones in inp, zeros in out."""
    inp = (np.random.default_rng(seed).random((n_words, size)) - 0.5) / size
    return {"inp": inp, "out": np.zeros((n_words, size))}


def trained(toy, epochs, **extra):
    """Train; return inp and out without padding, and the tally."""
    inp, out, tally = toy.train(epochs=epochs, **extra)
    return inp[:, : toy.size], out[:, : toy.size], tally


def rates(toy, epochs):
    """Let the learning rate fall over all epochs."""
    toy.settings["words"] = epochs * len(toy.ids)
    return toy


def two_topics(**settings):
    """500 sentences of ten words, each sentence from one of two topics of 20 words."""
    rng = np.random.default_rng(5)
    sentences = [(rng.integers(0, 20, 10) + 20 * (s % 2)).tolist() for s in range(500)]
    return Toy(sentences, **fresh_rows(40, 24), **{"alpha": 0.05, **settings})


def pairs(**settings):
    """1000 sentences of two words, i and its partner i + 15, in either order."""
    rng = np.random.default_rng(6)
    sentences = [[word, word + 15][:: rng.choice([1, -1])] for word in rng.integers(0, 15, 1000)]
    return Toy(sentences, **fresh_rows(30, 24), alpha=0.1, window=1, **settings)


def cosines(rows):
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit @ unit.T


@each_kernel
@each_architecture
def test_words_of_one_topic_are_nearer_to_each_other(sg, kernel):
    inp, _, _ = trained(rates(two_topics(sg=sg, kernel=kernel), 10), 10)
    near = cosines(inp)
    same = np.equal.outer(np.arange(40) < 20, np.arange(40) < 20)
    np.fill_diagonal(near, np.nan)
    assert np.nanmin(near[same]) > np.nanmax(near[~same])


def test_untrained_words_know_no_topics():
    near = cosines(two_topics().inp)
    assert near[:20, 20:].mean() == pytest.approx(near[:20, :20].mean() - 1 / 20, abs=0.05)


@each_kernel
@each_architecture
def test_the_partner_of_each_word_is_found(sg, kernel):
    toy = rates(pairs(sg=sg, kernel=kernel), 10)
    inp, out, _ = trained(toy, 10)
    partner = (np.arange(30) + 15) % 30
    assert np.array_equal((inp @ out.T).argmax(1), partner)
    assert not np.array_equal((inp @ inp.T).argmax(1), partner)  # partners go together, they do not mean the same


@each_kernel
@each_architecture
def test_the_tallied_loss_decreases(sg, kernel):
    # So slow that no epoch is the last to learn: skip-gram takes a step for each of the contexts.
    means, rate = [], 0.001 if sg else 0.005
    for epochs in range(6):
        tally = trained(two_topics(sg=sg, kernel=kernel, alpha=rate, words=100_000), epochs, loss_every=1)[2]
        means.append((tally["loss"], tally["pairs"]))
    losses, counts = np.diff(np.array(means), axis=0).T
    mean = losses / counts
    assert mean[0] < 6 * np.log(2)  # that of rows of zeros, with five noise words
    assert (np.diff(mean) < 0).all()


@each_kernel
@each_architecture
def test_the_tallied_loss_is_the_reference_s(sg, kernel):
    toy = Toy.random([12, 2, 1, 0, 7], 9, 5, sg=sg, kernel=kernel, negative=8)
    inp, out, tally = toy.train(loss_every=1)
    *_, loss, n_pairs = toy.replay()
    # 1e-4: pairwise, a product may round to the next step of the table of sigmoids
    assert tally["loss"] == pytest.approx(loss, rel=1e-6 if kernel == "batched" else 1e-4)
    assert tally["pairs"] == n_pairs
    silent_inp, silent_out, silent = toy.train()
    assert (silent["loss"], silent["pairs"]) == (0, 0)
    assert np.array_equal(inp, silent_inp)  # looking changes nothing
    assert np.array_equal(out, silent_out)


@each_kernel
@each_architecture
def test_every_64th_centre_tells_the_mean_loss(sg, kernel):
    toy = rates(two_topics(sg=sg, kernel=kernel, shrink_windows=False), 8)
    full, sample = (toy.train(epochs=8, loss_every=every)[2] for every in (1, 64))
    assert sample["pairs"] / full["pairs"] == pytest.approx(1 / 64, rel=0.1)
    assert sample["loss"] / sample["pairs"] == pytest.approx(full["loss"] / full["pairs"], rel=0.03)
