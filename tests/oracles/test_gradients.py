"""The reference's steps against central finite differences of the reference's losses."""

import numpy as np
import pytest

from w2v.corpus.huffman import Huffman
from w2v.reference.objectives import (
    cbow_hs_loss,
    cbow_hs_step,
    cbow_loss,
    cbow_nce_loss,
    cbow_nce_step,
    cbow_step,
    sigmoid,
    skipgram_hs_loss,
    skipgram_hs_step,
    skipgram_loss,
    skipgram_nce_loss,
    skipgram_nce_step,
    skipgram_step,
    table_sigmoid,
)

WORDS, SIZE = 7, 5
# contexts, centre, noise: plain; words that repeat; the centre among its own contexts; one of each; no noise
WINDOWS = [
    ([0, 1, 2, 3], 4, [5, 6]),
    ([0, 1, 0, 0], 4, [5, 6, 5, 1]),
    ([4, 4, 2], 4, [0, 2, 2]),
    ([3], 0, [1]),
    ([3, 5], 1, []),
]
PATHS = [  # contexts, code, points: plain; words that repeat; a path of one node
    ([0, 1, 2, 3], [0, 1, 1, 0], [5, 2, 1, 0]),
    ([0, 1, 0, 0], [1, 1], [5, 4]),
    ([3], [0], [5]),
]
LOG_NOISE = np.log(2 * np.array([0.3, 0.2, 0.2, 0.1, 0.1, 0.05, 0.05]))
each_mean = pytest.mark.parametrize("cbow_mean", [True, False], ids=["mean", "sum"])
each_window = pytest.mark.parametrize("contexts, centre, noise", WINDOWS)


@pytest.fixture
def rows():
    return np.random.default_rng(11).normal(size=(2, WORDS, SIZE))


def gradient(loss, matrix, width=1e-5):
    """Central finite differences of `loss()` by each element of `matrix`, which is left as it was."""
    slopes = np.empty_like(matrix)
    for place in np.ndindex(matrix.shape):
        middle = matrix[place]
        matrix[place] = middle + width
        above = loss()
        matrix[place] = middle - width
        slopes[place] = (above - loss()) / (2 * width)
        matrix[place] = middle
    return slopes


def gradients(rows, loss, *window, **options):
    return [gradient(lambda: loss(*rows, *window, **options), matrix) for matrix in rows]


def changes(rows, step, *window, alpha, **options):
    """What a step adds to inp and out, divided by -alpha."""
    moved = rows.copy()
    step(*moved, *window, alpha, **options)
    return (rows - moved) / alpha


def assert_near(actual, expected):
    assert np.abs(actual - expected).max() < 1e-6 * np.abs(expected).max()


@each_window
@pytest.mark.parametrize("alpha", [1.0, 0.025])
def test_skipgram_steps_down_the_gradient_of_its_loss(rows, contexts, centre, noise, alpha):
    expected = gradients(rows, skipgram_loss, contexts, centre, noise)
    moved = changes(rows, skipgram_step, contexts, centre, noise, alpha=alpha)
    assert_near(moved[0], expected[0])
    assert_near(moved[1], expected[1])


@each_window
@each_mean
def test_cbow_steps_down_the_gradient_times_a_number(rows, contexts, centre, noise, cbow_mean):
    """`out` follows the gradient; `inp` n times that for the mean of n contexts, its n-th part for their sum.

    The gradient by a context row of the mean is an n-th of the error: word2vec.c leaves the division out. That of the
    sum is the whole error: gensim divides. Both are kept, for the results that users of these programs know.
    """
    expected = gradients(rows, cbow_loss, contexts, centre, noise, cbow_mean=cbow_mean)
    moved = changes(rows, cbow_step, contexts, centre, noise, alpha=0.5, cbow_mean=cbow_mean)
    assert_near(moved[0], expected[0] * (len(contexts) if cbow_mean else 1 / len(contexts)))
    assert_near(moved[1], expected[1])


@each_window
def test_with_one_context_cbow_is_skipgram(rows, contexts, centre, noise):
    for context in contexts:
        expected = changes(rows, skipgram_step, [context], centre, noise, alpha=0.1)
        for cbow_mean in (True, False):
            moved = changes(rows, cbow_step, [context], centre, noise, alpha=0.1, cbow_mean=cbow_mean)
            np.testing.assert_allclose(moved, expected, rtol=0, atol=1e-12)


@each_window
def test_the_losses_are_those_of_the_paper(rows, contexts, centre, noise):
    inp, out = rows
    terms = [-np.log(sigmoid(inp[x] @ out[centre])) for x in contexts]
    terms += [-np.log(sigmoid(-inp[x] @ out[k])) for x in contexts for k in noise]
    assert skipgram_loss(inp, out, contexts, centre, noise) == pytest.approx(sum(terms), rel=1e-12)
    mean = sum(inp[x] for x in contexts) / len(contexts)
    terms = [-np.log(sigmoid(mean @ out[centre])), *(-np.log(sigmoid(-mean @ out[k])) for k in noise)]
    assert cbow_loss(inp, out, contexts, centre, noise) == pytest.approx(sum(terms), rel=1e-12)
    total = cbow_loss(inp * len(contexts), out, contexts, centre, noise)
    assert cbow_loss(inp, out, contexts, centre, noise, cbow_mean=False) == pytest.approx(total, rel=1e-12)


@each_window
def test_corrected_cbow_steps_down_the_gradient(rows, contexts, centre, noise):
    expected = gradients(rows, cbow_loss, contexts, centre, noise)
    moved = changes(rows, cbow_step, contexts, centre, noise, alpha=0.5, corrected=True)
    assert_near(moved[0], expected[0])
    assert_near(moved[1], expected[1])


# ---- hierarchical softmax ----

each_path = pytest.mark.parametrize("contexts, code, points", PATHS)


@each_path
def test_skipgram_hs_steps_down_the_gradient_of_its_loss(rows, contexts, code, points):
    expected = gradients(rows, skipgram_hs_loss, contexts, code, points)
    moved = changes(rows, skipgram_hs_step, contexts, code, points, alpha=0.025)
    assert_near(moved[0], expected[0])
    assert_near(moved[1], expected[1])


@each_path
@each_mean
def test_cbow_hs_steps_down_the_gradient_times_a_number(rows, contexts, code, points, cbow_mean):
    expected = gradients(rows, cbow_hs_loss, contexts, code, points, cbow_mean=cbow_mean)
    moved = changes(rows, cbow_hs_step, contexts, code, points, alpha=0.5, cbow_mean=cbow_mean)
    assert_near(moved[0], expected[0] * (len(contexts) if cbow_mean else 1 / len(contexts)))
    assert_near(moved[1], expected[1])
    if cbow_mean:
        assert_near(changes(rows, cbow_hs_step, contexts, code, points, alpha=0.5, corrected=True)[0], expected[0])


@pytest.mark.parametrize("contexts", [[2], [0, 3, 3]])
def test_the_probabilities_of_a_tree_sum_to_1(rows, contexts):
    tree = Huffman(range(WORDS), [40, 20, 9, 9, 4, 2, 1])
    for loss, inputs in ((skipgram_hs_loss, contexts[:1]), (cbow_hs_loss, contexts)):
        losses = [loss(*rows, inputs, *tree.path(word)) for word in range(WORDS)]
        assert np.exp(-np.array(losses)).sum() == pytest.approx(1, abs=1e-12)


# ---- noise-contrastive estimation ----


@each_window
@pytest.mark.parametrize("biased", [False, True], ids=["plain", "bias"])
@pytest.mark.parametrize(
    "loss, step, times",
    [(skipgram_nce_loss, skipgram_nce_step, 1), (cbow_nce_loss, cbow_nce_step, None)],
    ids=["skipgram", "cbow"],
)
def test_nce_steps_down_the_gradient(rows, contexts, centre, noise, biased, loss, step, times):
    """The bias, too, though the centre may be among its own noise; CBOW's `inp` goes n times as far, as above."""
    bias = np.random.default_rng(12).normal(size=WORDS) if biased else None
    noise = [*noise, centre]
    known = {"log_noise": LOG_NOISE, "bias": bias}
    expected = gradients(rows, loss, contexts, centre, noise, **known)
    moved_bias = None if bias is None else bias.copy()
    moved = changes(rows, step, contexts, centre, noise, alpha=0.5, log_noise=LOG_NOISE, bias=moved_bias)
    assert_near(moved[0], expected[0] * (times or len(contexts)))
    assert_near(moved[1], expected[1])
    if biased:
        slopes = gradient(lambda: loss(*rows, contexts, centre, noise, **known), bias)
        assert_near((bias - moved_bias) / 0.5, slopes)


@each_window
def test_nce_is_negative_sampling_of_shifted_products(rows, contexts, centre, noise):
    """Where K P(word) = 1 for all words, nothing is shifted."""
    for loss, plain in ((skipgram_nce_loss, skipgram_loss), (cbow_nce_loss, cbow_loss)):
        shifted = loss(*rows, contexts, centre, noise, np.zeros(WORDS), np.zeros(WORDS))
        assert shifted == pytest.approx(plain(*rows, contexts, centre, noise), rel=1e-12)


def test_the_table_is_near_the_sigmoid():
    x = np.linspace(-5.999, 5.999, 10_001)
    error = table_sigmoid(x) - sigmoid(x)
    assert 0.001 < np.abs(error).max() < 0.006 / 4 * 1.01  # half a step, where the sigmoid is steepest
    assert abs(error.mean()) < 1e-5
    assert len(np.unique(table_sigmoid(x))) == 1000
    assert table_sigmoid(np.array([-np.inf, -6, 6, np.inf])).tolist() == [0, 0, 1, 1]
    assert sigmoid(np.array([-1000.0, 1000.0])).tolist() == [0, 1]
