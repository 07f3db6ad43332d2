"""All vectors at length 1: a copy of them, or in place."""

import numpy as np

from w2v.base.norms import far_from_one, unit_rows
from w2v.vectors.cosine import at_length_one
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
        unit = at_length_one(self.vectors, self._lengths())
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
        with self._changing:
            lengths = self._lengths()
            ones = self._vectors.any(axis=1).astype(self._float)
            if self.scales is None:
                far = far_from_one(lengths)
                units = unit_rows(self._vectors[far])
                with np.errstate(over="ignore", invalid="ignore"):
                    self._vectors /= lengths[:, np.newaxis]
                self._vectors[far] = units
            else:
                self.scales = (1 / lengths).astype(np.float32)
            self.norms = ones
