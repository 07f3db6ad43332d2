"""The sigmoid, exact and by word2vec.c's table, and what the arguments of all steps are."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from w2v.base.arrays import Float64Array

__all__ = ["Ids", "Rows", "Squash", "sigmoid", "table_sigmoid"]

Rows = Float64Array  # rows of words, usually, of shape (words, size)
Ids = Sequence[int]
Squash = Callable[[Float64Array], Float64Array]


def sigmoid(x: npt.ArrayLike) -> Float64Array:
    """Return 1 / (1 + e^-x).

    Examples
    --------
    >>> float(sigmoid(0.0))
    0.5
    """
    result: Float64Array = np.exp(-np.logaddexp(0, np.negative(x)))  # never overflows
    return result


def table_sigmoid(x: Float64Array) -> Float64Array:
    """Return word2vec.c's sigmoid: 1000 steps over -6..6, each with the value at its middle; 0 or 1 outside.

    (The original has the values at the left ends of the steps.)

    Examples
    --------
    >>> table_sigmoid(np.array([-6.0, 0.0, 0.01, 7.0])).round(4)
    array([0.    , 0.5015, 0.5015, 1.    ])
    """
    step = np.floor((np.clip(x, -6, 6) + 6) * (1000 / 12))
    middle = (step + 0.5) * (12 / 1000) - 6
    return np.where(x >= 6, 1.0, np.where(x <= -6, 0.0, sigmoid(middle)))
