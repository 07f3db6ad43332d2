"""Cosines, and the highest of many."""

import numpy as np
import numpy.typing as npt

from w2v.base.norms import far_from_one, unit_rows
from w2v.vectors.matrix import Array

_GROUPS = 64  # rows of the maxima that `highest` looks at first
_BYTES = 1 << 20  # of rows widened at once: they stay in the second-level cache
_QUERIES = 1024  # asked at once, of
_ROWS = 2048  # rows: products of this size run at the speed of the processor, and their 8 MB stay in the cache


def highest(scores: Array, count: int) -> npt.NDArray[np.intp]:
    """Positions of the highest scores, best first; equal ones in order of position, NaN last."""
    if count <= 0:
        return np.empty(0, dtype=np.intp)
    if count >= len(scores):
        return np.argsort(-scores, kind="stable")
    least = _at_most_the_lowest_of(scores, count)
    if np.isnan(least):  # they sort as the highest, but are the lowest
        return highest(np.where(np.isnan(scores), -np.inf, scores), count)
    candidates = np.flatnonzero(scores >= least)
    return candidates[np.argsort(-scores[candidates], kind="stable")[:count]]


def _at_most_the_lowest_of(scores: Array, count: int) -> Array:
    """A score that at least `count` of the scores reach, and few more.

    Each of the `count` highest maxima of separate sets of scores is such a score, so the lowest of these maxima is
    reached by at least so many. Finding the maxima is one pass over the scores, several times faster than a partition.
    """
    whole = len(scores) // _GROUPS * _GROUPS
    if whole >= _GROUPS * _GROUPS * count:
        scores = scores[:whole].reshape(_GROUPS, -1).max(axis=0)
    last: Array = np.partition(scores, len(scores) - count)[len(scores) - count :]
    least: Array = last.min()
    return least


def cosines(rows: Array, lengths: Array, vector: Array) -> Array:
    """Cosines (n,) of rows (n, d), which `lengths` (n,) divide, with a vector (d,) of length 1: -1 to 1, or NaN."""
    with np.errstate(over="ignore", invalid="ignore"):
        found = dot(rows, vector)
        found /= lengths
        far = far_from_one(lengths)
        if len(far):
            found[far] = unit_rows(rows[far], vector.dtype) @ vector
    return between_ends(found)


def between_ends(cosines: Array) -> Array:
    """Cosines that rounding took past -1 or 1 brought back, in place; NaN stays."""
    np.minimum(cosines, 1, out=cosines)
    return np.maximum(cosines, -1, out=cosines)


def at_length_one(rows: Array, lengths: Array) -> Array:
    """Rows (n, d) divided by their lengths (n,), in float32 at least."""
    with np.errstate(over="ignore", invalid="ignore"):
        made: Array = rows / lengths[:, np.newaxis]
    far = far_from_one(lengths)
    if len(far):
        made[far] = unit_rows(rows[far], made.dtype)
    return made


def dot(rows: Array, vector: Array) -> Array:
    """rows @ vector, at least in float32; narrow rows are widened a block at a time."""
    if rows.dtype == vector.dtype:
        return rows @ vector
    block = max(1, _BYTES // (vector.itemsize * rows.shape[1]))
    parts = [widened(rows[i : i + block], vector.dtype) @ vector for i in range(0, len(rows), block)]
    return np.concatenate([np.empty(0, vector.dtype), *parts])


def widened(rows: Array, dtype: npt.DTypeLike) -> Array:
    """The rows in a wider dtype; float16, which must be finite, five times as fast as by numpy."""
    if rows.dtype != np.float16 or dtype != np.float32:
        return rows.astype(dtype)
    # Sign, exponent and fraction of a float16 where a float32 has them; then the exponents differ by 112.
    bits = rows.view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= np.int32(-0x70000001)  # of the copies of the sign bit, keep one
    wide = bits.view(np.float32)
    wide *= np.float32(2.0**112)
    return wide


def nearest(rows: Array, lengths: Array, queries: Array, count: int) -> tuple[Array, npt.NDArray[np.intp]]:
    """For each query the `count` highest cosines and their rows, best first, as arrays (len(queries), count).

    Parameters
    ----------
    rows : array of shape (n, d)
    lengths : array of shape (n,)
        What to divide the rows by.
    queries : array of shape (m, d)
        At length 1.
    count : int
        At most n.
    """
    found = [_nearest(rows, lengths, queries[i : i + _QUERIES], count) for i in range(0, len(queries), _QUERIES)]
    if not found:
        return np.empty((0, count), queries.dtype), np.empty((0, count), np.intp)
    scores, places = (np.concatenate(parts) for parts in zip(*found, strict=True))
    np.clip(scores, -1, 1, out=scores, where=scores > -np.inf)
    for unfilled in np.flatnonzero((scores == -np.inf).any(axis=1)):  # fewer rows than that have a cosine: the others
        every = cosines(rows, lengths, queries[unfilled])  # come last, with NaN
        places[unfilled] = highest(every, count)
        scores[unfilled] = every[places[unfilled]]
    return scores, places


def _nearest(rows: Array, lengths: Array, queries: Array, count: int) -> tuple[Array, npt.NDArray[np.intp]]:
    scores = np.full((len(queries), count), -np.inf, dtype=queries.dtype)
    places = np.zeros((len(queries), count), dtype=np.intp)
    for start in range(0, len(rows), _ROWS):
        block = widened(rows[start : start + _ROWS], queries.dtype)
        with np.errstate(invalid="ignore"):
            tile = queries @ at_length_one(block, lengths[start : start + _ROWS]).T
        _merge(scores, places, tile, start, scores[:, -1:] if start else _floor(tile, count))
    return scores, places


def _floor(tile: Array, count: int) -> Array:
    """A number for each line of the tile that its `count` highest scores are above, and hardly any more."""
    if count > tile.shape[1]:
        return np.full((len(tile), 1), -np.inf, dtype=tile.dtype)
    numbers = np.where(np.isnan(tile), -np.inf, tile)
    last = np.partition(numbers, tile.shape[1] - count, axis=1)[:, tile.shape[1] - count]
    below: Array = np.nextafter(last, -np.inf)
    return below[:, np.newaxis]


def _merge(scores: Array, places: npt.NDArray[np.intp], tile: Array, start: int, floor: Array) -> None:
    """Let the scores of a tile (m, rows from `start` on) that are above the floor (m, 1) take their places."""
    hits = np.flatnonzero(tile > floor)  # with divmod, 15 times faster than nonzero in two dimensions
    if len(hits) == 0:
        return
    asked, rows = np.divmod(hits, tile.shape[1])
    changed, first, counts = np.unique(asked, return_index=True, return_counts=True)
    count = scores.shape[1]
    # The hits of each query that has any, side by side and filled up; those found before come first, so they win ties.
    column = np.arange(len(asked)) - np.repeat(first, counts) + count
    line = np.repeat(np.arange(len(changed)), counts)
    merged = np.full((len(changed), count + counts.max()), -np.inf, dtype=scores.dtype)
    merged_places = np.zeros(merged.shape, dtype=np.intp)
    merged[:, :count], merged_places[:, :count] = scores[changed], places[changed]
    merged[line, column], merged_places[line, column] = tile[asked, rows], rows + start
    order = np.argsort(-merged, axis=1, kind="stable")[:, :count]
    scores[changed] = np.take_along_axis(merged, order, axis=1)
    places[changed] = np.take_along_axis(merged_places, order, axis=1)
