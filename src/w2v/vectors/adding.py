"""Adding vectors under keys: all of what one call brings, or nothing."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.vectors.attributes import check_type, grown
from w2v.vectors.matrix import Array, to_int8
from w2v.vectors.rows import Key, KeyedRows


class Adding(KeyedRows):
    """How `w2v.KeyedVectors` gets its rows."""

    def add_vector(self, key: Key, vector: npt.ArrayLike) -> int:
        """Add one vector and return its position; a key that is there already keeps its vector.

        Rows preallocated by ``count`` are filled first. After them each call copies the whole matrix, with a
        UserWarning: `add_vectors` adds many at once.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2, count=2)
        >>> kv.add_vector("a", [3, 4]), kv.add_vector("b", [1, 0])
        (0, 1)
        """
        if len(self) == len(self.vectors) > 0 and key not in self.key_to_index:
            warnings.warn(
                "add_vector copies all vectors for each one added: use add_vectors, or KeyedVectors(..., count=n)",
                UserWarning,
                stacklevel=2,
            )
        self.add_vectors([key], np.asarray(vector)[np.newaxis])
        return self.key_to_index[key]

    def add_vectors(
        self,
        keys: Any,
        weights: npt.ArrayLike,
        extras: Mapping[str, npt.ArrayLike] | None = None,
        replace: bool = False,
    ) -> None:
        """Add vectors; on any error nothing is changed.

        Parameters
        ----------
        keys : a key, or an iterable of them
            Of a key that occurs twice, the first counts (with `replace`, the last).
        weights : array of shape (len(keys), vector_size)
        extras : dict of str -> array of len(keys), optional
            Attributes of the new vectors, as `set_vecattr` sets them.
        replace : bool, default False
            Overwrite the vectors of keys that are there already, instead of keeping them.

        Raises
        ------
        ValueError
            Wrong shape.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["a", "b"], [[1, 2], [3, 4]], extras={"count": [20, 10]})
        >>> kv["b"], kv.get_vecattr("a", "count")
        (array([3., 4.], dtype=float32), 20)
        """
        keys = [keys] if self._is_key(keys) else list(keys)
        with self._changing:
            self._add(keys, weights, extras or {}, replace)

    def _add(self, keys: list[Any], weights: npt.ArrayLike, extras: Mapping[str, npt.ArrayLike], replace: bool) -> None:
        """Check all first; then rows come before their keys, so that whoever reads meanwhile finds a vector."""
        rows = self._checked(len(keys), weights)
        values = {name: np.asarray(extra) for name, extra in extras.items()}
        for name, extra in values.items():
            if extra.shape != (len(keys),):
                raise ValueError(f"extras[{name!r}]: expected {len(keys)} values, got shape {extra.shape}")
            check_type(self.expandos, name, extra.dtype)
        places, sources = self._place(keys, replace)
        new = [keys[source] for place, source in zip(places, sources, strict=True) if place >= len(self)]
        stored = narrowed(self, rows[sources])
        self._reserve(len(self) + len(new))
        put_rows(self, places, *stored)
        self.index_to_key.extend(new)
        self.key_to_index.update(zip(new, range(len(self) - len(new), len(self)), strict=True))
        self.norms = None
        for name, attribute in list(self.expandos.items()):
            grown(self.expandos, name, attribute.dtype, len(self))
        for name, extra in values.items():
            grown(self.expandos, name, extra.dtype, len(self))[places] = extra[sources]

    def _checked(self, count: int, weights: npt.ArrayLike) -> Array:
        """The vectors of `count` keys, as an array (count, vector_size) of floats."""
        rows = np.asarray(weights, dtype=self._float if self.scales is not None else self.vectors.dtype)
        rows = rows[np.newaxis] if rows.ndim == 1 and count == 1 else rows
        rows = rows.reshape(0, self.vector_size) if count == 0 == rows.size else rows
        if rows.shape != (count, self.vector_size):
            raise ValueError(f"weights: expected shape {(count, self.vector_size)}, got {rows.shape}")
        return rows

    def _place(self, keys: Sequence[Any], replace: bool) -> tuple[list[int], list[int]]:
        """Where rows go: positions in the matrix, and which of `keys` each of them comes from."""
        target: dict[int, int] = {}
        new: dict[Any, int] = {}
        for source, key in enumerate(keys):
            place = self.key_to_index.get(key, -1)
            if place < 0:
                place = new.setdefault(key, len(self) + len(new))
            elif not replace:
                continue
            if replace:
                target[place] = source
            else:
                target.setdefault(place, source)
        return list(target), list(target.values())

    def _reserve(self, count: int) -> None:
        """Make room for so many rows, in a new matrix if this one has fewer."""
        have = len(self.vectors)
        if count <= have:
            return
        if self._changing.writers:
            raise RuntimeError("these vectors are being trained: add others when that is over, or in a callback")
        longer = np.zeros((count, self.vector_size), dtype=self.vectors.dtype)
        longer[:have] = self.vectors
        if self.scales is not None:
            self._scales = np.concatenate([self.scales, np.ones(count - have, np.float32)])
        self._vectors = longer

    def __setitem__(self, keys: Any, weights: npt.ArrayLike) -> None:
        self.add_vectors(keys, weights, replace=True)


def narrowed(kv: KeyedRows, rows: Array) -> tuple[Array, Array | None]:
    """Rows as the matrix holds them, and what they are multiplied by if these are int8."""
    return (rows, None) if kv.scales is None else to_int8(rows)


def put_rows(kv: KeyedRows, places: Sequence[int], rows: Array, scales: Array | None) -> None:
    """Write rows, and their scales, over those at these positions; a matrix that is mapped read-only becomes a copy."""
    if not len(places):
        return
    if not kv._vectors.flags.writeable:  # it is mapped
        kv._vectors = np.array(kv._vectors)
        kv._scales = None if kv.scales is None else np.array(kv.scales)
    kv._vectors[places] = rows
    if kv.scales is not None:
        kv.scales[places] = scales
    kv.norms = None
