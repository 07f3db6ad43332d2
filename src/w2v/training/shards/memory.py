"""The memory that replicas take."""

from collections.abc import Mapping
from typing import Any

import numpy.typing as npt

from w2v.inputs.cache import available_memory

__all__ = ["check_memory"]


def check_memory(trained: Mapping[str, npt.NDArray[Any]], shards: int) -> None:
    """Refuse more replicas than there is memory for, before any is made.

    Raises
    ------
    MemoryError
        With what they take, and what is free.

    Examples
    --------
    >>> import numpy as np
    >>> check_memory({"inp": np.zeros((2, 16), dtype=np.float32)}, shards=2)
    """
    each = sum(matrix.nbytes for matrix in trained.values())
    free = available_memory()
    if each * shards > free:
        most = max(0, free // each)
        advice = f"set shards to at most {most}" if most > 1 else "train without shards"
        raise MemoryError(
            f"shards={shards}: expected {each * shards:,} bytes of free memory, {each:,} for each replica, "
            f"got {free:,}: {advice}"
        )
