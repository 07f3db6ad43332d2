"""Bootstrap intervals: against scipy, against hand-computed samples, and that one seed gives one interval."""

import math

import numpy as np
import pytest

from w2v.evaluate import Bootstrap
from w2v.evaluate.statistics import _counts, _rank_correlations, _Ranks, correlation, pvalue, ranks, spread


def test_ranks_of_equal_values():
    assert ranks([10, 20, 20, 5]).tolist() == [2.0, 3.5, 3.5, 1.0]


@pytest.mark.parametrize("ties", [False, True])
def test_correlation_and_pvalue_agree_with_scipy(ties):
    stats = pytest.importorskip("scipy.stats")
    generator = np.random.default_rng(3)
    x = generator.normal(size=60)
    y = x + 2 * generator.normal(size=60)
    if ties:
        x, y = np.round(x), np.round(y)
    ours, theirs = correlation(ranks(x), ranks(y)), stats.spearmanr(x, y)
    assert ours.statistic == pytest.approx(theirs.statistic, rel=1e-12)
    assert pvalue(theirs.statistic, 60) == pytest.approx(theirs.pvalue, rel=1e-4)


@pytest.mark.parametrize("ties", [False, True])
def test_each_sample_is_ranked_as_scipy_ranks_it(ties):
    stats = pytest.importorskip("scipy.stats")
    generator = np.random.default_rng(0)
    x = np.sort(generator.normal(size=50))
    y = x + generator.normal(size=50)
    if ties:
        x, y = np.round(x), np.round(2 * y)
    counts = _counts(np.random.default_rng(1), 20, 50)
    ours = _rank_correlations(counts, _Ranks(x)(counts), _Ranks(y)(counts))
    samples = [(np.repeat(x, times), np.repeat(y, times)) for times in counts.astype(int)]
    np.testing.assert_allclose(ours, [stats.spearmanr(*sample).statistic for sample in samples], atol=1e-12)


def test_pearson_interval_of_the_same_samples():
    generator = np.random.default_rng(0)
    x = generator.normal(size=40) + 1000  # far from 0: nothing may be lost
    y = x + generator.normal(size=40)
    counts = _counts(np.random.default_rng(7), 300, 40).astype(int)
    samples = [np.corrcoef(np.repeat(x, times), np.repeat(y, times))[0, 1] for times in counts]
    expected = np.quantile(samples, [0.05, 0.95])
    assert Bootstrap(300, confidence=0.9, seed=7).pearson(x, y) == pytest.approx(tuple(expected), abs=1e-9)


def test_samples_are_as_large_as_the_data():
    counts = _counts(np.random.default_rng(1), 100, 7)
    assert (counts.sum(axis=1) == 7).all()
    assert counts.mean() == 1.0


def test_mean_interval_is_that_of_theory():
    # The mean of n numbers with variance 1 has standard deviation 1/sqrt(n): 1.96/20 on either side.
    values = np.random.default_rng(2).normal(size=400)
    values = (values - values.mean()) / values.std()
    assert Bootstrap(4000).mean(values) == pytest.approx((-0.098, 0.098), abs=0.006)


def test_share_interval_is_that_of_theory():
    # sqrt(0.2 * 0.8 / 400) = 0.02
    assert Bootstrap(4000).share(80, 400) == pytest.approx((0.2 - 0.0392, 0.2 + 0.0392), abs=0.004)


def test_interval_agrees_with_scipy():
    stats = pytest.importorskip("scipy.stats")
    values = np.random.default_rng(5).exponential(size=200)
    theirs = stats.bootstrap((values,), np.mean, n_resamples=4000, method="percentile", random_state=1)
    assert Bootstrap(4000).mean(values) == pytest.approx(tuple(theirs.confidence_interval), abs=0.02)


def test_one_seed_one_interval():
    values = np.arange(50.0)
    bootstrap = Bootstrap(seed=3)
    first = bootstrap.mean(values)
    bootstrap.spearman(values, -values)
    assert bootstrap.mean(values) == first == Bootstrap(seed=3).mean(values) != Bootstrap(seed=4).mean(values)


def test_nothing_to_sample():
    for bootstrap, values in ((Bootstrap(), []), (Bootstrap(0), [1.0, 2.0])):
        assert all(map(math.isnan, bootstrap.mean(values)))
    assert all(map(math.isnan, Bootstrap().share(0, 0)))
    assert all(map(math.isnan, Bootstrap().spearman([1, 1, 1], [1, 2, 3])))
    assert all(map(math.isnan, Bootstrap().pearson([1, 1, 1], [1, 2, 3])))


@pytest.mark.parametrize("arguments", [{"resamples": -1}, {"confidence": 0}, {"confidence": 1.0}])
def test_wrong_bootstrap(arguments):
    with pytest.raises(ValueError, match="expected"):
        Bootstrap(**arguments)


def test_spread():
    assert spread([1.0, 2.0, 3.0]) == (2.0, 1.0)
    mean, sd = spread([5.0])
    assert mean == 5.0
    assert math.isnan(sd)


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1.0, 1e160, 1e307])
def test_correlations_do_not_depend_on_the_scale(scale):
    x, y = np.random.default_rng(5).normal(size=(2, 30)) / 10
    assert correlation(x * scale, y).statistic == pytest.approx(correlation(x, y).statistic, rel=1e-9)
    assert correlation(ranks(x * scale), ranks(y)) == correlation(ranks(x), ranks(y))


def test_correlations_of_what_is_not_a_number():
    x = np.array([1.0, 2.0, 3.0, 5.0])
    for odd in (np.nan, np.inf):
        assert np.isnan(correlation(x, [1, 2, odd, 4])).all()
    assert np.isnan(ranks([1.0, np.nan, 2.0])).all()
    assert np.isnan(correlation(x, [0.1, 0.1, 0.1, 0.1])).all()  # the mean of these is not 0.1
    assert np.isnan(correlation([], [])).all()
    assert np.isnan(pvalue(np.nan, 10))
