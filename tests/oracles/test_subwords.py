"""Inputs that are means of rows: kernels against the definition and each other, its steps against the gradient."""

import numpy as np
import pytest
from toy import Toy, aligned, check_training, random_rows, stacked

from w2v import _core
from w2v.reference import objectives, replay
from w2v.reference.means import Means, gather, spread

SETS = _core.kernel_sets()
COMMON = {"lengths": (1, 2, 0, 3, 40, 25), "words": 50, "size": 17, "alpha": 0.02}
CASES = [
    *({"size": size} for size in (1, 16, 63, 64, 65, 100, 128, 129, 300)),
    *({"negative": negative} for negative in (1, 6, 12)),
    *({"hs": True, "negative": negative} for negative in (0, 3)),
    {"nce": True, "nce_bias": True, "alpha": 0.01},
    {"cbow_mean": False},
    {"cbow_corrected": True},
    {"shrink_windows": False},
    *({"side": side} for side in (-1, 1)),
    *({"window": window} for window in (1, 2, 30)),
    *({"words": words, "alpha": 0.005} for words in (1, 2, 3)),
    *({"block": block} for block in (1, 4)),
    {"tile_inputs": 1},
    {"lengths": (200,), "window": 40, "shrink_windows": False, "alpha": 0.002},
]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(f"{k}={v}" for k, v in case.items()))
each_architecture = pytest.mark.parametrize("sg", [True, False], ids=["skipgram", "cbow"])
each_kernel = pytest.mark.parametrize("kernel", ["batched", "pairwise"])


class MeansToy(Toy):
    """Words that have a row of their own and up to six others of twelve, which may repeat."""

    @classmethod
    def made(cls, sg, kernel, case):
        settings = {**COMMON, **case}
        lengths, words, size = (settings.pop(name) for name in ("lengths", "words", "size"))
        toy = cls.random(lengths, words, size, sg=sg, kernel=kernel, **settings)
        rng = np.random.default_rng(3)
        toy.lists = [[word, *(words + rng.integers(0, 12, rng.integers(0, 7)))] for word in range(words)]
        toy.inp, toy.locks = random_rows(words + 12, size, 1.0, 9), None
        return toy

    def job(self, kernels, **extra):
        starts = np.cumsum([0, *map(len, self.lists)], dtype=np.int64)
        lists = np.concatenate(self.lists).astype(np.int32), starts
        if self.locks is not None:
            extra["locks"] = self.locks
        return super().job(kernels, lists=lists, **extra)

    def replay(self, **sigmoid):
        settings = {**self.settings, "nce": self.log_noise is not None, "cbow_corrected": self.cbow_corrected}
        settings["pairwise"] = settings.pop("kernel") != "batched"
        inp, outputs = (self.inp.astype(float), {name: rows.astype(float) for name, rows in self.outputs.items()})
        given = {"bias" if name == "biases" else name: rows for name, rows in outputs.items()}
        paths = [self.tree.path(word) for word in range(len(self.lists))] if "nodes" in outputs else None
        given = replay.Outputs(log_noise=self.log_noise, paths=paths, **given)
        corpus = (self.ids, self.offsets, self.keep, self.noise)
        loss, pairs = replay.train(inp, given, *corpus, replay.Settings(**settings), lists=self.lists, **sigmoid)
        return inp, stacked(outputs), loss, pairs


@each_case
@each_architecture
def test_kernels_agree_with_the_definition(case, sg):
    toy = MeansToy.made(sg, "batched", case)
    check_training(toy, toy.replay())


@each_architecture
def test_pairwise_kernels_agree_with_the_definition(sg):
    toy = MeansToy.made(sg, "pairwise", {})
    steps = 50 * 0.02 * 12 / 1000  # so many products may be at the edge of a step of the table of sigmoids
    expected_inp, expected_out, _, pairs = toy.replay(table_sigmoid=objectives.table_sigmoid)
    inp, out, tally = toy.train(loss_every=1)
    np.testing.assert_allclose(inp[:, : toy.size], expected_inp, rtol=0, atol=steps)
    np.testing.assert_allclose(out[:, : toy.size], expected_out, rtol=0, atol=steps)
    assert tally["pairs"] == pairs


@each_case
@each_architecture
@each_kernel
def test_every_kernel_set_gives_the_same_bits(case, sg, kernel):
    toy = MeansToy.made(sg, kernel, case)
    results = [toy.train(kernels, epochs=2) for kernels in SETS]
    for inp, out, _ in results[1:]:
        assert np.array_equal(inp, results[0][0])
        assert np.array_equal(out, results[0][1])


@each_architecture
@pytest.mark.parametrize("last", [5, 6], ids=["repeats", "distinct"])
def test_each_row_takes_the_step_of_the_mean(sg, last):
    """So it moves by its gradient times the number of rows: finite differences of the loss by each row say the same."""
    rng = np.random.default_rng(5)
    rows, out = rng.normal(size=(2, 9, 4))
    lists, kind = [[0, 3, 4], [1, 4, 5, last], [2]], "skipgram" if sg else "cbow"

    def loss(means):
        return getattr(objectives, f"{kind}_loss")(means, out, [0, 1], 7, [8, 2])

    def slope(word, row, column):
        """By a row's part in one word alone: words that share it have lists of different lengths."""
        losses, means = [], np.array([gather(rows, places) for places in lists])
        for width in (1e-5, -1e-5):
            changed = rows.copy()
            changed[row, column] += width
            means[word] = gather(changed, lists[word])
            losses.append(loss(means))
        return (losses[0] - losses[1]) / 2e-5

    shares = 1 if sg else 2  # CBOW's inputs each take all of the error of their mean, as word2vec.c has it
    expected = np.zeros_like(rows)
    for word, places in enumerate(lists[:2]):
        for row, column in np.ndindex(rows.shape):
            expected[row, column] -= 0.1 * shares * len(places) * slope(word, row, column)
    moved = rows.copy()
    window = Means(moved, lists, 5)
    with window.of_window(0) as means:
        getattr(objectives, f"{kind}_step")(means, out.copy(), [0, 1], 7, [8, 2], 0.1)
    window.finish()
    np.testing.assert_allclose(moved - rows, expected, atol=1e-8)


def test_rows_that_repeat_take_the_step_twice():
    rows = np.zeros((3, 2))
    spread(rows, [0, 1, 1], np.ones(2))
    assert rows[:, 0].tolist() == [1, 2, 0]


@each_architecture
def test_locked_rows_take_their_share(sg):
    toy = MeansToy.made(sg, "batched", {"negative": 3})
    before, free = aligned(toy.inp), toy.train()[0]
    toy.locks = np.ones(len(toy.inp), np.float32)
    toy.locks[0] = 1 + 2.0**-23  # all but 1, so that the way of locks is taken
    np.testing.assert_allclose(toy.train()[0], free, atol=1e-6)
    toy.locks[::2] = 0
    some = toy.train()[0]
    assert np.array_equal(some[::2], before[::2])
    assert np.array_equal((some != before).any(axis=1)[1::2], (free != before).any(axis=1)[1::2])
    toy.locks[:] = 0
    inp, out, _ = toy.train()
    assert np.array_equal(inp, before)
    assert (out != aligned(toy.out)).any()


@each_architecture
def test_several_threads_draw_the_same(sg):
    toy = MeansToy.made(sg, "batched", {"lengths": (20,) * 50, "block": 4})
    one, several = (toy.train(threads=threads, loss_every=1, chunk=4)[2] for threads in (1, 3))
    assert (one["words"], one["pairs"]) == (several["words"], several["pairs"])


@pytest.mark.parametrize(
    "lists, message",
    [
        (([0, 1], [0, 1, 3]), "expected starts"),
        (([0, 1, 9], [0, 1, 3]), "expected rows 0..1"),
        (([0, 1], [0, 0, 2]), "one row or more"),
        (([0, -1], [0, 1, 2]), "expected rows"),
    ],
)
def test_bad_lists_are_refused(lists, message):
    toy = Toy([[0, 1]], np.zeros((2, 4)), np.zeros((2, 4)))
    with pytest.raises(ValueError, match=message):
        toy.job(SETS[0], lists=(np.array(lists[0], np.int32), np.array(lists[1], np.int64)))
