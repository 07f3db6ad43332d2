"""What questions are made of: keys and vectors, their weights, their mean."""

import numbers
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.vectors.cosine import unit
from w2v.vectors.matrix import Array
from w2v.vectors.rows import is_key
from w2v.vectors.upkeep import Upkeep


class Means(Upkeep):
    """Means of the vectors of `w2v.KeyedVectors`."""

    def _vector(self, item: Any, norm: bool = False) -> Array:
        """The vector of a key, or a vector given as one, checked."""
        if is_key(item):
            return self.get_vector(item, norm=norm)
        vector = np.asarray(item)
        if vector.dtype.kind not in "fiu" or vector.shape != (self.vector_size,):
            raise ValueError(f"expected a key or a vector of {self.vector_size} numbers, got {item!r:.80}")
        return vector.astype(self._float, copy=False)

    def _items(self, given: Any, weight: float) -> tuple[list[Any], list[float]]:
        """Keys or vectors of what a caller gave as positive or negative, and their weights: `weight` by default."""
        if given is None:
            return [], []
        if is_key(given) or (isinstance(given, np.ndarray) and given.ndim == 1 and given.dtype.kind in "fiu"):
            given = [given]
        items, weights = [], []
        for item in given:
            weighted = isinstance(item, tuple | list) and len(item) == 2 and isinstance(item[1], numbers.Real)
            weighted = weighted and (is_key(item[0]) or np.ndim(item[0]) == 1)
            items.append(item[0] if weighted else item)
            weights.append(item[1] if weighted else weight)
        return items, weights

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

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["a", "b"], [[2, 0], [0, 4]])
        >>> kv.get_mean_vector(["a", "b"])
        array([0.5, 0.5], dtype=float32)
        """
        keys = list(keys)
        if not keys:
            raise ValueError("expected at least one key or vector, got none")
        factors = np.ones(len(keys)) if weights is None else np.asarray(weights, dtype=np.float64)
        if len(factors) != len(keys):
            raise ValueError(f"weights: expected {len(keys)}, one for each key, got {len(factors)}")
        mean = np.zeros(self.vector_size, dtype=self._float)
        total = 0.0
        for item, factor in zip(keys, factors.tolist(), strict=True):
            if is_key(item) and item not in self:
                if ignore_missing:
                    continue
                raise KeyError(f"Key '{item}' not present in vocabulary")
            mean += mean.dtype.type(factor) * self._vector(item, norm=pre_normalize)
            total += abs(factor)
        if total > 0:
            mean /= mean.dtype.type(total)
        return unit(mean) if post_normalize else mean
