"""t-SNE (van der Maaten and Hinton 2008) with numpy alone, fast enough for tens of thousands of rows.

The cost pulls the nearest neighbours of a row towards it, and pushes all rows apart. The pull is a sum over a list of
neighbours; the push is a convolution, computed on a grid by fast Fourier transforms (Linderman et al. 2019), or as it
stands for a few rows. A place on the plane is a complex number, so that both sums are those of numbers.
"""

from collections.abc import Callable

import numpy as np

from w2v.base.arrays import Array
from w2v.projection.neighbours import pulls
from w2v.projection.repulsion import Grid, exact

__all__ = ["tsne"]

_FEW = 500  # rows whose push is computed pair by pair
_EARLY, _LATE = 200, 400  # rounds with the pull exaggerated, and after them
_EXAGGERATION = 12.0
_SEARCH = 0.15  # share of the time that the search for neighbours takes
_MOMENTUM = 0.5, 0.8  # early and late
_STEP = 5.0  # the most that a place moves in a round
_START = 1e-4  # spread of the places at first


def tsne(start: Array, unit: Array, progress: Callable[[float], object] | None = None) -> Array:
    """Places (n, 2) for rows of length 1, near each other where the rows are.

    Parameters
    ----------
    start : array of shape (n, 2)
        Where the places begin, such as the rows' first two principal components: what is far apart there stays so.
    unit : array of shape (n, d), float32
    progress : callable, optional
        Called with the share that is done, from 0 to 1.

    Returns
    -------
    array of shape (n, 2), float32

    Examples
    --------
    >>> rows = np.eye(3, dtype=np.float32).repeat(20, axis=0)
    >>> tsne(rows[:, :2], rows).shape
    (60, 2)
    """
    told = progress or (lambda share: None)
    pull = pulls(unit, lambda share: told(share * _SEARCH))
    n, rounds = len(unit), _EARLY + _LATE
    z = (start[:, 0] + 1j * start[:, 1]).astype(np.complex64)
    z *= _START / (z.real.std() or 1)
    push = exact if n <= _FEW else Grid()
    speed, gain = np.zeros((n, 2), np.float32), np.ones((n, 2), np.float32)
    for number in range(rounds):
        early = number < _EARLY
        if number in (0, _EARLY):
            speed[:], gain[:] = 0, 1
        exaggeration = _EXAGGERATION if early else 1.0
        slope = _pairs(4 * (np.float32(exaggeration) * pull(z) + push(z)))
        gain = np.maximum(np.where(slope * speed > 0, gain + 0.2, gain * 0.8), 0.01)
        speed = _MOMENTUM[not early] * speed + np.float32(n / exaggeration) * gain * slope
        lengths = np.hypot(speed[:, 0], speed[:, 1])[:, np.newaxis]
        speed *= np.minimum(1, _STEP / np.maximum(lengths, _STEP))
        z += speed[:, 0] + 1j * speed[:, 1]
        z -= z.mean()
        told(_SEARCH + (1 - _SEARCH) * (number + 1) / rounds)
    return _pairs(z)


def _pairs(z: Array) -> Array:
    """Complex numbers (n,) as their parts (n, 2), float32."""
    return np.ascontiguousarray(z, np.complex64).view(np.float32).reshape(-1, 2)
