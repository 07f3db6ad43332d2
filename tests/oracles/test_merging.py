"""Private copies of frequent rows: the corrected sum is the reference's, and training with copies loses nothing."""

import threading

import numpy as np
import pytest
from toy import Toy, aligned

from w2v import Word2Vec, _core
from w2v.corpus.vocab import Vocab
from w2v.reference import merging
from w2v.training import sharing

SETS = _core.kernel_sets()
each_set = pytest.mark.parametrize("kernels", SETS)


def rows_with_directions(n, size, seed=1):
    """Rows with a mean and a few long axes, as those of trained words."""
    rng = np.random.default_rng(seed)
    axes = np.linalg.qr(rng.normal(size=(size, size)))[0]
    return np.float32((rng.normal(size=(n, size)) * 0.9 ** np.arange(size)) @ axes + 2 * axes[0])


def parts_of(basis, stride):
    """Directions, eigenvalues and rest of a basis that C left as one array."""
    directions = basis[: _core.DIRECTIONS * stride].reshape(_core.DIRECTIONS, stride)
    values = basis[_core.DIRECTIONS * stride :]
    return directions, values[: _core.DIRECTIONS], values[_core.DIRECTIONS]


@each_set
@pytest.mark.parametrize("size", [1, 5, 16, 17, 100])
def test_directions_are_the_reference_s(kernels, size):
    rows = rows_with_directions(300, size)
    basis = _core.leading_directions(aligned(rows), size, kernels, rounds=100)
    directions, values, rest = parts_of(basis, -(-size // 16) * 16)
    expected = merging.leading_directions(rows.astype(float), _core.DIRECTIONS)
    n = len(expected.eigenvalues)
    assert not directions[n:].any()
    assert not directions[:, size:].any()
    np.testing.assert_allclose(values[:n], expected.eigenvalues, rtol=1e-3, atol=1e-5)
    assert rest == pytest.approx(expected.rest, abs=1e-5)
    for k in range(min(n, 8)):  # those that are well apart
        assert abs(directions[k, :size] @ expected.directions[k]) == pytest.approx(1, abs=1e-3)
    np.testing.assert_allclose(directions[:n] @ directions[:n].T, np.eye(n), atol=1e-4)


@each_set
@pytest.mark.parametrize("size", [1, 16, 17, 100])
@pytest.mark.parametrize("strength", [0, 0.01, 1, 1e6])
def test_corrected_sums_are_the_reference_s(kernels, size, strength):
    basis = _core.leading_directions(aligned(rows_with_directions(300, size)), size, kernels)
    directions, values, rest = parts_of(basis, -(-size // 16) * 16)
    given = merging.Basis(directions[:, :size].astype(float), values.astype(float), float(rest))
    change = np.random.default_rng(2).normal(size=size).astype(np.float32)
    expected = merging.corrected(change.astype(float), given, strength, 16)
    found = _core.corrected(change, basis, strength, 16, kernels)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)
    if strength == 0:
        np.testing.assert_allclose(found, change, atol=1e-6)


@each_set
@pytest.mark.parametrize("size", [1, 16, 17, 100])
@pytest.mark.parametrize("strength", [0, 0.01, 1, 1e6])
def test_what_is_kept_of_others_changes_is_the_reference_s(kernels, size, strength):
    basis = _core.leading_directions(aligned(rows_with_directions(300, size)), size, kernels)
    directions, values, rest = parts_of(basis, -(-size // 16) * 16)
    given = merging.Basis(directions[:, :size].astype(float), values.astype(float), float(rest))
    change = np.random.default_rng(2).normal(size=size).astype(np.float32)
    found = _core.kept(change, basis, strength, kernels)
    np.testing.assert_allclose(found, merging.kept(change.astype(float), given, strength), rtol=1e-5, atol=1e-5)


def test_parties_that_keep_what_is_due_come_where_steps_in_turn_would_have_led():
    # A bowl of the second moment's shape; 8 parties take 20 steps of a tenth of the way each, all from the same point.
    rows = rows_with_directions(300, 8).astype(float)
    basis = merging.leading_directions(rows, 8)
    moment = rows.T @ rows / len(rows)
    rate = 0.1 / basis.eigenvalues[0]
    steps = np.linalg.matrix_power(np.eye(8) - rate * moment, 20)
    start = basis.directions.sum(axis=0)
    row = start
    for _ in range(8):  # each merges what it made of `start` with what the row is by then
        row = steps @ start + merging.kept(row - start, basis, 20 * rate)
    np.testing.assert_allclose(row, np.linalg.matrix_power(steps, 8) @ start, atol=0.05 * np.abs(start).max())
    overshot = start + 8 * (steps @ start - start)
    assert np.linalg.norm(overshot) > np.linalg.norm(start) > np.linalg.norm(row)


@pytest.mark.parametrize("size", [1, 15, 17, 100, 300])
def test_every_kernel_set_merges_to_the_same_bits(size):
    rows = aligned(rows_with_directions(100, size))
    change = np.random.default_rng(3).normal(size=size).astype(np.float32)
    bases = [_core.leading_directions(rows, size, kernels) for kernels in SETS]
    again = [_core.leading_directions(rows, size, kernels, 3, bases[0]) for kernels in SETS]
    sums = [_core.corrected(change, bases[0], 3.0, 4, kernels) for kernels in SETS]
    for found in (bases, again, sums):
        assert all(np.array_equal(one.view(np.int32), found[0].view(np.int32)) for one in found)


def test_directions_come_back_where_there_were_none():
    zeros = _core.leading_directions(aligned(np.zeros((50, 20))), 20, "portable")
    rows = rows_with_directions(50, 20)
    values = parts_of(_core.leading_directions(aligned(rows), 20, "portable", 3, zeros), 32)[1]
    np.testing.assert_allclose(
        values, merging.leading_directions(rows.astype(float), 16).eigenvalues, rtol=0.1, atol=1e-3
    )


# ---- training ----


def copies(toy, uses=16, n=None, terms=6.0):
    """What threads share that have copies of the first n rows, for so many uses."""
    words = len(toy.inp)
    many = np.full(words if n is None else n, uses, dtype=np.uint8)
    nodes = (0, many[: words - 1], terms) if "nodes" in toy.outputs else None
    samples = np.arange(100) % words
    outputs = (0, many, terms) if "out" in toy.outputs else None
    met = samples if outputs else -1 - samples % (words - 1)
    return _core.Sharing(toy.size, (0, many, terms), outputs, nodes, (met, samples), widest=100_000)


def toy(**settings):
    lengths = np.random.default_rng(3).integers(0, 30, 300).tolist()
    return Toy.random(lengths, 40, 20, **{"alpha": 0.01, "min_alpha": 0.01, **settings})


KINDS = [{}, {"sg": False}, {"hs": True}, {"hs": True, "negative": 0}, {"nce": True, "nce_bias": True}]
KINDS += [{"kernel": "pairwise"}, {"block": 8}]
each_kind = pytest.mark.parametrize("kind", KINDS, ids=str)


@each_kind
def test_copies_are_returned_when_training_ends(kind):
    # One thread alone: nobody else has changed the rows, so that they become the copies as they are.
    chosen = toy(**kind)
    expected = chosen.train("portable")
    for uses, n in [(1, None), (4, 10), (64, None)]:
        trained = chosen.train("portable", sharing=copies(chosen, uses, n))
        for matrix, other in zip(trained[:2], expected[:2], strict=True):
            assert np.array_equal(matrix, other)


@each_kind
@pytest.mark.skipif(len(SETS) == 1, reason="only the portable set runs here")
def test_training_with_copies_gives_the_same_bits_on_all_kernel_sets(kind):
    chosen = toy(**kind)
    found = [chosen.train(kernels, sharing=copies(chosen)) for kernels in SETS]
    for inp, out, _ in found[1:]:
        assert np.array_equal(inp.view(np.int32), found[0][0].view(np.int32))
        assert np.array_equal(out.view(np.int32), found[0][1].view(np.int32))


@each_kind
def test_several_threads_with_copies_learn_what_one_learns(kind):
    chosen = toy(alpha=0.001, min_alpha=0.001, **{name: value for name, value in kind.items() if name != "alpha"})
    expected = chosen.train()
    moved = np.linalg.norm(expected[0] - aligned(chosen.inp))
    # a thread that waits for a processor in the middle of an update may lose much: one time in 200 on a busy machine
    trained = [chosen.train(threads=4, sharing=copies(chosen)) for _ in range(3)]
    assert min(np.linalg.norm(inp - expected[0]) for inp, *_ in trained) < 0.15 * moved


def test_a_stop_returns_copies():
    chosen = toy()
    job, inp, out = chosen.job("portable", sharing=copies(chosen, 64))
    tallies = np.zeros(1, _core.TALLY)
    thread = threading.Thread(target=job.run, args=(tallies, 0))
    job.stop()  # before the first sentence has ended: then what it did is in the rows
    thread.start()
    thread.join()
    assert np.isfinite(inp).all()
    job.begin_epoch(0, 0)
    job.run(tallies, 0)
    assert not np.array_equal(inp[:, : chosen.size], chosen.inp)
    assert not np.array_equal(out[:, : chosen.size], chosen.out)


def test_rows_that_are_locked_have_no_copies():
    chosen = toy()
    locks = np.zeros(40, dtype=np.float32)
    inp, out, _ = chosen.train(threads=2, sharing=copies(chosen), locks=locks)
    assert np.array_equal(inp, aligned(chosen.inp))
    assert not np.array_equal(out, aligned(chosen.out))
    inp, out, _ = chosen.train(threads=2, sharing=copies(chosen), frozen_output=True)
    assert not np.array_equal(inp, aligned(chosen.inp))
    assert np.array_equal(out, aligned(chosen.out))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n": 41}, "rows of 40 words"),
        ({"uses": 65}, r"uses: expected 1\.\.64, got 65\.\.65"),
        ({"uses": 0}, r"uses: expected 1\.\.64, got 0\.\.0"),
    ],
)
def test_copies_that_do_not_fit_are_refused(change, message):
    chosen = toy()
    with pytest.raises(ValueError, match=message):
        chosen.job("portable", sharing=copies(chosen, **change))


# ---- which rows, and for how long ----


def test_rarer_words_have_fewer_uses():
    counts = (1e6 / np.arange(1, 5001)).astype(int)
    vocab = Vocab([f"w{i}" for i in range(5000)], counts)
    model = Word2Vec(vector_size=16, sample=0, workers=4, sg=1)
    assert sharing.shared(model.checked(), vocab, 1, 10**6, 10**5) is None
    assert sharing.shared(model.checked(), vocab, 2, 10**6, 10**5) is not None
    uses = sharing.uses_of(counts.astype(float), 64)
    assert (uses[0], uses[-1]) == (64, 32)  # 1e6 / 512 / 32 = 61 uses
    assert (np.diff(uses.astype(int)) <= 0).all()
    assert len(uses) == sharing.MOST_ROWS
    assert len(sharing.uses_of(counts / 100.0, 64)) < 100


@pytest.mark.parametrize(("sg", "workers", "copied"), [(1, 1, 0), (1, 2, 1), (1, 4, 1), (0, 2, 0)])
def test_estimates_count_the_copies_of_those_who_have_them(sg, workers, copied):
    sentences = [["a", "b", "c"] * 10] * 400
    sizes = Word2Vec(sentences, vector_size=16, workers=workers, epochs=1, sg=sg).estimate_memory()
    # threads, kinds of rows, a copy and its past, words, floats
    assert sizes.get("copies", 0) == copied * workers * 2 * 2 * 3 * 16 * 4


@pytest.mark.parametrize(
    "settings", [{}, {"negative": 15}, {"objective": "nce"}, {"kernel": "pairwise"}, {"sg": 0}, {"hs": 1}], ids=str
)
def test_many_threads_at_a_high_rate_do_not_diverge(settings):
    rng = np.random.default_rng(5)
    shares = 1 / np.arange(1, 1001)
    words = rng.choice(1000, (10_000, 15), p=shares / shares.sum())
    given = {"vector_size": 20, "min_count": 1, "epochs": 2, "alpha": 0.2, "sample": 0, "sg": 1, **settings}
    losses = [Word2Vec(words, workers=workers, **given).losses[-1] for workers in (1, 64)]
    assert losses[1] < 2 * losses[0]  # below that of vectors that are not trained, 3 times
