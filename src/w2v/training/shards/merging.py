"""How changes of several replicas are merged: by the steep directions that one of them sees, and by the round."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.config import active_kernels
from w2v.training.settings import Settings
from w2v.training.shards.strengths import Strengths

__all__ = ["Bases", "Changes", "Round", "Steps", "basis_shard", "belonging", "mergings", "round_of"]

Bases = npt.NDArray[np.float32]  # (2, floats): of what inputs meet, and of inputs; each as `_core.leading_directions`
Steps = tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]  # rows in rising order, and (rows, columns) by how much

_BOUND = 0.25  # the largest slope of the sigmoid


class Changes(NamedTuple):
    """What some shards changed that belong together: see `belonging`."""

    rows: npt.NDArray[np.int32]  # in rising order
    sums: npt.NDArray[Any]  # (rows, columns), of the changes of all of them; float32, or float16 on the way
    counts: npt.NDArray[np.uint16]  # of shards that changed the row
    shards: int


class Round(NamedTuple):
    """What the strength of all steps of a round follows: tokens of all shards, and the learning rate at its end."""

    tokens: int
    alpha: float


def round_of(settings: Settings, words: int, epoch: int, before: int, tokens: int) -> Round:
    """Return a round of so many tokens of all shards, which had trained `before` tokens of this epoch when it began.

    `words` is the number of tokens of an epoch.

    Examples
    --------
    >>> from w2v import Word2Vec
    >>> round_of(Word2Vec(alpha=0.02, min_alpha=0.01).checked(), words=100, epoch=2, before=25, tokens=25)
    Round(tokens=25, alpha=0.015)
    """
    done = words * epoch + before + tokens
    return Round(tokens, _core.learning_rate(settings.alpha, settings.min_alpha, done, words * settings.epochs))


def belonging(ranks: Iterable[int], shards: int) -> list[range]:
    """Return the fewest groups of these shards whose sums are parts of the sum of all.

    Sums are made by a tree: of shards 0 and 1, of 2 and 3, of both of these, and so on. So those belong together that
    are 1, 2, 4, 8, ... in a row, the first a multiple of their number.

    Examples
    --------
    >>> belonging([0, 1, 2, 3], 8), belonging([1, 2, 3, 4], 5)
    ([range(0, 4)], [range(1, 2), range(2, 4), range(4, 5)])
    """
    left, found = set(ranks) & set(range(shards)), []
    for first in range(shards):
        if first not in left:
            continue
        size = 1
        while first % (2 * size) == 0 and left.issuperset(range(first, first + 2 * size)):
            size *= 2
        found.append(range(first, first + size))
        left.difference_update(found[-1])
    return found


def basis_shard(number: int, tokens: Sequence[int]) -> int:
    """Return whose directions a round takes, the number-th of its epoch: a shard that trained something in it.

    Examples
    --------
    >>> basis_shard(5, [10, 10, 10, 10]), basis_shard(5, [10, 0, 10, 10])
    (1, 2)
    """
    shards = len(tokens)
    order = [(number + k) % shards for k in range(shards)]
    return next((shard for shard in order if tokens[shard]), order[0])


def mergings(
    strengths: Strengths, names: Sequence[str], bases: Bases, trained: Round, shards: int, size: int
) -> dict[str, _core.Merging]:
    """Return how to merge the changes of each of these matrices; vectors have `size` numbers.

    Each has ``merge_changes([Changes of the first shards, of those after them, ...])``, which returns (rows, steps).
    """
    found = {}
    stride = -(-size // 16) * 16
    for name in names:
        basis, columns = _basis_of(name, bases, size, stride)
        rows = strengths.rows[name]
        strength = _BOUND * trained.alpha * trained.tokens * rows.steps
        factors = _core.merging_factors(basis, strength, shards, -(-columns // 16) * 16)
        found[name] = _core.Merging(columns, basis, factors, rows.classes, active_kernels())
    return found


def _basis_of(name: str, bases: Bases, size: int, stride: int) -> tuple[npt.NDArray[np.float32], int]:
    """The basis for the rows of a matrix, and how many numbers these have."""
    if name == "biases":  # they meet the number 1
        return _even(1.0, 16), 1
    if name == "weights":
        return _even(_curvature_of_weights(bases, size, stride), stride), size
    return bases[0 if name == "inp" else 1], size


def _even(curvature: float, stride: int) -> npt.NDArray[np.float32]:
    """A basis of no directions, the same curvature along all."""
    basis = np.zeros(_core.DIRECTIONS * stride + 2 * 16, dtype=np.float32)
    basis[_core.DIRECTIONS * stride :][: _core.DIRECTIONS + 1] = curvature
    return basis


def _curvature_of_weights(bases: Bases, size: int, stride: int) -> float:
    """Weights of positions multiply inputs element by element.

    So they are as steep as outputs are along their first direction, times the mean square of an input's elements.
    """
    outputs, inputs = ([float(x) for x in basis[_core.DIRECTIONS * stride :]] for basis in bases)
    squares = sum(inputs[: _core.DIRECTIONS]) + max(0, size - _core.DIRECTIONS) * inputs[_core.DIRECTIONS]
    return outputs[0] * squares / size
