"""Retrieval of held-out pairs: are the items that belong to a query among those nearest to it?"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from w2v.base.arrays import Array
from w2v.evaluate.words import Numbers

_QUERIES = 128  # scored at once: with 68,000 items that is 35 MB


class Retrieval(NamedTuple):
    """How well held-out items were found, query for query: arrays of shape (queries,)."""

    hits: Array
    reciprocal_ranks: Array
    ndcg: Array


def retrieve(
    unit: Array, held_out: Mapping[int, Iterable[int]], known: Mapping[int, Iterable[int]] | None = None, topn: int = 10
) -> Retrieval:
    """Rank all items by their cosine with each query, and see where the held-out ones are.

    No item is sampled away: ranks among a sample of items do not tell which of two models is better (Krichene and
    Rendle 2020). Left out are the query itself and what is known of it. Equal cosines count against the held-out item.

    - A query is a hit if one of its items is among the `topn` (HR@k, the hit rate).
    - Its reciprocal rank is 1 / rank of the first of its items, among all (the mean is the MRR; Voorhees 1999).
    - NDCG@k is the sum of 1 / log2(1 + rank) over its items among the `topn`, divided by what the best order would
      have (Järvelin and Kekäläinen 2002, with the discount of Burges et al. 2005).

    Parameters
    ----------
    unit : array of shape (V, D)
        Vectors of length 1: those of queries and items.
    held_out : mapping of row -> rows
        The items of each query, at least one.
    known : mapping of row -> rows, optional
        Items that nobody asks for, as the model was trained on these pairs.
    topn : int

    Returns
    -------
    Retrieval
        In the order of `held_out`.

    Examples
    --------
    >>> unit = np.array([[1.0, 0.0], [0.8, 0.6], [0.6, 0.8], [0.0, 1.0]])
    >>> result = retrieve(unit, {0: [2], 3: [2]}, topn=1)
    >>> result.hits.tolist(), result.reciprocal_ranks.tolist()
    ([0.0, 1.0], [0.5, 1.0])
    """
    if topn < 1:
        raise ValueError(f"topn: expected 1 or more, got {topn}")
    known = known or {}
    queries = np.fromiter(held_out, dtype=np.intp, count=len(held_out))
    measured = np.zeros((3, len(queries)))
    for start in range(0, len(queries), _QUERIES):
        block = queries[start : start + _QUERIES]
        for number, (query, cosines) in enumerate(zip(block.tolist(), unit[block] @ unit.T, strict=True), start):
            items = np.unique(np.fromiter(held_out[query], dtype=np.intp))
            seen = np.setdiff1d(np.fromiter(known.get(query, ()), dtype=np.intp), items)
            cosines[seen] = cosines[query] = -np.inf
            measured[:, number] = _measures(_ranks(cosines, items), topn)
    return Retrieval(*measured)


def _ranks(cosines: Array, items: Numbers) -> Numbers:
    """Ranks of items from 1, lowest first: the items among themselves in order, all others first if they are equal."""
    wanted = np.sort(cosines[items])[::-1]
    others = np.sort(np.delete(cosines, items)) if len(items) > 8 else None
    if others is not None:
        above = len(others) - np.searchsorted(others, wanted, side="left")
    else:
        above = np.array([np.count_nonzero(cosines >= one) - np.count_nonzero(wanted >= one) for one in wanted])
    return above + np.arange(1, len(items) + 1)


def _measures(ranks: Numbers, topn: int) -> tuple[float, float, float]:
    """Hit, reciprocal rank and NDCG of the ranks of a query's items, lowest first."""
    gains = 1 / np.log2(1 + ranks[ranks <= topn])
    ideal = 1 / np.log2(1 + np.arange(1, min(topn, len(ranks)) + 1))
    return float(ranks[0] <= topn), float(1 / ranks[0]), float(gains.sum() / ideal.sum())
