"""int8 copies of a matrix."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_BLOCK = 4096  # rows narrowed at once


def to_int8(rows: Array) -> tuple[Array, Array]:
    """Rows (n, d) as int8 and a float32 scale for each (n,): its largest value is 127, and values are rounded.

    Examples
    --------
    >>> to_int8(np.array([[1.0, -2.0, 0.5]]))
    (array([[  64, -127,   32]], dtype=int8), array([0.01574803], dtype=float32))
    """
    narrow = np.empty(rows.shape, dtype=np.int8)
    scales = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK].astype(np.float32)
        if not np.isfinite(block).all():
            raise ValueError(f"expected finite numbers, got others in rows {start} to {start + len(block) - 1}")
        largest = np.abs(block).max(axis=1)
        scale = largest / np.float32(127)
        scale = np.where(scale > 0, scale, np.where(largest > 0, largest, np.float32(1)))
        scales[start : start + _BLOCK] = scale
        narrow[start : start + _BLOCK] = np.clip(np.rint(block / scale[:, np.newaxis]), -127, 127)
    return narrow, scales
