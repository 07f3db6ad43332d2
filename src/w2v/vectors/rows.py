"""Rows of a matrix under keys, and looking them up: what every part of KeyedVectors stands on."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from w2v.base.locks import Lock
from w2v.base.norms import is_usual, row_lengths, unit
from w2v.errors import MissingKeyError
from w2v.vectors.lookup import hint
from w2v.vectors.matrix import Array

Key = Hashable
Change = tuple[Array, Array]  # (matrix (d, e), shift (e,)): rows (n, d) became rows @ matrix + shift
Self = TypeVar("Self", bound="KeyedRows")


class KeyedRows:
    """A matrix with a key for each row. See `w2v.KeyedVectors`, whose parts all have this one base.

    Attributes
    ----------
    vector_size : int
    index_to_key : list
        Key of each row.
    key_to_index : dict
        Row of each key.
    expandos : dict of str -> array of shape (n,)
        Attributes of the keys, such as "count".
    """

    index_to_key: list[Any]
    key_to_index: dict[Any, int]
    expandos: dict[str, Array]
    _vectors: Array  # (n, vector_size), or more rows than there are keys
    _scales: Array | None  # (n,): what each row of an int8 matrix is multiplied by; None for floats
    _norms: Array | None  # (n,): lengths of the rows, once they were needed
    _divisors: Array | None  # (n,): what to divide products with the stored rows by, once it was needed
    _changing = Lock()  # held while rows come or move, and while what is derived from them is computed; one a set

    def __init__(
        self, vector_size: int, count: int = 0, dtype: npt.DTypeLike = np.float32, mapfile_path: str | None = None
    ):
        self.vector_size: int = int(vector_size)
        if self.vector_size < 1 or count < 0:
            error = f"vector_size: expected 1 or more, got {vector_size}; count: expected 0 or more, got {count}"
            raise ValueError(error)
        self._changing = Lock()
        self.index_to_key = []
        self.key_to_index = {}
        self.expandos = {}
        self.mapfile_path = mapfile_path
        self.lifecycle_events: list[dict[str, Any]] | None = []
        self.vectors = np.zeros((count, self.vector_size), dtype=dtype)

    # The matrix.

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

        While a model is training on these vectors, nothing is kept.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> _ = kv.add_vector("a", [3, 4])
        >>> kv.fill_norms()
        >>> kv.norms
        array([5.], dtype=float32)
        """
        with self._changing:
            if self.norms is not None and not force:
                return
            if self._changing.writers:
                return
            lengths = row_lengths(self.vectors, self._float)
            with np.errstate(over="ignore"):
                self.norms = lengths if self.scales is None else lengths * self.scales
            self._divisors = _divisors(lengths)

    def _lengths(self) -> Array:
        """What to divide products with the stored rows by: their lengths before `scales`, but 1 for a row of zeros."""
        divisors = self._divisors
        if divisors is not None:
            return divisors
        with self._changing:
            self.fill_norms()
            if self._norms is None:  # somebody is training
                return _divisors(row_lengths(self.vectors, self._float))
            if self._divisors is None:  # the norms are a caller's
                self._divisors = _divisors(self._norms if self.scales is None else self._norms / self.scales)
            return self._divisors

    def _searched(self) -> tuple[Array, Array]:
        """The stored rows of all keys and what to divide products with them by, of one and the same moment."""
        with self._changing:
            return self._vectors[: len(self)], self._lengths()[: len(self)]

    @property
    def _float(self) -> np.dtype[Any]:
        """What to compute in: at least float32, because squares of float16 overflow from 256 on."""
        return np.promote_types(self.vectors.dtype, np.float32)

    def _values(self, places: Any) -> Array:
        """The rows at these places, as floats: a view for one place or a slice of a float matrix, else a copy."""
        rows: Array = self.vectors[places]
        return rows if self.scales is None else rows * np.asarray(self.scales[places])[..., np.newaxis]

    def _pieces(self) -> tuple[list[Any], Array, dict[str, Array], Array | None]:
        """The keys, their rows, attributes and scales, of one and the same moment, whatever other threads add."""
        with self._changing:
            n = len(self)
            attributes = {name: values[:n] for name, values in self.expandos.items()}
            return (
                list(self.index_to_key),
                self.vectors[:n],
                attributes,
                None if self.scales is None else self.scales[:n],
            )

    def _empty(self: Self, vector_size: int, change: Change | None = None) -> Self:
        """A set of the same kind without keys, for rows that are as they are here, or changed so."""
        return type(self)(vector_size)

    def _with_rows(self: Self, rows: Array, scales: Array | None = None, change: Change | None = None) -> Self:
        """A new set with these rows under copies of the same keys and attributes; `change` is how they came about."""
        made = self._empty(rows.shape[1], change)
        made.vectors = rows
        if scales is not None:
            made.scales = scales
        made.index_to_key = list(self.index_to_key)
        made.key_to_index = dict(self.key_to_index)
        made.expandos = {name: values[: len(self)].copy() for name, values in self.expandos.items()}
        return made

    # Keys.

    @property
    def next_index(self) -> int:
        """Position that the next new key gets."""
        return len(self)

    def __len__(self) -> int:
        return len(self.index_to_key)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.index_to_key)

    def __contains__(self, key: Key) -> bool:
        return self.get_index(key, -1) >= 0

    def has_index_for(self, key: Key) -> bool:
        """Whether there is a row for this key, or `key` is the position of one."""
        return self.get_index(key, -1) >= 0

    def get_index(self, key: Key, default: int | None = None) -> int:
        """Position of a key's row; an int that is no key is taken as a position itself.

        Parameters
        ----------
        key : str, int, or what else a key may be
        default : int, optional
            Returned for a key that is not there; without it, KeyError.

        Raises
        ------
        KeyError
            The key is not there, and there is no default.
        TypeError
            This can be no key: a list, or an array.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["a", "b"], [[1, 2], [3, 4]])
        >>> kv.get_index("b"), kv.get_index(0), kv.get_index("c", -1)
        (1, 0, -1)
        """
        try:
            index = self.key_to_index.get(key, -1)
        except TypeError as error:  # it has no hash
            raise TypeError(f"expected a key, got {type(key).__name__}: {key!r:.80}") from error
        if index >= 0:
            return index
        if isinstance(key, int | np.integer) and 0 <= key < len(self):
            return int(key)
        if default is not None:
            return default
        raise MissingKeyError(key, partial(hint, self.index_to_key))

    def _is_key(self, given: Any) -> bool:
        """Whether this is one key, of those that are here or of others: not a list of keys, and not a vector.

        Text and bytes are never lists, and neither is a key of the vocabulary, such as a tuple.
        """
        if isinstance(given, str | int | np.integer | bytes | bytearray | memoryview):
            return True
        try:
            return given in self.key_to_index or not isinstance(given, Iterable)
        except TypeError:  # it has no hash
            return False

    def __getitem__(self, key_or_keys: Any) -> Array:
        if self._is_key(key_or_keys):
            return self.get_vector(key_or_keys)
        keys = list(key_or_keys)
        if not keys:
            raise ValueError("expected a key or at least one of them, got an empty list")
        return self._gathered(keys)

    @property
    def _infers(self) -> bool:
        """Whether words that are not there have vectors, too, which `_inferred` gives."""
        return False

    def _inferred(self, words: Sequence[str]) -> Array:
        """The vectors (len(words), vector_size) of words that are not there."""
        raise NotImplementedError

    def _gathered(self, keys: list[Any]) -> Array:
        """The vectors of keys, as a new array of floats (len(keys), vector_size)."""
        return self._values([self.get_index(key) for key in keys])

    def get_vector(self, key: Key, norm: bool = False) -> Array:
        """The vector of a key (vector_size,), read-only.

        Parameters
        ----------
        key : str, int, or what else a key may be
        norm : bool, default False
            At length 1.

        Raises
        ------
        KeyError
            The key is not there.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> _ = kv.add_vector("a", [3, 4])
        >>> kv.get_vector("a", norm=True)
        array([0.6, 0.8], dtype=float32)
        """
        index = self.get_index(key)
        vector = self._values(index)
        if norm:
            row, length = self.vectors[index], self._lengths()[index]
            vector = (row / length if is_usual(length) else unit(row)).astype(vector.dtype, copy=False)
        vector.flags.writeable = False
        return vector


@contextmanager
def changing_in_place(*sets: KeyedRows) -> Iterator[None]:
    """Within, rows of these sets change at any moment: nothing that is derived from them is kept, or left behind.

    Examples
    --------
    >>> kv = KeyedRows(2, count=1)
    >>> with changing_in_place(kv):
    ...     kv.fill_norms()
    ...     kv.norms is None
    True
    """
    for kv in sets:
        with kv._changing:
            kv._changing.writers += 1
            kv.norms = None
    try:
        yield
    finally:
        for kv in sets:
            with kv._changing:
                kv._changing.writers -= 1
                kv.norms = None


@contextmanager
def keeping_rows(*sets: KeyedRows) -> Iterator[None]:
    """Within, other threads that would add rows to these sets, or move them, wait: keys and rows belong together."""
    with ExitStack() as stack:
        for kv in sets:
            stack.enter_context(kv._changing)
        yield


def _divisors(lengths: Array) -> Array:
    """A row of zeros has similarity 0 with everything, not 0/0."""
    return np.where(lengths == 0, lengths.dtype.type(1), lengths)
