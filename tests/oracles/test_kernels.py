"""Every kernel set: what it computes is the reference's, and the same bits as every other's."""

import functools

import numpy as np
import pytest
from toy import Toy, aligned, check_training

from w2v import _core
from w2v.reference.objectives import sigmoid, table_sigmoid

SETS = _core.kernel_sets()
OTHERS = [name for name in SETS if name != "portable"]
STEP = 12 / 1000  # of the table of sigmoids

COMMON = {"lengths": (1, 2, 0, 3, 40, 25), "words": 50, "size": 17}
LONG = {"lengths": (100, 33), "alpha": 0.01}
CASES = [
    *({"size": size} for size in (1, 15, 16, 17, 100, 127, 128, 129, 300, 1000)),
    *({"negative": negative} for negative in (1, 4, 5, 6, 7, 12)),
    *({"hs": True, "negative": negative} for negative in (0, 1, 5)),
    *({"hs": True, "negative": 0, "words": words} for words in (1, 2, 3, 200)),
    {"hs": True, "negative": 0, "size": 100, "scale": 6, "alpha": 0.01},
    {"hs": True, "words": 1},
    *({"nce": True, "nce_bias": bias, "negative": negative} for bias in (False, True) for negative in (1, 5, 12)),
    *({"nce": True, "nce_bias": True, "words": words, "alpha": 0.01} for words in (1, 2, 3, 200)),
    {"cbow_corrected": True},
    {"cbow_corrected": True, "hs": True, "negative": 3},
    {"cbow_corrected": True, "nce": True, "nce_bias": True},
    {"negative": 100, "alpha": 0.01},
    *({"tile_inputs": n, "hs": hs, "window": 9} for n in (1, 2, 4) for hs in (False, True)),
    *({"window": window} for window in (1, 2, 9)),
    *({"words": words} for words in (1, 2, 3)),
    {"words": 200, "negative": 12},
    {"cbow_mean": False},
    {"shrink_windows": False},
    {"scale": 6},  # one product in three is beyond +-6, where the table ends
    {"lengths": (2,) * 20},
    {"lengths": (0, 0, 1, 1)},
    *({"block": 2, "negative": negative} for negative in (1, 5, 12)),
    *({"block": 4, "words": words, "alpha": 0.01} for words in (1, 2, 200)),
    {"block": 3, "nce": True, "nce_bias": True, "alpha": 0.01},
    {"block": 2, "hs": True, "negative": 3},
    {"block": 2, "hs": True, "negative": 0},
    {**LONG, "block": 1, "lengths": (100, 33, 200)},
    {**LONG, "window": 40},
    {**LONG, "window": 40, "shrink_windows": False, "cbow_mean": False},
    {**LONG, "window": 40, "shrink_windows": False, "hs": True, "alpha": 0.001},
    {**LONG, "window": 40, "shrink_windows": False, "nce": True, "nce_bias": True, "alpha": 0.001},
    {**LONG, "window": 16, "shrink_windows": False},  # 32 contexts: one full tile
    {**LONG, "window": 17, "shrink_windows": False, "words": 3},
    {**LONG, "window": 40, "words": 2, "negative": 6, "size": 100, "alpha": 0.003},
    {"lengths": (9, 9), "window": 40, "words": 3, "negative": 100, "alpha": 0.001},
]


def random_case(seed):
    """Everything at once: the rates are low, since repeated words multiply them."""
    rng = np.random.default_rng(seed)
    return {
        "lengths": tuple(rng.integers(0, 40, 4).tolist()),
        "words": int(rng.choice([2, 3, 5, 30, 80])),
        "size": int(rng.integers(1, 70)),
        "window": int(rng.integers(1, 30)),
        "negative": int(rng.integers(1, 20)),
        "cbow_mean": bool(rng.integers(2)),
        **[{}, {"hs": True}, {"hs": True, "negative": 0}, {"nce": True, "nce_bias": True}][seed % 4],
        "shrink_windows": bool(rng.integers(2)),
        "alpha": 0.0003 if seed % 4 == 3 else 0.001,  # noise that is the right word pulls both ways
        "min_alpha": 0.0,
        "block": seed % 3,
    }


CASES += [random_case(seed) for seed in range(15)]
TEXTS = [" ".join(f"{name}={value}" for name, value in case.items()) for case in CASES[:-15]]
TEXTS += [f"random {seed}" for seed in range(15)]

each_case = pytest.mark.parametrize("case", range(len(CASES)), ids=TEXTS)
each_architecture = pytest.mark.parametrize("sg", [True, False], ids=["skipgram", "cbow"])


def toy(case, sg, kernel):
    settings = {**COMMON, **CASES[case]}
    return Toy.random(
        settings.pop("lengths"), settings.pop("words"), settings.pop("size"), sg=sg, kernel=kernel, **settings
    )


class EdgeCounter:
    """word2vec.c's sigmoid, which counts the products so near to the edge of a step that rounding may cross it."""

    def __init__(self, rounding):
        self.rounding, self.count = rounding, 0

    def __call__(self, x):
        distance = np.abs((x + STEP / 2) % STEP - STEP / 2)
        self.count += int(((distance < self.rounding) & (np.abs(x) < 6 + STEP / 2)).sum())
        return table_sigmoid(x)


@functools.cache
def replayed(case, sg, pairwise):
    """What the reference makes of a case, the bound on float32's distance from it, and the loss and number of pairs.

    The bound is 32 units in the last place, relative to the largest weight, and one more for each time that a row is
    changed on average. A product at the edge of a step of the table may be off by that step, at most STEP / 4, up or
    down, and count several times where words repeat: for n of them 4 times the square root of n steps are allowed.
    """
    chosen = toy(case, sg, "pairwise" if pairwise else "batched")
    changes = len(chosen.ids) * min(2 * chosen.settings["window"], max(np.diff(chosen.offsets))) / len(chosen.inp)
    rounding = (32 + changes) * 2.0**-23
    edges = EdgeCounter(rounding)
    inp, out, loss, pairs = chosen.replay(table_sigmoid=edges)
    largest = max(1, np.abs(inp).max(), np.abs(out).max())
    bound = largest * (rounding + edges.count**0.5 * chosen.settings["alpha"] * STEP)
    return inp, out, bound, loss, pairs


def check_against_reference(case, sg, kernel, kernels):
    chosen = toy(case, sg, kernel)
    inp, out, bound, loss, pairs = replayed(case, sg, kernel != "batched")
    trained_out, tally = check_training(chosen, (inp, out, loss, pairs), bound, 4 * bound, kernels=kernels)
    assert not trained_out[:, chosen.size :].any()
    assert (tally["tokens"], tally["words"]) == (len(chosen.ids), len(chosen.ids))


@each_case
@each_architecture
@pytest.mark.parametrize("kernel", ["batched", "pairwise"])
@pytest.mark.parametrize("kernels", SETS)
def test_kernels_agree_with_the_reference(case, sg, kernel, kernels):
    check_against_reference(case, sg, kernel, kernels)


@each_case
@each_architecture
def test_blas_agrees_with_the_reference(case, sg):
    pytest.importorskip("scipy")
    check_against_reference(case, sg, "blas", SETS[0])


@each_case
@each_architecture
@pytest.mark.parametrize("kernel", ["batched", "pairwise"])
@pytest.mark.parametrize(
    "kernels", OTHERS or [pytest.param("", marks=pytest.mark.skip("only the portable set runs here"))]
)
def test_all_kernel_sets_give_the_same_bits(case, sg, kernel, kernels):
    chosen = toy(case, sg, kernel)
    for loss_every in (0, 1):
        *expected, tally = chosen.train("portable", loss_every=loss_every)
        *trained, same = chosen.train(kernels, loss_every=loss_every)
        for matrix, other in zip(expected, trained, strict=True):
            assert np.array_equal(matrix.view(np.int32), other.view(np.int32))
        assert same == tally


def sigmoids(products, kernel, kernels):
    """The sigmoid of each product, by the kernels.

    Word i + 1 has the product i with word 0, its only neighbour, and becomes rate * (1 - sigmoid) along an axis where
    it was 0. The rate is so small that nothing else changes, and the noise is word 0, which is never its own noise.
    """
    n, rate = len(products), 2.0**-60
    inp, out = np.zeros((n + 1, 2)), np.zeros((n + 1, 2))
    inp[1:, 0], out[0] = products, 1
    rates = {"alpha": rate, "min_alpha": rate, "weights": [1] + [0] * n}
    chosen = Toy([[0, i + 1] for i in range(n)], inp, out, kernel=kernel, window=1, negative=1, **rates)
    return 1 - chosen.train(kernels)[0][1:, 1].astype(np.float64) / rate


@pytest.mark.parametrize("kernels", SETS)
def test_sigmoids_are_exact_or_the_table_s(kernels):
    products = np.float32(np.linspace(-50, 50, 20_000))
    exact = sigmoid(products.astype(np.float64))
    assert np.abs(sigmoids(products, "batched", kernels) - exact).max() < 2e-7
    steps = table_sigmoid(products.astype(np.float64))
    off = np.abs(sigmoids(products, "pairwise", kernels) - steps) > 1e-7
    assert off.mean() < 0.001  # at the edges of steps


@pytest.mark.parametrize("kernels", SETS)
@pytest.mark.parametrize("product", [5.98, np.nextafter(np.float32(6), np.float32(0)), 6, 1e15, np.inf, np.nan])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_table_of_sigmoids_at_its_ends(kernels, product, sign):
    # One word, so no noise. What lies beside the table in memory must not be taken for a sigmoid.
    alpha = 2.0**-10
    chosen = Toy([[0, 0]], [[1]], [[sign * product]], kernel="pairwise", alpha=alpha, min_alpha=alpha, window=1)
    inp, out, _ = chosen.train(kernels)
    if np.isfinite(product):
        expected = chosen.replay()
        one_step = alpha * STEP / 4 * min(product, 7)
        np.testing.assert_allclose(inp[:, :1], expected[0], rtol=2**-22, atol=one_step)
        np.testing.assert_allclose(out[:, :1], expected[1], rtol=2**-22, atol=one_step)


def test_rows_are_aligned_and_padded():
    matrix = aligned(np.ones((3, 17)))
    assert matrix.shape == (3, 32)
    assert matrix.ctypes.data % 64 == 0
    assert matrix.sum() == 3 * 17
