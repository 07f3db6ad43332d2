"""TrainJob: what does not depend on threads, processes or chunks; the learning rate; stopping; what is refused."""

import hashlib
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from places import TESTS
from toy import Toy, aligned

from w2v import _core

SETS = _core.kernel_sets()
each_kernel = pytest.mark.parametrize("kernel", ["batched", "pairwise"])
each_architecture = pytest.mark.parametrize("sg", [True, False], ids=["skipgram", "cbow"])


def many_sentences(**settings):
    """300 sentences of 0 to 29 words, of which about half are kept."""
    lengths = np.random.default_rng(3).integers(0, 30, 300).tolist()
    keep = np.linspace(0.2, 0.8, 40) * 2**32
    return Toy.random(lengths, 40, 20, keep=keep.astype(np.uint32), **settings)


def fingerprint(toy):
    inp, out, tally = toy.train(epochs=2, loss_every=3)
    return hashlib.sha256(inp.tobytes() + out.tobytes() + repr(tally).encode()).hexdigest()


@each_kernel
@each_architecture
def test_two_processes_give_the_same_bits(sg, kernel):
    program = "import sys; sys.path[:0] = sys.argv[1:]; from test_trainer import *; "
    program += f"print(fingerprint(many_sentences(sg={sg}, kernel={kernel!r})))"
    command = [sys.executable, "-c", program, TESTS, TESTS / "training"]
    printed = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=60, check=True).stdout
    assert printed.strip() == fingerprint(many_sentences(sg=sg, kernel=kernel))
    other = many_sentences(sg=sg, kernel=kernel)
    other.settings["seed"] += 1
    assert printed.strip() != fingerprint(other)


@each_kernel
@each_architecture
@pytest.mark.parametrize("block", [0, 5])
def test_draws_do_not_depend_on_threads_or_chunks(sg, kernel, block):
    # Nothing moves at a rate of 0, so the loss of all centres tells whether all draws were the same.
    toy = many_sentences(sg=sg, kernel=kernel, block=block, alpha=0, min_alpha=0)
    *expected, one = toy.train(loss_every=1)
    assert 0.3 * len(toy.ids) < one["words"] < 0.7 * len(toy.ids)
    for threads, chunk in [(1, 7), (1, 1000), (4, 1), (4, 7)]:
        *trained, tally = toy.train(threads=threads, chunk=chunk, loss_every=1)
        assert np.array_equal(trained, expected)
        assert tally.pop("loss") == pytest.approx(one["loss"], rel=1e-11)  # float64 added up in another order
        assert {"loss": one["loss"], **tally} == one
    loss, pairs = toy.replay()[2:]
    assert (one["loss"], one["pairs"]) == (pytest.approx(loss, rel=1e-6), pairs)


def test_chunks_do_not_change_the_bits():
    toy = many_sentences(block=5)
    expected = toy.train(chunk=1)
    for chunk in (2, 7, 1000):
        trained = toy.train(chunk=chunk)
        assert np.array_equal(trained[:2], expected[:2])
        assert trained[2] == expected[2]


def test_downsampling_is_what_training_does():
    toy = many_sentences()
    jobs = [toy.job(kernels, chunk=chunk)[0] for kernels in SETS for chunk in (1, 9)]
    kept = {}
    for epoch in (0, 1, 5):
        for job in jobs:
            job.begin_epoch(epoch, 0)
        sentences = [[job.downsample(s) for s in range(300)] for job in jobs]
        for other in sentences[1:]:
            assert all(map(np.array_equal, sentences[0], other))
        kept[epoch] = [sentence.tolist() for sentence in sentences[0]]
    assert kept[0] != kept[1] != kept[5]
    assert toy.train(threads=4)[2]["words"] == sum(map(len, kept[0]))
    assert toy.train(epochs=2)[2]["words"] == sum(map(len, kept[0] + kept[1]))
    for bad in (-1, 300):
        with pytest.raises(IndexError, match=f"expected 0..299, got {bad}"):
            jobs[0].downsample(bad)


def test_several_threads_learn_what_one_learns():
    toy = many_sentences(alpha=0.001, min_alpha=0.001)
    one, four = (toy.train(threads=threads)[0] for threads in (1, 4))
    moved = np.linalg.norm(one[:, :20] - toy.inp)
    assert np.linalg.norm(four - one) < 0.05 * moved  # an update may be lost, most are not


@each_kernel
@each_architecture
def test_the_learning_rate_follows_the_place_in_the_corpus(sg, kernel):
    # Sentence s is of words 2s and 2s + 1, the only noise is the last word, all products are 0, and rows of inp are of
    # length 1: so out[2s], along the row of its only context, becomes half of the rate.
    sentences = [[2 * s, 2 * s + 1] for s in range(10)]
    rates = {"alpha": 2.0**-20, "min_alpha": 2.0**-22, "words": 60}
    shape = {"inp": np.eye(21), "out": np.zeros((21, 21)), "weights": [0] * 20 + [1]}
    toy = Toy(sentences, sg=sg, kernel=kernel, window=1, negative=1, **shape, **rates)
    for words_before in (0, 20, 40):
        job, _, out = toy.job(SETS[0])
        job.begin_epoch(0, words_before)
        job.run(np.zeros(1, dtype=_core.TALLY), 0)
        done = (words_before + np.arange(0, 20, 2)) / 60
        expected = rates["alpha"] + (rates["min_alpha"] - rates["alpha"]) * done
        # 0.0015: the table's sigmoid of 0 is that of half a step
        np.testing.assert_allclose(
            2 * out[range(0, 20, 2), range(1, 20, 2)], expected, rtol=1e-6 + 0.004 * (kernel != "batched")
        )


@each_kernel
@each_architecture
def test_epochs_agree_with_the_reference(sg, kernel):
    toy = Toy.random([20, 9, 30], 30, 20, sg=sg, kernel=kernel, words=3 * 59, alpha=0.1, seed=4)
    inp, out, *_ = toy.replay(epochs=3)
    trained_inp, trained_out, _ = toy.train(epochs=3)
    atol = 3e-5 if kernel == "batched" else 2e-3  # steps of the table: see test_kernels.py
    np.testing.assert_allclose(trained_inp[:, :20], inp, rtol=0, atol=atol)
    np.testing.assert_allclose(trained_out[:, :20], out, rtol=0, atol=atol)


@each_kernel
@each_architecture
@pytest.mark.parametrize("side", [-1, 1])
def test_windows_to_one_side_agree_with_the_reference(sg, kernel, side):
    toy = Toy.random([20, 9, 30], 30, 20, sg=sg, kernel=kernel, side=side, alpha=0.1, seed=4)
    inp, out, loss, pairs = toy.replay()
    trained_inp, trained_out, tally = toy.train(loss_every=1)
    atol = 3e-5 if kernel == "batched" else 2e-3
    np.testing.assert_allclose(trained_inp[:, :20], inp, rtol=0, atol=atol)
    np.testing.assert_allclose(trained_out[:, :20], out, rtol=0, atol=atol)
    assert tally["pairs"] == pairs < Toy.random([20, 9, 30], 30, 20, sg=sg, seed=4).train(loss_every=1)[2]["pairs"]
    assert tally["loss"] == pytest.approx(loss, rel=1e-5)


@each_architecture
def test_weights_are_factors_of_the_learning_rate(sg):
    toy = Toy.random([20, 9, 30], 30, 20, sg=sg, shares=np.array([0.5, 0, 2], np.float32), alpha=0.1, words=118, seed=4)
    inp, out, *_ = toy.replay(epochs=2)
    trained_inp, trained_out, _ = toy.train(epochs=2)
    np.testing.assert_allclose(trained_inp[:, :20], inp, rtol=0, atol=3e-5)
    np.testing.assert_allclose(trained_out[:, :20], out, rtol=0, atol=3e-5)
    toy.shares = np.ones(3, dtype=np.float32)
    weighted = toy.train()
    toy.shares = None
    assert all(map(np.array_equal, weighted[:2], toy.train()[:2]))


@each_kernel
@each_architecture
def test_parts_of_a_corpus_train_like_the_whole(sg, kernel):
    toy = many_sentences(sg=sg, kernel=kernel)
    *expected, whole = toy.train(loss_every=3)
    inp, out = aligned(toy.inp), aligned(toy.out)
    tallies = np.zeros(1, dtype=_core.TALLY)
    for first, last in [(0, 100), (100, 101), (101, 300)]:
        offsets = toy.offsets[first : last + 1]
        part = {"ids": toy.ids[offsets[0] : offsets[-1]].copy(), "offsets": offsets.copy()}
        part |= {"first_sentence": first, "first_token": offsets[0], **toy.settings}
        tables = {"keep": toy.keep, "noise": toy.noise, "kernels": SETS[0], "loss_every": 3, "chunk": 7}
        job = _core.TrainJob(inp, out, toy.size, **part, **tables)
        job.begin_epoch(0, 0)
        job.run(tallies, 0)
        with pytest.raises(IndexError, match=f"expected {first}..{last - 1}, got {last}"):
            job.downsample(last)
    assert np.array_equal(inp, expected[0])
    assert np.array_equal(out, expected[1])
    assert {name: tallies[name].sum().item() for name in tallies.dtype.names} == whole


@pytest.mark.parametrize("chunk", [1, 10**6])
def test_stop_ends_a_run_early_and_leaves_a_usable_model(chunk):
    toy = Toy.random([100] * 100, 50, 16)
    toy.ids, toy.offsets = np.tile(toy.ids, 1000), np.arange(0, 10_000_001, 100)  # takes seconds on any machine
    job, inp, out = toy.job("portable", chunk=chunk)
    job.begin_epoch(0, 0)
    tallies = np.zeros(2, dtype=_core.TALLY)
    workers = [threading.Thread(target=job.run, args=(tallies, mine)) for mine in (0, 1)]
    for worker in workers:
        worker.start()
    while not tallies["tokens"].sum():
        time.sleep(0.001)
    job.stop()
    for worker in workers:
        worker.join(timeout=60)
        assert not worker.is_alive()
    assert 0 < tallies["tokens"].sum() < len(toy.ids)
    assert np.isfinite(inp).all()
    assert np.isfinite(out).all()
    assert (inp[:, :16] != toy.inp).any()
    before = tallies.copy()
    job.run(tallies, 0)  # still stopped
    assert np.array_equal(tallies, before)


def arguments(**changes):
    toy = Toy.random([5, 5], 10, 17)
    given = {"inp": aligned(toy.inp), "out": aligned(toy.out), "vector_size": 17, "ids": toy.ids}
    given |= {"offsets": toy.offsets, "keep": None, "noise": toy.noise}
    return given | changes, {**toy.settings, "kernels": "portable", "loss_every": 0, "chunk": 1}


NUMBERS = ("vector_size", "window", "words", "chunk")
WIDE = aligned(np.ones((10, 33)))
REFUSED = {
    "inp misaligned": ({"inp": WIDE.reshape(-1)[4:324].reshape(10, 32)}, "inp: expected 64-byte aligned rows"),
    "out misaligned": ({"out": WIDE.reshape(-1)[4:324].reshape(10, 32)}, "out: expected 64-byte aligned rows"),
    "inp unpadded": ({"inp": aligned(np.ones((1, 170))).reshape(-1)[:170].reshape(10, 17)}, "inp: .* multiple of 16"),
    "other widths": ({"out": WIDE}, r"out: .* got shape \(10, 48\)"),
    "other lengths": ({"out": aligned(np.ones((9, 17)))}, r"out: .* got shape \(9, 32\)"),
    "narrow rows": ({"vector_size": 33}, "inp: expected"),
    "id too large": ({"ids": np.arange(1, 11, dtype=np.int32)}, r"ids: expected 0\.\.9, got 1\.\.10"),
    "id below 0": ({"ids": np.arange(-1, 9, dtype=np.int32)}, r"ids: expected 0\.\.9, got -1\.\.8"),
    "offset too large": ({"offsets": np.array([0, 5, 11])}, "offsets: expected to rise within the 10 ids"),
    "offset below 0": ({"offsets": np.array([-1, 5, 10])}, "offsets: expected to rise"),
    "offsets fall": ({"offsets": np.array([0, 6, 5, 10])}, "offsets: expected to rise"),
    "offset too large, then back": ({"offsets": np.array([0, 99, 10])}, "offsets: expected to rise"),
    "no sentence": ({"offsets": np.array([0])}, "offsets: .* one sentence or more"),
    "no offset": ({"offsets": np.zeros(0, dtype=np.int64)}, "offsets: .* one sentence or more"),
    "too little noise": ({"noise": np.zeros((9, 2), dtype=np.int32)}, "tables of draws: expected 10 words, got 9"),
    "noise of another shape": ({"noise": np.zeros((10, 3), dtype=np.int32)}, "tables of draws"),
    "alias too large": ({"noise": np.full((10, 2), 10, dtype=np.int32)}, r"expected aliases 0\.\.9, got 10\.\.10"),
    "alias below 0": ({"noise": np.full((10, 2), -1, dtype=np.int32)}, r"expected aliases 0\.\.9, got -1\.\.-1"),
    "too few thresholds": ({"keep": np.zeros(9, dtype=np.uint32)}, "tables of draws"),
}


REFUSED |= {f"{name} of 0": ({name: 0}, f"{name}: expected a number of at least 1, got 0") for name in NUMBERS}
REFUSED |= {
    "unknown kernel": ({"kernel": "mmx"}, "kernel: expected one of batched, pairwise, blas, got 'mmx'"),
    **{f"tiles of {n}": ({"tile_inputs": n}, rf"tile_inputs: expected 1\.\.32, got {n}") for n in (0, 33)},
    "too few weights": ({"sentence_weights": np.ones(1, dtype=np.float32)}, "weights: .* each of 2 sentences, got 1"),
    "offsets before the part": ({"first_token": 5}, "offsets: expected to rise"),
}


@pytest.mark.parametrize("changes, message", REFUSED.values(), ids=REFUSED)
def test_what_would_crash_is_refused(changes, message):
    given, settings = arguments()
    for name, value in changes.items():
        (given if name in given else settings)[name] = value
    before = {name: np.copy(array) for name, array in given.items() if array is not None}
    with pytest.raises(ValueError, match=message):
        _core.TrainJob(**given, **settings)
    for name, array in before.items():
        assert np.array_equal(array, given[name])


@pytest.mark.parametrize("trainer", [_core.TrainJob, _core.SoftmaxJob])
def test_tallies_that_are_not_there_are_refused(trainer):
    toy = Toy.random([5, 5], 10, 17)
    toy.trainer = trainer
    job, inp, _ = toy.job("portable")
    job.begin_epoch(0, 0)
    before = inp.copy()
    for mine in (-1, 2):
        with pytest.raises(IndexError, match=rf"mine: expected 0\.\.1, got {mine}"):
            job.run(np.zeros(2, dtype=_core.TALLY), mine)
    assert np.array_equal(inp, before)


def test_unknown_kernel_sets_are_refused():
    given, settings = arguments()
    _core.TrainJob(**given, **settings)
    with pytest.raises(ValueError, match=r"kernel set: expected one of .*portable on this processor, got 'mmx'"):
        _core.TrainJob(**given, **{**settings, "kernels": "mmx"})


def test_the_portable_set_is_last():
    assert SETS[-1] == "portable"
    assert len(set(SETS)) == len(SETS)
