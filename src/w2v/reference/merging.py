"""Changes that several threads, or replicas, made to a row apart from each other, and what of them is due.

In a quadratic bowl of curvature h, m steps of length a go the share 1 - e^(-a h m) of the way down. Of n parties that
took m steps each from the same point, every one went that share, where all together should have gone 1 - e^(-X) with
X = a h m n. The sum of what they did is right if it counts

.. math:: s(X, n) = \\frac{1 - e^{-X}}{n \\, (1 - e^{-X / n})}

times: all of it where X is small, its mean where X is large.

Threads that merge one after the other, each with what the row is by then, need not know how many they are: had a thread
begun its m steps where others have moved the row meanwhile, it would have left the share :math:`e^{-a h m}` of that
move. So this is what it adds to its own row, and all comes out as if the steps had been taken in turn.

A row's loss has the curvature of 1/4 (the largest slope
of the sigmoid) times the second moment of the rows that it meets, so each eigenvector of that has a share of its own.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from w2v.base.arrays import Float64Array

__all__ = ["Basis", "corrected", "kept", "leading_directions", "merged", "share_of_sum"]

_FLAT = 0.01  # strength times curvature, below which nobody could have gone too far


class Basis(NamedTuple):
    """Leading eigenvectors (rows) and eigenvalues of a second moment, and the mean of all other eigenvalues."""

    directions: Float64Array
    eigenvalues: Float64Array
    rest: float


def share_of_sum(strength: float, parties: int) -> float:
    """Return s(X, n): how many times a sum of changes by n parties counts.

    Examples
    --------
    >>> share_of_sum(0.0, 8), round(share_of_sum(1.0, 8), 3), round(share_of_sum(1000.0, 8), 3)
    (1.0, 0.672, 0.125)
    """
    if strength <= 0 or parties == 1:
        return 1.0
    return float(np.expm1(-strength) / (parties * np.expm1(-strength / parties)))


def leading_directions(rows: Float64Array, n: int) -> Basis:
    """Return the n leading eigenvectors of the second moment of some rows.

    Examples
    --------
    >>> leading_directions(np.array([[2.0, 0.0], [0.0, 1.0]]), 1).eigenvalues
    array([2.])
    """
    values, vectors = np.linalg.eigh(rows.T @ rows / len(rows))
    n = min(n, len(values))
    others = values[: len(values) - n]
    return Basis(vectors[:, ::-1][:, :n].T, values[::-1][:n], float(others.mean()) if len(others) else 0.0)


def corrected(change: Float64Array, basis: Basis, strength: float, parties: int) -> Float64Array:
    """Return what is due of a sum of changes by so many parties.

    Parameters
    ----------
    change : array of shape (size,)
    basis : Basis
        Of the rows that the changed row meets.
    strength : float
        1/4 of the number of steps that all parties together took, times the learning rate.
    parties : int

    Examples
    --------
    >>> basis = Basis(np.array([[1.0, 0.0]]), np.array([1000.0]), 0.0)
    >>> corrected(np.array([8.0, 8.0]), basis, strength=1.0, parties=8)
    array([1., 8.])
    """
    shares = np.array([share_of_sum(strength * value, parties) for value in basis.eigenvalues])
    return _along(change, basis, shares, share_of_sum(strength * basis.rest, parties))


def kept(change: Float64Array, basis: Basis, strength: float) -> Float64Array:
    """Return what a party's own steps leave of a change that others made meanwhile.

    Parameters
    ----------
    change : array of shape (size,)
    basis : Basis
        Of the rows that the changed row meets.
    strength : float
        1/4 of the number of steps that the party took, times the learning rate.

    Examples
    --------
    >>> basis = Basis(np.array([[1.0, 0.0]]), np.array([1000.0]), 0.0)
    >>> kept(np.array([8.0, 8.0]), basis, strength=1.0)
    array([0., 8.])
    """
    return _along(change, basis, np.exp(-strength * basis.eigenvalues), float(np.exp(-strength * basis.rest)))


def merged(changes: Sequence[Float64Array], basis: Basis, strength: float) -> Float64Array:
    """Return by how much a row moves that some shards changed in a round, each by its own vector.

    Parameters
    ----------
    changes : sequence of arrays of shape (size,)
        Of those shards that changed it, at least one.
    basis : Basis
        Of the rows that the changed row meets.
    strength : float
        1/4 of the number of steps that the row takes in the round, in all shards together, times the learning rate.

    Examples
    --------
    >>> basis = Basis(np.array([[1.0, 0.0]]), np.array([1000.0]), 0.0)
    >>> merged([np.array([1.0, 0.0]), np.array([3.0, 8.0])], basis, strength=1.0)
    array([2., 8.])
    """
    total: Float64Array = np.sum(changes, axis=0)
    steepest = max(*basis.eigenvalues, basis.rest)
    if len(changes) == 1 or strength * steepest <= _FLAT:
        return total
    return corrected(total, basis, strength, len(changes))


def _along(change: Float64Array, basis: Basis, factors: Float64Array, rest: float) -> Float64Array:
    """The change, times a factor along each direction, and times `rest` in all others."""
    return rest * change + ((factors - rest) * (basis.directions @ change)) @ basis.directions
