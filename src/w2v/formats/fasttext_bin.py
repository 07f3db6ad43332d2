"""fastText's .bin files, of its versions 11 and 12.

Layout, all little-endian::

    int32 793712314, int32 version
    int32 dim, ws, epoch, minCount, neg, wordNgrams, loss, model, bucket, minn, maxn, lrUpdateRate; float64 t
    int32 size, nwords, nlabels; int64 ntokens, pruneidx_size
    size times:             the word in UTF-8, "\\0"; int64 count; int8 type (0: word, 1: label)
    pruneidx_size times:    int32 bucket, int32 row            of a pruned model; -1: not pruned
    bool quantised; int64 m, n; m times n float32              input rows: nwords words, then the n-grams
    bool quantised; int64 m, n; m times n float32              output rows

Whole models (`w2v.FastText`) are read from files of the first versions, too: these have neither the first line nor
pruneidx_size nor flags.

The vector of a word is the mean of its own row and those of its n-grams, that of an unknown word the mean of its
n-grams alone: see `w2v.formats.subwords`. With `mmap`, the rows of a file that is not compressed are mapped, so that
n-grams take memory when they are used. Quantised models (.ftz) are refused.
"""

import struct
from array import array
from typing import Any, NamedTuple, NoReturn

import numpy as np
import numpy.typing as npt

from w2v.base.files import Opened, Source, open_to_read
from w2v.errors import FormatError, TruncatedError
from w2v.formats.saved import Reading, SavedVectors
from w2v.formats.subwords import Subwords, check_work

MAGIC = struct.pack("<i", 793712314)

START = struct.Struct("<4si")
ARGUMENTS = struct.Struct("<12id")
SIZES = struct.Struct("<3iq")
PRUNED = struct.Struct("<q")
ENTRY = struct.Struct("<qb")  # after the word and its "\0"
FLAG = struct.Struct("<B")
SHAPE = struct.Struct("<2q")
_BLOCK = 1 << 18  # bytes that are read at once
_PIECE = 1 << 22  # the same of rows
_LONGEST_WORD = 1 << 20  # bytes
_SMALL = 1 << 21  # buckets that any pruned model may have, which take 8 MiB; fastText's default is 2,000,000


def load_fasttext_bin(source: Source, *, limit: int | None = None, mmap: str | None = None) -> SavedVectors:
    """Load words, their vectors and counts, and the n-grams; map the n-grams if `mmap` is "r" or "c".

    Raises
    ------
    FormatError
        The file is no such file, is damaged or truncated, or quantised.
    """
    with open_to_read(source) as file:
        return Reader(file, mmap).load(1 << 62 if limit is None else limit)


def load(file: Opened, reading: Reading) -> SavedVectors:
    """Read words, their vectors and n-grams from an opened file."""
    return load_fasttext_bin(file, limit=reading.limit, mmap=reading.mmap)


class Whole(NamedTuple):
    """All of a file: what fastText was told, words and counts, rows of words, n-grams and outputs, words of text."""

    arguments: tuple[Any, ...]
    words: list[bytes]
    counts: npt.NDArray[np.int64]
    subwords: Subwords
    outputs: npt.NDArray[np.float32]
    tokens: int


class _Words(NamedTuple):
    texts: list[bytes]
    counts: npt.NDArray[np.int64]
    kept: npt.NDArray[np.int32] | None  # (n, 2) of a pruned model: bucket and row


class Reader:
    """Reads from the start to the end of a file, and takes no more memory than it has read bytes."""

    def __init__(self, file: Opened, mmap: str | None):
        self.file, self.mmap = file, mmap if file.path is not None else None
        self.first_ones = False  # whether it is a file of the first versions
        self.block, self.at, self.before = b"", 0, 0  # bytes read ahead, how many of them are done, bytes before them

    @property
    def place(self) -> int:
        """Bytes read so far."""
        return self.before + self.at

    @property
    def left(self) -> int:
        """Bytes that are still there, as far as that is known."""
        return (1 << 62 if self.file.size is None else self.file.size) - self.place

    def fail(self, what: str, expected: str, got: Any) -> NoReturn:
        """Raise FormatError, with the place."""
        raise FormatError(f"{self.file}: byte {self.place}: {what}: expected {expected}, got {got!r:.80}")

    def end(self, what: str, expected: int, got: int) -> NoReturn:
        """Raise TruncatedError, with the place."""
        raise TruncatedError(f"{self.file}: byte {self.place}: {what}: expected {expected} bytes, got {got}")

    def more(self) -> bool:
        """Read on; return whether there was anything."""
        read = self.file.read(_BLOCK)
        self.before += self.at
        self.block, self.at = self.block[self.at :] + read, 0
        return bool(read)

    def take(self, layout: struct.Struct, what: str) -> tuple[Any, ...]:
        """The next numbers."""
        while len(self.block) - self.at < layout.size:
            if not self.more():
                self.end(what, layout.size, len(self.block))
        values = layout.unpack_from(self.block, self.at)
        self.at += layout.size
        return values

    def load(self, limit: int) -> SavedVectors:
        """Words and the rows they are made of."""
        _, words, subwords = self.inputs(limit)
        size = subwords.ngrams.shape[1]
        self.skip("output", 4 * size * self.shape("output", size))
        self.check_end()
        return _distinct(words, subwords)

    def load_whole(self) -> Whole:
        """All there is; also of the first versions, which begin with the settings, and have no flags and no pruning."""
        self.first_ones = True
        arguments, words, subwords = self.inputs(1 << 62)
        size = subwords.ngrams.shape[1]
        outputs = self.rows("output", self.shape("output", size), size)
        self.check_end()
        return Whole(arguments, words.texts, words.counts, subwords, outputs, self.n_tokens)

    def check_end(self) -> None:
        """Raise FormatError if anything follows."""
        if self.at < len(self.block) or self.more():
            self.fail("end", "nothing after the output rows", f"{len(self.block) - self.at} bytes or more")

    def inputs(self, limit: int) -> tuple[tuple[Any, ...], _Words, Subwords]:
        """What stands before the output rows."""
        magic, version = self.take(START, "start")
        self.first_ones = self.first_ones and magic != MAGIC
        if self.first_ones:
            self.at -= START.size
        elif magic != MAGIC or version not in (11, 12):
            self.fail("start", "a fastText model of version 11 or 12", (magic, version))
        arguments = self.take(ARGUMENTS, "settings")
        size, model, buckets, shortest, longest = (arguments[i] for i in (0, 7, 8, 9, 10))
        if version == 11 and model == 3:  # supervised models of that version had no n-grams
            longest = 0
        words = self.words(limit)
        rows = self.shape("input", size)
        if rows < self.n_words:
            self.fail("input", f"a row for each of {self.n_words} words", rows)
        own = self.rows("input", len(words.texts), size)
        self.skip("input", 4 * size * (self.n_words - len(words.texts)))
        ngrams = self.rows("input", rows - self.n_words, size)
        try:
            kept = None if words.kept is None else self.kept(words.kept, buckets, len(ngrams))
            subwords = Subwords.of_parts(own, ngrams, shortest, longest, buckets, kept)
            check_work(subwords, words.texts, self.place)
        except ValueError as error:
            raise FormatError(f"{self.file}: n-grams: {error}") from error
        return arguments, words, subwords

    def words(self, limit: int) -> _Words:
        """The dictionary."""
        size, self.n_words, n_labels, self.n_tokens = self.take(SIZES, "dictionary")
        pruned = -1 if self.first_ones else self.take(PRUNED, "dictionary")[0]
        left = self.left // 10  # bytes that a word takes at least
        if min(self.n_words, n_labels) < 0 or size != self.n_words + n_labels or size > left:
            self.fail("dictionary", f"words and labels, at most {left} together", (size, self.n_words, n_labels))
        texts, counts = [], array("q")
        for i in range(size):
            text, count, kind = self.entry(i, size)
            if kind != (i >= self.n_words) or count < 0:
                self.fail("dictionary", "words and then labels, with counts", (text, count, kind))
            if i < min(self.n_words, limit):
                texts.append(text)
                counts.append(count)
        if pruned > self.left // 8 or pruned < -1:
            self.fail("dictionary", "numbers of the n-grams that were kept", pruned)
        kept = np.frombuffer(self.binary("dictionary", 8 * pruned), "<i4").reshape(-1, 2) if pruned >= 0 else None
        return _Words(texts, np.array(counts, dtype=np.int64), kept)

    def entry(self, i: int, size: int) -> tuple[bytes, int, int]:
        """A word, its count, and whether it is a label."""
        while (end := self.block.find(b"\0", self.at)) < 0 or end + 10 > len(self.block):
            if len(self.block) - self.at > _LONGEST_WORD:
                self.fail(f"word {i + 1} of {size}", f"at most {_LONGEST_WORD} bytes", len(self.block) - self.at)
            if not self.more():
                raise TruncatedError(f"{self.file}: byte {self.place}: word {i + 1} of {size}: the file ends early")
        text = self.block[self.at : end]
        count, kind = ENTRY.unpack_from(self.block, end + 1)
        self.at = end + 10
        return text, count, kind

    def kept(self, pairs: npt.NDArray[np.int32], buckets: int, rows: int) -> npt.NDArray[np.int32]:
        """The row of each bucket, -1 for those that were left out; ValueError if they cannot be."""
        if len(pairs) and not (pairs.min() >= 0 and pairs[:, 0].max() < buckets and pairs[:, 1].max() < rows):
            raise ValueError(f"expected {buckets} buckets and {rows} rows, got others")
        if buckets > _SMALL + self.place // 4:
            raise ValueError(f"expected buckets that the length of the file explains, got {buckets}")
        kept = np.full(buckets, -1, dtype=np.int32)
        kept[pairs[:, 0]] = pairs[:, 1]
        return kept

    def shape(self, what: str, columns: int) -> int:
        """How many rows a matrix has that begins here."""
        quantised = not self.first_ones and self.take(FLAG, what)[0]
        if quantised:
            self.fail(what, "rows of floats", "a quantised model (.ftz), which is not supported")
        m, n = self.take(SHAPE, what)
        if m < 0 or n != columns or n < 1:
            self.fail(what, f"rows of {columns} values", (m, n))
        if m * n * 4 > self.left:
            self.end(what, m * n * 4, self.left)
        return int(m)

    def rows(self, what: str, rows: int, columns: int) -> npt.NDArray[np.float32]:
        """Rows of a matrix."""
        if self.mmap is not None and rows:
            place, size = self.place, 4 * rows * columns
            self.skip(what, size)
            return np.memmap(self.file.path, "<f4", self.mmap, place, (rows, columns)).view(np.ndarray)  # type: ignore[call-overload, no-any-return]
        data = self.binary(what, 4 * rows * columns)
        return np.frombuffer(data, "<f4").reshape(rows, columns)

    def binary(self, what: str, size: int) -> bytearray:
        """So many bytes, which are not reserved before they are known to be there."""
        if size > self.left:
            self.end(what, size, self.left)
        data = bytearray(self.block[self.at : self.at + size])
        self.at += len(data)
        while len(data) < size:
            piece = self.file.read(min(size - len(data), _PIECE))
            if not piece:
                self.end(what, size, len(data))
            data += piece
            self.before += len(piece)
        return data

    def skip(self, what: str, size: int) -> None:
        """Pass over so many bytes."""
        if size > self.left:
            self.end(what, size, self.left)
        here = min(size, len(self.block) - self.at)
        self.at += here
        while here < size:
            piece = len(self.file.read(min(size - here, _BLOCK)))
            if not piece:
                self.end(what, size, here)
            here, self.before = here + piece, self.before + piece


def _distinct(words: _Words, subwords: Subwords) -> SavedVectors:
    """Words and vectors; bytes that are no UTF-8 become replacement characters, words that thereby repeat go."""
    vectors, counts = subwords.vectors(words.texts), words.counts
    texts = [text.decode("utf-8", "replace") for text in words.texts]
    first = dict(zip(reversed(texts), range(len(texts) - 1, -1, -1), strict=True))
    if len(first) < len(texts):
        keep = sorted(first.values())
        texts, vectors, counts = [texts[i] for i in keep], vectors[keep], counts[keep]
    return SavedVectors(texts, vectors, {"count": counts}, subwords=subwords)
