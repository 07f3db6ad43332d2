"""One module a file format, each a load_ and save_ pair, with the byte layout in its docstring.

`load` and `save` are the doors to all of them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from w2v.base.files import COMPRESSED
from w2v.base.paths import Path

if TYPE_CHECKING:
    from w2v.keyedvectors import KeyedVectors

#: Formats that `load` reads.
LOADED = ("native", "word2vec-text", "word2vec-binary", "glove", "fasttext", "gensim")
#: Formats that `save` writes; the last two are folders.
SAVED = ("native", "word2vec-text", "word2vec-binary", "glove", "tensorboard", "static-embedding")


def format_of(path: Path) -> str:
    """The format that a file name asks for, by its extension before any of compression.

    Examples
    --------
    >>> format_of("vectors.txt.gz"), format_of("vectors.bin"), format_of("vectors.w2v")
    ('word2vec-text', 'word2vec-binary', 'native')
    """
    name = os.fspath(path).lower()
    for extension in COMPRESSED:
        name = name.removesuffix(extension)
    if name.endswith(".bin"):
        return "word2vec-binary"
    return "word2vec-text" if name.endswith((".txt", ".vec")) else "native"


def load(path: Path, format: str | None = None, *, mmap: str | None = None, limit: int | None = None) -> KeyedVectors:
    """Load vectors from a file of any format.

    Parameters
    ----------
    path : path
    format : str, optional
        One of `LOADED`; by default the content tells.
    mmap, limit
        As for `w2v.KeyedVectors.load`.

    Raises
    ------
    FormatError
        The file has another format, or is truncated or damaged.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "glove.txt")
    >>> _ = path.write_text("cat 1 2\\ndog 0.1 -3\\n")
    >>> print(load(path))
    KeyedVectors<vector_size=2, 2 keys>
    """
    from w2v.keyedvectors import KeyedVectors

    if format not in (None, *LOADED):
        raise ValueError(f"format: expected one of {', '.join(LOADED)}, got {format!r}")
    return KeyedVectors._load(path, format, mmap, limit)


def save(vectors: KeyedVectors, path: Path, format: str | None = None, **options: Any) -> None:
    """Save vectors in any format that we write.

    Parameters
    ----------
    vectors : KeyedVectors
    path : path
    format : str, optional
        One of `SAVED`; by default that of the extension (`format_of`).
    **options
        Of the method of `w2v.KeyedVectors` that writes the format, such as ``escape=True``.

    Raises
    ------
    ValueError
        There is no such format, or it cannot hold these words; nothing is written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from w2v import KeyedVectors
    >>> kv = KeyedVectors(2)
    >>> _ = kv.add_vector("cat", [1, 2])
    >>> path = pathlib.Path(tempfile.mkdtemp(), "cat.txt")
    >>> save(kv, path)
    >>> path.read_text()
    '1 2\\ncat 1.0 2.0\\n'
    """
    kind = format_of(path) if format is None else format
    if kind == "native":
        vectors.save(path, **options)
    elif kind in ("word2vec-text", "word2vec-binary"):
        vectors.save_word2vec_format(path, binary=kind == "word2vec-binary", **options)
    elif kind == "glove":
        vectors.save_glove(path, **options)
    elif kind == "tensorboard":
        vectors.save_tensorboard(path, **options)
    elif kind == "static-embedding":
        vectors.save_static_embedding(path, **options)
    else:
        raise ValueError(f"format: expected one of {', '.join(SAVED)}, got {kind!r}")
