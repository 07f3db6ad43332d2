"""Groups of similar words, and the words that are typical of each."""

from dataclasses import dataclass

import numpy as np

from w2v.base.arrays import Array

__all__ = ["Groups", "grouped"]

_GROUPS = 24
_COLOURS = 8
_ROUNDS = 12  # of k-means: the groups are for the eye, they need not converge
_BEGIN = 2000  # rows among which the first centres are
_TYPICAL = 5  # words of a group
_EVERYWHERE = 150  # of the most frequent words, in a large vocabulary: "the" and "of" are typical of nothing
_LARGE = 3000


@dataclass
class Groups:
    """Groups of words.

    numbers : the group of each word (n,), uint8, the larger the lower
    typical : for each group, the positions of its most typical words
    colours : for each group, a number below 8, the same for groups that are like each other
    """

    numbers: Array
    typical: list[list[int]]
    colours: list[int]


def grouped(rows: Array) -> Groups:
    """Groups of rows of length 1, the most frequent word first.

    Examples
    --------
    >>> groups = grouped(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.1]]))
    >>> len(groups.typical) == len(groups.colours) == len(set(groups.numbers))
    True
    """
    centred = rows - rows.mean(axis=0)
    numbers, centres = kmeans(centred, _GROUPS)
    colours, _ = kmeans(centres, _COLOURS)
    return Groups(numbers, _typical(centred, numbers, centres), colours.tolist())


def _typical(centred: Array, numbers: Array, centres: Array) -> list[list[int]]:
    """Words that are near the middle of their group, far from all others, and among its more frequent quarter."""
    likeness = centred @ centres.T
    own = np.take_along_axis(likeness, numbers[:, np.newaxis].astype(np.int64), axis=1)[:, 0]
    np.put_along_axis(likeness, numbers[:, np.newaxis].astype(np.int64), -np.inf, axis=1)
    scores = own - (likeness.max(axis=1) if len(centres) > 1 else 0)
    if len(numbers) >= _LARGE:
        scores[:_EVERYWHERE] -= 10
    found = []
    for number in range(len(centres)):
        members = np.flatnonzero(numbers == number)
        frequent = members[: max(_TYPICAL, len(members) // 4)]
        found.append(frequent[np.argsort(-scores[frequent], kind="stable")][:_TYPICAL].tolist())
    return found


def kmeans(rows: Array, count: int) -> tuple[Array, Array]:
    """Groups by spherical k-means, the larger the lower their number (n,), and their centres of length 1 (k, d).

    Examples
    --------
    >>> kmeans(np.array([[1.0, 0.0], [-1.0, 1.0], [1.0, 0.1]]), 2)[0].tolist()
    [0, 1, 0]
    """
    centres = _far_apart(rows, min(count, len(rows)))
    for _ in range(_ROUNDS):
        nearest = (rows @ centres.T).argmax(axis=1)
        sums = np.array([rows[nearest == number].sum(axis=0) for number in range(len(centres))])
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.where(lengths > 0, lengths, 1), centres)
    sizes = np.bincount(nearest, minlength=len(centres))
    order = np.argsort(-sizes, kind="stable")
    order = order[sizes[order] > 0]
    places = np.zeros(len(centres), np.uint8)
    places[order] = np.arange(len(order))
    return places[nearest], centres[order]


def _far_apart(rows: Array, count: int) -> Array:
    """Rows to begin with: the first, then always the one that is least like those before."""
    some = rows[:_BEGIN]
    chosen = [0]
    likeness = some @ some[0]
    while len(chosen) < count:
        chosen.append(int(likeness.argmin()))
        likeness = np.maximum(likeness, some @ some[chosen[-1]])
    lengths = np.linalg.norm(some[chosen], axis=1, keepdims=True)
    centres: Array = some[chosen] / np.where(lengths > 0, lengths, 1)
    return centres
