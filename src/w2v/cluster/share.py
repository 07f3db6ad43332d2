"""Rows that hosts exchange: each owns a range of every matrix, merges it for all, and sends the steps to all."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.training.shards.merging import Bases, Changes, Round, mergings
from w2v.training.shards.strengths import Strengths

__all__ = ["ChangesOf", "Merged", "merged_rows", "rows_of_owners", "unpacked"]

ChangesOf = dict[tuple[int, str], tuple[npt.NDArray[np.int32], npt.NDArray[Any]]]  # by shard and matrix
Merged = dict[str, tuple[npt.NDArray[np.int32], npt.NDArray[Any]]]  # rows and steps by matrix


def rows_of_owners(matrices: Mapping[str, npt.NDArray[Any]], owners: int) -> Iterator[tuple[str, int, int, int]]:
    """Yield the name of a matrix, an owner, and its first row and the end of its rows, for all of them.

    Examples
    --------
    >>> list(rows_of_owners({"inp": np.zeros((5, 16))}, 2))
    [('inp', 0, 0, 2), ('inp', 1, 2, 5)]
    """
    for name, matrix in matrices.items():
        n = len(matrix)
        for owner in range(owners):
            yield name, owner, n * owner // owners, n * (owner + 1) // owners


def merged_rows(
    strengths: Strengths,
    names: Sequence[str],
    bases: Bases,
    trained: Round,
    shards: int,
    size: int,
    changes: ChangesOf,
    narrow: bool,
) -> Merged:
    """Merge changes in the order of shards, by `w2v.training.shards.merging.mergings`."""
    found: Merged = {}
    for name, rule in mergings(strengths, names, bases, trained, shards, size).items():
        rows, steps = rule.merge_changes([_widened(changes[rank, name]) for rank in range(shards)])
        found[name] = rows, steps.astype(np.float16) if narrow else steps
    return found


def unpacked(merged: Merged) -> dict[str, Changes]:
    """Return the same as float32."""
    return {name: _widened(rows_and_steps) for name, rows_and_steps in merged.items()}


def _widened(given: tuple[npt.NDArray[np.int32], npt.NDArray[Any]]) -> Changes:
    rows, numbers = given
    return rows, numbers.astype(np.float32, copy=False)
