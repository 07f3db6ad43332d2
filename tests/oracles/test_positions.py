"""Positions in the window: the definition has the gradient, kernels agree with it, draws do not depend on threads."""

import numpy as np
import pytest
from toy import Toy, aligned, check_training, random_rows

from w2v import _core
from w2v.reference import positions as definition
from w2v.reference import replay, replay_positions
from w2v.reference.objectives import cbow_loss, skipgram_loss

SETS = _core.kernel_sets()
KINDS = {"structured": ("outputs", True), "cwindow": ("outputs", False), "weighted": ("weights", False)}
each_kind = pytest.mark.parametrize("kind", KINDS)


class Placed(Toy):
    """A Toy of one of KINDS; `out` has a row for each position of a word, or there are `weights` of positions."""

    def __init__(self, sentences, inp, out, *, kind, weight_rate=0.5, **settings):
        self.positional, sg = KINDS[kind]
        super().__init__(sentences, inp, out, sg=sg, **settings)
        self.positions, self.weight_rate = 2 * self.settings["window"], weight_rate
        if self.positional == "outputs":
            rows = len(inp) * self.positions
            self.out = random_rows(rows, self.size, 1.0, 5) if np.any(out) else np.zeros((rows, self.size))
        self.outputs = {"out": self.out}
        if self.positional == "weights":
            self.outputs["weights"] = np.float32(1 + 0.3 * random_rows(self.positions, self.size, self.size**0.5, 6))

    def job(self, kernels, loss_every=0, chunk=1):
        inp = aligned(self.inp)
        outputs = {name: aligned(rows) for name, rows in self.outputs.items()}
        tables = {"ids": self.ids, "offsets": self.offsets, "keep": self.keep, "noise": self.noise}
        extra = {"kernels": kernels, "loss_every": loss_every, "chunk": chunk, "positional": self.positional}
        extra["weight_rate"] = self.weight_rate
        return (
            _core.TrainJob(inp=inp, vector_size=self.size, **tables, **self.settings, **outputs, **extra),
            inp,
            outputs,
        )

    def replay(self, *, epochs=1):
        settings = {name: value for name, value in self.settings.items() if name != "kernel"}
        if self.settings["sg"]:  # whole groups of sentences that are joined
            joined = replay_positions.JOINED
            settings["block"] = -(-settings["block"] // joined) * joined
        inp = self.inp.astype(np.float64)
        outputs = {name: rows.astype(np.float64) for name, rows in self.outputs.items()}
        given = replay_positions.Outputs(**outputs, weight_rate=self.weight_rate)
        if self.positional == "outputs":  # a view, so that `outputs` changes too
            by_word = outputs["out"].reshape(len(inp), self.positions, self.size)
            given = replay_positions.Outputs(by_word.swapaxes(0, 1))
        loss, pairs = 0.0, 0
        for epoch in range(epochs):
            corpus = (self.ids, self.offsets, self.keep, self.noise)
            before = epoch * len(self.ids)
            done = replay_positions.train(inp, given, *corpus, replay.Settings(**settings), epoch, before)
            loss, pairs = loss + done[0], pairs + done[1]
        return inp, np.vstack(list(outputs.values())), loss, pairs


# ---- the definition ----

WORDS, SIZE = 7, 5
# positions and contexts, centre, noise: plain; words that repeat; the centre among its own contexts; no noise
WINDOWS = [
    ([0, 1, 2, 3], [0, 1, 2, 3], 4, [5, 6]),
    ([1, 2, 3], [1, 0, 0], 4, [5, 6, 5, 1]),
    ([0, 1, 3], [4, 4, 2], 4, [0, 2, 2]),
    ([2], [5], 1, []),
]
# position, contexts, centres, noise: plain; inputs and centres that repeat; noise that is one of the centres
TILES = [
    (1, [0, 1, 2], [3, 4, 5], [6, 0]),
    (0, [0, 1, 0, 0], [1, 4, 1, 5], [5, 6, 5, 1]),
    (3, [2], [3], [3]),
    (2, [2, 2], [3, 3], []),
]


def gradients(loss, *matrices, width=1e-5):
    """Central finite differences of `loss()` by each element of the matrices, which are left as they were."""
    slopes = [np.empty_like(matrix) for matrix in matrices]
    for matrix, slope in zip(matrices, slopes, strict=True):
        for place in np.ndindex(matrix.shape):
            middle = matrix[place]
            matrix[place] = middle + width
            above = loss()
            matrix[place] = middle - width
            slope[place] = (above - loss()) / (2 * width)
            matrix[place] = middle
    return slopes


def changes(step, matrices, *window, alpha, **options):
    """What a step adds to the matrices, divided by -alpha."""
    moved = [matrix.copy() for matrix in matrices]
    step(*moved, *window, alpha, **options)
    return [(matrix - other) / alpha for matrix, other in zip(matrices, moved, strict=True)]


@pytest.fixture
def rows():
    rng = np.random.default_rng(11)
    return [rng.normal(size=shape) for shape in ((WORDS, SIZE), (4, WORDS, SIZE), (WORDS, SIZE), (4, SIZE))]


@pytest.mark.parametrize("tile", TILES)
def test_structured_steps_go_down_the_gradient(rows, tile):
    expected = gradients(lambda: definition.structured_loss(*rows[:2], *tile), *rows[:2])
    for moved, slope in zip(changes(definition.structured_step, rows[:2], *tile, alpha=0.3), expected, strict=True):
        np.testing.assert_allclose(moved, slope, rtol=0, atol=1e-8)


@pytest.mark.parametrize("window", WINDOWS)
def test_cwindow_steps_go_down_the_gradient(rows, window):
    expected = gradients(lambda: definition.cwindow_loss(*rows[:2], *window), *rows[:2])
    moved = changes(definition.cwindow_step, rows[:2], *window, alpha=1e-7)  # contexts that repeat move in turn
    for one, slope in zip(moved, expected, strict=True):
        np.testing.assert_allclose(one, slope, rtol=0, atol=1e-6)


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("mean", [True, False])
def test_weighted_steps_go_down_the_gradient_times_a_number(rows, window, mean):
    matrices, n = [rows[0], rows[2], rows[3]], len(window[0])
    expected = gradients(lambda: definition.weighted_loss(*matrices, *window, cbow_mean=mean), *matrices)
    options = {"alpha": 1e-7, "weight_rate": 0.25, "cbow_mean": mean}
    moved = changes(definition.weighted_step, matrices, *window, **options)
    for one, slope, times in zip(moved, expected, (n if mean else 1 / n, 1, 0.25), strict=True):
        np.testing.assert_allclose(one, slope * times, rtol=0, atol=1e-5)


def test_with_equal_positions_the_losses_are_the_plain_ones(rows):
    inp, _, out, _ = rows
    same = np.broadcast_to(out, (4, WORDS, SIZE))
    plain = definition.structured_loss(inp, same, 2, [1, 2], [3, 3], [5, 6])
    assert plain == pytest.approx(skipgram_loss(inp, out, [1, 2], 3, [5, 6]), rel=1e-12)
    window = ([0, 2], [1, 2], 3, [5, 6])
    assert definition.cwindow_loss(inp, same, *window) == pytest.approx(
        cbow_loss(inp, out, *window[1:], cbow_mean=False), rel=1e-12
    )
    ones = np.ones((4, SIZE))
    for mean in (True, False):
        expected = cbow_loss(inp, out, *window[1:], cbow_mean=mean)
        assert definition.weighted_loss(inp, out, ones, *window, cbow_mean=mean) == pytest.approx(expected, rel=1e-12)


# ---- the kernels ----

COMMON = {"lengths": (1, 2, 0, 3, 40, 25), "n_words": 50, "size": 17}
LONG = {"lengths": (600, 33, 500), "alpha": 0.01}
CASES = [
    *({"size": size} for size in (1, 15, 16, 17, 100, 128, 129, 300)),
    *({"negative": negative} for negative in (1, 4, 5, 6, 7, 12)),
    *({"window": window} for window in (1, 2, 9)),
    *({"tile_inputs": n} for n in (1, 3)),
    *({"n_words": n_words, "alpha": 0.01} for n_words in (1, 2, 3, 200)),
    {"n_words": 3, "negative": 13, "size": 100, "alpha": 0.002},
    {"cbow_mean": False},
    {"shrink_windows": False},
    {"scale": 6},
    {"lengths": (2,) * 20},
    {"lengths": (0, 0, 1, 1)},
    {"block": 3},
    {"block": 3, "lengths": (2,) * 40, "n_words": 200},
    {"block": 1, "n_words": 1, "alpha": 0.01},
    {**LONG, "block": 2},
    {**LONG},  # several stretches, and more tokens than are joined
    {"lengths": (300, 33), "window": 20, "shrink_windows": False, "alpha": 0.001},
]
each_case = pytest.mark.parametrize("case", CASES, ids=[" ".join(f"{k}={v}" for k, v in c.items()) for c in CASES])


def toy(case, kind, **extra):
    return Placed.random(**{**COMMON, **case}, kind=kind, **extra)


@each_kind
@each_case
def test_kernels_agree_with_the_reference(kind, case):
    chosen = toy(case, kind)
    inp, out, loss, pairs = chosen.replay()
    changes = len(chosen.ids) * min(2 * chosen.settings["window"], max(np.diff(chosen.offsets))) / len(chosen.inp)
    bound = max(1, np.abs(inp).max(), np.abs(out).max()) * (32 + changes) * 2.0**-23
    for kernels in SETS:
        trained_out, tally = check_training(chosen, (inp, out, loss, pairs), bound, 8 * bound, kernels=kernels)
        assert not trained_out[:, chosen.size :].any()
        assert (tally["tokens"], tally["words"]) == (len(chosen.ids), len(chosen.ids))


@each_kind
@each_case
@pytest.mark.skipif(len(SETS) == 1, reason="only the portable set runs here")
def test_all_kernel_sets_give_the_same_bits(kind, case):
    chosen = toy(case, kind)
    for loss_every in (0, 1):
        *expected, tally = chosen.train("portable", loss_every=loss_every)
        for kernels in SETS[:-1]:
            *trained, same = chosen.train(kernels, loss_every=loss_every)
            for matrix, other in zip(expected, trained, strict=True):
                assert np.array_equal(matrix.view(np.int32), other.view(np.int32))
            assert same == tally


def test_frozen_weights_of_one_are_cbow():
    chosen = toy({}, "weighted", weight_rate=0)
    chosen.outputs["weights"][:] = 1
    settings = {name: value for name, value in chosen.settings.items() if name not in ("sg", "seed", "words")}
    plain = Toy(np.split(chosen.ids, chosen.offsets[1:-1]), chosen.inp, chosen.out, sg=False, **settings)
    plain.noise = chosen.noise
    inp, out, _ = chosen.train()
    expected = plain.train()
    np.testing.assert_allclose(inp, expected[0], rtol=0, atol=1e-5)
    np.testing.assert_allclose(out[: len(chosen.inp)], expected[1], rtol=0, atol=1e-5)


def refused(**changes):
    chosen = toy({"lengths": (5, 5), "n_words": 10}, "weighted")
    given = {"inp": aligned(chosen.inp), "out": aligned(chosen.out), "vector_size": 17, "ids": chosen.ids}
    given |= {"offsets": chosen.offsets, "keep": None, "noise": chosen.noise, **chosen.settings}
    given |= {"weights": aligned(chosen.outputs["weights"]), "positional": "weights", "kernels": "portable"}
    return {**given, "loss_every": 0, "chunk": 1, **changes}


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"positional": "magic"}, "positional: expected None, 'outputs' or 'weights', got 'magic'"),
        ({"positional": "outputs"}, r"out: .* got shape \(10, 32\)"),
        ({"positional": None}, "weights: expected for CBOW"),
        ({"weights": None}, "weights: expected for CBOW"),
        ({"weights": aligned(np.ones((9, 17)))}, r"weights: .* got shape \(9, 32\)"),
        ({"sg": True}, "weights: expected for CBOW"),
        ({"kernel": "pairwise"}, "positional: expected the kernel 'batched'"),
    ],
)
def test_what_would_crash_is_refused(changes, message):
    _core.TrainJob(**refused())
    with pytest.raises(ValueError, match=message):
        _core.TrainJob(**refused(**changes))


# ---- draws, threads, loss ----


def many_sentences(kind, **settings):
    """300 sentences of 0 to 89 words, of which about half are kept."""
    lengths = np.random.default_rng(3).integers(0, 90, 300).tolist()
    keep = np.linspace(0.2, 0.8, 40) * 2**32
    return Placed.random(lengths, 40, 20, keep=keep.astype(np.uint32), kind=kind, **settings)


@each_kind
@pytest.mark.parametrize("block", [0, 5])
def test_draws_do_not_depend_on_threads_or_chunks(kind, block):
    # Nothing moves at a rate of 0, so the loss of all pairs tells whether all draws were the same.
    still = many_sentences(kind, block=block, alpha=0, min_alpha=0)
    *expected, one = still.train(loss_every=1)
    for threads, chunk in [(1, 7), (4, 1), (4, 7)]:
        *trained, tally = still.train(threads=threads, chunk=chunk, loss_every=1)
        assert all(map(np.array_equal, trained, expected))
        assert tally.pop("loss") == pytest.approx(one["loss"], rel=1e-11)
        assert {"loss": one["loss"], **tally} == one
    loss, pairs = still.replay()[2:]
    assert (one["loss"], one["pairs"]) == (pytest.approx(loss, rel=1e-5), pairs)


@each_kind
def test_chunks_and_looking_change_no_bits(kind):
    chosen = many_sentences(kind)
    expected = chosen.train(epochs=2)
    for chunk, loss_every in [(7, 0), (1000, 1), (1, 5)]:
        trained = chosen.train(epochs=2, chunk=chunk, loss_every=loss_every)
        assert all(map(np.array_equal, trained[:2], expected[:2]))


@each_kind
def test_several_threads_learn_what_one_learns(kind):
    chosen = many_sentences(kind, alpha=0.001, min_alpha=0.001)
    for matrix, other, start in zip(
        chosen.train(threads=4)[:2],
        chosen.train()[:2],
        (chosen.inp, np.vstack(list(chosen.outputs.values()))),
        strict=True,
    ):
        moved = np.linalg.norm(other[:, :20] - start)
        assert np.linalg.norm(matrix - other) < 0.1 * moved  # an update may be lost, most are not


@each_kind
def test_a_sample_tells_the_mean_loss(kind):
    chosen = many_sentences(kind)
    full, sample = (chosen.train(epochs=4, loss_every=every)[2] for every in (1, 7))
    assert sample["pairs"] / full["pairs"] == pytest.approx(1 / 7, rel=0.1)
    assert sample["loss"] / sample["pairs"] == pytest.approx(full["loss"] / full["pairs"], rel=0.03)


def test_noise_of_structured_skipgram_follows_its_distribution():
    weights = np.array([5, 4, 3, 2, 1, 0])
    table = Toy([[0]], np.zeros((6, 1)), np.zeros((6, 1)), weights=weights).noise
    settings = replay.Settings(window=2, negative=6)
    tiles = [tile for s in range(400) for tile in replay_positions.draw_tiles([[0, 1, 2]], None, table, settings, 0, s)]
    counts = np.bincount([word for *_, noise in tiles for word in noise], minlength=6)
    assert np.abs(counts / counts.sum() - weights / weights.sum()).max() < 0.02
