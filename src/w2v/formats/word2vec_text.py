"""word2vec's text format, which is also fastText's .vec and, without the header, GloVe's (see `w2v.formats.glove`).

Layout::

    "n d\\n"                              number of words, vector size; absent in GloVe's files
    n lines:
        word " " v1 " " v2 ... " " vd "\\n"

in UTF-8. We write each value with the shortest digits that read back as the same float32, and read every value
correctly rounded. White space at the end of a line is nothing (word2vec.c writes a blank there), and neither are empty
lines at the end of the file and a byte order mark at its start. `w2v.formats.spelling` says what else a line may be.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.compression import LOOK
from w2v.base.files import Opened, Target
from w2v.errors import FormatError
from w2v.formats import spelling, word2vec_rows, word2vec_writing
from w2v.formats.saved import Reading, SavedVectors
from w2v.formats.spelling import MARK
from w2v.formats.word2vec_rows import RowReader, Vectors

logger = logging.getLogger(__name__)


def load(file: Opened, reading: Reading) -> SavedVectors:
    """Read vectors in word2vec's text format.

    More rows than the header promises are left out, with a warning, as gensim does; fewer are an error.
    """
    word2vec_rows.skip_mark(file)
    promised, columns = word2vec_rows.read_header(file)
    wanted = reading.wanted(promised)
    reader = RowReader(file, TextRows(file, 2), reading, columns, lambda row: f"line {row + 2}")
    vectors = reader.read(wanted, reading.dtype, _row_bytes(columns))
    if not reader.words:
        _check_next(file, reader, cut=True)
    reader.check_complete(cast(int, wanted))
    more = reader.rest(_row_bytes(columns)) if wanted == promised else 0
    if wanted == promised:
        _check_next(file, reader, cut=False)
    if more:
        both = "the header promises %d rows, the file has %d"
        logger.warning(f"%s: {both}; the last %d are left out", file, promised, promised + more, more)
    return word2vec_rows.finish(reader, vectors, reading)


def _check_next(file: Opened, reader: RowReader, cut: bool) -> None:
    """Raise FormatError if a line is left, in what is too short for a row; `cut`: it counts only with its end."""
    reader.fill()
    left = bytes(reader.buffer[: reader.filled])
    line, end, _ = left.partition(b"\n")
    try:
        if left.strip() and (end or not cut):
            spelling.split(line, reader.columns)
    except ValueError as error:
        raise FormatError(f"{file}: {reader.place(len(reader.words))}: {error}") from None


def load_without_header(file: Opened, reading: Reading) -> SavedVectors:
    """Read vectors in word2vec's text format without the header, whose vector size the first lines tell."""
    lines = file.start.removeprefix(MARK).split(b"\n")
    columns = spelling.columns_of(lines, cut=len(file.start) == LOOK)
    if columns < 1 or (len(lines) == 1 and len(file.start) == LOOK):
        found = "no values" if len(lines) > 1 else f"none within {len(file.start)} bytes"
        got = f"got {found}{spelling.otherwise(lines[0][:1000])}"
        raise FormatError(f"{file}: line 1: expected a word and its values, {got}")
    word2vec_rows.skip_mark(file)
    reader = RowReader(file, TextRows(file, 1), reading, columns, lambda row: f"line {row + 1}")
    vectors = reader.read(reading.limit, reading.dtype, _row_bytes(columns))
    _check_no_header(file, reader, vectors)
    return word2vec_rows.finish(reader, vectors, reading)


def _row_bytes(columns: int) -> int:
    """Bytes of an empty word and numbers of one digit; the last line may lack its end."""
    return 2 * columns


def _check_no_header(file: Opened, reader: RowReader, vectors: Vectors) -> None:
    """Raise FormatError if the first row is a header with a third field: so many words, of so many values."""
    rows, columns = vectors.shape
    first = [reader.words[0], *vectors[0, :2].tolist()] if rows > 1 and columns == 2 else []
    if first and (([float(rows - 1), 2.0] == first[1:] and first[0] in "#%") or first[:2] == [str(rows - 1), 2.0]):
        got = "a line that looks like a header with a third field: without it, the file can be read"
        raise FormatError(f"{file}: line 1: expected a word and its values, got {got}")


class TextRows:
    """Parses blocks of rows: float32 in C, and in Python the lines that C leaves to a closer look."""

    def __init__(self, file: Opened, line: int):
        self.file = file
        self.line = line  # number of the next line

    def __call__(self, block: memoryview, last: bool, out: Vectors, words: npt.NDArray[np.int64]) -> tuple[int, int]:
        """See `word2vec_rows.Parse`."""
        rows = used = 0
        while rows < len(out):
            if out.dtype == np.float32:
                done, position = _core.read_rows(block[used:], last, False, out[rows:], words[rows:])
                words[rows : rows + done] += used
                rows, used, self.line = rows + done, used + position, self.line + done
            end = _line_end(block, used, last)
            if rows == len(out) or end is None:
                break
            line = bytes(block[used:end])
            if not line.strip() and not bytes(block[used:]).strip():  # nothing but empty lines, so far
                return rows, len(block) if last else used
            start, length = self.read_line(line, out[rows])
            words[rows] = used + start, used + length
            rows, used, self.line = rows + 1, min(end + 1, len(block)), self.line + 1
        return rows, used

    def read_line(self, line: bytes, out: Vectors) -> tuple[int, int]:
        """Read one line into `out` and return where its word is; FormatError says what is wrong with it."""
        try:
            start, end, values = spelling.split(line, len(out))
        except ValueError as error:
            raise FormatError(f"{self.file}: line {self.line}: {error}") from None
        try:
            out[:] = _read_floats(values, out.dtype)
        except ValueError:
            i = next(i for i, value in enumerate(values) if not spelling.is_number(value))
            problem = f"value {i + 1}: expected a number, got {values[i][:40]!r}{spelling.otherwise(line)}"
            raise FormatError(f"{self.file}: line {self.line}: {problem}") from None
        return start, end


def _line_end(block: memoryview, start: int, last: bool) -> int | None:
    """Where the line that begins at `start` ends, or None if the block does not hold all of it."""
    if start == len(block):
        return None
    end = cast(bytearray, block.obj).find(b"\n", start, len(block))
    if end < 0:
        return len(block) if last else None
    return end


def _read_floats(texts: Sequence[bytes], dtype: np.dtype[Any]) -> Vectors:
    """The numbers, correctly rounded to this dtype; ValueError if one of them is none."""
    doubles = np.array([float(text) for text in texts])
    if any(b"_" in text for text in texts):
        raise ValueError("Python's 1_000 is no number here")
    with np.errstate(over="ignore"):
        near = doubles.astype(dtype)
        if dtype == np.float64:
            return near
        # Rounding twice goes wrong only if the double was rounded to the middle between two of this dtype.
        side = np.where(near.astype(np.float64) < doubles, dtype.type(np.inf), dtype.type(-np.inf))
        other = np.nextafter(near, side.astype(dtype))
        with np.errstate(invalid="ignore"):
            middle = (near.astype(np.float64) + other) / 2
    for i in np.flatnonzero((middle == doubles) & np.isfinite(middle)).tolist():
        exact = Decimal(texts[i].decode())
        if exact != Decimal(float(doubles[i])):
            near[i] = (max if exact > Decimal(float(doubles[i])) else min)(near[i], other[i])
    return near


def save(saved: SavedVectors, path: Target, **options: Any) -> None:
    """Write vectors of any dtype in word2vec's text format; `word2vec_writing.Writing` has the options."""
    word2vec_writing.save(saved, path, _rows, word2vec_writing.Writing(**options))


def _rows(names: list[bytes], vectors: Vectors) -> Iterable[bytes | memoryview]:
    return _fast_rows(names, vectors) if vectors.dtype == np.float32 else _slow_rows(names, vectors)


def _fast_rows(names: list[bytes], vectors: Vectors) -> list[memoryview]:
    ends = np.cumsum([len(name) for name in names], dtype=np.int64)
    return [_core.write_rows(b"".join(names), ends, vectors)]


def _slow_rows(names: list[bytes], vectors: Vectors) -> Iterator[bytes]:
    for name, row in zip(names, vectors, strict=True):
        yield b"%s %s\n" % (name, " ".join(map(str, row)).encode())
