"""Correlations, their p-values, and confidence intervals by the bootstrap; numpy alone."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v.base.arrays import Array
from w2v.base.norms import cosine

_DRAWS = 1 << 16  # numbers of samples made at once: half a MB, which stays in the cache


class Correlation(NamedTuple):
    """A correlation coefficient and the two-sided p-value of there being none."""

    statistic: float
    pvalue: float

    @property
    def correlation(self) -> float:
        """scipy's older name of `statistic`."""
        return self.statistic


def ranks(values: npt.ArrayLike) -> Array:
    """Ranks from 1; equal values share the mean of their ranks. NaN has no rank, and so nothing beside it: all NaN."""
    values = np.asarray(values)
    if values.dtype.kind == "f" and np.isnan(values).any():
        return np.full(values.shape, math.nan)
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[place]


def correlation(x: Any, y: Any) -> Correlation:
    """Pearson's correlation of two equally long sequences; NaN where one does not vary, or is not finite."""
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if not all(len(side) and np.isfinite(side).all() and side.min() < side.max() for side in (x, y)):
        return Correlation(math.nan, math.nan)
    statistic = cosine(_centred(x), _centred(y))
    return Correlation(statistic, pvalue(statistic, len(x)))


def _centred(values: Array) -> Array:
    """Values less their mean, divided by a power of two near the largest, so that sums neither overflow nor vanish."""
    scaled: Array = np.ldexp(values, -np.frexp(np.abs(values).max())[1])
    scaled -= scaled.mean()
    return scaled


def pvalue(statistic: float, size: int) -> float:
    """Chance of a correlation at least this far from 0 between `size` pairs of independent normal values.

    The density of theta = arcsin(correlation) is proportional to cos(theta)**(size - 3). The trapezoid rule integrates
    it from the observed theta on, as far as it matters (to exp(-40) of where it starts), in units of its value there:
    good to five digits.
    """
    if math.isnan(statistic):
        return math.nan
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
        self.resamples = resamples
        self.confidence = confidence
        self.seed = seed

    def share(self, right: int, total: int) -> tuple[float, float]:
        """Interval of a share of yes in yes and no: how many are yes in a sample is a binomial number."""
        if total == 0 or self.resamples == 0:
            return math.nan, math.nan
        return self._interval(np.random.default_rng(self.seed).binomial(total, right / total, self.resamples) / total)

    def mean(self, values: npt.ArrayLike) -> tuple[float, float]:
        """Interval of the mean of values, shape (n,)."""
        data = np.asarray(values, dtype=np.float64)
        return self.statistic(len(data), lambda counts: counts @ data / len(data))

    def spearman(self, x: Any, y: Any) -> tuple[float, float]:
        """Interval of the rank correlation of pairs: each sample is ranked anew."""
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        order = np.argsort(x, kind="stable")  # in this order, ranking by x moves nothing
        rank_x, rank_y = _Ranks(x[order]), _Ranks(y[order])
        return self.statistic(len(x), lambda counts: _rank_correlations(counts, rank_x(counts), rank_y(counts)))

    def pearson(self, x: Any, y: Any) -> tuple[float, float]:
        """Interval of the correlation of pairs."""
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        x, y = x - x.mean(), y - y.mean()  # so that little is lost when squares of means are subtracted
        columns = np.stack([x, y, x * x, y * y, x * y], axis=1) / len(x)
        return self.statistic(len(x), lambda counts: _correlations(*(counts @ columns).T))

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

    def cells(self, table: Array, compute: Callable[[Array], Array]) -> tuple[float, float]:
        """Interval of a statistic of a table of counts; `compute` takes tables of shape (samples, rows, columns)."""
        size = int(table.sum())
        if size == 0 or self.resamples == 0:
            return math.nan, math.nan
        drawn = np.random.default_rng(self.seed).multinomial(size, table.ravel() / size, self.resamples)
        return self._interval(compute(drawn.reshape(self.resamples, *table.shape)))

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

    def __init__(self, values: Array) -> None:
        _, self._place, sizes = np.unique(values, return_inverse=True, return_counts=True)
        order = np.argsort(self._place, kind="stable")
        self._order = None if np.array_equal(order, np.arange(len(order))) else order
        self._distinct = bool((sizes == 1).all())
        self._starts = np.cumsum(sizes) - sizes

    def __call__(self, counts: Array) -> Array:
        """Rank of each value in each sample (samples, size): equal ones share the mean of their ranks."""
        together = counts if self._order is None else counts.take(self._order, axis=1)
        if not self._distinct:
            together = np.add.reduceat(together, self._starts, axis=1)
        middle = np.cumsum(together, axis=1)
        middle -= together / 2
        middle += 0.5
        return middle if self._distinct and self._order is None else middle.take(self._place, axis=1)


def _rank_correlations(counts: Array, x: Array, y: Array) -> Array:
    """Rank correlation in each sample, of ranks of shape (samples, size), which are overwritten."""
    middle = (counts.shape[1] + 1) / 2  # the mean of any ranks
    x -= middle
    y -= middle
    xy, xx, yy = (np.einsum("ij,ij,ij->i", counts, one, other) for one, other in ((x, y), (x, x), (y, y)))
    return _quotient(xy, xx, yy)


def _correlations(x: Array, y: Array, xx: Array, yy: Array, xy: Array) -> Array:
    """Pearson's correlation in each sample, from the means of x, y, their squares and their products."""
    return _quotient(xy - x * y, xx - x * x, yy - y * y)


def _quotient(xy: Array, xx: Array, yy: Array) -> Array:
    """xy / sqrt(xx yy), each of shape (samples,); NaN where x or y does not vary."""
    varies = (xx > 1e-12 * xx.max(initial=0)) & (yy > 1e-12 * yy.max(initial=0))
    scale = np.sqrt(np.where(varies, xx * yy, 1))
    result: Array = np.where(varies, np.clip(xy / scale, -1, 1), math.nan)
    return result


def spread(values: Any) -> tuple[float, float]:
    """Mean and standard deviation of a sample (n - 1 below the line; NaN for a single value)."""
    data = np.asarray(values, dtype=np.float64)
    deviation = float(data.std(ddof=1)) if len(data) > 1 else math.nan
    return float(data.mean()), deviation
