"""The files that word2vec.c writes, byte for byte (but compressed, if the name ends in .gz, .bz2 or .xz)."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from w2v.base.files import open_to_write
from w2v.base.paths import Path


def save_vectors(path: Path, words: Iterable[str], vectors: NDArray[np.float32], binary: bool = False) -> None:
    r"""Write vectors: a line "rows size", then for each word the word, a blank, its row, and a newline.

    A row is `size` little-endian floats if binary, else numbers with six decimals and a blank after each. (The files of
    gensim have no newline after binary rows and no blank at the end of text rows.)

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "vectors.txt")
    >>> save_vectors(path, ["a"], np.array([[0.5, -1]], dtype=np.float32))
    >>> path.read_text()
    '1 2\na 0.500000 -1.000000 \n'
    """
    rows, size = vectors.shape
    pattern = "%f " * size
    with open_to_write(path) as file:
        file.write(b"%d %d\n" % (rows, size))
        for word, row in zip(words, vectors, strict=True):
            numbers = row.astype("<f4").tobytes() if binary else (pattern % tuple(row.tolist())).encode()
            file.write(encode(word) + b" " + numbers + b"\n")


def save_classes(path: Path, words: Iterable[str], classes: NDArray[np.int32]) -> None:
    r"""Write a line "word class" for each word.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "classes.txt")
    >>> save_classes(path, ["a", "b"], np.array([1, 0], dtype=np.int32))
    >>> path.read_text()
    'a 1\nb 0\n'
    """
    with open_to_write(path) as file:
        for word, number in zip(words, classes.tolist(), strict=True):
            file.write(encode(word) + b" %d\n" % number)


def save_vocab(path: Path, words: Iterable[str], counts: NDArray[np.int64]) -> None:
    r"""Write a line "word count" for each word.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "vocab.txt")
    >>> save_vocab(path, ["</s>", "b"], np.array([1, 2]))
    >>> path.read_text()
    '</s> 1\nb 2\n'
    """
    with open_to_write(path) as file:
        for word, count in zip(words, counts.tolist(), strict=True):
            file.write(encode(word) + b" %d\n" % count)


def encode(word: str) -> bytes:
    """The bytes of a word as they stood in the text, UTF-8 or not."""
    return word.encode("utf-8", "surrogateescape")
