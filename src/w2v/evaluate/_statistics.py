"""Correlations, their p-values, and confidence intervals by the bootstrap; numpy alone."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v.evaluate._words import Array

_DRAWS = 1 << 20  # numbers of samples made at once: 8 MB


class Correlation(NamedTuple):
    """A correlation coefficient and the two-sided p-value of there being none."""

    statistic: float
    pvalue: float


def ranks(values: npt.ArrayLike) -> Array:
    """Ranks from 1; equal values share the mean of their ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[place]


def correlation(x: npt.ArrayLike, y: npt.ArrayLike) -> Correlation:
    """Pearson's correlation of two equally long sequences; NaN where one does not vary."""
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    x, y = x - x.mean(), y - y.mean()
    scale = math.sqrt((x @ x) * (y @ y))
    if scale == 0:
        return Correlation(math.nan, math.nan)
    statistic = min(1.0, max(-1.0, float(x @ y) / scale))
    return Correlation(statistic, pvalue(statistic, len(x)))


def pvalue(statistic: float, size: int) -> float:
    """Chance of a correlation at least this far from 0 between `size` pairs of independent normal values.

    The density of theta = arcsin(correlation) is proportional to cos(theta)**(size - 3). The trapezoid rule integrates
    it from the observed theta on, as far as it matters (to exp(-40) of where it starts), in units of its value there:
    good to five digits.
    """
    power = size - 3
    if power < 0:  # any two points lie on a line
        return 1.0
    start = math.asin(abs(statistic))
    if start == math.pi / 2:
        return 0.0
    slope = power * math.tan(start)
    reach = min(math.pi / 2 - start, 40 / slope if slope > 0 else math.inf, 9 / math.sqrt(max(power, 1)))
    theta = np.linspace(start, start + reach, 4001)
    decay = np.exp(power * (np.log(np.maximum(np.cos(theta), 1e-300)) - math.log(math.cos(start))))
    tail = float(decay.sum() - (decay[0] + decay[-1]) / 2) * reach / 4000
    log_whole = 0.5 * math.log(math.pi) + math.lgamma((power + 1) / 2) - math.lgamma(power / 2 + 1)
    return min(1.0, 2 * tail * math.exp(power * math.log(math.cos(start)) - log_whole))


class Bootstrap:
    """Confidence intervals by the percentile bootstrap (Efron 1979; Efron and Tibshirani 1993, chapter 13).

    A statistic is computed of many samples as large as the data, drawn from them with replacement; the interval lies
    between quantiles of what comes out. One seed gives one interval, whatever else was asked before.

    Parameters
    ----------
    resamples : int
        How many samples; 0 for no intervals (NaN).
    confidence : float
        Share of the samples inside the interval, between 0 and 1.
    seed : int

    Examples
    --------
    >>> low, high = Bootstrap(resamples=1000, seed=1).share(80, 100)
    >>> 0.70 < low < 0.74 < 0.86 < high < 0.90
    True
    """

    def __init__(self, resamples: int = 1000, confidence: float = 0.95, seed: int = 1) -> None:
        if resamples < 0:
            raise ValueError(f"resamples: expected 0 or more, got {resamples}")
        if not 0 < confidence < 1:
            raise ValueError(f"confidence: expected a number between 0 and 1, got {confidence}")
        self.resamples, self.confidence, self.seed = resamples, confidence, seed

    def share(self, right: int, total: int) -> tuple[float, float]:
        """Interval of a share of yes in yes and no: how many are yes in a sample is a binomial number."""
        if total == 0 or self.resamples == 0:
            return math.nan, math.nan
        return self._interval(np.random.default_rng(self.seed).binomial(total, right / total, self.resamples) / total)

    def mean(self, values: npt.ArrayLike) -> tuple[float, float]:
        """Interval of the mean of values, shape (n,)."""
        data = np.asarray(values, dtype=np.float64)
        return self.statistic(len(data), lambda counts: counts @ data / len(data))

    def spearman(self, x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[float, float]:
        """Interval of the rank correlation of pairs: each sample is ranked anew."""
        rank_x, rank_y = _Ranks(x), _Ranks(y)
        return self.statistic(rank_x.size, lambda counts: _correlations(counts, rank_x(counts), rank_y(counts)))

    def pearson(self, x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[float, float]:
        """Interval of the correlation of pairs."""
        rows = [np.asarray(side, dtype=np.float64)[np.newaxis] for side in (x, y)]
        return self.statistic(rows[0].shape[1], lambda counts: _correlations(counts, *rows))

    def statistic(self, size: int, compute: Callable[[Array], Array]) -> tuple[float, float]:
        """Interval of any statistic.

        Parameters
        ----------
        size : int
            How many data there are.
        compute : callable
            Takes how often each sample has each of the data, shape (samples, size), and returns the statistic of each.
        """
        if size == 0 or self.resamples == 0:
            return math.nan, math.nan
        generator = np.random.default_rng(self.seed)
        at_once = max(1, _DRAWS // size)
        parts = [
            compute(_counts(generator, min(at_once, self.resamples - done), size))
            for done in range(0, self.resamples, at_once)
        ]
        return self._interval(np.concatenate(parts))

    def _interval(self, statistics: Array) -> tuple[float, float]:
        """Samples of which the statistic is undefined do not count."""
        defined = statistics[np.isfinite(statistics)]
        if len(defined) == 0:
            return math.nan, math.nan
        low, high = np.quantile(defined, [(1 - self.confidence) / 2, (1 + self.confidence) / 2])
        return float(low), float(high)


def _counts(generator: np.random.Generator, samples: int, size: int) -> Array:
    """How often each of `size` data is in samples of `size` with replacement, as (samples, size)."""
    drawn = generator.integers(size, size=(samples, size))
    drawn += np.arange(0, samples * size, size)[:, np.newaxis]
    return np.bincount(drawn.ravel(), minlength=samples * size).reshape(samples, size).astype(np.float64)


class _Ranks:
    """Ranks of values in samples in which each value is there several times, or not at all."""

    def __init__(self, values: npt.ArrayLike) -> None:
        _, self._place, sizes = np.unique(values, return_inverse=True, return_counts=True)
        self._order = np.argsort(self._place, kind="stable")
        self._starts = np.cumsum(sizes) - sizes
        self.size = len(self._place)

    def __call__(self, counts: Array) -> Array:
        """Rank of each value in each sample (samples, size): equal ones share the mean of their ranks."""
        together = np.add.reduceat(counts[:, self._order], self._starts, axis=1)
        middle = np.cumsum(together, axis=1)
        middle -= (together - 1) / 2
        ranked: Array = middle[:, self._place]
        return ranked


def _correlations(counts: Array, x: Array, y: Array) -> Array:
    """Pearson's correlation in each sample; x and y are (samples or 1, size). NaN where one does not vary."""
    size = counts.shape[1]
    x = x - np.sum(counts * x, axis=1, keepdims=True) / size
    y = y - np.sum(counts * y, axis=1, keepdims=True) / size
    weighted = counts * x
    xy, xx = np.sum(weighted * y, axis=1), np.sum(weighted * x, axis=1)
    yy = np.sum(counts * y * y, axis=1)
    scale = np.sqrt(xx * yy)
    result: Array = np.divide(xy, scale, out=np.full(len(counts), math.nan), where=scale > 1e-12 * size)
    return result


def spread(values: Any) -> tuple[float, float]:
    """Mean and standard deviation of a sample (n - 1 below the line; NaN for a single value)."""
    data = np.asarray(values, dtype=np.float64)
    deviation = float(data.std(ddof=1)) if len(data) > 1 else math.nan
    return float(data.mean()), deviation
