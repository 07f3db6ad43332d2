"""word2vec's text format, which is also fastText's .vec and, without the header, GloVe's (see `w2v.formats.glove`).

Layout::

    "n d\\n"                              number of words, vector size; absent in GloVe's files
    n lines:
        word " " v1 " " v2 ... " " vd "\\n"

in UTF-8. We write each value with the shortest digits that read back as the same float32, and read every value
correctly rounded. White space at the end of a line is nothing (word2vec.c writes a blank there).
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.files import open_to_read
from w2v.base.paths import Path
from w2v.errors import FormatError
from w2v.formats import word2vec_rows
from w2v.formats.word2vec_rows import Loaded, Vectors

_LONGEST_LINE = 1 << 24  # bytes of a first line without header, which is read whole: a million values


def load_word2vec_text(
    path: Path,
    *,
    fvocab: Path | None = None,
    encoding: str = "utf8",
    unicode_errors: str = "strict",
    limit: int | None = None,
    dtype: npt.DTypeLike = np.float32,
    no_header: bool = False,
    spaces: bool = False,
    escape: bool = False,
) -> Loaded:
    """Read vectors in word2vec's text format; with `spaces`, words may have blanks in them."""
    with open_to_read(path) as file:
        promised, columns = (None, _first_columns(path)) if no_header else word2vec_rows.read_header(file, path)
        wanted = word2vec_rows.rows_wanted(promised, limit)
        row_bytes = 2 * columns  # of an empty word and numbers of one digit; the last line may lack its end
        if promised is not None:
            word2vec_rows.check_size(file, path, wanted, row_bytes)
        reader = word2vec_rows.RowReader(file, path, _TextRows(path, no_header, spaces), encoding, unicode_errors)
        words, vectors = reader.read(columns, wanted, dtype, row_bytes)
        if promised is not None:
            reader.check_complete(len(words), wanted, columns)
    return word2vec_rows.finish(reader, words, vectors, fvocab, escape)


def _first_columns(path: Path) -> int:
    """The vector size of a file without header, from its first line."""
    with open_to_read(path) as file:
        line = file.readline(_LONGEST_LINE)
    columns = len(line.rstrip().split(b" ")) - 1
    if columns < 1 or len(line) == _LONGEST_LINE:
        found = "no values" if columns < 1 else f"a line of more than {_LONGEST_LINE} bytes"
        raise FormatError(f"{path}: line 1: expected a word and its values, got {found}")
    return columns


class _TextRows:
    """Parses blocks of rows: float32 in C, and in Python the lines that C leaves to a closer look."""

    def __init__(self, path: Path, no_header: bool, spaces: bool):
        self.path, self.spaces = path, spaces
        self.line = 1 if no_header else 2  # number of the next line

    def __call__(self, block: memoryview, last: bool, out: Vectors, words: npt.NDArray[np.int64]) -> tuple[int, int]:
        rows = used = 0
        while rows < len(out):
            if out.dtype == np.float32:
                done, position = _core.read_rows(block[used:], last, False, out[rows:], words[rows:])
                words[rows : rows + done] += used
                rows, used, self.line = rows + done, used + position, self.line + done
            end = _line_end(block, used, last)
            if rows == len(out) or end is None:
                break
            length = self.read_line(bytes(block[used:end]), out[rows])
            words[rows] = used, used + length
            rows, used, self.line = rows + 1, min(end + 1, len(block)), self.line + 1
        return rows, used

    def read_line(self, line: bytes, out: Vectors) -> int:
        """Read one line into `out` and return the length of its word; FormatError says what is wrong with it."""
        word, *values = line.rstrip().split(b" ")
        if self.spaces and len(values) > len(out):
            word, *values = line.rstrip().rsplit(b" ", len(out))
        if len(values) != len(out):
            error = f"expected a word and {len(out)} values, got {len(values)} values"
            raise FormatError(f"{self.path}: line {self.line}: {error}")
        try:
            out[:] = _read_floats(values, out.dtype)
        except ValueError:
            i = next(i for i, value in enumerate(values) if not _is_number(value))
            error = f"value {i + 1}: expected a number, got {values[i][:40]!r}"
            raise FormatError(f"{self.path}: line {self.line}: {error}") from None
        return len(word)


def _line_end(block: memoryview, start: int, last: bool) -> int | None:
    """Where the line that begins at `start` ends, or None if the block does not hold all of it."""
    if start == len(block):
        return None
    end = cast(bytearray, block.obj).find(b"\n", start, len(block))
    if end < 0:
        return len(block) if last else None
    return end


def _is_number(text: bytes) -> bool:
    """Whether this is a number; Python's 1_000 is none here."""
    try:
        return b"_" not in text and float(text) is not None
    except ValueError:
        return False


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


def save_word2vec_text(
    path: Path,
    words: Sequence[Any],
    vectors: Vectors,
    *,
    total: int | None = None,
    header: bool = True,
    prefix: str = "",
    append: bool = False,
    escape: bool = False,
) -> None:
    """Write vectors (n, d), of any dtype, in word2vec's text format; `total` is the n of the header."""
    rows = _rows if vectors.dtype == np.float32 else _slow_rows
    options = {"header": header, "append": append, "escape": escape}
    word2vec_rows.save_rows(path, words, vectors, rows, total=total, prefix=prefix, **options)


def _rows(names: list[bytes], vectors: Vectors) -> list[memoryview]:
    ends = np.cumsum([len(name) for name in names], dtype=np.int64)
    return [_core.write_rows(b"".join(names), ends, vectors)]


def _slow_rows(names: list[bytes], vectors: Vectors) -> Iterator[bytes]:
    for name, row in zip(names, vectors, strict=True):
        yield b"%s %s\n" % (name, " ".join(map(str, row)).encode())
