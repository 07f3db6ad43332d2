"""What stands for the context of a word when a model predicts: rows made of the vectors of its words."""

import numpy as np

from w2v.base.arrays import Array
from w2v.training.state import State


def hidden(model: State, contexts: list[list[int]]) -> Array:
    """Return what stands for each context: the mean of its vectors, or their sum. Places below 0 are free."""
    if model.positional == "outputs" and not model.sg:
        return np.array([_side_by_side(model, places) for places in contexts])
    rows = []
    for places in contexts:
        vectors = model.wv.vectors[[place for place in places if place >= 0]]
        if model.positional == "weights":
            vectors = vectors * model.position_weights[[position for position, _ in _stand(model, places)]]
        total = vectors.sum(axis=0)
        rows.append(total / np.float32(len(vectors)) if model.cbow_mean else total)
    return np.array(rows, dtype=np.float32)


def _stand(model: State, places: list[int]) -> list[tuple[int, int]]:
    """The words of a context as (position, place), without those that are free."""
    window = int(model.window)
    first = window - len(places) // 2
    if not 0 <= first <= first + len(places) <= 2 * window:
        raise ValueError(f"context: expected up to {2 * window} words, for the window, got {len(places)}")
    return [(first + i, place) for i, place in enumerate(places) if place >= 0]


def _side_by_side(model: State, places: list[int]) -> Array:
    """The vectors of a context, each in the columns of its position."""
    row = np.zeros((2 * int(model.window), model.vector_size), dtype=np.float32)
    for position, place in _stand(model, places):
        row[position] = model.wv.vectors[place]
    return row.ravel()
