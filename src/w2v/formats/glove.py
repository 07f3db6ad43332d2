"""GloVe's text format.

Layout::

    n lines:
        word " " v1 " " v2 ... " " vd "\\n"

in UTF-8: word2vec's text format without the header, which GloVe writes only if asked (-write-header 1). Some words of
the published files have blanks in them (". . .", "at name@domain.com"): the last d fields of a line are the values, d
being that of the first line.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.base.files import open_to_read
from w2v.base.paths import Path
from w2v.formats import word2vec_rows
from w2v.formats.word2vec_rows import Loaded, Vectors
from w2v.formats.word2vec_text import load_word2vec_text, save_word2vec_text


def load_glove(
    path: Path,
    *,
    encoding: str = "utf8",
    unicode_errors: str = "strict",
    limit: int | None = None,
    dtype: npt.DTypeLike = np.float32,
) -> Loaded:
    """Read vectors in GloVe's text format, with or without a header."""
    with open_to_read(path) as file:
        header = word2vec_rows.is_header(file.readline(word2vec_rows.MAX_HEADER))
    options: dict[str, Any] = {"encoding": encoding, "unicode_errors": unicode_errors, "limit": limit, "dtype": dtype}
    return load_word2vec_text(path, no_header=not header, spaces=True, **options)


def save_glove(path: Path, words: Sequence[Any], vectors: Vectors, *, escape: bool = False) -> None:
    """Write vectors (n, d), of any dtype, in GloVe's text format."""
    save_word2vec_text(path, words, vectors, header=False, escape=escape)
