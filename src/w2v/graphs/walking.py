"""Random walks through a graph: a corpus that is drawn, block by block, whenever it is read."""

from collections.abc import Iterator
from threading import Event
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v._core import walk_order
from w2v.base.threads import available_workers, run_threads
from w2v.graphs.graph import Graph
from w2v.inputs.ids import IdBlocks

__all__ = ["Walks", "walks"]

_BLOCK = 1 << 20  # nodes: 4 MB, some hundredths of a second


class Walks(IdBlocks):
    """Random walks, as blocks of ids; each reading draws the same ones anew, and keeps none.

    Made by `walks`, which says what the parameters are.

    Attributes
    ----------
    graph : Graph
    words : list or None
        The labels of the nodes, which become the words of a model; None if nodes are numbers from 0 on.

    Examples
    --------
    >>> drawn = Walks(Graph([(0, 1), (1, 2), (2, 0)]), length=4, number=2)
    >>> drawn, [block.shape for block in drawn]
    (Walks<6 walks of 4, 3 nodes>, [(3, 4), (3, 4)])
    """

    def __init__(
        self,
        graph: Graph,
        length: int = 40,
        number: int = 10,
        p: float = 1.0,
        q: float = 1.0,
        seed: int = 1,
        workers: int | None = None,
    ) -> None:
        for name, value in (("length", length), ("number", number)):
            if not isinstance(value, int | np.integer) or value < 1:
                raise ValueError(f"{name}: expected a whole number of 1 or more, got {value!r}")
        for name, factor in (("p", p), ("q", q)):
            if not 1e-6 <= factor <= 1e6:
                raise ValueError(f"{name}: expected a number in 1e-6..1e6, got {factor!r}")
        if not isinstance(seed, int | np.integer) or not 0 <= seed < 2**64:
            raise ValueError(f"seed: expected a whole number in 0..2**64 - 1, got {seed!r}")
        if not len(graph):
            raise ValueError("graph: expected one node or more, got none")
        self.graph: Graph = graph
        self.words: list[Any] | None = graph.labels
        self.length: int = int(length)
        self.number: int = int(number)
        self.p: float = float(p)
        self.q: float = float(q)
        self.seed: int = int(seed)
        self.workers: int = available_workers() if workers is None else max(1, int(workers))

    def __iter__(self) -> Iterator[npt.NDArray[np.int32]]:
        rows = max(1, _BLOCK // self.length)
        for number in range(self.number):
            order = walk_order(len(self.graph), self.seed, number)
            for first in range(0, len(order), rows):
                yield self._block(order[first : first + rows], number, first)

    def _block(self, order: npt.NDArray[np.int32], number: int, first: int) -> npt.NDArray[np.int32]:
        block = np.empty((len(order), self.length), dtype=np.int32)
        bounds = np.linspace(0, len(order), self.workers + 1).astype(int).tolist()

        def walk(worker: int, stop: Event) -> None:
            low, high = bounds[worker], bounds[worker + 1]
            self.graph.rows.walk(order[low:high], number, first + low, self.seed, self.p, self.q, block[low:high])

        if self.workers == 1:
            walk(0, Event())
        else:
            run_threads(walk, self.workers)
        return block

    def to_array(self) -> npt.NDArray[np.int32]:
        """Return all walks at once.

        Returns
        -------
        int32 array of shape (number * nodes, length)
            Filled up with -1 where a walk came to a node that no edge leads on from.
        """
        n = len(self.graph)
        out, done = np.empty((self.number * n, self.length), dtype=np.int32), 0
        for block in self:
            out[done : done + len(block)] = block
            done += len(block)
        return out

    def __repr__(self) -> str:
        second = "" if self.p == self.q == 1 else f", p={self.p:g}, q={self.q:g}"
        return f"Walks<{self.number * len(self.graph)} walks of {self.length}, {len(self.graph)} nodes{second}>"


def walks(
    graph: Any,
    *,
    length: int = 40,
    number: int = 10,
    p: float = 1.0,
    q: float = 1.0,
    weights: Any = None,
    directed: bool | None = None,
    seed: int = 1,
    workers: int | None = None,
) -> Walks:
    """Draw random walks through a graph, to be given to `Word2Vec` as sentences (DeepWalk, node2vec).

    Parameters
    ----------
    graph : Graph, or what `Graph` takes
        Pairs of nodes, an array of shape (edges, 2), the path of a file of edges, or a graph of networkx or scipy.
    length : int
        Nodes of a walk. A walk is shorter if it comes to a node that no edge leads on from.
    number : int
        Walks from every node.
    p, q : float
        node2vec's return and in-out parameters: where a walk came from `t` to `v`, a step back to `t` weighs 1 / p
        times the edge, one to a neighbour of `t` once, and one farther away 1 / q times. 1 and 1: plain walks.
    weights, directed
        As for `Graph`. Steps are drawn in proportion to the weights.
    seed : int
        The same seed draws the same walks, whatever the number of workers.
    workers : int, optional
        Threads that draw. By default all processors.

    Returns
    -------
    Walks
        Give it as `sentences`: with ``cache=False`` the walks are drawn anew for every epoch and never stored.

    References
    ----------
    Perozzi, Al-Rfou and Skiena, "DeepWalk: Online Learning of Social Representations", KDD 2014. Grover and Leskovec,
    "node2vec: Scalable Feature Learning for Networks", KDD 2016. Steps of the second order are drawn by rejection, as
    in Yang et al., "KnightKing: A Fast Distributed Graph Random Walk Engine", SOSP 2019: no table for each edge.

    Examples
    --------
    >>> from w2v import Word2Vec
    >>> friends = [("ann", "bob"), ("bob", "cid"), ("cid", "ann"), ("cid", "dan")]
    >>> model = Word2Vec(walks(friends, length=10), vector_size=8, sample=0, workers=1)
    >>> sorted(model.wv.index_to_key)
    ['ann', 'bob', 'cid', 'dan']
    """
    held = graph if isinstance(graph, Graph) else Graph(graph, weights, directed)
    return Walks(held, length, number, p, q, seed, workers)
