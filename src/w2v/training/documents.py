"""The inputs of a model with documents: rows for its words, then for its tags, in one matrix that the kernels train."""

from typing import Any

import numpy as np

from w2v.base.weights import Matrix, padded_zeros, spanned, uniform
from w2v.corpus.tokens import Tags
from w2v.keyedvectors import KeyedVectors
from w2v.training import freezing
from w2v.training.subwords import Lists

_STREAM = 7919  # added to the seed, so that tags begin elsewhere than words


def fresh(keys: list[Any], vector_size: int, seed: int) -> KeyedVectors:
    """Return vectors of tags to begin with: uniform in ±1/vector_size.

    Examples
    --------
    >>> fresh(["one", "two"], 4, seed=1).vectors.shape
    (2, 4)
    """
    dv = KeyedVectors.from_pieces(keys, uniform(len(keys), vector_size, (seed + _STREAM) % 2**64), {})
    freezing.set_locks(dv, np.ones(1, dtype=np.float32))
    return dv


def vectors_of(tags: Tags, vector_size: int, seed: int) -> KeyedVectors:
    """Return fresh vectors of tags, which know how many documents and words they came with."""
    dv = fresh(tags.keys, vector_size, seed)
    dv.expandos = {"doc_count": tags.documents, "word_count": tags.words}
    return dv


def inputs(wv: Any, dv: Any, freeze: Any, known: int) -> tuple[Matrix, freezing.Locks | None]:
    """Return the matrix that is trained, where both have their rows from now on, and factors of its changes.

    `known` words are of the vocabulary; those after them belong to users.
    """
    words, tags = len(wv.vectors), len(dv.vectors)
    rows = spanned(wv.vectors, dv.vectors)
    if rows is None:
        rows = padded_zeros(words + tags, wv.vectors.shape[1])
        rows[:words], rows[words:] = wv.vectors, dv.vectors
        wv.vectors, dv.vectors = rows[:words], rows[words:]
    of_words = freezing.input_locks(freezing.locks_of(wv), freeze, known)
    of_tags = freezing.input_locks(freezing.locks_of(dv), None, tags)
    if of_words is None and of_tags is None:
        return rows, None
    locks = np.ones(words + tags, dtype=np.float32)
    if of_words is not None:
        locks[:known] = of_words
    if of_tags is not None:
        locks[words:] = of_tags
    return rows, locks


def lists(corpus: Any, words: int) -> Lists:
    """Return which rows of the matrix each sentence has besides its words: tags come after so many words."""
    tags: Tags = corpus.tags
    return tags.rows + np.int32(words), tags.starts


def state(dv: Any) -> Any:
    """Return what tells whether somebody has replaced the vectors of tags, or factors of their changes."""
    return id(dv.vectors), freezing.locks_of(dv).tobytes()


def check(dv: Any, vector_size: int) -> None:
    """Raise ValueError unless the vectors of tags, which users may have replaced, are as they must be."""
    expected, found = (len(dv), vector_size), dv.vectors
    if found.shape != expected or found.dtype.kind != "f":
        what = f"expected floats of shape {expected}, tags and vector_size"
        raise ValueError(f"dv.vectors: {what}, got {found.dtype} of shape {found.shape}")
