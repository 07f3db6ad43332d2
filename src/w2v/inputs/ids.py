"""Ids that need no words: walks as rows of an array, flat ids with offsets, and blocks of either."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v._core import LINE_END, pack_walks, tally_ids
from w2v.inputs.cache import Storage, available_memory
from w2v.inputs.pruning import Chosen
from w2v.inputs.reading import Encoded, cut_long

__all__ = ["IdBlocks", "Ids", "as_ids", "count_blocks", "encode_blocks", "encode_ids", "is_ids"]

_MOST = 2**31 - 1  # ids are int32
_ROW_BYTES = 60  # of memory for the word and the count of a row, without its vectors


class Ids:
    """Sentences that are ids already: the id is the row of the vectors, and no word is ever made of it.

    An int32 array is used as it is, without a copy, unless rows are filled up with -1. Do not change it while a model
    trains.

    Parameters
    ----------
    ids : integer array of shape (n,) or (sentences, length)
        From 0 on. Rows of two dimensions may be filled up with -1, or with what is masked, at the end.
    offsets : integer array of shape (sentences + 1,), optional
        For flat ids: sentence i is ``ids[offsets[i]:offsets[i + 1]]``.

    Raises
    ------
    TypeError, ValueError
        These are no integers, the shapes do not fit, an id is not in 0..2**31 - 2, or the offsets do not rise.

    Examples
    --------
    >>> import numpy as np
    >>> baskets = Ids(np.array([0, 1, 2, 1, 0]), offsets=np.array([0, 3, 5]))
    >>> [basket.tolist() for basket in baskets]
    [[0, 1, 2], [1, 0]]
    >>> Ids(np.array([[0, 1, 2], [1, 0, -1]])).offsets
    array([0, 3, 5])
    """

    ids: npt.NDArray[np.int32]
    offsets: npt.NDArray[np.int64]

    def __init__(self, ids: npt.ArrayLike, offsets: npt.ArrayLike | None = None) -> None:
        if isinstance(ids, np.ma.MaskedArray):
            ids = np.ma.filled(ids.astype(np.int64), LINE_END)
        array = _integers("ids", ids)
        if array.ndim == 1 and offsets is not None:
            self.offsets = _offsets(offsets, len(array))
            self.ids = _int32(array, lowest=0)[self.offsets[0] : self.offsets[-1]]
            if self.offsets[0]:
                self.offsets = self.offsets - self.offsets[0]
        elif array.ndim == 2 and offsets is None:
            self.ids, self.offsets = _walks(array)
        elif array.ndim == 1:
            raise TypeError("flat ids: expected offsets, too, which say where sentences begin: Ids(ids, offsets)")
        else:
            what = f"{array.ndim} dimensions{'' if offsets is None else ' and offsets'}"
            raise ValueError(f"ids: expected one dimension and offsets, or two dimensions, got {what}")

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __iter__(self) -> Iterator[npt.NDArray[np.int32]]:
        for start, end in zip(self.offsets[:-1].tolist(), self.offsets[1:].tolist(), strict=True):
            yield self.ids[start:end]


class IdBlocks:
    """An iterable of blocks of ids that says which words they stand for.

    Attributes
    ----------
    words : list or None
        The word of each id from 0 on; None if ids are the words.
    """

    words: list[Any] | None = None


def is_ids(value: Any) -> bool:
    """Say whether something is `Ids`, or an array that can become that.

    Examples
    --------
    >>> is_ids(np.zeros((2, 3), dtype=int)), is_ids([[0, 1]]), is_ids(np.array([["a", "b"]]))
    (True, False, False)
    """
    return isinstance(value, Ids) or (isinstance(value, np.ndarray) and value.ndim == 2 and value.dtype.kind in "iu")


def as_ids(value: Any) -> Ids:
    """Return `Ids` of an array of two dimensions; `Ids` as they are."""
    return value if isinstance(value, Ids) else Ids(value)


def encode_ids(ids: Ids, n_words: int | None = None) -> tuple[Chosen | None, Encoded]:
    """Count ids, unless there are `n_words` already, and return (`Chosen` or None, `Encoded`).

    Examples
    --------
    >>> chosen, encoded = encode_ids(Ids(np.array([[0, 3], [3, -1]])))
    >>> chosen.words, chosen.counts, encoded.offsets
    ([0, 1, 2, 3], array([1, 0, 0, 2]), array([0, 2, 3]))
    """
    counts = count_ids(ids.ids, None if n_words is None else np.zeros(n_words, dtype=np.int64), n_words is not None)
    chosen = Chosen(list(range(len(counts))), counts, 0) if n_words is None else None
    ends = ids.offsets[1:]
    return chosen, Encoded(ids.ids, _bounds(ids.offsets), len(ids.ids), len(ids), ends)


def encode_blocks(blocks: Iterable[Any], n_words: int | None, storage: Storage) -> tuple[Chosen | None, Encoded]:
    """Do the same for blocks of ids, one after another, which are copied to the storage.

    Examples
    --------
    >>> encode_blocks([np.array([[0, 1]]), np.array([[2, 1]])], None, Storage())[1].ids
    array([0, 1, 2, 1], dtype=int32)
    """
    counts = np.zeros(n_words or 0, dtype=np.int64)
    pieces, offsets, total = [], [np.zeros(1, dtype=np.int64)], 0
    room = np.empty(0, dtype=np.int32)
    for ids in map(as_ids, blocks):
        counts = count_ids(ids.ids, counts, n_words is not None)
        if len(room) < len(ids.ids):
            room = storage.piece(len(ids.ids))
        room[: len(ids.ids)] = ids.ids
        pieces.append(room[: len(ids.ids)])
        room = room[len(ids.ids) :]
        offsets.append(ids.offsets[1:] + total)
        total += len(ids.ids)
    joined, start = storage.array(total), 0
    while pieces:
        piece = pieces.pop(0)
        joined[start : start + len(piece)] = piece
        start += len(piece)
    bounds = np.concatenate(offsets)
    chosen = Chosen(list(range(len(counts))), counts, 0) if n_words is None else None
    return chosen, Encoded(joined, _bounds(bounds), total, len(bounds) - 1, bounds[1:])


def count_blocks(blocks: Iterable[Any], n_words: int | None = None) -> tuple[Chosen, int, int]:
    """Count blocks of ids without keeping them; return `Chosen` and the numbers of ids and of sentences.

    Examples
    --------
    >>> count_blocks([np.array([[0, 1]]), np.array([[2, 1]])])[1:]
    (4, 2)
    """
    counts, n_sentences = np.zeros(n_words or 0, dtype=np.int64), 0
    for ids in map(as_ids, blocks):
        counts = count_ids(ids.ids, counts, n_words is not None)
        n_sentences += len(ids)
    return Chosen(list(range(len(counts))), counts, 0), int(counts.sum()), n_sentences


def count_ids(ids: npt.NDArray[np.int32], counts: npt.NDArray[np.int64] | None, fixed: bool) -> npt.NDArray[np.int64]:
    """Add up how often each id occurs; the counts grow with the ids, unless their number is fixed."""
    counts = np.zeros(0, dtype=np.int64) if counts is None else counts
    most = int(ids.max(initial=-1))
    if most >= len(counts):
        if fixed:
            raise ValueError(f"ids: expected rows of the {len(counts)} vectors, 0..{len(counts) - 1}, got {most}")
        check_rows(most + 1)
        counts = np.concatenate([counts, np.zeros(most + 1 - len(counts), dtype=np.int64)])
    tally_ids(ids, counts)
    return counts


def check_rows(n: int) -> None:
    """Raise MemoryError if so many rows, all of which get a word, take more memory than is free.

    Examples
    --------
    >>> check_rows(10)
    """
    if n * _ROW_BYTES > available_memory():
        raise MemoryError(
            f"ids: every id up to the largest, {n - 1}, is a row of the vectors, and there is no memory for so many; "
            "number them from 0 on without gaps, as numpy.unique(ids, return_inverse=True) does"
        )


def _bounds(offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Offsets without empty sentences, and with long ones in pieces."""
    starts = offsets[:-1]
    return cut_long(np.append(starts[starts < offsets[1:]], offsets[-1]))


def _walks(array: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    rows, columns = array.shape
    walks = _int32(array, lowest=LINE_END)
    if not walks.size or walks.min() >= 0:
        return walks.reshape(-1), np.arange(rows + 1, dtype=np.int64) * columns
    ids, offsets = np.empty(walks.size, dtype=np.int32), np.empty(rows + 1, dtype=np.int64)
    n = pack_walks(walks, ids, offsets)
    if n < 0:
        row, column = divmod(-1 - n, columns)
        raise ValueError(f"walks: expected -1 at the end of a row only, got {walks[row, column]} after it in row {row}")
    return ids[:n], offsets


def _integers(name: str, values: npt.ArrayLike) -> npt.NDArray[Any]:
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name}: expected an array, got rows of different lengths: fill them up with -1") from None
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name}: expected an array of integers, got {array.dtype}")
    return array


def _int32(array: npt.NDArray[Any], lowest: int) -> npt.NDArray[np.int32]:
    """The same ids as int32 in C order: the array itself, if it is that already."""
    if array.size:
        low, high = int(array.min()), int(array.max())
        if low < lowest or high >= _MOST:
            raise ValueError(f"ids: expected {lowest}..{_MOST - 1}, got {low if low < lowest else high}")
    return np.ascontiguousarray(array, dtype=np.int32)


def _offsets(values: npt.ArrayLike, n_ids: int) -> npt.NDArray[np.int64]:
    offsets = _integers("offsets", values)
    if offsets.ndim != 1 or not len(offsets):
        raise ValueError(f"offsets: expected one dimension and one number or more, got shape {offsets.shape}")
    if offsets[0] < 0 or offsets[-1] > n_ids or (np.diff(offsets.astype(np.int64)) < 0).any():
        raise ValueError(f"offsets: expected to rise within the {n_ids} ids")
    return np.ascontiguousarray(offsets, dtype=np.int64)
