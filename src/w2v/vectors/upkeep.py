"""Changing a whole set of vectors: order, size, number type, selection, and vectors taken over from a file."""

import logging
from collections.abc import Hashable, Iterable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from w2v.base.paths import Path
from w2v.base.weights import uniform
from w2v.formats.saved import Reading
from w2v.vectors.adding import narrowed, put_rows
from w2v.vectors.asking import key_list
from w2v.vectors.attributes import chosen_values
from w2v.vectors.files import read_word2vec
from w2v.vectors.matrix import Array, to_int8
from w2v.vectors.rows import KeyedRows

logger = logging.getLogger(__name__)

Self = TypeVar("Self", bound="Upkeep")

_KINDS = ("float16", "float32", "float64", "int8")


class Upkeep(KeyedRows):
    """What can be done to `w2v.KeyedVectors` as a whole."""

    vectors_lockf: Array
    index_to_key: list[Any]
    key_to_index: dict[Any, int]
    expandos: dict[str, Array]

    def astype(self: Self, dtype: npt.DTypeLike) -> Self:
        """The same keys with vectors of another type of number, as a new set: narrow ones need less memory.

        Parameters
        ----------
        dtype : "float16", "float32", "float64" or "int8"
            For int8 each row gets a scale, by which its 256 steps reach to its largest value. All queries work on all
            of these; they compute in float32 at least. docs/guide-queries.md tells what is lost.

        Raises
        ------
        ValueError
            Another type, numbers too large for it, or numbers that are not finite as int8.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> small = kv.astype("int8")
        >>> small.vectors.nbytes, small["dog"].round(1)
        (6, array([3., 4.], dtype=float32))
        """
        kind = np.dtype(dtype)
        if kind.name not in _KINDS:
            raise ValueError(f"dtype: expected one of {', '.join(_KINDS)}, got {kind}")
        values, scales = self._values(slice(len(self))), None
        if kind == np.int8:
            rows, scales = to_int8(values)
        else:
            with np.errstate(over="ignore"):
                rows = values.astype(kind)
            if kind.itemsize < values.itemsize and (np.isinf(rows) & np.isfinite(values)).any():
                raise ValueError(f"dtype: expected one that holds numbers up to {np.abs(values).max():.3g}, got {kind}")
        return self._with_rows(rows, scales)

    def vectors_for_all(
        self: Self, keys: Iterable[Hashable], allow_inference: bool = True, copy_vecattrs: bool = False
    ) -> Self:
        """A new set of those of the given keys that are here, in the order in which they are given first.

        Parameters
        ----------
        keys : iterable of keys
        allow_inference : bool, default True
            Also take what is no key but stands for a vector here: positions, and words that n-grams infer.
        copy_vecattrs : bool, default False
            Copy the attributes of the keys (0 or None for inferred words). Without counts among them, counts are
            made up: n, n-1, ..., 1.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog", "car"], [[4, 0], [3, 4], [0, 1]])
        >>> kv.vectors_for_all(["car", "unknown", "cat", "car"]).index_to_key
        ['car', 'cat']
        """
        known: Any = self if allow_inference else self.key_to_index
        chosen = [key for key in dict.fromkeys(key_list(self, keys, "keys")) if key in known]
        places = np.array([self.get_index(key, -1) for key in chosen], dtype=np.intp)
        made = self._empty(self.vector_size)
        if (places < 0).any():  # words that n-grams tell something of
            made.vectors, scales = narrowed(self, self._gathered(chosen))
        else:
            made.vectors, scales = self.vectors[places], None if self.scales is None else self.scales[places]
        if scales is not None:
            made.scales = scales
        made.index_to_key = chosen
        made.key_to_index = dict(zip(chosen, range(len(chosen)), strict=True))
        made.expandos = {"count": np.arange(len(chosen), 0, -1, dtype=np.int64)}
        if copy_vecattrs:
            made.expandos.update({name: chosen_values(values, places) for name, values in self.expandos.items()})
        return made

    def sort_by_descending_frequency(self) -> None:
        """Put the most frequent keys first, with their vectors and attributes; equal counts in reversed order.

        Raises
        ------
        KeyError
            The keys have no counts.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(1)
        >>> kv.add_vectors(["cat", "dog"], [[4], [3]], extras={"count": [7, 9]})
        >>> kv.sort_by_descending_frequency()
        >>> kv.index_to_key, kv["cat"]
        (['dog', 'cat'], array([4.], dtype=float32))
        """
        if not len(self):
            return
        if "count" not in self.expandos:
            raise KeyError("sort_by_descending_frequency: expected keys with the attribute 'count', got some without")
        with self._changing:
            self._sort()

    def _sort(self) -> None:
        order = np.argsort(self.expandos["count"][: len(self)], kind="stable")[::-1]
        rows, scales = self.vectors.copy(), self.scales
        rows[: len(order)] = self.vectors[order]
        self.vectors = rows
        if scales is not None:
            self.scales = np.concatenate([scales[order], scales[len(order) :]])
        self.index_to_key = [self.index_to_key[place] for place in order.tolist()]
        self.key_to_index = {key: place for place, key in enumerate(self.index_to_key)}
        self.expandos = {name: values[order] for name, values in self.expandos.items()}

    def resize_vectors(self, seed: int = 0) -> None:
        """Give every key in `index_to_key` a row: new ones are random, uniform in -1/vector_size to 1/vector_size.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.index_to_key.append("cat")
        >>> kv.resize_vectors()
        >>> kv.vectors.shape
        (1, 2)
        """
        with self._changing:
            self._resize(seed)

    def _resize(self, seed: int) -> None:
        have, want = len(self.vectors), len(self)
        if want <= have:
            return
        rows = uniform(want, self.vector_size, seed)
        rows[:have] = self._values(slice(have))
        kind = self.vectors.dtype
        stored, scales = to_int8(rows) if kind == np.int8 else (rows.astype(kind, copy=False), None)
        self.vectors = stored
        if scales is not None:
            self.scales = scales

    def intersect_word2vec_format(
        self,
        fname: Path,
        lockf: float = 0.0,
        binary: bool = False,
        encoding: str = "utf8",
        unicode_errors: str = "strict",
    ) -> None:
        """Take over the vectors of a word2vec file for those of its words that are here; no words are added.

        Parameters
        ----------
        fname : path
        lockf : float, default 0.0
            What `vectors_lockf` becomes for these words: 0 keeps training from changing them, 1 lets it.
        binary, encoding, unicode_errors
            As for `load_word2vec_format`.

        Raises
        ------
        ValueError
            The file has vectors of another size, or it is malformed; nothing is changed.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from w2v import KeyedVectors
        >>> path = pathlib.Path(tempfile.mkdtemp(), "vectors.txt")
        >>> _ = path.write_text("2 2\\ncat 1 2\\ncow 3 4\\n")
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["dog", "cat"], [[9, 9], [8, 8]])
        >>> kv.intersect_word2vec_format(path)
        >>> kv["cat"], kv.vectors_lockf
        (array([1., 2.], dtype=float32), array([1., 0.], dtype=float32))
        """
        read = read_word2vec(fname, binary, False, Reading(encoding=encoding, unicode_errors=unicode_errors))
        if read.vectors.shape[1] != self.vector_size:
            raise ValueError(f"{fname}: expected vectors of {self.vector_size} values, got {read.vectors.shape[1]}")
        theirs = [place for place, word in enumerate(read.words) if word in self.key_to_index]
        if not theirs:
            logger.warning("%s: none of its %d words is known here", fname, len(read.words))
            return
        with self._changing:
            self._take_over(read.vectors[theirs], [read.words[place] for place in theirs], lockf)
        logger.info("%s: took over %d of %d vectors", fname, len(theirs), len(read.words))

    def _take_over(self, rows: Array, keys: list[str], lockf: float) -> None:
        """Replace the vectors of keys, and say how much of what training changes they are to take."""
        places = [self.key_to_index[key] for key in keys]
        put_rows(self, places, *narrowed(self, rows))
        factors = np.ones(len(self), dtype=np.float32)
        given = getattr(self, "vectors_lockf", factors)
        factors[:] = given[np.arange(len(self)) % len(given)]
        factors[places] = lockf
        self.vectors_lockf = factors
