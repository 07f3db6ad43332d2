"""How strongly rows pull each other: the nearest neighbours of each, with weights that add up to 1."""

from collections.abc import Callable

import numpy as np

from w2v.base.arrays import Array

__all__ = ["nearest", "pulls"]

_PERPLEXITY = 15.0  # neighbours that count, in the mean; three times as many are looked up
_BISECTIONS = 40
_BLOCK = 500  # rows compared at once with all others


def pulls(unit: Array, progress: Callable[[float], object]) -> Callable[[Array], Array]:
    """The pull between rows (n, d) of length 1: a function of their places (n,), complex, to forces (n,), complex."""
    n = len(unit)
    perplexity = min(_PERPLEXITY, (n - 1) / 3)
    near, squares = nearest(unit, min(n - 1, int(3 * perplexity)), progress)
    first, second, weights = _both_ways(near, _shares(squares, perplexity))
    starts = np.flatnonzero(np.diff(first, prepend=-1))  # every row has neighbours, so this is one for each

    def pull(z: Array) -> Array:
        way = z[second] - z[first]
        return np.add.reduceat(way * (weights / (1 + way.real**2 + way.imag**2)), starts)

    return pull


def nearest(unit: Array, count: int, progress: Callable[[float], object]) -> tuple[Array, Array]:
    """The nearest rows of each row, in no order, and the squares of their distances, both (n, count).

    `progress` is called with the share that is done.

    Examples
    --------
    >>> nearest(np.array([[1, 0], [0, 1], [0.8, 0.6]], dtype=np.float32), 1, print)[0].ravel().tolist()
    0.0
    [2, 2, 0]
    """
    n = len(unit)
    near, squares = np.empty((n, count), np.int64), np.empty((n, count), np.float32)
    for start in range(0, n, _BLOCK):
        progress(start / n)
        rows = slice(start, start + _BLOCK)
        cosines = unit[rows] @ unit.T
        cosines[np.arange(len(cosines)), np.arange(start, start + len(cosines))] = -np.inf
        near[rows] = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
        squares[rows] = np.maximum(2 - 2 * np.take_along_axis(cosines, near[rows], axis=1), 0)
    return near, squares


def _shares(squares: Array, perplexity: float) -> Array:
    """Weights of neighbours (n, k), normal in the distance, with the entropy of so many equal ones; sum 1."""
    above = squares - squares.min(axis=1, keepdims=True)
    width = 1 / np.maximum(above.mean(axis=1, keepdims=True), 1e-6)
    low, high = np.zeros_like(width), np.full_like(width, np.inf)
    for _ in range(_BISECTIONS):
        weights = np.exp(-above * width)
        sums = weights.sum(axis=1, keepdims=True)
        entropy = np.log(sums) + width * (above * weights).sum(axis=1, keepdims=True) / sums
        flat = entropy > np.log(perplexity)
        low, high = np.where(flat, width, low), np.where(flat, high, width)
        width = np.where(np.isinf(high), np.minimum(width * 2, 1e6), (low + high) / 2)
    return np.asarray(weights / sums)


def _both_ways(near: Array, shares: Array) -> tuple[Array, Array, Array]:
    """Pairs of rows, each both ways and once, sorted: first (m,), second (m,), and weights (m,) with the sum 1."""
    n, count = near.shape
    first, second = np.repeat(np.arange(n), count), near.ravel()
    pairs = np.concatenate([first * n + second, second * n + first])
    weights = np.tile(shares.ravel(), 2) / (2 * n)
    order = np.argsort(pairs, kind="stable")
    pairs = pairs[order]
    starts = np.flatnonzero(np.diff(pairs, prepend=-1))
    pairs = pairs[starts]
    return pairs // n, pairs % n, np.add.reduceat(weights[order], starts).astype(np.float32)
