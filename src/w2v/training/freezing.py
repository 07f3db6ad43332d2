"""Vectors that are given and vectors that stay as they are: `init_from`, `freeze`, and gensim's `vectors_lockf`."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.base.weights import Matrix

Locks = npt.NDArray[np.float32]

MATRICES = ("input", "output")


def checked(freeze: Any) -> Any:
    """Return what `freeze` says: None, "input", "output", or a list of words.

    Examples
    --------
    >>> checked({"cat": 1}), checked("output")
    (['cat'], 'output')
    """
    if freeze is None or (isinstance(freeze, str) and freeze in MATRICES):
        return freeze
    if isinstance(freeze, str) or not isinstance(freeze, Iterable):
        raise ValueError(f"freeze: expected None, 'input', 'output' or a list of words, got {freeze!r}")
    return list(freeze)


def start_from(given: Any, freeze: Any, words: Sequence[Any], vectors: Matrix, syn1neg: Matrix) -> None:
    """Copy the vectors of `given` (a KeyedVectors or a Word2Vec, or None) to the rows of the words it has.

    A Word2Vec gives its output vectors, too.

    Raises
    ------
    TypeError, ValueError
        It is something else, or its vectors have another size; or freeze="output" without output vectors.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> kv = KeyedVectors(2)
    >>> kv.add_vectors(["cat"], [[1, 2]])
    >>> vectors, syn1neg = np.zeros((2, 2), np.float32), np.zeros((2, 2), np.float32)
    >>> start_from(kv, None, ["dog", "cat"], vectors, syn1neg)
    >>> vectors
    array([[0., 0.],
           [1., 2.]], dtype=float32)
    """
    is_model = hasattr(given, "syn1neg")
    if checked(freeze) == "output" and not is_model:
        raise ValueError("freeze='output': expected init_from=a Word2Vec, to have output vectors worth keeping")
    if given is None:
        return
    kv = given.wv if is_model else given
    if not hasattr(kv, "key_to_index") or not hasattr(kv, "vectors"):
        raise TypeError(f"init_from: expected KeyedVectors or a Word2Vec, got {type(given).__name__}")
    pairs = [(place, kv.key_to_index[word]) for place, word in enumerate(words) if word in kv.key_to_index]
    places, sources = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    matrices = [(vectors, kv.vectors)]
    if is_model and len(syn1neg) and len(given.syn1neg):
        matrices.append((syn1neg, given.syn1neg))
    for target, source in matrices:
        if source.shape[1] != target.shape[1]:
            raise ValueError(f"init_from: expected vectors of {target.shape[1]} dimensions, got {source.shape[1]}")
        has = sources < len(source)  # words that were added to the vectors of a model have no outputs
        target[places[has]] = source[sources[has]]


def locks_of(wv: Any) -> Locks:
    """Return the `vectors_lockf` of a model's vectors; one 1 for vectors that come from elsewhere and have none.

    Examples
    --------
    >>> from w2v import KeyedVectors
    >>> locks_of(KeyedVectors(2))
    array([1.], dtype=float32)
    """
    return np.asarray(getattr(wv, "vectors_lockf", 1), dtype=np.float32).reshape(-1)


def set_locks(wv: Any, locks: Locks) -> None:
    """Give vectors their `vectors_lockf`."""
    wv.vectors_lockf = locks


def row_locks(freeze: Any, words: Sequence[Any]) -> Locks:
    """Return `vectors_lockf` for new vectors: one 1 for all, or if `freeze` names words, 0 for these, 1 for the others.

    Examples
    --------
    >>> row_locks(None, ["dog", "cat"]), row_locks(["cat"], ["dog", "cat"])
    (array([1.], dtype=float32), array([1., 0.], dtype=float32))
    """
    freeze = checked(freeze)
    if freeze is None or freeze in MATRICES:
        return np.ones(1, dtype=np.float32)
    frozen = set(freeze)
    return np.array([word not in frozen for word in words], dtype=np.float32)


def grown_locks(locks: Locks, known: int, freeze: Any, words: Sequence[Any]) -> Locks:
    """Return `vectors_lockf` for all words, after those from number `known` on have been added."""
    fresh = row_locks(freeze, words[known:])
    if len(locks) == len(fresh) == 1 and locks[0] == fresh[0]:
        return locks
    return np.concatenate([row_factors(locks, known), row_factors(fresh, len(words) - known)])


def row_factors(locks: Locks, rows: int) -> Locks:
    """Return the factor of each row: entry ``row % len(locks)``, as in gensim.

    Raises
    ------
    ValueError
        There are none, or they are not finite.
    """
    if not len(locks) or not np.isfinite(locks).all():
        raise ValueError(f"vectors_lockf: expected at least one number, and finite ones, got {locks}")
    return np.resize(locks, rows)


def input_locks(locks: Locks, freeze: Any, rows: int) -> Locks | None:
    """Return by what the changes of each input row are multiplied in training; None if nothing is.

    Examples
    --------
    >>> input_locks(np.ones(1), None, 3), input_locks(np.float32([1, 0]), None, 3)
    (None, array([1., 0., 1.], dtype=float32))
    """
    factors = np.zeros(rows, np.float32) if checked(freeze) == "input" else row_factors(locks, rows)
    return None if (factors == 1).all() else factors
