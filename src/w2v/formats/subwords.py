"""Vectors of words by their character n-grams, as fastText stores and makes them (Bojanowski et al. 2017)."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.arrays import Array

END = "</s>"  # has no n-grams
_LONGEST = 64  # characters: n-grams of any length in a word of any length would take for ever
_BLOCK = 1 << 16  # words at once
_HASHING = 64  # additions of floats that take as long as an n-gram's number
_MOST_WORK = 1 << 31  # additions that any file may ask for: about a second
_WORK = 1000  # additions for each byte of a file; real ones take about five


class Subwords(NamedTuple):
    """What it takes to make the vector of any word.

    own : float32 (n, d), the rows of the words themselves, or None
    ngrams : float32 (rows, d)
    kept : int32 (buckets), the row of each bucket, below 0 for none; None if they are all there
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
        if not 0 <= shortest <= longest <= _LONGEST or not 0 <= buckets < 1 << 31:
            expected = f"0 <= minn <= maxn <= {_LONGEST} and fewer than 2^31 buckets"
            raise ValueError(f"expected {expected}, got {shortest}, {longest} and {buckets}")
        wanted = (np.dtype(np.float32), ngrams.shape[1])
        if ngrams.dtype != np.float32 or (own is not None and (own.dtype, own.shape[1]) != wanted):
            raise ValueError("expected rows of float32, all of one length, got others")
        if kept is None and buckets > len(ngrams):
            raise ValueError(f"expected a row for each of {buckets} buckets, got {len(ngrams)} rows")
        return cls(own, ngrams, kept, buckets, shortest, longest)

    def vectors(self, words: Sequence[Any], known: bool = True) -> npt.NDArray[np.float32]:
        """The vectors (len(words), d) of words: if `known`, of the first ones of the vocabulary, with their own rows.

        Words are str or, where they are no UTF-8, bytes.
        """
        out = np.zeros((len(words), self.ngrams.shape[1]), dtype=np.float32)
        own = _bytes(self.own[: len(words)]) if known and self.own is not None else None
        ngrams = _bytes(self.ngrams) if self.buckets else None
        for start in range(0, len(words), _BLOCK):
            names = [_marked(word) for word in words[start : start + _BLOCK]]
            ends = np.cumsum([len(name) for name in names], dtype=np.int64)
            rows = None if own is None else own[start : start + len(names)]
            options = (self.kept, self.buckets, self.shortest, self.longest)
            _core.subword_vectors(b"".join(names), ends, rows, ngrams, *options, out[start : start + len(names)])
        return out


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


def _marked(word: Any) -> bytes:
    """A word as bytes with marks at its ends; empty for the one that has no n-grams."""
    text = word if isinstance(word, bytes) else str(word).encode("utf-8", "surrogatepass")
    return b"" if text == END.encode() else b"<%s>" % text


def _bytes(rows: Array) -> npt.NDArray[np.uint8]:
    """Rows of floats as rows of bytes, which may stand at any address."""
    if rows.size == 0:
        return np.zeros((len(rows), 4 * rows.shape[1]), np.uint8)
    return np.ascontiguousarray(rows).view(np.uint8)
