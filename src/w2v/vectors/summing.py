"""The weighted mean of each text's words: blocks of ids to sums of rows, by any number of threads, put in order."""

from collections.abc import Sequence
from threading import Lock

import numpy as np

from w2v import _core
from w2v._core import LINE_END, UNKNOWN
from w2v.base.arrays import Array, Float32Array, Int32Array, Int64Array
from w2v.base.norms import unit_rows
from w2v.base.threads import for_each
from w2v.inputs.finding import Found
from w2v.vectors.rows import KeyedRows

Factored = tuple[Float32Array, Float32Array]  # rows (n, d), and what each is multiplied by (n,)


class Sums:
    """Takes blocks of ids, from several threads at once, and gives the mean of each text.

    Parameters
    ----------
    kv : KeyedVectors
    rows : array of shape (n, vector_size)
        As they are stored.
    factors : array of shape (n,)
        What each is multiplied by.
    unknown_weight : float
        Of a word that only n-grams tell something of.
    pre_normalize : bool
        Whether its vector is taken at length 1.
    """

    def __init__(self, kv: KeyedRows, rows: Array, factors: Array, unknown_weight: float, pre_normalize: bool) -> None:
        self.kv, self.unknown_weight, self.pre_normalize = kv, unknown_weight, pre_normalize
        self.rows = rows
        with np.errstate(over="ignore"):
            self.factors: Float32Array = factors.astype(np.float32)
        # Rows that C can read where they are: float32, its numbers next to each other.
        self.is_plain = rows.dtype == np.float32 and rows.flags.aligned and rows.strides[1:] == (4,)
        self._none = np.empty((0, kv.vector_size), np.float32), np.empty(0, np.float32)
        self._done: dict[int, tuple[Found, Float32Array, Int64Array]] = {}
        self._lock = Lock()

    def take(self, found: Found) -> None:
        """Add up the rows of each text of a block."""
        ids, known, more = found.ids, (self.rows, self.factors), self._none
        if not self.is_plain:
            ids, known = self._gathered(ids)
        if self.kv._infers and (ids == UNKNOWN).any():
            ids, more = self._inferred(ids, found.unknown(), len(known[0]))
        n_texts = int(np.count_nonzero(ids == LINE_END)) + 1
        sums = np.empty((n_texts, self.kv.vector_size), np.float32)
        counts = np.empty(n_texts, np.int64)
        _core.sum_rows(ids, known, more, sums, counts)
        with self._lock:
            self._done[found.number] = found._replace(ids=ids[:0], unknown=list), sums, counts

    def _gathered(self, ids: Int32Array) -> tuple[Int32Array, Factored]:
        """The rows of a block alone, as float32, and ids that are their places."""
        used, places = np.unique(ids[ids >= 0], return_inverse=True)
        ids = ids.copy()
        ids[ids >= 0] = places
        with np.errstate(over="ignore"):
            return ids, (np.ascontiguousarray(self.rows[used], np.float32), self.factors[used])

    def _inferred(self, ids: Int32Array, words: Sequence[str | bytes], n: int) -> tuple[Int32Array, Factored]:
        """Vectors of words that are not there, and ids that are their places behind n others."""
        names: dict[str, int] = {}
        places = [names.setdefault(word, n + len(names)) if isinstance(word, str) else UNKNOWN for word in words]
        ids = ids.copy()
        ids[ids == UNKNOWN] = places
        rows = self.kv._inferred(list(names))
        rows = unit_rows(rows) if self.pre_normalize else rows
        factors = np.full(len(rows), self.unknown_weight, np.float32)
        return ids, (np.ascontiguousarray(rows, np.float32), factors)

    def means(self, workers: int) -> Float32Array:
        """The mean of each text (n, vector_size), in the order of the texts; zeros where no word is known."""
        parts = _in_order([self._done[number] for number in sorted(self._done)])
        self._done.clear()
        starts = np.cumsum([0, *(len(counts) for _, counts in parts)])
        means = np.empty((int(starts[-1]), self.kv.vector_size), np.float32)

        def divide(place: int) -> None:
            sums, counts = parts[place]
            parts[place] = self._none[0], np.empty(0, np.int64)  # its memory goes back at once
            share = (1 / np.maximum(counts, 1)).astype(np.float32)
            np.multiply(sums, share[:, np.newaxis], out=means[starts[place] : starts[place + 1]])

        for_each(divide, range(len(parts)), workers)
        return means


def _in_order(blocks: list[tuple[Found, Float32Array, Int64Array]]) -> list[tuple[Float32Array, Int64Array]]:
    """Sums and counts of whole texts; what a block ends with is the beginning of a text of the next, or a text."""
    parts: list[tuple[Float32Array, Int64Array]] = []
    tail: tuple[Float32Array, Int64Array] | None = None  # of a text that is open
    for found, sums, counts in blocks:
        if tail is not None and found.starts_file:
            parts.append(tail)
        elif tail is not None:
            sums[0] += tail[0][0]
            counts[0] += tail[1][0]
        parts.append((sums[:-1], counts[:-1]))
        tail = (sums[-1:].copy(), counts[-1:].copy()) if found.is_open else None
    return parts if tail is None else [*parts, tail]
