"""Clustering: do groups of near vectors agree with the categories that people have put words into?"""

from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.base.arrays import Array
from w2v.evaluate.words import Numbers

_STEPS = 100  # of Lloyd's algorithm at most; it mostly stands still after 20


def contingency(clusters: npt.ArrayLike, categories: npt.ArrayLike) -> Array:
    """How many items each cluster (row) has of each category (column).

    Examples
    --------
    >>> contingency([0, 0, 1], ["fruit", "tool", "tool"]).tolist()
    [[1, 1], [0, 1]]
    """
    rows, row = np.unique(np.asarray(clusters), return_inverse=True)
    columns, column = np.unique(np.asarray(categories), return_inverse=True)
    cells = row * len(columns) + column
    return np.bincount(cells, minlength=len(rows) * len(columns)).reshape(len(rows), len(columns))


def purity(table: Any) -> Any:
    """Share of items that are of the most frequent category of their cluster (Manning et al. 2008, section 16.3).

    Parameters
    ----------
    table : array of shape (..., clusters, categories)
        Counts, as from `contingency`.

    Examples
    --------
    >>> round(float(purity([[5, 1, 0], [1, 4, 1], [2, 0, 3]])), 4)  # the book's example: (5 + 4 + 3) / 17
    0.7059
    """
    table = np.asarray(table)
    return table.max(axis=-1).sum(axis=-1) / table.sum(axis=(-2, -1))


def mutual_information(table: Any) -> float:
    """Mutual information of clusters and categories over the mean of their entropies (Manning et al. 2008, 16.3).

    Unlike purity it does not rise with the number of clusters. 1 if both partitions have one part.

    Examples
    --------
    >>> round(mutual_information([[5, 1, 0], [1, 4, 1], [2, 0, 3]]), 2)  # the book's example
    0.36
    """
    joint = np.asarray(table, dtype=np.float64)
    joint = joint / joint.sum()
    sides = joint.sum(axis=1), joint.sum(axis=0)
    entropy = sum(float(-(side[side > 0] * np.log(side[side > 0])).sum()) for side in sides)
    there = joint > 0
    information = float((joint[there] * np.log(joint[there] / np.outer(*sides)[there])).sum())
    return max(0.0, 2 * information / entropy) if entropy > 0 else 1.0


def k_means(rows: Array, count: int, *, starts: int = 5, seed: int = 1) -> Numbers:
    """Put rows into clusters, so that they are near the mean of theirs (Lloyd 1982, from k-means++ starts).

    For vectors of length 1 the squared distances are 2 - 2 cosine: near means what it means everywhere in w2v.

    Parameters
    ----------
    rows : array of shape (n, D)
    count : int
        Clusters, 1 to n; some may end up empty.
    starts : int
        Tries; the one with the least sum of squared distances counts.
    seed : int
        One seed, one result.

    Returns
    -------
    int array of shape (n,), numbers from 0

    References
    ----------
    D. Arthur and S. Vassilvitskii: k-means++, the advantages of careful seeding. SODA 2007.

    Examples
    --------
    >>> parts = k_means(np.array([[0.0, 1.0], [0.1, 1.0], [1.0, 0.0], [1.0, 0.1]]), 2)
    >>> bool(parts[0] == parts[1] != parts[2] == parts[3])
    True
    """
    if not 1 <= count <= len(rows):
        raise ValueError(f"k_means: expected 1 to {len(rows)} clusters for {len(rows)} rows, got {count}")
    rows = np.asarray(rows, dtype=np.float64)
    generator = np.random.default_rng(seed)
    best: tuple[float, Numbers] = (np.inf, np.zeros(len(rows), dtype=np.intp))
    for _ in range(starts):
        cost, parts = _lloyd(rows, _seeds(rows, count, generator))
        if cost < best[0]:
            best = cost, parts
    return best[1]


def _distances(rows: Array, centres: Array) -> Array:
    """Squared distances, shape (rows, centres)."""
    squares = np.einsum("ij,ij->i", rows, rows)[:, np.newaxis] + np.einsum("ij,ij->i", centres, centres)
    distances: Array = np.maximum(squares - 2 * rows @ centres.T, 0)
    return distances


def _seeds(rows: Array, count: int, generator: np.random.Generator) -> Array:
    """Rows to start from, each drawn with a chance in proportion to its squared distance from those before."""
    chosen = [int(generator.integers(len(rows)))]
    nearest = _distances(rows, rows[chosen])[:, 0]
    while len(chosen) < count:
        reach = np.cumsum(nearest)
        chosen.append(min(int(np.searchsorted(reach, generator.random() * reach[-1], side="right")), len(rows) - 1))
        nearest = np.minimum(nearest, _distances(rows, rows[chosen[-1:]])[:, 0])
    return rows[chosen]


def _lloyd(rows: Array, centres: Array) -> tuple[float, Numbers]:
    """Cost and clusters where assigning rows to centres and moving these to the means changes nothing any more."""
    parts = np.full(len(rows), -1, dtype=np.intp)
    cost = np.inf
    for _ in range(_STEPS):
        distances = _distances(rows, centres)
        before, parts = parts, distances.argmin(axis=1)
        cost = float(distances[np.arange(len(rows)), parts].sum())
        if np.array_equal(before, parts):
            break
        members = np.zeros((len(centres), len(rows)))
        members[parts, np.arange(len(rows))] = 1
        sizes = members.sum(axis=1, keepdims=True)
        centres = np.where(sizes > 0, members @ rows / np.maximum(sizes, 1), centres)
    return cost, parts
