"""Matrices as the kernels want them: rows padded to 16 floats, aligned to 64 bytes, the padding zero."""

from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]

_LANES = 16  # floats in a row come in multiples of this
_ALIGNMENT = 64  # bytes


def padded_zeros(rows: int, columns: int) -> Matrix:
    """Return zeros of shape (rows, columns) whose rows lie `stride` floats apart: columns rounded up to 16.

    Examples
    --------
    >>> padded_zeros(2, 100).strides
    (448, 4)
    """
    stride = -(-columns // _LANES) * _LANES
    spare = _ALIGNMENT // 4
    memory = np.zeros(rows * stride + spare, dtype=np.float32)
    start = -memory.ctypes.data % _ALIGNMENT // 4
    return memory[start : start + rows * stride].reshape(rows, stride)[:, :columns]


def padded(matrix: npt.NDArray[Any]) -> Matrix:
    """Return the matrix itself if `padded_zeros` made it, else a padded copy."""
    if _is_padded(matrix):
        return matrix
    copy = padded_zeros(*matrix.shape)
    copy[:] = matrix
    return copy


def whole_rows(matrix: Matrix) -> Matrix:
    """Return a padded matrix with its padding, shape (rows, stride)."""
    if not _is_padded(matrix):
        raise ValueError(f"expected a matrix made by padded_zeros, got strides {matrix.strides}")
    stride = matrix.strides[0] // 4
    return np.lib.stride_tricks.as_strided(matrix, (len(matrix), stride), writeable=True)


def uniform(rows: int, columns: int, seed: int) -> Matrix:
    """Return initial vectors: uniform in -1/columns to 1/columns, row after row from one stream of `seed`.

    Examples
    --------
    >>> bool(abs(uniform(10, 4, seed=1)).max() <= 0.25)
    True
    """
    matrix = padded_zeros(rows, columns)
    random = np.random.default_rng(seed)
    for start in range(0, rows, 4096):  # in pieces: a whole matrix of draws would double the peak of memory
        piece = matrix[start : start + 4096]
        piece[:] = (random.random(piece.shape, dtype=np.float32) - np.float32(0.5)) * np.float32(2 / columns)
    return matrix


def _is_padded(matrix: npt.NDArray[Any]) -> bool:
    """Whether padded_zeros made it: only there the owner of the memory is flat, a little longer, and ours to write."""
    owner = matrix.base
    if not isinstance(owner, np.ndarray) or not matrix.flags.writeable:
        return False
    if matrix.dtype != np.float32 or matrix.ndim != 2:
        return False
    rows, columns = matrix.shape
    stride = -(-columns // _LANES) * _LANES
    return (
        matrix.strides == (4 * stride, 4)
        and matrix.ctypes.data % _ALIGNMENT == 0
        and owner.shape == (rows * stride + _ALIGNMENT // 4,)
    )
