"""Noise: the distribution of noise words, and draws from it."""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.arrays import Float64Array, Int32Array


class Noise:
    """A distribution over the positions 0 to n - 1 that is drawn from in constant time.

    Parameters
    ----------
    weights : sequence of float
        Finite, none below 0, with a positive sum.

    Attributes
    ----------
    probabilities : float64 array
    table : int32 array of shape (n, 2)
        Walker's alias table, as `w2v._core.alias_table` makes it.

    Examples
    --------
    >>> Noise([0, 1, 0]).sample(4, seed=1)
    array([1, 1, 1, 1], dtype=int32)
    """

    def __init__(self, weights: npt.ArrayLike) -> None:
        given = np.asarray(weights, dtype=np.float64)
        if not (given.ndim == 1 and np.isfinite(given).all() and (given >= 0).all() and given.sum() > 0):
            raise ValueError("weights: expected finite numbers of at least 0 with a positive sum")
        self.probabilities: Float64Array = given / given.sum()

    @cached_property
    def table(self) -> Int32Array:
        """Walker's alias table."""
        return _core.alias_table(self.probabilities)

    def sample(self, n: int, seed: int = 0) -> Int32Array:
        """Draw n positions; the same seed gives the same ones.

        Examples
        --------
        >>> Noise([1, 1]).sample(1000, seed=7).mean().round(1)
        np.float64(0.5)
        """
        return _core.alias_draw(self.table, seed, n)
