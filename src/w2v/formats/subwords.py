"""Vectors of words by their character n-grams, as fastText stores and makes them (Bojanowski et al. 2017)."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.arrays import Array

END = "</s>"  # has no n-grams
LONGEST_NGRAM = 64  # characters: n-grams of any length in a word of any length would take for ever
_BLOCK = 1 << 16  # words at once
_HASHING = 64  # additions of floats that take as long as an n-gram's number
_MOST_WORK = 1 << 31  # additions that any file may ask for: about a second
_WORK = 1000  # additions for each byte of a file; real ones take about five


class Subwords(NamedTuple):
    """What it takes to make the vector of any word.

    own : float32 (n, d), the rows of the words themselves, or None
    ngrams : float32 (rows, d)
    kept : int32 (buckets), the row of each bucket, which may be shared, below 0 for none; None if each has its own
    buckets : how many numbers n-grams have; 0 if there are no n-grams
    shortest, longest : characters in an n-gram
    """

    own: Array | None
    ngrams: Array
    kept: npt.NDArray[np.int32] | None
    buckets: int
    shortest: int
    longest: int

    @classmethod
    def of_parts(
        cls, own: Array | None, ngrams: Array, shortest: int, longest: int, buckets: int, kept: Array | None = None
    ) -> "Subwords":
        """Check that the parts fit each other; ValueError if they do not."""
        if longest < 1 or buckets == 0:
            shortest = longest = buckets = 0
            kept = None
        if not 0 <= shortest <= longest <= LONGEST_NGRAM or not 0 <= buckets < 1 << 31:
            expected = f"0 <= minn <= maxn <= {LONGEST_NGRAM} and fewer than 2^31 buckets"
            raise ValueError(f"expected {expected}, got {shortest}, {longest} and {buckets}")
        wanted = (np.dtype(np.float32), ngrams.shape[1])
        if ngrams.dtype != np.float32 or (own is not None and (own.dtype, own.shape[1]) != wanted):
            raise ValueError("expected rows of float32, all of one length, got others")
        if kept is None and buckets > len(ngrams):
            raise ValueError(f"expected a row for each of {buckets} buckets, got {len(ngrams)} rows")
        return cls(own, ngrams, kept, buckets, shortest, longest)

    def copied(self) -> "Subwords":
        """The same with copies of the rows, which do not change when training goes on."""
        return self._replace(own=None if self.own is None else np.array(self.own), ngrams=np.array(self.ngrams))

    def vectors(
        self, words: Sequence[Any], known: bool = True, out: npt.NDArray[np.float32] | None = None
    ) -> npt.NDArray[np.float32]:
        """The vectors (len(words), d) of words: if `known`, of the first ones of the vocabulary, with their own rows.

        Words are str or, where they are no UTF-8, bytes. The vectors are written to `out` if it is given.
        """
        if out is None:
            out = np.empty((len(words), self.ngrams.shape[1]), dtype=np.float32)
        own = _bytes(self.own[: len(words)]) if known and self.own is not None else None
        ngrams = _bytes(self.ngrams) if self.buckets else None
        for start in range(0, len(words), _BLOCK):
            names, ends = _marked(words[start : start + _BLOCK])
            rows = None if own is None else own[start : start + len(ends)]
            options = (self.kept, self.buckets, self.shortest, self.longest)
            _core.subword_vectors(names, ends, rows, ngrams, *options, out[start : start + len(ends)])
        return out

    def bucket_rows(self, first: int = 0, end: int | None = None) -> Array:
        """A copy of the rows of buckets first .. end - 1; zeros for those without."""
        if self.kept is None:
            return np.array(self.ngrams[: self.buckets][first:end])
        kept = self.kept[first:end]
        rows = self.ngrams[np.maximum(kept, 0)]
        rows[kept < 0] = 0
        return rows

    def numbers(self, words: Sequence[Any]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """The buckets of all n-grams, word after word, and where those of each word begin (len(words) + 1).

        Examples
        --------
        >>> rows = np.zeros((50, 2), np.float32)
        >>> Subwords.of_parts(None, rows, 3, 4, 50).numbers(["ab", "ab"])
        (array([ 8, 42,  6,  8, 42,  6], dtype=int32), array([0, 3, 6]))
        """
        if not self.buckets:
            return np.zeros(0, np.int32), np.zeros(len(words) + 1, np.int64)
        return _core.subword_numbers(*_marked(words), self.buckets, self.shortest, self.longest)


def check_work(subwords: Subwords, words: Sequence[Any], size: int) -> None:
    """Raise ValueError if the vectors of words would take longer than a file of `size` bytes explains.

    Words that are long, together with n-grams of every length, can ask for as much as the square of the size.
    """
    lengths = subwords.longest - subwords.shortest + 1 if subwords.buckets else 0
    work = sum(map(len, words)) * lengths * (subwords.ngrams.shape[1] + _HASHING)
    if work > _MOST_WORK + _WORK * size:
        longest = max(map(len, words))
        raise ValueError(
            f"expected at most {_MOST_WORK + _WORK * size} steps, got {work}: the longest word has {longest} bytes"
        )


def _marked(words: Sequence[Any]) -> tuple[bytes, npt.NDArray[np.int64]]:
    """Words with marks at their ends, one after the other, and where each ends."""
    names = [_name(word) for word in words]
    return b"".join(names), np.cumsum([len(name) for name in names], dtype=np.int64)


def _name(word: Any) -> bytes:
    """A word as bytes with marks at its ends; empty for the one that has no n-grams."""
    text = word if isinstance(word, bytes) else str(word).encode("utf-8", "surrogatepass")
    return b"" if text == END.encode() else b"<%s>" % text


def _bytes(rows: Array) -> npt.NDArray[np.uint8]:
    """Rows of floats as rows of bytes, which may stand at any address, and apart."""
    if rows.size == 0:
        return np.zeros((len(rows), 4 * rows.shape[1]), np.uint8)
    if rows.strides[1] != rows.itemsize or rows.strides[0] < 0:
        rows = np.ascontiguousarray(rows)
    return rows.view(np.uint8)
