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
from w2v.base.files import open_to_read
from w2v.base.paths import Path
from w2v.formats import word2vec_rows
from w2v.formats.word2vec_rows import Loaded, Vectors


def load_word2vec_binary(
    path: Path,
    *,
    fvocab: Path | None = None,
    encoding: str = "utf8",
    unicode_errors: str = "strict",
    limit: int | None = None,
    dtype: npt.DTypeLike = np.float32,
    escape: bool = False,
) -> Loaded:
    """Read vectors in word2vec's binary format."""
    with open_to_read(path) as file:
        rows, columns = word2vec_rows.read_header(file, path)
        wanted = word2vec_rows.rows_wanted(rows, limit)
        row_bytes = 4 * columns + 1
        word2vec_rows.check_size(file, path, wanted, row_bytes)
        reader = word2vec_rows.RowReader(file, path, _parse, encoding, unicode_errors)
        words, vectors = reader.read(columns, wanted, np.float32, row_bytes)
        reader.check_complete(len(words), wanted, columns)
    vectors = vectors.astype(dtype, copy=False)
    return word2vec_rows.finish(reader, words, vectors, fvocab, escape)


def _parse(block: memoryview, last: bool, out: Vectors, words: npt.NDArray[np.int64]) -> tuple[int, int]:
    return _core.read_rows(block, last, True, out, words)


def save_word2vec_binary(
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
    """Write vectors (n, d), of any dtype, in word2vec's binary format; `total` is the n of the header."""
    options = {"header": header, "append": append, "escape": escape}
    word2vec_rows.save_rows(path, words, vectors, _rows, total=total, prefix=prefix, **options)


def _rows(names: list[bytes], vectors: Vectors) -> Iterator[bytes]:
    for name, row in zip(names, vectors.astype("<f4", copy=False), strict=True):
        yield b"%s %s" % (name, row.tobytes())
