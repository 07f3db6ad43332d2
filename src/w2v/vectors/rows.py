"""Rows of a matrix under keys: looking up, adding, attributes. What KeyedVectors is without its questions."""

import warnings
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt

from w2v.vectors.matrix import Array, VectorMatrix, to_int8

Key = Hashable


def is_key(value: Any) -> TypeGuard[str | int]:
    """Whether this is a key (str or int), not a vector or a list of keys."""
    return isinstance(value, str | int | np.integer)


class KeyedRows(VectorMatrix):
    """A matrix with a key for each row. See `w2v.KeyedVectors`, which adds questions and files."""

    index_to_key: list[Any]
    key_to_index: dict[Any, int]
    expandos: dict[str, Array]

    def __init__(
        self, vector_size: int, count: int = 0, dtype: npt.DTypeLike = np.float32, mapfile_path: str | None = None
    ):
        self.vector_size = int(vector_size)
        if self.vector_size < 1 or count < 0:
            error = f"vector_size: expected 1 or more, got {vector_size}; count: expected 0 or more, got {count}"
            raise ValueError(error)
        self.index_to_key = []
        self.key_to_index = {}
        self.expandos = {}
        self.mapfile_path = mapfile_path
        self.lifecycle_events: list[dict[str, Any]] | None = []
        self.vectors = np.zeros((count, self.vector_size), dtype=dtype)

    @property
    def next_index(self) -> int:
        """Position that the next new key gets."""
        return len(self)

    # ---- looking up ----

    def __len__(self) -> int:
        return len(self.index_to_key)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.index_to_key)

    def __str__(self) -> str:
        return f"{type(self).__name__}<vector_size={self.vector_size}, {len(self)} keys>"

    def __contains__(self, key: Key) -> bool:
        return self.get_index(key, -1) >= 0

    def has_index_for(self, key: Key) -> bool:
        """Whether there is a row for this key, or `key` is the position of one."""
        return key in self

    def get_index(self, key: Key, default: int | None = None) -> int:
        """Position of a key's row; an int that is no key is taken as a position itself.

        Parameters
        ----------
        key : str or int
        default : int, optional
            Returned for a key that is not there; without it, KeyError.

        Examples
        --------
        >>> kv = KeyedRows(2)
        >>> kv.add_vectors(["a", "b"], [[1, 2], [3, 4]])
        >>> kv.get_index("b"), kv.get_index(0), kv.get_index("c", -1)
        (1, 0, -1)
        """
        index = self.key_to_index.get(key, -1)
        if index >= 0:
            return index
        if isinstance(key, int | np.integer) and 0 <= key < len(self):
            return int(key)
        if default is not None:
            return default
        raise KeyError(f"Key '{key}' not present")

    def __getitem__(self, key_or_keys: Any) -> Array:
        if is_key(key_or_keys):
            return self.get_vector(key_or_keys)
        keys = list(key_or_keys)
        if not keys:
            raise ValueError("expected a key or at least one of them, got an empty list")
        return self._values([self.get_index(key) for key in keys])

    def get_vector(self, key: Key, norm: bool = False) -> Array:
        """The vector of a key (vector_size,), read-only.

        Parameters
        ----------
        key : str or int
        norm : bool, default False
            At length 1.

        Raises
        ------
        KeyError
            The key is not there.

        Examples
        --------
        >>> kv = KeyedRows(2)
        >>> _ = kv.add_vector("a", [3, 4])
        >>> kv.get_vector("a", norm=True)
        array([0.6, 0.8], dtype=float32)
        """
        index = self.get_index(key)
        vector = self._values(index)
        if norm:
            vector = (self.vectors[index] / self._lengths()[index]).astype(vector.dtype, copy=False)
        vector.flags.writeable = False
        return vector

    # ---- adding ----

    def add_vector(self, key: Key, vector: npt.ArrayLike) -> int:
        """Add one vector and return its position; a key that is there already keeps its vector.

        Rows preallocated by ``count`` are filled first. After them each call copies the whole matrix, with a
        UserWarning: `add_vectors` adds many at once.

        Examples
        --------
        >>> kv = KeyedRows(2, count=2)
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
        keys: Iterable[Any],
        weights: npt.ArrayLike,
        extras: Mapping[str, npt.ArrayLike] | None = None,
        replace: bool = False,
    ) -> None:
        """Add vectors; on any error nothing is changed.

        Parameters
        ----------
        keys : str or int, or an iterable of them
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
        >>> kv = KeyedRows(2)
        >>> kv.add_vectors(["a", "b"], [[1, 2], [3, 4]], extras={"count": [20, 10]})
        >>> kv["b"], kv.get_vecattr("a", "count")
        (array([3., 4.], dtype=float32), 20)
        """
        keys = [keys] if is_key(keys) else list(keys)
        rows = np.asarray(weights, dtype=self._float if self.scales is not None else self.vectors.dtype)
        rows = rows[np.newaxis] if rows.ndim == 1 and len(keys) == 1 else rows
        rows = rows.reshape(0, self.vector_size) if not keys and rows.size == 0 else rows
        if rows.shape != (len(keys), self.vector_size):
            raise ValueError(f"weights: expected shape {(len(keys), self.vector_size)}, got {rows.shape}")
        values = {name: np.asarray(extra) for name, extra in (extras or {}).items()}
        for name, extra in values.items():
            if extra.shape != (len(keys),):
                raise ValueError(f"extras[{name!r}]: expected {len(keys)} values, got shape {extra.shape}")
            self._check_type(name, extra.dtype)
        places, sources = self._place(keys, replace)
        stored, scales = (rows[sources], None) if self.scales is None else to_int8(rows[sources])
        self._append(keys, places, sources)
        self._vectors[places] = stored
        if self.scales is not None:
            self.scales[places] = scales
        self.norms = None
        for name, extra in values.items():
            self._attribute(name, extra.dtype)[places] = extra[sources]

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

    def _append(self, keys: Sequence[Any], places: list[int], sources: list[int]) -> None:
        """Give the keys whose places are past the end a row each."""
        new = [keys[source] for place, source in zip(places, sources, strict=True) if place >= len(self)]
        size = len(self) + len(new)
        if size > len(self.vectors):
            grown = np.zeros((size, self.vector_size), dtype=self.vectors.dtype)
            grown[: len(self.vectors)] = self.vectors
            scales = self.scales
            self.vectors = grown
            if scales is not None and self.scales is not None:
                self.scales[: len(scales)] = scales
        self.key_to_index.update(zip(new, range(len(self), size), strict=True))
        self.index_to_key.extend(new)
        for name in self.expandos:
            self._attribute(name, self.expandos[name].dtype)

    def __setitem__(self, keys: Any, weights: npt.ArrayLike) -> None:
        self.add_vectors(keys, weights, replace=True)

    # ---- attributes ----

    def set_vecattr(self, key: Key, attr: str, val: Any) -> None:
        """Set an attribute of a key, such as its count; the first value fixes the type: int, float, bool or any object.

        Raises
        ------
        KeyError
            The key is not there.
        TypeError
            The attribute has another type.

        Examples
        --------
        >>> kv = KeyedRows(2)
        >>> _ = kv.add_vector("a", [3, 4])
        >>> kv.set_vecattr("a", "count", 5)
        >>> kv.get_vecattr("a", "count")
        5
        """
        index = self.get_index(key)
        dtype = np.asarray(val).dtype if np.ndim(val) == 0 else np.dtype(object)
        self._check_type(attr, dtype, val)
        self._attribute(attr, dtype)[index] = val

    def get_vecattr(self, key: Key, attr: str) -> Any:
        """The value of a key's attribute; KeyError if there is no such key or attribute.

        Examples
        --------
        >>> kv = KeyedRows(2)
        >>> kv.add_vectors(["a"], [[3, 4]], extras={"count": [7]})
        >>> kv.get_vecattr("a", "count")
        7
        """
        value = self.expandos[attr][self.get_index(key)]
        return value.item() if isinstance(value, np.generic) else value

    def allocate_vecattrs(self, attrs: Sequence[str] | None = None, types: Sequence[Any] | None = None) -> None:
        """Make room for attributes: one value a key, 0 at first (None for objects). Those that exist keep their values.

        Parameters
        ----------
        attrs : sequence of str, optional
            Names; without it, all that exist.
        types : sequence of types, optional
            One for each: int, float, bool, numpy's own, and object or str for any object.

        Raises
        ------
        ValueError
            Not as many types as names.
        TypeError
            An attribute exists and has another type.

        Examples
        --------
        >>> kv = KeyedRows(2)
        >>> _ = kv.add_vector("a", [3, 4])
        >>> kv.allocate_vecattrs(["score"], [float])
        >>> kv.get_vecattr("a", "score")
        0.0
        """
        if attrs is None:
            attrs, types = list(self.expandos), [values.dtype for values in self.expandos.values()]
        dtypes = [np.dtype(kind) for kind in types or ()]
        if len(dtypes) != len(attrs):
            raise ValueError(f"types: expected {len(attrs)}, one for each of attrs, got {len(dtypes)}")
        for name, dtype in zip(attrs, dtypes, strict=True):
            self._check_type(name, dtype)
            self._attribute(name, dtype)

    def _check_type(self, name: str, dtype: np.dtype[Any], value: Any = None) -> None:
        """Raise TypeError unless an attribute that exists can hold values of this type."""
        if name not in self.expandos:
            return
        expected = self.expandos[name].dtype
        if isinstance(value, int) and expected.kind == "u" and value >= 0:
            return
        if expected.kind != "O" and not np.can_cast(dtype, expected, "same_kind"):
            raise TypeError(f"attribute {name!r}: expected a value of type {expected}, got {dtype}")

    def _attribute(self, name: str, dtype: np.dtype[Any]) -> Array:
        """The array of an attribute, made or grown to one value a key: 0, or None for objects."""
        array = self.expandos.get(name)
        if array is None:
            array = np.empty(0, dtype=dtype if dtype.kind in "biuf" else object)
        if len(array) < len(self):
            grown = np.zeros(len(self), array.dtype) if array.dtype.kind != "O" else np.full(len(self), None)
            grown[: len(array)] = array
            array = grown
        self.expandos[name] = array
        return array
