"""Cosines, and the highest of many."""

import numpy as np
import numpy.typing as npt

from w2v._rows import Array


def highest(scores: Array, count: int) -> npt.NDArray[np.intp]:
    """Positions of the highest scores, best first; equal ones in order of position, NaN last."""
    if count <= 0:
        return np.empty(0, dtype=np.intp)
    if count >= len(scores):
        return np.argsort(-scores, kind="stable")
    top = np.partition(scores, len(scores) - count)[len(scores) - count :]
    if np.isnan(top).any():  # they sort as the highest, but are the lowest
        return highest(np.where(np.isnan(scores), -np.inf, scores), count)
    candidates = np.flatnonzero(scores >= top.min())
    return candidates[np.argsort(-scores[candidates], kind="stable")[:count]]


def unit(vector: Array) -> Array:
    """The vector at length 1, in its own dtype; zeros stay."""
    length = np.linalg.norm(vector.astype(np.float64))
    return (vector / length).astype(vector.dtype) if length > 0 else vector


def cosine(first: Array, second: Array) -> float:
    """Cosine of the angle between two vectors, 0 if one of them is zero."""
    first, second = first.astype(np.float64), second.astype(np.float64)
    lengths = np.sqrt(first @ first) * np.sqrt(second @ second)
    return min(1.0, max(-1.0, float(first @ second / lengths))) if lengths > 0 else 0.0


def dot(rows: Array, vector: Array) -> Array:
    """rows @ vector, at least in float32; narrow rows are widened a block at a time."""
    if rows.dtype == vector.dtype:
        return rows @ vector
    block = 16384
    parts = [rows[i : i + block].astype(vector.dtype) @ vector for i in range(0, len(rows), block)]
    return np.concatenate([np.empty(0, vector.dtype), *parts])
