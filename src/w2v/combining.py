"""Vectors made of others that were trained: sums of vectors and outputs, and ensembles of several trainings."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.base.norms import unit_rows
from w2v.keyedvectors import KeyedVectors
from w2v.postprocess import align

__all__ = ["ensemble", "with_outputs"]

Matrix = npt.NDArray[Any]


def with_outputs(kv: KeyedVectors, outputs: Matrix) -> KeyedVectors:
    """The sum of each vector and the output vector of the same key, both at length 1, as a new set.

    Output vectors know what a word is near to in the text, vectors what it is like (Levy, Goldberg and Dagan 2015, who
    call this w + c). A vector of zeros stays one.

    Parameters
    ----------
    kv : KeyedVectors
    outputs : float array of shape (n, vector_size)
        Those of the keys in order, such as ``model.syn1neg``.

    Returns
    -------
    KeyedVectors
        With the same keys and attributes.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> kv = KeyedVectors(2)
    >>> kv.add_vectors(["a"], [[2, 0]])
    >>> with_outputs(kv, np.array([[0, 3]]))["a"]
    array([1., 1.], dtype=float32)
    """
    wanted = (len(kv), kv.vector_size)
    if np.shape(outputs) != wanted:
        raise ValueError(f"outputs: expected one vector for each of the keys, {wanted}, got {np.shape(outputs)}")
    rows = unit_rows(kv[kv.index_to_key], np.float64) + unit_rows(outputs, np.float64)
    return _made(kv, list(kv.index_to_key), rows)


def ensemble(sets: Iterable[Any], method: str = "mean") -> KeyedVectors:
    """One set of vectors from those of several trainings, which is better than each of them.

    Parameters
    ----------
    sets : iterable of KeyedVectors or of models
        Trainings of the same words with other seeds or settings. The keys of the first that all have are kept.
    method : {"mean", "concatenate"}
        The mean of vectors at length 1, after rotating each set onto the first (`align`); or all of them, one after
        another, each at length 1; ``postprocess(dimensions=...)`` of the result makes them shorter at next to no loss.

    Returns
    -------
    KeyedVectors
        With the attributes of the first, such as counts.

    Raises
    ------
    ValueError
        There are no sets, no key is in all, or the mean is wanted of vectors of several sizes.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> a, b = KeyedVectors(2), KeyedVectors(2)
    >>> a.add_vectors(["cat", "dog"], [[1, 0], [0, 1]])
    >>> b.add_vectors(["dog", "cat"], [[2, 0], [0, 2]])
    >>> ensemble([a, b])["cat"].round(3) + 0
    array([1., 0.], dtype=float32)
    """
    found: list[KeyedVectors] = [getattr(given, "wv", given) for given in sets]
    if method not in ("mean", "concatenate"):
        raise ValueError(f"method: expected 'mean' or 'concatenate', got {method!r}")
    if not found:
        raise ValueError("ensemble: expected at least one set of vectors, got none")
    first, *others = found
    keys = [key for key in first.index_to_key if all(key in other.key_to_index for other in others)]
    if not keys:
        raise ValueError("ensemble: expected keys that are in all sets, got none")
    return _made(first, keys, _mean(first, others, keys) if method == "mean" else _beside(found, keys))


def _mean(first: KeyedVectors, others: list[KeyedVectors], keys: list[Any]) -> Matrix:
    """The mean of the vectors at length 1, all rotated onto the first set."""
    rotated = [align(other, first, keys).vectors for other in others]
    rows: Matrix = np.mean([unit_rows(kv[keys], np.float64) for kv in (first, *rotated)], axis=0)
    return rows


def _beside(sets: list[KeyedVectors], keys: list[Any]) -> Matrix:
    """The vectors at length 1, one after another; never more than one set of them in float64, for memory's sake."""
    rows = np.empty((len(keys), sum(kv.vector_size for kv in sets)), dtype=np.float32)
    start = 0
    for kv in sets:
        rows[:, start : start + kv.vector_size] = unit_rows(kv[keys], np.float64)
        start += kv.vector_size
    return rows


def _made(kv: KeyedVectors, keys: list[Any], rows: Matrix) -> KeyedVectors:
    """A set of these rows, in float32, with the attributes that `kv` has for the keys."""
    if not np.isfinite(rows).all():
        raise ValueError("expected finite vectors, got some that are not")
    places = [kv.key_to_index[key] for key in keys]
    attributes = {name: np.asarray(values[: len(kv)])[places] for name, values in kv.expandos.items()}
    return KeyedVectors.from_pieces(keys, rows.astype(np.float32, copy=False), attributes)
