"""What a question is made of: one key or a list of them, vectors, and weights, told apart once for every method."""

import numbers
import operator
from typing import Any

import numpy as np

from w2v.vectors.matrix import Array
from w2v.vectors.rows import KeyedRows


def is_vector(given: Any) -> bool:
    """Whether this is an array (d,) of numbers."""
    return isinstance(given, np.ndarray) and given.ndim == 1 and given.dtype.kind in "fiu"


def key_list(kv: KeyedRows, given: Any, name: str) -> list[Any]:
    """The keys (or vectors) of a list; TypeError for what is one key, such as text: its letters are no list of keys."""
    if isinstance(given, str):
        raise TypeError(f"{name}: expected a list of keys, got the text {given!r:.80}: split it, or put it in a list")
    if kv._is_key(given) or (is_vector(given) and given.dtype.kind == "f"):
        raise TypeError(f"{name}: expected a list, got {type(given).__name__}: {given!r:.80}")
    return list(given)


def keys_of(kv: KeyedRows, given: Any) -> list[Any]:
    """The keys of a list, or the one that is given alone."""
    return [given] if kv._is_key(given) else list(given)


def count_of(topn: Any) -> int | None:
    """How many answers are wanted, None for all; ValueError for fewer than none."""
    count = None if topn is None else operator.index(topn)  # numpy's small integers would overflow
    if count is not None and count < 0:
        raise ValueError(f"topn: expected 0 or more, or None for all, got {count}")
    return count


def vector_of(kv: KeyedRows, item: Any, norm: bool = False) -> Array:
    """The vector (vector_size,) of a key, or a vector given as one, checked."""
    if kv._is_key(item):
        return kv.get_vector(item, norm=norm)
    vector = np.asarray(item)
    if vector.dtype.kind not in "fiu" or vector.shape != (kv.vector_size,):
        raise ValueError(f"expected a key or a vector of {kv.vector_size} numbers, got {item!r:.80}")
    return vector.astype(kv._float, copy=False)


def weighted_items(kv: KeyedRows, given: Any, weight: float) -> tuple[list[Any], list[float]]:
    """Keys or vectors of what a caller gave as positive or negative, and their weights: `weight` by default."""
    if given is None:
        return [], []
    if kv._is_key(given) or is_vector(given):
        return [given], [weight]
    items, weights = [], []
    for item in given:
        pair = isinstance(item, tuple | list) and len(item) == 2 and isinstance(item[1], numbers.Real)
        if pair and not kv._is_key(item) and _can_be_weighted(kv, item[0]):
            items.append(item[0])
            weights.append(float(item[1]))
        else:
            items.append(item)
            weights.append(weight)
    return items, weights


def _can_be_weighted(kv: KeyedRows, item: Any) -> bool:
    """Whether this is a key or a vector; a number that is no key is neither, but the first of two coordinates."""
    if isinstance(item, numbers.Real) and not isinstance(item, numbers.Integral):
        return item in kv.key_to_index
    return kv._is_key(item) or np.ndim(item) == 1
