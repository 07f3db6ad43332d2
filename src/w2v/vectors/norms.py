"""All vectors at length 1: a copy of them, or in place."""

import numpy as np

from w2v.vectors.matrix import Array
from w2v.vectors.rows import KeyedRows


class Norms(KeyedRows):
    """Vectors of `w2v.KeyedVectors` at length 1."""

    def get_normed_vectors(self) -> Array:
        """All vectors at length 1, as a new array; rows of zeros stay.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> _ = kv.add_vector("a", [3, 4])
        >>> kv.get_normed_vectors()
        array([[0.6, 0.8]], dtype=float32)
        """
        unit: Array = self.vectors / self._lengths()[:, np.newaxis]
        return unit if self.scales is not None else unit.astype(self.vectors.dtype, copy=False)

    def unit_normalize_all(self) -> None:
        """Bring all vectors to length 1, in place; rows of zeros stay.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> _ = kv.add_vector("a", [3, 4])
        >>> kv.unit_normalize_all()
        >>> kv["a"]
        array([0.6, 0.8], dtype=float32)
        """
        lengths = self._lengths()
        assert self._norms is not None
        ones = (self._norms > 0).astype(self._norms.dtype)
        if self.scales is None:
            self._vectors /= lengths[:, np.newaxis]
        else:
            self.scales = (1 / lengths).astype(np.float32)
        self.norms = ones
