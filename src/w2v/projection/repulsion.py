"""How rows push each other apart on the plane, pair by pair or by a grid; places and forces are complex (n,)."""

import numpy as np

from w2v.base.arrays import Array

__all__ = ["Grid", "exact"]

_LEAST, _MOST = 48, 280  # cells a side
_CELL = 0.7  # side of a cell, in the distance at which the kernel has fallen to a half, while that makes so many cells


def exact(z: Array) -> Array:
    """The push as it stands: the sum over all others of (z_i - z_j) / (1 + d^2)^2, over the sum of all 1 / (1 + d^2).

    Examples
    --------
    >>> exact(np.array([0, 1], dtype=np.complex64)).tolist()
    [(-0.25+0j), (0.25+0j)]
    """
    way = z[:, np.newaxis] - z
    near = 1 / (1 + way.real**2 + way.imag**2)
    return np.asarray((way * near**2).sum(axis=1) / (near.sum() - len(z)))


class Grid:
    """The same by a grid: charges are spread on it, convolved with the kernels, and read where the places are.

    Examples
    --------
    >>> z = (np.arange(30) + 1j * np.arange(30)[:, np.newaxis]).ravel().astype(np.complex64)
    >>> bool(abs(Grid()(z) - exact(z)).max() < 0.1 * abs(exact(z)).max())
    True
    """

    def __init__(self) -> None:
        self._shape = 0.0, 0
        self._kernels = np.empty(0)

    def __call__(self, z: Array) -> Array:
        """The push at these places."""
        low = complex(z.real.min(), z.imag.min())
        span = max(float(np.ptp(z.real)), float(np.ptp(z.imag)), 1e-6)
        side = _step_above(span / min(max(span / _CELL, _LEAST), _MOST))
        cells = int(span / side) + 4
        size = _fast_size(2 * cells)
        z = z - low
        places, shares = _spread(z / side, cells)
        kernels = self._at(side, size)

        def convolved(charge: Array, kernel: Array) -> Array:
            """The field of charges (n,), at their places."""
            charges = np.zeros((size, size), np.complex64)
            parts = [
                np.bincount(places.ravel(), (shares * part).ravel(), cells**2) for part in (charge.real, charge.imag)
            ]
            charges[:cells, :cells] = (parts[0] + 1j * parts[1]).reshape(cells, cells)
            field = np.fft.ifft2(np.fft.fft2(charges) * kernel)[:cells, :cells].ravel()
            return np.asarray((field[places] * shares).sum(axis=0))

        ones = convolved(np.ones(len(z), np.complex64), kernels)  # both kernels at once: they are real, so are the ones
        return np.asarray((z * ones.imag - convolved(z, kernels.imag)) / (ones.real.sum() - len(z)))

    def _at(self, side: float, size: int) -> Array:
        """Transforms of 1 / (1 + d^2), the real part, and of its square, the imaginary part, for cells of this side."""
        if self._shape != (side, size):
            line = np.minimum(np.arange(size), size - np.arange(size)) * side
            near = 1 / (1 + line[:, np.newaxis] ** 2 + line**2)
            kernels = np.fft.fft2(near + 1j * near**2)
            self._shape, self._kernels = (side, size), kernels.astype(np.complex64)
        return self._kernels


def _spread(z: Array, cells: int) -> tuple[Array, Array]:
    """The nine cells around each place, in units of cells, and its share of each, by Lagrange's parabolas, (9, n)."""
    middles, shares = [], []
    for line in (z.real + 1, z.imag + 1):
        middle = np.rint(line)
        off = line - middle
        middles.append(middle.astype(np.int64))
        shares.append([off * (off - 1) / 2, 1 - off**2, off * (off + 1) / 2])
    places = [(middles[0] + across - 1) * cells + middles[1] + along - 1 for across in range(3) for along in range(3)]
    return np.array(places), np.array([a * b for a in shares[0] for b in shares[1]])


def _step_above(side: float) -> float:
    """The next step of a scale of quarter octaves, so that the kernels change seldom."""
    return float(2 ** (np.ceil(np.log2(side) * 4) / 4))


def _fast_size(least: int) -> int:
    """The least size from here on whose transform is fast."""
    powers = 2 ** np.arange(12)
    sizes = np.concatenate([powers, 3 * powers, 5 * powers, 9 * powers])
    return int(sizes[sizes >= least].min())
