"""A matrix of vectors: floats, or int8 with a scale a row; its values, the lengths of its rows, and narrower copies."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_BLOCK = 4096  # rows narrowed at once


class VectorMatrix:
    """The matrix of `w2v.KeyedVectors`, whose rows have no keys yet."""

    _norms: Array | None
    _divisors: Array | None

    @property
    def vectors(self) -> Array:
        """The matrix (n, vector_size), writable; after changing it in place, call ``fill_norms(force=True)``."""
        return self._vectors

    @vectors.setter
    def vectors(self, vectors: Array) -> None:
        self._vectors = vectors
        self.scales = np.ones(len(vectors), dtype=np.float32) if vectors.dtype == np.int8 else None

    @property
    def scales(self) -> Array | None:
        """What each row of an int8 matrix is multiplied by (n,); None for floats."""
        return self._scales

    @scales.setter
    def scales(self, scales: Array | None) -> None:
        self._scales = scales
        self.norms = None

    @property
    def norms(self) -> Array | None:
        """Length of each row (n,), or None until it is needed. Set it to None after changing rows in place."""
        return self._norms

    @norms.setter
    def norms(self, norms: Array | None) -> None:
        self._norms = norms
        self._divisors = None

    def fill_norms(self, force: bool = False) -> None:
        """Compute `norms`, if they are not there yet or if `force` says that rows were changed in place.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> _ = kv.add_vector("a", [3, 4])
        >>> kv.fill_norms()
        >>> kv.norms
        array([5.], dtype=float32)
        """
        if self.norms is None or force:
            norms = np.sqrt(np.einsum("ij,ij->i", self.vectors, self.vectors, dtype=self._float))
            self.norms = norms if self.scales is None else norms * self.scales

    def _lengths(self) -> Array:
        """What to divide products with the stored rows by: their lengths before `scales`, but 1 for a row of zeros."""
        self.fill_norms()
        if self._divisors is None:
            assert self._norms is not None
            lengths = self._norms if self.scales is None else self._norms / self.scales
            # A row of zeros has similarity 0 with everything, not 0/0.
            self._divisors = np.where(lengths > 0, lengths, lengths.dtype.type(1))
        return self._divisors

    @property
    def _float(self) -> np.dtype[Any]:
        """What to compute in: at least float32, because squares of float16 overflow from 256 on."""
        return np.promote_types(self.vectors.dtype, np.float32)

    def _values(self, places: Any) -> Array:
        """The rows at these places, as floats: a view for one place or a slice of a float matrix, else a copy."""
        rows: Array = self.vectors[places]
        return rows if self.scales is None else rows * np.asarray(self.scales[places])[..., np.newaxis]

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


def to_int8(rows: Array) -> tuple[Array, Array]:
    """Rows (n, d) as int8 and a float32 scale for each (n,): its largest value is 127, and values are rounded.

    Examples
    --------
    >>> to_int8(np.array([[1.0, -2.0, 0.5]]))
    (array([[  64, -127,   32]], dtype=int8), array([0.01574803], dtype=float32))
    """
    narrow = np.empty(rows.shape, dtype=np.int8)
    scales = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK].astype(np.float32)
        if not np.isfinite(block).all():
            raise ValueError(f"expected finite numbers, got others in rows {start} to {start + len(block) - 1}")
        largest = np.abs(block).max(axis=1)
        scale = np.where(largest > 0, largest / np.float32(127), np.float32(1))
        scales[start : start + _BLOCK] = scale
        narrow[start : start + _BLOCK] = np.clip(np.rint(block / scale[:, np.newaxis]), -127, 127)
    return narrow, scales
