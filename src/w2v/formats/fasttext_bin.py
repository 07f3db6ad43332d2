"""fastText's .bin files, of its versions 11 and 12.

Layout, all little-endian::

    int32 793712314, int32 version
    int32 dim, ws, epoch, minCount, neg, wordNgrams, loss, model, bucket, minn, maxn, lrUpdateRate; float64 t
    int32 size, nwords, nlabels; int64 ntokens, pruneidx_size
    size times:             the word in UTF-8, "\\0"; int64 count; int8 type (0: word, 1: label)
    pruneidx_size times:    int32 bucket, int32 row            of a pruned model; -1: not pruned
    bool quantised; int64 m, n; m times n float32              input rows: nwords words, then the n-grams
    bool quantised; int64 m, n; m times n float32              output rows

The vector of a word is the mean of its own row and those of its n-grams, that of an unknown word the mean of its
n-grams alone: see `w2v.formats.subwords`. An uncompressed file is mapped, so that n-grams take memory when they are
used. Quantised models (.ftz) are refused.
"""

import mmap
import struct
import sys
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v.base.files import Opened, Source, known_size, open_to_read
from w2v.errors import FormatError, TruncatedError
from w2v.formats.saved import Reading, SavedVectors
from w2v.formats.subwords import Subwords

MAGIC = struct.pack("<i", 793712314)

_ARGUMENTS = struct.Struct("<12id")
_SIZES = struct.Struct("<3i2q")
_ENTRY = struct.Struct("<qb")  # after the word and its "\0"


def load_fasttext_bin(path: Source, *, limit: int | None = None) -> SavedVectors:
    """Load words, their vectors and counts, and the n-grams.

    Raises
    ------
    FormatError
        The file is no such file, is damaged or truncated, or quantised.
    """
    with open_to_read(path) as file:
        if known_size(file):
            data: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        else:
            data = file.read()
    return _Reader(data, path).load(sys.maxsize if limit is None else limit)


def load(file: Opened, reading: Reading) -> SavedVectors:
    """Read words, their vectors and n-grams from an opened file."""
    return load_fasttext_bin(file, limit=reading.limit)


class _Words(NamedTuple):
    texts: list[bytes]
    counts: npt.NDArray[np.int64]
    n_words: int
    kept: dict[int, int] | None  # of a pruned model: bucket -> row


class _Reader:
    """Reads from the start to the end of a file in memory, and never past it."""

    def __init__(self, data: Any, path: Source):
        self.data, self.path = data, path
        self.place = 0

    def take(self, layout: struct.Struct, what: str) -> tuple[Any, ...]:
        left = len(self.data) - self.place
        if left < layout.size:
            raise TruncatedError(f"{self.path}: byte {self.place}: {what}: expected {layout.size} bytes, got {left}")
        values = layout.unpack_from(self.data, self.place)
        self.place += layout.size
        return values

    def fail(self, what: str, expected: str, got: Any) -> FormatError:
        return FormatError(f"{self.path}: byte {self.place}: {what}: expected {expected}, got {got!r:.80}")

    def load(self, limit: int) -> SavedVectors:
        magic, version = self.take(struct.Struct("<4si"), "start")
        if magic != MAGIC or version not in (11, 12):
            raise self.fail("start", "a fastText model of version 11 or 12", (magic, version))
        arguments = self.take(_ARGUMENTS, "settings")
        size, model, buckets, shortest, longest = (arguments[i] for i in (0, 7, 8, 9, 10))
        if version == 11 and model == 3:  # supervised models of that version had no n-grams
            longest = 0
        words = self.words()
        rows = self.matrix("input", size)
        self.matrix("output", size)
        if self.place != len(self.data):
            raise self.fail("end", "nothing after the output rows", f"{len(self.data) - self.place} bytes")
        if len(rows) < words.n_words:
            raise self.fail("input", f"a row for each of {words.n_words} words", len(rows))
        own, ngrams = rows[: words.n_words], rows[words.n_words :]
        try:
            kept = None if words.kept is None else _kept(words.kept, buckets, len(ngrams))
            subwords = Subwords.of_parts(own, ngrams, shortest, longest, buckets, kept)
        except ValueError as error:
            raise FormatError(f"{self.path}: n-grams: {error}") from error
        return _distinct(words, subwords, min(limit, words.n_words))

    def words(self) -> _Words:
        """The dictionary."""
        size, n_words, n_labels, _, pruned = self.take(_SIZES, "dictionary")
        left = (len(self.data) - self.place) // 10  # bytes that a word takes at least
        if min(n_words, n_labels) < 0 or size != n_words + n_labels or size > left:
            raise self.fail("dictionary", f"words and labels, at most {left} together", (size, n_words, n_labels))
        texts, counts, find, entry = [], np.empty(size, dtype=np.int64), self.data.find, _ENTRY.unpack_from
        place = self.place
        for i in range(size):
            end = find(b"\0", place)
            if end < 0 or end + 10 > len(self.data):
                self.place = place
                raise TruncatedError(f"{self.path}: byte {place}: word {i + 1} of {size}: the file ends early")
            texts.append(self.data[place:end])
            counts[i], kind = entry(self.data, end + 1)
            place = end + 10
            if kind != (i >= n_words):
                raise self.fail("dictionary", "words before labels", texts[-1])
        self.place = place
        if pruned > (len(self.data) - place) // 8 or pruned < -1:
            raise self.fail("dictionary", "numbers of the n-grams that were kept", pruned)
        pairs = np.frombuffer(self.data, "<i4", 2 * max(pruned, 0), place) if pruned > 0 else np.empty(0, "<i4")
        self.place += 4 * len(pairs)
        kept = None if pruned < 0 else dict(zip(pairs[::2].tolist(), pairs[1::2].tolist(), strict=True))
        return _Words(texts[:n_words], counts[:n_words], n_words, kept)

    def matrix(self, what: str, columns: int) -> npt.NDArray[np.float32]:
        """The rows of a matrix, where they are."""
        (quantised,) = self.take(struct.Struct("<B"), what)
        if quantised:
            raise self.fail(what, "rows of floats", "a quantised model (.ftz), which is not supported")
        m, n = self.take(struct.Struct("<2q"), what)
        left = len(self.data) - self.place
        if m < 0 or n != columns or n < 1:
            raise self.fail(what, f"rows of {columns} values", (m, n))
        if m * n * 4 > left:
            raise TruncatedError(f"{self.path}: byte {self.place}: {what}: expected {m * n * 4} bytes, got {left}")
        rows: npt.NDArray[np.float32] = np.ndarray((m, n), "<f4", self.data, self.place)
        self.place += m * n * 4
        return rows


def _kept(pairs: dict[int, int], buckets: int, rows: int) -> npt.NDArray[np.int32]:
    """The row of each bucket, -1 for those that were left out; ValueError if they cannot be."""
    if any(not 0 <= bucket < buckets or not 0 <= row < rows for bucket, row in pairs.items()):
        raise ValueError(f"expected {buckets} buckets and {rows} rows, got others")
    kept = np.full(buckets, -1, dtype=np.int32)
    kept[list(pairs)] = list(pairs.values())
    return kept


def _distinct(words: _Words, subwords: Subwords, limit: int) -> SavedVectors:
    """The first `limit` words; bytes that are no UTF-8 become replacement characters, words that thereby repeat go."""
    vectors = subwords.vectors(words.texts[:limit])
    texts = [text.decode("utf-8", "replace") for text in words.texts[:limit]]
    counts = words.counts[:limit]
    first = dict(zip(reversed(texts), range(len(texts) - 1, -1, -1), strict=True))
    if len(first) < len(texts):
        keep = sorted(first.values())
        texts, vectors, counts = [texts[i] for i in keep], vectors[keep], counts[keep]
    return SavedVectors(texts, vectors, {"count": counts}, subwords=subwords)
