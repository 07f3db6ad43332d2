"""Matrices as the kernels want them: rows padded to 16 floats, aligned to 64 bytes, the padding zero."""

from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]

_LANES = 16  # floats in a row come in multiples of this
_ALIGNMENT = 64  # bytes
_SPARE = _ALIGNMENT // 4  # floats allocated in addition, because an array may begin anywhere


def padded_zeros(rows: int, columns: int) -> Matrix:
    """Return zeros of shape (rows, columns) whose rows lie `stride` floats apart: columns rounded up to 16.

    Examples
    --------
    >>> padded_zeros(2, 100).strides
    (448, 4)
    """
    stride = _stride(columns)
    memory = np.zeros(rows * stride + _SPARE, dtype=np.float32)
    start = (_aligned(memory.ctypes.data) - memory.ctypes.data) // 4
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
    return _whole(matrix)


def uniform(rows: int, columns: int, seed: int) -> Matrix:
    """Return initial vectors: uniform in -1/columns to 1/columns, row after row from one stream of `seed`.

    Examples
    --------
    >>> bool(abs(uniform(10, 4, seed=1)).max() <= 0.25)
    True
    """
    matrix = padded_zeros(rows, columns)
    fill_uniform(matrix, seed)
    return matrix


def fill_uniform(matrix: Matrix, seed: int, order: npt.NDArray[np.int64] | None = None) -> None:
    """Make the rows of a matrix those of `uniform`; with `order`, row order[i] is the i-th of them.

    Examples
    --------
    >>> matrix = padded_zeros(3, 4)
    >>> fill_uniform(matrix, 1, np.array([2, 0, 1]))
    >>> bool((matrix[[2, 0, 1]] == uniform(3, 4, seed=1)).all())
    True
    """
    random = np.random.default_rng(seed)
    for start in range(0, len(matrix), 4096):  # in pieces: a whole matrix of draws would double the peak of memory
        rows = slice(start, start + 4096) if order is None else order[start : start + 4096]
        draws = random.random((min(4096, len(matrix) - start), matrix.shape[1]), dtype=np.float32)
        matrix[rows] = (draws - np.float32(0.5)) * np.float32(2 / matrix.shape[1])


def extended(matrix: npt.NDArray[Any], rows: Matrix) -> Matrix:
    """Return a padded matrix of the rows of both.

    Examples
    --------
    >>> extended(padded_zeros(2, 3), padded_zeros(1, 3)).shape
    (3, 3)
    """
    both = padded_zeros(len(matrix) + len(rows), matrix.shape[1])
    both[: len(matrix)] = matrix
    both[len(matrix) :] = rows
    return both


def spanned(first: npt.NDArray[Any], second: npt.NDArray[Any]) -> Matrix | None:
    """Return the matrix of `padded_zeros` of which these are the first rows and all others; None if they are not.

    Examples
    --------
    >>> matrix = padded_zeros(5, 3)
    >>> spanned(matrix[:2], matrix[2:]).shape, spanned(matrix[:2], matrix[3:]) is None
    ((5, 3), True)
    """
    owner, columns = first.base, first.shape[1]
    rows, stride = len(first) + len(second), _stride(columns)
    if not isinstance(owner, np.ndarray) or second.base is not owner or owner.shape != (rows * stride + _SPARE,):
        return None
    start = (_aligned(owner.ctypes.data) - owner.ctypes.data) // 4
    matrix = owner[start : start + rows * stride].reshape(rows, stride)[:, :columns]
    places = matrix.ctypes.data, matrix.ctypes.data + 4 * stride * len(first)
    same = (first.ctypes.data, second.ctypes.data) == places and second.shape[1] == columns
    return matrix if same and _is_padded(matrix) else None


def _is_padded(matrix: npt.NDArray[Any]) -> bool:
    """Whether the kernels can use it: a view of all of what `padded_zeros` allocated, ours to write, its padding zero.

    Anything else is another array that the user put there, or a view of one, or a map of a file.
    """
    owner = matrix.base
    if not isinstance(owner, np.ndarray) or not matrix.flags.writeable:
        return False
    if matrix.dtype != np.float32 or matrix.ndim != 2:
        return False
    rows, columns = matrix.shape
    stride = _stride(columns)
    start = matrix.ctypes.data
    return (
        matrix.strides == (4 * stride, 4)
        and owner.dtype == np.float32
        and owner.shape == (rows * stride + _SPARE,)
        and start == _aligned(owner.ctypes.data)
        and not _whole(matrix)[:, columns:].any()
    )


def _whole(matrix: Matrix) -> Matrix:
    """The rows with their padding, whatever is there."""
    stride = matrix.strides[0] // matrix.itemsize
    return np.lib.stride_tricks.as_strided(matrix, (len(matrix), stride), writeable=True)


def _stride(columns: int) -> int:
    return -(-columns // _LANES) * _LANES


def _aligned(address: int) -> int:
    return -(-address // _ALIGNMENT) * _ALIGNMENT
