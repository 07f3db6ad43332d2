"""One module a file format, with its layout in the docstring; `w2v.formats.registry` has a row for each.

`load` and `save` are the doors to all of them.
"""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

from w2v.base.compression import extension_of
from w2v.base.files import Source, Target
from w2v.base.paths import Path
from w2v.formats.registry import BY_NAME, FORMATS

if TYPE_CHECKING:
    from w2v.keyedvectors import KeyedVectors

#: Formats that `load` reads.
LOADED = tuple(row.name for row in FORMATS if row.load)
#: Formats that `save` writes; the last two are folders.
SAVED = tuple(row.name for row in FORMATS if row.save)


def format_of(path: Path) -> str:
    """The format that a file name asks for, by its extension before any of compression.

    Examples
    --------
    >>> format_of("vectors.txt.gz"), format_of("vectors.bin"), format_of("vectors.w2v")
    ('word2vec-text', 'word2vec-binary', 'native')
    """
    plain = pathlib.Path(path).with_suffix("") if extension_of(path) else pathlib.Path(path)
    return next((row.name for row in FORMATS if plain.suffix.lower() in row.extensions), "native")


def load(
    path: Source,
    format: str | None = None,
    *,
    mmap: str | None = None,
    limit: int | None = None,
    max_bytes: int | None = None,
) -> KeyedVectors:
    """Load vectors from a file of any format.

    Parameters
    ----------
    path : path or binary file
    format : str, optional
        One of `LOADED`; by default the content tells.
    mmap, limit, max_bytes
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

    return KeyedVectors.load(path, mmap, limit=limit, format=format, max_bytes=max_bytes)


def save(vectors: Any, path: Target, format: str | None = None, **options: Any) -> None:
    """Save vectors in any format that we write.

    Parameters
    ----------
    vectors : KeyedVectors
    path : path or binary file
    format : str, optional
        One of `SAVED`; by default that of the extension (`format_of`), of an open file the native one.
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
    from w2v.formats.saved import SavedVectors  # here, for it imports numpy

    if format is None:
        format = "native" if hasattr(path, "write") else format_of(path)
    if format not in SAVED:
        raise ValueError(f"format: expected one of {', '.join(SAVED)}, got {format!r}")
    BY_NAME[format].write(SavedVectors.of(vectors), path, **options)
