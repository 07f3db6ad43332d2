"""The mean of vectors, which most questions begin with."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.base.norms import is_usual, unit
from w2v.vectors.asking import key_list, vector_of
from w2v.vectors.matrix import Array
from w2v.vectors.rows import KeyedRows


def weighted_mean(
    kv: KeyedRows, items: Sequence[Any], weights: Sequence[float], *, unit_keys: bool = True, ignore_missing: bool
) -> Array:
    """The weighted sum of the vectors of keys, and of vectors, divided by the sum of the absolute weights.

    With `unit_keys`, the vectors of keys are taken at length 1. If all keys are missing, it is zero.
    """
    mean, total = np.zeros(kv.vector_size), 0.0
    rows = _rows_of_keys(kv, items, unit_keys)
    if rows is not None:
        mean = (rows.astype(np.float64) * np.array(weights, np.float64)[:, np.newaxis]).sum(axis=0)
        total = sum(map(abs, weights))
        items, weights = (), ()
    for item, weight in zip(items, weights, strict=True):
        if ignore_missing and kv._is_key(item) and item not in kv:
            continue
        mean += weight * vector_of(kv, item, norm=unit_keys).astype(np.float64)
        total += abs(weight)
    return (mean / total if total > 0 else mean).astype(kv._float)


def _rows_of_keys(kv: KeyedRows, items: Sequence[Any], unit_keys: bool) -> Array | None:
    """What `get_vector` gives for each of some keys, all at once; None where it takes a closer look at one of them."""
    index = kv.key_to_index
    try:
        places = [index[item] for item in items]
    except (KeyError, TypeError):  # a vector has no hash
        return None
    if not places:
        return None
    if not unit_keys:
        return kv._values(places)
    lengths = kv._lengths()[places]
    if not is_usual(lengths).all():
        return None
    rows: Array = kv.vectors[places] / lengths[:, np.newaxis]
    return rows.astype(kv._values(slice(0)).dtype, copy=False)


class Means(KeyedRows):
    """Means of the vectors of `w2v.KeyedVectors`."""

    def get_mean_vector(
        self,
        keys: Iterable[Any],
        weights: npt.ArrayLike | None = None,
        pre_normalize: bool = True,
        post_normalize: bool = False,
        ignore_missing: bool = True,
    ) -> Array:
        """Weighted mean of vectors: their weighted sum, divided by the sum of the absolute weights.

        Parameters
        ----------
        keys : iterable of keys and vectors
        weights : sequence of float, optional
            One for each; 1 by default.
        pre_normalize : bool, default True
            Take the vectors of keys at length 1. Vectors are taken as they are.
        post_normalize : bool, default False
            Return the mean at length 1.
        ignore_missing : bool, default True
            Leave out keys that are not there, instead of raising KeyError. If all are missing, the mean is zero.

        Returns
        -------
        array of shape (vector_size,)

        Raises
        ------
        ValueError
            No keys, or another number of weights.
        KeyError
            A key is not there.
        TypeError
            One key or one vector, instead of a list.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["a", "b"], [[2, 0], [0, 4]])
        >>> kv.get_mean_vector(["a", "b"])
        array([0.5, 0.5], dtype=float32)
        """
        keys = key_list(self, keys, "keys")
        if not keys:
            raise ValueError("expected at least one key or vector, got none")
        factors = np.ones(len(keys)) if weights is None else np.asarray(weights, dtype=np.float64)
        if len(factors) != len(keys):
            raise ValueError(f"weights: expected {len(keys)}, one for each key, got {len(factors)}")
        options = {"unit_keys": pre_normalize, "ignore_missing": ignore_missing}
        mean = weighted_mean(self, keys, factors.tolist(), **options)
        return unit(mean) if post_normalize else mean
