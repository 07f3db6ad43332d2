"""word2vec's binary format, as word2vec.c and gensim write it.

Layout::

    "n d\\n"                              ASCII: number of words, vector size
    n times:
        the word in UTF-8, " "
        d float32, little-endian
        "\\n"                             word2vec.c writes it, gensim does not; we read both and write none
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v import _core
from w2v.formats import _word2vec
from w2v.formats._files import Path_, open_to_read
from w2v.formats._word2vec import Loaded, Vectors


def load_word2vec_binary(
    path: Path_,
    *,
    fvocab: Path_ | None = None,
    encoding: str = "utf8",
    unicode_errors: str = "strict",
    limit: int | None = None,
    dtype: npt.DTypeLike = np.float32,
    escape: bool = False,
) -> Loaded:
    """Read vectors in word2vec's binary format."""
    with open_to_read(path) as file:
        rows, columns = _word2vec.read_header(file, path)
        wanted = _word2vec.rows_wanted(rows, limit)
        row_bytes = 4 * columns + 1
        _word2vec.check_size(file, path, wanted, row_bytes)
        reader = _word2vec.RowReader(file, path, _parse, encoding, unicode_errors)
        words, vectors = reader.read(columns, wanted, np.float32, row_bytes)
        reader.check_complete(len(words), wanted, columns)
    vectors = vectors.astype(dtype, copy=False)
    return _word2vec.finish(reader, words, vectors, fvocab, escape)


def _parse(block: memoryview, last: bool, out: Vectors, words: npt.NDArray[np.int64]) -> tuple[int, int]:
    return _core.read_rows(block, last, True, out, words)


def save_word2vec_binary(
    path: Path_,
    words: Sequence[Any],
    vectors: Vectors,
    *,
    total: int | None = None,
    header: bool = True,
    prefix: str = "",
    append: bool = False,
    escape: bool = False,
) -> None:
    """Write vectors (n, d), of any dtype, in word2vec's binary format; `total` is the n of the header."""
    options = {"header": header, "append": append, "escape": escape}
    _word2vec.save_rows(path, words, vectors, _rows, total=total, prefix=prefix, **options)


def _rows(names: list[bytes], vectors: Vectors) -> Iterator[bytes]:
    for name, row in zip(names, vectors.astype("<f4", copy=False), strict=True):
        yield b"%s %s" % (name, row.tobytes())
