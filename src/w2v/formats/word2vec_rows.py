"""What word2vec's text and binary files share in reading: header, blocks of rows, words, counts."""

import codecs
import logging
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.files import Opened, Source, open_to_read
from w2v.errors import EncodingError, FormatError, TruncatedError
from w2v.formats.saved import Reading, SavedVectors
from w2v.formats.spelling import MARK, is_header
from w2v.formats.word2vec_writing import unescaped

logger = logging.getLogger(__name__)

Vectors = npt.NDArray[Any]
#: From a block, whether it is the last, and room for vectors and words (pairs of offsets): rows read, bytes used.
Parse = Callable[[memoryview, bool, Vectors, npt.NDArray[np.int64]], tuple[int, int]]

MAX_HEADER = 128  # bytes: two numbers need no more, and a file without line ends shall not be read whole
_MOST_COLUMNS = (1 << 31) - 1  # what numpy can make rows of, on every system
_MOST_DIGITS = 64  # of a count, leading zeros included
_BLOCK = 1 << 22  # bytes read at once; a row longer than that doubles it
_FIRST = 1 << 19  # bytes of rows that there is room for at first, where the size of the file is not known
_LONGEST_WORD, _LONGEST_VALUE = 1 << 20, 64  # bytes, where the size of the file sets no bound


def skip_mark(file: Opened) -> None:
    """Read on after the byte order mark, if the file begins with one."""
    if file.start.startswith(MARK):
        file.read(len(MARK))


def read_header(file: Opened) -> tuple[int, int]:
    """Number of words and vector size, from the first line."""
    line = file.readline(MAX_HEADER)
    if is_header(line):
        rows, columns = map(int, line.split())
        if 0 < columns <= _MOST_COLUMNS:
            return rows, columns
    error = FormatError if b"\n" in line or len(line) == MAX_HEADER else TruncatedError
    problem = "; lines that end in a carriage return alone" if b"\r" in line.rstrip() else ""
    raise error(f"{file}: header: expected 'number_of_words vector_size', got {line[:60]!r}{problem}")


class RowReader:
    """Reads rows of a file in blocks, so that only the vectors themselves are ever held in memory.

    `place` says where in the file a row is, by its number.
    """

    def __init__(self, file: Opened, parse: Parse, reading: Reading, columns: int, place: Callable[[int], str]):
        self.file, self.parse, self.columns, self.place = file, parse, columns, place
        self.encoding = reading.encoding
        self.errors: Callable[[], str] = lambda: reading.unicode_errors  # what to do with words that are not in it
        self.is_utf8 = codecs.lookup(self.encoding).name == "utf-8"
        self.index: dict[str, int] = {}  # of each word, where it came first
        self.words: list[str] = []
        self.buffer = bytearray(_BLOCK if file.size is None else min(_BLOCK, file.size + 1))
        self.filled = 0  # bytes of the buffer that wait to be parsed
        self.last = False  # whether the file has nothing after them
        self.stuck = False  # whether the buffer holds no whole row

    def fill(self) -> None:
        """Read on until the buffer is full or the file ends."""
        if self.filled == len(self.buffer):
            if not self.stuck:
                return
            longest = sys.maxsize if self.file.size is not None else _LONGEST_WORD + _LONGEST_VALUE * self.columns
            if len(self.buffer) >= max(longest, _BLOCK):
                place, expected = self.place(len(self.words)), f"a word and {self.columns} values"
                raise FormatError(f"{self.file}: {place}: expected {expected}, got {self.filled} bytes without an end")
            self.buffer.extend(bytes(len(self.buffer)))
        with memoryview(self.buffer) as view:
            while self.filled < len(view) and not self.last:
                count = self.file.readinto(view[self.filled :])
                self.filled += count
                self.last = count == 0

    def take(self, vectors: Vectors, words: bool = True) -> int:
        """Parse what the buffer holds into the rows of `vectors`, and keep their words; return the number of rows."""
        spans = np.empty((min(len(vectors), self.filled), 2), dtype=np.int64)
        with memoryview(self.buffer) as view:
            rows, used = self.parse(view[: self.filled], self.last, vectors[: len(spans)], spans)
            if words:
                self.decode(view[: self.filled], spans[:rows])
            self.filled, self.stuck = self.filled - used, used == 0
            view[: self.filled] = view[used : used + self.filled]
        return rows

    def decode(self, text: memoryview, spans: npt.NDArray[np.int64]) -> None:
        """Append the words at these places to those that there are."""
        before = len(self.words)
        try:
            if self.is_utf8:
                _core.index_words(text, spans, self.errors(), self.words, self.index)
                return
            for start, end in spans.tolist():
                self.words.append(str(text[start:end], self.encoding, self.errors()))
                self.index.setdefault(self.words[-1], len(self.words) - 1)
        except UnicodeDecodeError as error:
            start, end = spans[len(self.words) - before].tolist()
            place = f"{self.file}: {self.place(len(self.words))}"
            raise EncodingError.of(error, place, bytes(text[start:end])) from error

    def read(self, wanted: int | None, dtype: npt.DTypeLike, row_bytes: int) -> Vectors:
        """Read `wanted` rows of at least `row_bytes`, or as many as there are."""
        wanted = sys.maxsize if wanted is None else wanted
        size = self.file.size
        if size is None:  # believe in rows of this size only once there is as much text as one of them needs
            self._hold(min(row_bytes, row_bytes * wanted))
        if (self.filled if size is None else size) < row_bytes:
            wanted = 0
        sure = _FIRST if size is None else size  # no more is allocated than such a file can fill
        vectors = np.empty((min(wanted, sure // row_bytes + 1), self.columns), dtype=dtype)
        while len(self.words) < wanted:
            self.fill()
            if len(self.words) == len(vectors):
                vectors.resize((min(wanted, 2 * len(vectors)), self.columns), refcheck=False)
            rows = self.take(vectors[len(self.words) :])
            if rows == 0 and self.last:
                break
        vectors.resize((len(self.words), self.columns), refcheck=False)
        return vectors

    def _hold(self, count: int) -> None:
        """Read on until the buffer holds so many bytes, or the file ends."""
        while self.filled < count and not self.last:
            self.stuck = True
            self.fill()
        self.stuck = False

    def check_complete(self, wanted: int) -> None:
        """Raise if the file ended before all rows it promised."""
        if len(self.words) < wanted:
            rest = f", {self.filled} bytes of the next" if self.filled else ""
            expected = f"expected {wanted} rows of {self.columns} values, as the header says"
            raise TruncatedError(f"{self.file}: {expected}, got {len(self.words)}{rest}")

    def rest(self, row_bytes: int) -> int:
        """How many rows of at least `row_bytes` follow those that were read; they are checked like these, but not kept.

        What is too short for a row stays in the buffer.
        """
        self._hold(row_bytes)
        if self.filled < row_bytes:
            return 0
        room, rows = np.empty((max(1, _FIRST // (4 * self.columns)), self.columns), dtype=np.float32), 0
        while True:
            self.fill()
            found = self.take(room, words=False)
            rows += found
            if found == 0 and self.last:
                return rows


def finish(reader: RowReader, vectors: Vectors, reading: Reading) -> SavedVectors:
    """Leave out repeated words (the first stays) and add counts: from fvocab, else made up as n, n-1, ..., 1."""
    words, first = reader.words, reader.index
    rows = len(words)
    if reading.escape:
        words = [unescaped(word) for word in words]
        first = dict(zip(reversed(words), range(len(words) - 1, -1, -1), strict=True))
    if len(first) < len(words):
        keep = sorted(first.values())
        logger.warning("%s: %d repeated words are ignored", reader.file, len(words) - len(keep))
        words, vectors = [words[i] for i in keep], vectors[keep]
    places = dict(zip(words, range(len(words)), strict=True)) if reading.escape or len(words) < rows else first
    counts = np.arange(len(words), 0, -1, dtype=np.int64)
    if reading.fvocab is not None:
        counts = _counts_of(words, reading.fvocab, reading)
    return SavedVectors(words, vectors, {"count": counts}, places=places)


def _counts_of(words: list[str], fvocab: Source, reading: Reading) -> npt.NDArray[np.int64]:
    counts = read_counts(fvocab, reading.encoding, reading.unicode_errors)
    counts = {unescaped(word): count for word, count in counts.items()} if reading.escape else counts
    unknown = [word for word in words if word not in counts]
    if unknown:
        logger.warning("%s: no count for %d words, such as %r: taken as 0", fvocab, len(unknown), unknown[0])
    return np.array([counts.get(word, 0) for word in words], dtype=np.int64)


def read_counts(source: Source, encoding: str, errors: str) -> dict[str, int]:
    """Read rows "word count"."""
    counts: dict[str, int] = {}
    with open_to_read(source) as lines:
        skip_mark(lines)
        for number, line in enumerate(lines, 1):
            try:
                word, _, count = str(line, encoding, errors).rstrip().rpartition(" ")
            except UnicodeDecodeError as error:
                raise EncodingError.of(error, f"{lines}: line {number}", line.rstrip()) from error
            if not count.isdecimal() or len(count) > _MOST_DIGITS or int(count) >= 1 << 63:
                raise FormatError(f"{lines}: line {number}: expected 'word count', got {line[:80]!r}")
            counts.setdefault(word, int(count))
    return counts
