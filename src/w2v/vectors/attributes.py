"""Attributes of keys, such as counts: one array each, one value a key."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.vectors.matrix import Array
from w2v.vectors.rows import Key, KeyedRows


class Attributes(KeyedRows):
    """What else `w2v.KeyedVectors` knows of its keys."""

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
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> _ = kv.add_vector("a", [3, 4])
        >>> kv.set_vecattr("a", "count", 5)
        >>> kv.get_vecattr("a", "count")
        5
        """
        index = self.get_index(key)
        dtype = np.asarray(val).dtype if np.ndim(val) == 0 else np.dtype(object)
        with self._changing:
            check_type(self.expandos, attr, dtype, val)
            grown(self.expandos, attr, dtype, len(self))[index] = val

    def get_vecattr(self, key: Key, attr: str) -> Any:
        """The value of a key's attribute; KeyError if there is no such key or attribute.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
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
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> _ = kv.add_vector("a", [3, 4])
        >>> kv.allocate_vecattrs(["score"], [float])
        >>> kv.get_vecattr("a", "score")
        0.0
        """
        if attrs is None:
            attrs, types = list(self.expandos), [values.dtype for values in self.expandos.values()]
        if isinstance(attrs, str):
            raise TypeError(f"attrs: expected a list of names, got the text {attrs!r:.80}")
        dtypes = [np.dtype(kind) for kind in types or ()]
        if len(dtypes) != len(attrs):
            raise ValueError(f"types: expected {len(attrs)}, one for each of attrs, got {len(dtypes)}")
        with self._changing:
            for name, dtype in zip(attrs, dtypes, strict=True):
                check_type(self.expandos, name, dtype)
                grown(self.expandos, name, dtype, len(self))


def check_type(attributes: Mapping[str, Array], name: str, dtype: np.dtype[Any], value: Any = None) -> None:
    """Raise TypeError unless an attribute that exists can hold values of this type."""
    if name not in attributes:
        return
    expected = attributes[name].dtype
    if isinstance(value, int) and expected.kind == "u" and value >= 0:
        return
    if expected.kind != "O" and not np.can_cast(dtype, expected, "same_kind"):
        raise TypeError(f"attribute {name!r}: expected a value of type {expected}, got {dtype}")


def chosen_values(values: Array, places: npt.NDArray[np.intp]) -> Array:
    """Values at these positions, as a new array; 0, or None for objects, where a position is below 0."""
    if (places >= 0).all():
        return values[places]
    chosen: Array = np.zeros(len(places), values.dtype) if values.dtype.kind != "O" else np.full(len(places), None)
    chosen[places >= 0] = values[places[places >= 0]]
    return chosen


def grown(attributes: dict[str, Array], name: str, dtype: np.dtype[Any], size: int) -> Array:
    """The array of an attribute, made or grown to `size` values: 0, or None for objects."""
    array = attributes.get(name)
    if array is None:
        array = np.empty(0, dtype=dtype if dtype.kind in "biuf" else object)
    if len(array) < size:
        longer = np.zeros(size, array.dtype) if array.dtype.kind != "O" else np.full(size, None)
        longer[: len(array)] = array
        array = longer
    attributes[name] = array
    return array
