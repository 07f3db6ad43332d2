"""Lengths of vectors, and vectors of length 1, whatever their size: no square overflows, and none vanishes."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_LEAST, _MOST = 1e-280, 1e280  # of sums of squares in float64 that lose nothing
_BLOCK = 4096  # rows computed at once in float64


def row_lengths(rows: Array, dtype: npt.DTypeLike | None = None) -> Array:
    """Lengths (n,) of rows (n, d), in `dtype`, which is float32 or float64; by default the wider of theirs and float32.

    Those that this type cannot hold are infinite.

    Examples
    --------
    >>> row_lengths(np.array([[3e30, 4e30], [3e-30, 4e-30], [0, 0]], np.float32))
    array([5.e+30, 5.e-30, 0.e+00], dtype=float32)
    """
    kind = np.promote_types(rows.dtype, np.float32) if dtype is None else np.dtype(dtype)
    with np.errstate(all="ignore"):
        squares: Array = np.einsum("ij,ij->i", rows, rows, dtype=kind)  # type: ignore[arg-type]
        lengths: Array = np.sqrt(squares)
        for places in _blocks(np.flatnonzero(~_is_exact(squares))):
            powers, scaled = _scaled(rows[places])
            lengths[places] = powers[:, 0] * np.sqrt(np.einsum("ij,ij->i", scaled, scaled))
    return lengths


def unit_rows(rows: Array, dtype: npt.DTypeLike | None = None) -> Array:
    """Rows (n, d) at length 1, in `dtype`, by default their own; zeros stay, and rows that are not finite get NaN.

    Examples
    --------
    >>> unit_rows(np.array([[3e200, 4e200], [0, 0]]))
    array([[0.6, 0.8],
           [0. , 0. ]])
    """
    made = np.empty(rows.shape, rows.dtype if dtype is None else dtype)
    with np.errstate(all="ignore"):
        for start in range(0, len(rows), _BLOCK):
            _, scaled = _scaled(rows[start : start + _BLOCK])
            lengths = np.sqrt(np.einsum("ij,ij->i", scaled, scaled))[:, np.newaxis]
            made[start : start + _BLOCK] = scaled / np.where(lengths == 0, 1, lengths)
    return made


def cosine(first: Array, second: Array) -> float:
    """Cosine of the angle between two vectors (d,), in float64: -1 to 1, 0 if one is zero, NaN if one is not finite.

    Examples
    --------
    >>> cosine(np.array([1e200, 0]), np.array([3e-200, 4e-200]))
    0.6
    """
    one, other = _safe(first), _safe(second)
    lengths = math.sqrt(one @ one) * math.sqrt(other @ other)
    found = float(one @ other) / lengths if lengths != 0 else 0.0
    return found if -1 <= found <= 1 or found != found else math.copysign(1, found)


def unit(vector: Array) -> Array:
    """The vector (d,) at length 1, in its own dtype; zeros stay, and one that is not finite gets NaN.

    Examples
    --------
    >>> unit(np.array([3e200, 4e200]))
    array([0.6, 0.8])
    """
    wide = _safe(vector)
    length = math.sqrt(wide @ wide)
    return (wide / length).astype(vector.dtype) if length != 0 else wide.astype(vector.dtype)


def _safe(vector: Array) -> Array:
    """The vector (d,) in float64, times a power of two if the sum of its squares would over- or underflow."""
    wide: Array = vector.astype(np.float64)
    with np.errstate(all="ignore"):
        squares = wide @ wide
        if _LEAST < squares < _MOST or squares == 0 == np.abs(wide).max(initial=0):
            return wide
        _, scaled = _scaled(wide[np.newaxis])
        return scaled[0] if np.isfinite(wide).all() else np.full_like(wide, np.nan)


def far_from_one(lengths: Array) -> npt.NDArray[np.intp]:
    """Positions of rows so long or so short, or not finite, that products with them over- or underflow their type.

    Examples
    --------
    >>> far_from_one(np.array([1, 1e19, 1e38, 1e-38], np.float32))
    array([2, 3])
    """
    if len(lengths) == 0 or (is_usual(lengths.min()) and is_usual(lengths.max())):
        return np.empty(0, np.intp)
    return np.flatnonzero(~is_usual(lengths))


def is_usual(lengths: Any) -> Any:
    """Whether products with rows of these lengths, an array or a number of numpy's, stay within their type."""
    least, most = (1e-30, 1e37) if lengths.dtype == np.float32 else (1e-280, 1e300)
    return (least < lengths) & (lengths < most)


def _is_exact(squares: Array) -> Array:
    """Which sums of squares lost nothing: a square that vanishes is less than a millionth of such a sum."""
    least = 1e-30 if squares.dtype == np.float32 else 1e-280
    exact: Array = (squares > least) & (squares < np.inf)
    return exact


def _scaled(rows: Array) -> tuple[Array, Array]:
    """A power of two (n, 1) near the largest number of each row, and the rows divided by it, both in float64."""
    wide = rows.astype(np.float64)
    _, exponents = np.frexp(np.abs(wide).max(axis=1, keepdims=True, initial=0))
    powers = np.ldexp(1.0, exponents - 1)  # so that nothing is rounded; half the power above, which may be infinite
    wide /= powers
    return powers, wide


def _blocks(places: npt.NDArray[np.intp]) -> list[npt.NDArray[np.intp]]:
    return [places[start : start + _BLOCK] for start in range(0, len(places), _BLOCK)]
