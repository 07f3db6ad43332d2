"""Rows that hosts exchange: each owns a range of every matrix, merges it for all, and sends the steps to all."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v.training.shards.merging import Changes, Steps

__all__ = ["ChangesOf", "Merged", "Rows", "narrowed", "rows_of_owners", "widened"]

ChangesOf = dict[int, dict["Rows", Changes]]  # by the first of the shards that belong together
Merged = dict["Rows", Steps]  # in float32, or float16

_ROWS = 8192  # of which changes lie in one piece: some megabytes


class Rows(NamedTuple):
    """Some rows of a matrix."""

    name: str
    first: int
    end: int


def rows_of_owners(matrices: Mapping[str, npt.NDArray[Any]], owners: int) -> Iterator[tuple[int, Rows]]:
    """Yield owners, and some rows that are theirs of a matrix: at most so many that several threads have something.

    Examples
    --------
    >>> list(rows_of_owners({"inp": np.zeros((5, 16))}, 2))
    [(0, Rows(name='inp', first=0, end=2)), (1, Rows(name='inp', first=2, end=5))]
    """
    for name, matrix in matrices.items():
        n = len(matrix)
        for owner in range(owners):
            end = n * (owner + 1) // owners
            for first in range(n * owner // owners, end, _ROWS):
                yield owner, Rows(name, first, min(first + _ROWS, end))


def narrowed(numbers: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return changes, or steps, as float16."""
    with np.errstate(over="ignore"):  # weights that have diverged are found out in the end
        return numbers.astype(np.float16)


def widened(numbers: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Return the same as float32."""
    return numbers.astype(np.float32, copy=False)
