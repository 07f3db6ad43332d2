"""word2vec's binary format, as word2vec.c and gensim write it.

Layout::

    "n d\\n"                              ASCII: number of words, vector size
    n times:
        the word in UTF-8, " "
        d float32, little-endian
        "\\n"                             word2vec.c writes it, gensim does not; we read both and write none
"""

from collections.abc import Iterator
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.base.files import Opened, Target
from w2v.errors import FormatError
from w2v.formats import word2vec_rows, word2vec_writing
from w2v.formats.saved import Reading, SavedVectors
from w2v.formats.word2vec_rows import RowReader, Vectors

_LONGEST_LOOK = 1 << 16  # bytes of a word in which a line end is looked for
_LONGEST_REST = 64  # bytes of a word after a blank in it that C knows by the floats that follow: MAX_REST in rows.c


def load(file: Opened, reading: Reading) -> SavedVectors:
    """Read vectors in word2vec's binary format, to the last byte of the file unless fewer rows are asked for."""
    word2vec_rows.skip_mark(file)
    promised, columns = word2vec_rows.read_header(file)
    wanted = reading.wanted(promised)
    parse = _BinaryRows(file, promised, columns)
    reader = RowReader(file, parse, reading, columns, lambda row: f"word {row + 1} of {promised}")
    # Files without line ends between rows are gensim's, whose words are whole: what is no UTF-8 there is no word.
    reader.errors = lambda: "strict" if reading.guessed and parse.apart is False else reading.unicode_errors
    vectors = reader.read(wanted, np.float32, 4 * columns + 1)
    reader.check_complete(cast(int, wanted))
    if wanted == promised:
        _check_end(file, reader)
    return word2vec_rows.finish(reader, vectors.astype(reading.dtype, copy=False), reading)


def _check_end(file: Opened, reader: RowReader) -> None:
    """Raise FormatError unless nothing, or one line end, is left."""
    reader.fill()
    rest = bytes(memoryview(reader.buffer)[: reader.filled])
    if rest not in (b"", b"\n"):
        got = f"{'' if reader.last else 'at least '}{len(rest)} bytes more"
        why = "the header may be wrong, or a word has a blank in it"
        expected = f"expected the end after {len(reader.words)} rows of {reader.columns} values"
        raise FormatError(f"{file}: {expected}, got {got}: {why}")


class _BinaryRows:
    """Parses blocks of rows, and refuses what no writer makes: then, the rows are not where the header says.

    A blank within a word, or a wrong vector size, shifts all that follows; the next blank ends the next "word", after
    which the rows may look right again.
    """

    def __init__(self, file: Opened, promised: int, columns: int):
        self.file, self.promised, self.columns = file, promised, columns
        self.rows = 0  # so far
        self.apart: bool | None = None  # whether line ends are between rows, once two rows are known

    def __call__(self, block: memoryview, last: bool, out: Vectors, words: npt.NDArray[np.int64]) -> tuple[int, int]:
        """See `word2vec_rows.Parse`."""
        rows, used = _core.read_rows(block, last, True, out, words)
        ends = words[:rows, 1] + 1 + 4 * self.columns
        gaps = (words[:rows, 0] - np.concatenate([[0], ends[:-1]]))[0 if self.rows else 1 :] > 0
        if len(gaps):
            self.apart = bool(gaps[0]) if self.apart is None else self.apart
            missing = np.flatnonzero(~gaps)
            if self.apart and len(missing):  # but words may begin with line ends, which gensim strips
                raise self.fail(int(missing[0]) + (not self.rows), "a line end before it, as before the others")
        if rows < len(out):
            self.check_rest(block[used:], last, rows)
        self.rows += rows
        return rows, used

    def check_rest(self, block: memoryview, last: bool, row: int) -> None:
        """Raise FormatError if the row that begins the block is there as a whole, or its word is none."""
        start = bytes(block[:_LONGEST_LOOK]).lstrip(b"\n")
        word, blank, _ = start.partition(b" ")
        if blank and b"\n" in word:
            raise self.fail(row, f"a word, got {word[-40:]!r}")
        needed = len(word) + 1 + 4 * self.columns + (0 if last else _LONGEST_REST)
        if blank and len(block) - (min(len(block), _LONGEST_LOOK) - len(start)) >= needed:
            raise self.fail(row, f"a word without a blank, got {word[-40:]!r} and what is no usual vector after that")

    def fail(self, row: int, expected: str) -> FormatError:
        why = f"is the vector size {self.columns}, and has no word before a blank in it?"
        return FormatError(f"{self.file}: word {self.rows + row + 1} of {self.promised}: expected {expected}; {why}")


def save(saved: SavedVectors, path: Target, **options: Any) -> None:
    """Write vectors of any dtype in word2vec's binary format; `word2vec_writing.Writing` has the options."""
    word2vec_writing.save(saved, path, _rows, word2vec_writing.Writing(**options))


def _rows(names: list[bytes], vectors: Vectors) -> Iterator[bytes]:
    for name, row in zip(names, vectors.astype("<f4", copy=False), strict=True):
        yield b"%s %s" % (name, row.tobytes())
