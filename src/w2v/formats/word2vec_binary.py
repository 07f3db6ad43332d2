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


def load(file: Opened, reading: Reading) -> SavedVectors:
    """Read vectors in word2vec's binary format, to the last byte of the file unless fewer rows are asked for."""
    word2vec_rows.skip_mark(file)
    promised, columns = word2vec_rows.read_header(file)
    wanted = reading.wanted(promised)
    reader = RowReader(file, _parse, reading, columns, lambda row: f"word {row + 1} of {promised}")
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


def _parse(block: memoryview, last: bool, out: Vectors, words: npt.NDArray[np.int64]) -> tuple[int, int]:
    return _core.read_rows(block, last, True, out, words)


def save(saved: SavedVectors, path: Target, **options: Any) -> None:
    """Write vectors of any dtype in word2vec's binary format; `word2vec_writing.Writing` has the options."""
    word2vec_writing.save(saved, path, _rows, word2vec_writing.Writing(**options))


def _rows(names: list[bytes], vectors: Vectors) -> Iterator[bytes]:
    for name, row in zip(names, vectors.astype("<f4", copy=False), strict=True):
        yield b"%s %s" % (name, row.tobytes())
