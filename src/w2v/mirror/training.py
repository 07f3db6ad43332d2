"""word2vec.c to the bit: the vocabulary, the training and the vectors of the original program, from its text file."""

import math
import mmap
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from w2v import _core
from w2v.base.paths import Path
from w2v.errors import VocabularyError

__all__ = ["MirrorResult", "Settings", "Vocabulary", "Watch", "classes", "fit", "learn_vocabulary", "train"]

HASH_SIZE = 30_000_000  # of the original's vocabulary: rare words are thrown out at 70 % of it
_COUNT_LIMIT = 10**15  # the original's Huffman tree fails on larger counts
_WORDS_A_CALL = 100_000  # words counted between two reports; the original reports as often


@dataclass(frozen=True)
class Settings:
    """What the original's command line sets, by its names; values are checked on creation.

    Parameters
    ----------
    size, window, iter : int
        Vector size, longest distance of context words, epochs; at least 1.
    sample : float
        Threshold of subsampling; 0 for none.
    hs : int
        Hierarchical softmax, unless 0.
    negative : int
        Noise words for each pair; below 1 for none.
    min_count : int
        Rarer words are dropped.
    alpha : float or None
        First learning rate; None is 0.05 for CBOW and 0.025 for skip-gram.
    cbow : int
        CBOW, unless 0: then skip-gram.
    hash_size : int
        Entries of the original's vocabulary hash: rare words are dropped while counting when 70 % of it are taken.

    Examples
    --------
    >>> Settings(cbow=0).rate
    0.025
    """

    size: int = 100
    window: int = 5
    sample: float = 1e-3
    hs: int = 0
    negative: int = 5
    iter: int = 5
    min_count: int = 5
    alpha: float | None = None
    cbow: int = 1
    hash_size: int = HASH_SIZE

    def __post_init__(self) -> None:
        """Check the values."""
        for name in ("size", "window", "iter", "hash_size", "hs", "negative", "min_count", "cbow"):
            least = 1 if name in ("size", "window", "iter", "hash_size") else -(2**31)
            value = getattr(self, name)
            if value != int(value) or not least <= value < 2**31:
                raise ValueError(f"{name}: expected a whole number from {least} to {2**31 - 1}, got {value!r}")
        for name in ("sample", "alpha"):
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                raise ValueError(f"{name}: expected a finite number, got {value!r}")

    @property
    def rate(self) -> float:
        """The first learning rate."""
        return self.alpha if self.alpha is not None else 0.05 if self.cbow else 0.025


class MirrorResult(NamedTuple):
    """A trained model: words in the original's order with their counts, and matrices of one row a word.

    Bytes that are not UTF-8 are kept in the words as Python's surrogate escapes. A matrix that was not trained is None.
    """

    words: list[str]
    counts: NDArray[np.int64]
    vectors: NDArray[np.float32]
    syn1neg: NDArray[np.float32] | None
    syn1: NDArray[np.float32] | None


class Vocabulary(NamedTuple):
    """A vocabulary in the original's order, and the C object that training needs."""

    words: list[str]
    counts: NDArray[np.int64]
    core: _core.MirrorVocab

    @property
    def total(self) -> int:
        """Words of the text that are in the vocabulary, ends of lines included."""
        return int(self.counts.sum())


class Watch:
    """Is told how far the work is. This one ignores it; the command line prints it."""

    def counting(self, words: int) -> None:
        """So many words of the text have been counted."""

    def vocabulary(self, vocabulary: Vocabulary) -> None:
        """The vocabulary is complete."""

    def training(self, alpha: float, words: int, vocabulary: Vocabulary) -> None:
        """So many words have been trained, the last ten thousand of them with this alpha."""


def train(text_path: Path, *, read_vocab: Path | None = None, **settings: Any) -> MirrorResult:
    """Train as the original does with these settings and one thread.

    Parameters
    ----------
    text_path : path
        Text: words between blanks and tabs, one sentence a line.
    read_vocab : path, optional
        Take the vocabulary from this file, which -save-vocab wrote.
    **settings
        As for `Settings`.

    Returns
    -------
    MirrorResult

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "text.txt")
    >>> _ = path.write_text("one two two\\n" * 3)
    >>> result = train(path, size=4, min_count=1)
    >>> result.words, result.counts.tolist(), result.vectors.shape
    (['</s>', 'two', 'one'], [3, 6, 3], (3, 4))
    """
    return fit(text_path, Settings(**settings), read_vocab=read_vocab)


def fit(
    text_path: Path,
    settings: Settings,
    *,
    read_vocab: Path | None = None,
    vocabulary: Vocabulary | None = None,
    watch: Watch | None = None,
) -> MirrorResult:
    """Train as the original does with these settings and one thread.

    Parameters
    ----------
    text_path, read_vocab
        As for `train`.
    settings : Settings
    vocabulary : Vocabulary, optional
        The result of `learn_vocabulary`, in place of making it.
    watch : Watch, optional
        Is told how far the work is, and may raise an exception to end it.

    Returns
    -------
    MirrorResult

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "text.txt")
    >>> _ = path.write_text("one two two\\n" * 3)
    >>> fit(path, Settings(size=2, min_count=1, hs=1)).syn1.shape
    (3, 2)
    """
    watch = watch or Watch()
    if vocabulary is None:
        vocabulary = learn_vocabulary(text_path, settings, read_vocab=read_vocab, watch=watch)
    s = settings
    run = _core.Mirror(vocabulary.core, s.size, s.window, s.hs, s.negative, s.iter, s.cbow, s.rate, s.sample)
    with mapped(text_path) as text:
        alpha = run.alpha
        while not run.train(still_whole(text, text_path)):
            watch.training(alpha, run.words_done, vocabulary)
            alpha = run.alpha
    return MirrorResult(vocabulary.words, vocabulary.counts, run.syn0, run.syn1neg, run.syn1)


def learn_vocabulary(
    text_path: Path, settings: Settings, *, read_vocab: Path | None = None, watch: Watch | None = None
) -> Vocabulary:
    """Count the words of a text, or read a vocabulary, as the original does.

    Parameters
    ----------
    text_path, settings, read_vocab, watch
        As for `fit`.

    Returns
    -------
    Vocabulary

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "text.txt")
    >>> _ = path.write_text("one two\\ntwo")  # nothing follows the last word: the original does not see it
    >>> learn_vocabulary(path, Settings(min_count=1)).counts.tolist()
    [1, 1, 1]
    """
    watch = watch or Watch()
    core = _core.MirrorVocab()
    with mapped(read_vocab or text_path) as text:
        if read_vocab:
            core.read(still_whole(text, read_vocab))
        else:
            words = _WORDS_A_CALL
            while not core.count(still_whole(text, text_path), _WORDS_A_CALL, settings.hash_size):
                watch.counting(words)
                words += _WORDS_A_CALL
    spelled, offsets, counts = core.finish(settings.min_count)
    if not len(counts):
        raise VocabularyError(f"{read_vocab or text_path}: no words are left in the vocabulary")
    if counts.min() < 0 or counts.max() >= _COUNT_LIMIT:
        raise ValueError(f"{read_vocab}: expected counts from 0 up to 10^15, got {counts.min()} to {counts.max()}")
    words_list = [
        spelled[start:end].decode("utf-8", "surrogateescape")
        for start, end in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
    ]
    vocabulary = Vocabulary(words_list, counts, core)
    watch.vocabulary(vocabulary)
    return vocabulary


def classes(vectors: NDArray[np.float32], n_classes: int) -> NDArray[np.int32]:
    """Cluster vectors as the original's -classes option does.

    Parameters
    ----------
    vectors : float32 array of shape (V, size)
    n_classes : int
        At least 1. Not every class need get a vector.

    Returns
    -------
    int32 array of shape (V,)

    Examples
    --------
    >>> classes(np.array([[1, 0], [0, 1], [2, 0], [0, 3]], dtype=np.float32), 2).tolist()
    [0, 1, 0, 1]
    """
    return _core.mirror_classes(np.ascontiguousarray(vectors, dtype=np.float32), n_classes)


@contextmanager
def mapped(path: Path) -> Iterator[mmap.mmap | bytes]:
    """The bytes of a file that is not empty, in memory only as far as they are used."""
    with open(path, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):  # a pipe
            text = file.read()
            if text:
                yield text
                return
        elif status.st_size:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapping:
                yield mapping
                return
    raise ValueError(f"{os.fspath(path)}: expected text, got an empty file")


def still_whole(text: mmap.mmap | bytes, path: Path) -> mmap.mmap | bytes:
    """The mapped text; OSError if its file has been cut short, for the system kills whoever reads what is gone.

    To be asked before every stretch that is read, some thousands of words.
    """
    if isinstance(text, mmap.mmap) and text.size() < len(text):
        expected = f"expected {len(text)} bytes, got {text.size()}"
        raise OSError(f"{os.fspath(path)}: cut short while it was read: {expected}")
    return text
