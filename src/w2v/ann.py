"""Approximate search: an index that finds nearly all of the nearest keys without looking at all of them.

The index is a hierarchical navigable small world graph (Malkov and Yashunin 2016) by usearch, which ``pip install
"w2v[ann]"`` brings.

Layout of its files: that of `w2v.formats.tensors`, with these metadata entries (all text)

    format          "w2v-index"
    version         "1"

and these tensors, n being the number of keys

    words, word_offsets, word_is_int    see `w2v.formats.words`
    graph                               uint8, what usearch serialises; its key i is words[i]
"""

import operator
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.base.arrays import Array
from w2v.base.files import open_to_read
from w2v.base.norms import unit_rows
from w2v.base.paths import Path
from w2v.errors import FormatError
from w2v.formats.detect import expect
from w2v.formats.tensors import TensorFile, save_tensors
from w2v.formats.words import pack_words, read_words

__all__ = ["Index"]


_VERSION = "1"
_BLOCK = 16384  # vectors added at once
_TYPES = {"float16": "f16", "float32": "f32", "int8": "i8"}


class Index:
    """Approximate nearest neighbours; `w2v.KeyedVectors.build_index` makes it, and ``indexer=`` takes it.

    Attributes
    ----------
    keys : list
    vector_size : int
    expansion : int
        Candidates that a search keeps: more find more of the true neighbours, in proportionally more time.

    Examples
    --------
    >>> index = Index.load("vectors.index", mmap="r")  # doctest: +SKIP
    >>> kv.most_similar("cat", topn=3, indexer=index)  # doctest: +SKIP
    [('cat', 1.0), ('dog', 0.81), ('kitten', 0.78)]
    """

    def __init__(self, graph: Any, keys: Sequence[Any], data: Array | None = None):
        self._graph = graph
        self._data = data  # what the graph looks at, if it was loaded
        self.keys: list[Any] = list(keys)
        self.vector_size: int = int(graph.ndim)

    @classmethod
    def build(
        cls,
        keys: Sequence[Any],
        vectors: Array,
        *,
        dtype: str = "float16",
        connectivity: int = 16,
        expansion_add: int = 128,
        expansion: int = 64,
        threads: int = 0,
    ) -> "Index":
        """Build an index of rows (n, d), of any length; see `w2v.KeyedVectors.build_index`."""
        if dtype not in _TYPES:
            raise ValueError(f"dtype: expected one of {', '.join(_TYPES)}, got {dtype!r}")
        sizes = {"connectivity": connectivity, "expansion_add": expansion_add, "expansion": expansion}
        for name, value in sizes.items():
            if operator.index(value) < 2:
                raise ValueError(f"{name}: expected 2 or more, got {value}")
        graph = _usearch().Index(
            ndim=vectors.shape[1],
            metric="ip",
            dtype=_TYPES[dtype],
            connectivity=connectivity,
            expansion_add=expansion_add,
            expansion_search=expansion,
            enable_key_lookups=False,
        )
        for start in range(0, len(keys), _BLOCK):
            rows = unit_rows(vectors[start : start + _BLOCK], np.float32)
            graph.add(np.arange(start, start + len(rows)), rows, threads=threads)
        return cls(graph, keys)

    @property
    def expansion(self) -> int:
        """Candidates that a search keeps: more find more of the true neighbours, in proportionally more time."""
        return int(self._graph.expansion_search)

    @expansion.setter
    def expansion(self, expansion: int) -> None:
        self._graph.expansion_search = operator.index(expansion)

    def __len__(self) -> int:
        return len(self.keys)

    def most_similar(self, vector: npt.ArrayLike, num_neighbors: int) -> list[tuple[Any, float]]:
        """The keys nearest to a vector (d,), by cosine, as (key, cosine), best first.

        The cosines are as exact as the numbers that the index holds: to three digits for float16, to two for int8.
        """
        count = self._count(num_neighbors)
        if count == 0:
            return []
        found = self._graph.search(self._queries([vector])[0], count, threads=1)
        return self._answer(found.keys, found.distances)

    def most_similar_batch(
        self, vectors: Iterable[npt.ArrayLike], num_neighbors: int, threads: int = 0
    ) -> list[list[tuple[Any, float]]]:
        """`most_similar` for many vectors (m, d), in `threads` threads (0: one a core)."""
        queries = self._queries(list(vectors))
        count = self._count(num_neighbors)
        if count == 0 or len(queries) < 2:
            return [self.most_similar(query, count) for query in queries]
        found = self._graph.search(queries, count, threads=threads)
        answers = zip(found.keys, found.distances, found.counts.tolist(), strict=True)
        return [self._answer(places[:size], distances[:size]) for places, distances, size in answers]

    def _count(self, num_neighbors: int) -> int:
        wanted = operator.index(num_neighbors)
        if wanted < 0:
            raise ValueError(f"num_neighbors: expected 0 or more, got {wanted}")
        return min(wanted, len(self))

    def _queries(self, vectors: Sequence[npt.ArrayLike]) -> Array:
        """The vectors at length 1, as an array (m, d)."""
        rows = np.array(vectors, dtype=np.float64)
        rows = rows.reshape(0, self.vector_size) if rows.size == 0 else rows
        if rows.ndim != 2 or rows.shape[1] != self.vector_size:
            raise ValueError(f"expected vectors of {self.vector_size} numbers, got shape {rows.shape[1:]}")
        return unit_rows(rows, np.float32)

    def _answer(self, places: Array, distances: Array) -> list[tuple[Any, float]]:
        cosines = np.clip(1 - distances, -1, 1).tolist()
        return [(self.keys[place], cosine) for place, cosine in zip(places.tolist(), cosines, strict=True)]

    def save(self, fname: Path) -> None:
        """Save to one file, all or nothing, without pickle."""
        graph = np.frombuffer(self._graph.save(), dtype=np.uint8)
        save_tensors(fname, {**pack_words(self.keys), "graph": graph}, {"format": "w2v-index", "version": _VERSION})

    @classmethod
    def load(cls, fname: Path, mmap: str | None = None) -> "Index":
        """Load what `save` wrote.

        Parameters
        ----------
        fname : path
        mmap : None or "r", default None
            None reads the graph and compares its checksum. "r" maps the file, read-only: it opens in milliseconds, and
            processes share the memory. A checksum finds damage, not malice: map or load only files that you trust.

        Raises
        ------
        FormatError
            The file is no such file, or it is truncated or damaged.
        ImportError
            usearch is not installed.
        """
        if mmap not in (None, "r"):
            raise ValueError(f"mmap: expected None or 'r', got {mmap!r}")
        usearch = _usearch()
        with open_to_read(fname) as opened:
            expect(opened, ["index"], "an index of w2v")
            file = TensorFile(opened)
        found = file.metadata.get("format"), file.metadata.get("version")
        if found != ("w2v-index", _VERSION):
            raise FormatError(f"{fname}: expected format 'w2v-index', version '{_VERSION}', got {found!r:.80}")
        keys, _ = read_words(file)
        file.check("graph", "u", (None,))
        data = file.read("graph") if mmap is None else file.map("graph", mmap)
        try:
            graph = usearch.Index.restore(data.data, view=True, enable_key_lookups=False)
        except (RuntimeError, ValueError) as error:
            raise FormatError(f"{fname}: graph: {error}") from error
        if graph is None or len(graph) != len(keys):
            raise FormatError(f"{fname}: graph: expected {len(keys)} vectors, one a key, got {graph}")
        return cls(graph, keys, data)


def _usearch() -> Any:
    try:
        import usearch.index
    except ImportError as error:
        raise ImportError('an approximate index needs usearch: pip install "w2v[ann]"') from error
    return usearch.index
