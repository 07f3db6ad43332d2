"""Vectors made better, smaller or comparable after training: principal components, and rotation onto other vectors."""

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from w2v.base.norms import unit_rows
from w2v.vectors.asking import key_list
from w2v.vectors.matrix import Array
from w2v.vectors.rows import KeyedRows

__all__ = ["Alignment", "align", "postprocess"]

Vectors = TypeVar("Vectors", bound=KeyedRows)
Matrix = npt.NDArray[np.float64]

_BLOCK = 16384  # rows computed at once in float64


class Alignment(NamedTuple):
    """What `align` found."""

    vectors: Any  # all vectors of the first set, rotated
    rotation: Array  # (vector_size, vector_size): rotated = vectors @ rotation
    score: float  # mean cosine of the shared keys' vectors, from -1 to 1
    keys: list[Any]  # those that the rotation was fitted on


def postprocess(
    kv: Vectors,
    *,
    mean: bool = True,
    top: int = 0,
    dimensions: int | None = None,
    whiten: bool = False,
    restrict_vocab: int | None = None,
) -> Vectors:
    """Vectors less their mean and, on request, transformed along their principal components, as a new set.

    Parameters
    ----------
    kv : KeyedVectors
    mean : bool, default True
        Subtract the mean of all vectors.
    top : int, default 0
        Take away the part of each vector that lies along so many of the first principal components. With the mean
        subtracted, this is all-but-the-top (Mu and Viswanath 2018), who take vector_size / 100.
    dimensions : int, optional
        Keep only so many components after those: the vectors get this size.
    whiten : bool, default False
        Give every component the variance 1. The vectors get the size vector_size - top, or `dimensions`.
    restrict_vocab : int, optional
        Take mean and components from so many of the first vectors alone, such as those of frequent words, which tell
        more than those of the many rare ones.

    Returns
    -------
    KeyedVectors
        With the same keys and attributes; float32, or float64 if the vectors are.

    Raises
    ------
    ValueError
        There are not so many components, or the vectors are not finite.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> kv = KeyedVectors(2)
    >>> kv.add_vectors(["a", "b", "c", "d"], [[1, 0], [3, 0], [2, 5], [2, -5]])
    >>> postprocess(kv, top=1)["b"].round(3) + 0
    array([1., 0.], dtype=float32)
    """
    size = kv.vector_size
    if not 0 <= top < size:
        raise ValueError(f"top: expected 0 to {size - 1}, got {top}")
    if dimensions is not None and not 1 <= dimensions <= size - top:
        raise ValueError(f"dimensions: expected 1 to {size - top}, got {dimensions}")
    if len(kv) == 0:
        raise ValueError("expected at least one vector, got none")
    if restrict_vocab is not None and restrict_vocab < 1:
        raise ValueError(f"restrict_vocab: expected at least 1, got {restrict_vocab}")
    count = len(kv) if restrict_vocab is None else min(restrict_vocab, len(kv))
    centre = _mean(kv, count) if mean else np.zeros(size)
    if dimensions is None and not whiten and top == 0:
        change = np.eye(size)
    else:
        variances, components = _components(kv, count, centre)
        last = size if dimensions is None else top + dimensions
        change = components[:, top:last]
        if whiten:
            spread = np.sqrt(np.maximum(variances[top:last], 0))
            change = change / np.where(spread > 1e-6 * spread.max(initial=0), spread, 1)
        elif dimensions is None:
            change = np.eye(size) - components[:, :top] @ components[:, :top].T
    return kv._with_rows(_apply(kv, centre, change), change=(change, -centre @ change))


def align(a: Vectors, b: KeyedRows, keys: Iterable[Any] | None = None) -> Alignment:
    """Rotate the vectors of `a` so that those of keys shared with `b` come as near to b's as a rotation can bring them.

    The rotation (or reflection) is the solution of the orthogonal Procrustes problem (Schönemann 1966) for vectors at
    length 1. It changes no cosine within `a`, so it makes vectors of two trainings, times or languages comparable.

    Parameters
    ----------
    a, b : KeyedVectors
        Of the same vector_size.
    keys : iterable, optional
        Keys to fit the rotation on, which must be in both; all shared ones by default.

    Returns
    -------
    Alignment
        `vectors` (all of a, rotated), `rotation`, `score` (mean cosine of the shared keys' vectors) and `keys`.

    Raises
    ------
    ValueError
        The sizes differ, no key is shared, or vectors are not finite.
    KeyError
        One of `keys` is not in both.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> a, b = KeyedVectors(2), KeyedVectors(2)
    >>> a.add_vectors(["cat", "dog", "cow"], [[1, 0], [0, 1], [1, 1]])
    >>> b.add_vectors(["cat", "dog"], [[0, 2], [2, 0]])
    >>> aligned = align(a, b)
    >>> round(aligned.score, 3), aligned.vectors["cat"].round(3)
    (1.0, array([0., 1.], dtype=float32))
    """
    if a.vector_size != b.vector_size:
        raise ValueError(f"expected vectors of one size, got {a.vector_size} and {b.vector_size}")
    chosen = [key for key in a.index_to_key if key in b.key_to_index] if keys is None else key_list(a, keys, "keys")
    if not chosen:
        raise ValueError("expected keys that are in both, got none")
    product = np.zeros((a.vector_size, a.vector_size))
    for start in range(0, len(chosen), _BLOCK):
        part = chosen[start : start + _BLOCK]
        product += unit_rows(a[part], np.float64).T @ unit_rows(b[part], np.float64)
    _check_finite(product)
    left, lengths, right = np.linalg.svd(product)
    rotation = left @ right
    centre = np.zeros(a.vector_size)
    rotated = a._with_rows(_apply(a, centre, rotation), change=(rotation, centre))
    return Alignment(rotated, rotation, float(lengths.sum()) / len(chosen), chosen)


def _blocks(kv: KeyedRows, count: int) -> Iterable[tuple[slice, Matrix]]:
    """The rows in float64, some at a time, and where they are."""
    for start in range(0, count, _BLOCK):
        place = slice(start, min(count, start + _BLOCK))
        yield place, kv._values(place).astype(np.float64)


def _mean(kv: KeyedRows, count: int) -> Matrix:
    total = sum((rows.sum(axis=0) for _, rows in _blocks(kv, count)), np.zeros(kv.vector_size))
    _check_finite(total)
    return total / count


def _components(kv: KeyedRows, count: int, centre: Matrix) -> tuple[Matrix, Matrix]:
    """Variances along the principal components of `count` vectors less `centre`, falling, and these, as columns."""
    moments = np.zeros((kv.vector_size, kv.vector_size))
    for _, rows in _blocks(kv, count):
        rows -= centre
        moments += rows.T @ rows
    _check_finite(moments)
    variances, components = np.linalg.eigh(moments / count)
    return variances[::-1], components[:, ::-1]


def _apply(kv: KeyedRows, centre: Matrix, change: Matrix) -> Array:
    """(vectors - centre) @ change, in float32 at least."""
    made = np.empty((len(kv), change.shape[1]), dtype=kv._float)
    for place, rows in _blocks(kv, len(kv)):
        made[place] = (rows - centre) @ change
    return made


def _check_finite(numbers: Array) -> None:
    if not np.isfinite(numbers).all():
        raise ValueError("expected finite vectors, got some that are not")
