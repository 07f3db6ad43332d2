"""Random walks of the first and second order in plain Python: their probabilities, and the core's draws replayed."""

import numpy as np
import numpy.typing as npt

from w2v.base.arrays import Int32Array
from w2v.reference.draws import Stream, noise_word

__all__ = ["replay_walk", "step_probabilities"]

MOST_TRIES = 64  # refused proposals before all neighbours are weighed

Rows = dict[int, dict[int, float]]  # the weight of each edge, by its two nodes


def step_probabilities(rows: Rows, before: int | None, node: int, p: float, q: float) -> dict[int, float]:
    """Return the chance of each next node, after a step from `before` to `node`.

    Grover and Leskovec, "node2vec: Scalable Feature Learning for Networks", KDD 2016, section 3.2.2.

    Examples
    --------
    >>> triangle_and_tail = {0: {1: 1.0, 2: 1.0}, 1: {0: 1.0, 2: 1.0}, 2: {0: 1.0, 1: 1.0, 3: 1.0}, 3: {2: 1.0}}
    >>> step_probabilities(triangle_and_tail, 0, 2, p=1, q=0.5)
    {0: 0.25, 1: 0.25, 3: 0.5}
    """
    shares = {x: weight * _factor(rows, before, x, p, q) for x, weight in rows[node].items()}
    total = sum(shares.values())
    return {x: share / total for x, share in shares.items()}


def _factor(rows: Rows, before: int | None, x: int, p: float, q: float) -> float:
    if before is None:
        return 1.0
    return 1 / p if x == before else 1.0 if x in rows[before] else 1 / q


def replay_walk(
    rows: Rows,
    cells: dict[int, Int32Array] | None,
    start: int,
    stream: Stream,
    length: int,
    p: float = 1.0,
    q: float = 1.0,
) -> list[int]:
    """Draw one walk as the core does: proposals by weight (`cells`: alias tables of rows), taken by rejection."""
    walk: list[int] = [start]
    while len(walk) < length and rows[walk[-1]]:
        before = walk[-2] if len(walk) > 1 else None
        walk.append(_next(rows, cells, before, walk[-1], stream, p, q))
    return walk


def _next(
    rows: Rows, cells: dict[int, Int32Array] | None, before: int | None, node: int, stream: Stream, p: float, q: float
) -> int:
    neighbours = sorted(rows[node])
    most = max(1.0, 1 / p, 1 / q)
    for _ in range(MOST_TRIES):
        bits = stream.next()
        place = (bits >> 32) * len(neighbours) >> 32 if cells is None else noise_word(cells[node], bits)
        x = neighbours[place]
        if before is None or p == q == 1 or _uniform(stream) * most < _factor(rows, before, x, p, q):
            return x
    shares: npt.NDArray[np.float64] = np.array([_factor(rows, before, x, p, q) * rows[node][x] for x in neighbours])
    reached = np.cumsum(shares) > _uniform(stream) * np.cumsum(shares)[-1]
    return neighbours[int(reached.argmax())]


def _uniform(stream: Stream) -> float:
    return (stream.next() >> 11) / 2**53
