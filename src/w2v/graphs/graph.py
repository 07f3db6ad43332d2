"""A graph as rows of sorted neighbours, from whatever holds its edges."""

from collections.abc import Iterable, Mapping
from os import PathLike
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v._core import WalkGraph, graph_rows
from w2v.graphs.edges import Edges, edges_of_array, edges_of_file, edges_of_networkx, edges_of_pairs
from w2v.inputs.ids import check_rows

__all__ = ["Graph"]


class Graph:
    """Rows of neighbours: 4 bytes an edge and direction, 16 with weights, and 8 a node.

    An edge that is given several times is there once; its weights are added up.

    Parameters
    ----------
    edges : object
        One of

        - an integer array of shape (edges, 2): the ids of the nodes from 0 on;
        - pairs of labels, or triples whose last is the weight, as a list or another iterable;
        - the path of a text file with a line ``from to`` or ``from to weight`` for each edge, its words separated by
          white space; lines that begin with ``#`` or ``%`` are comments; it may be compressed;
        - a graph of networkx;
        - a square sparse matrix or array of scipy, whose entry (i, j) is the weight of the edge from i to j.
    weights : array of shape (edges,), or str, or bool, optional
        For edges as an array: their weights, above 0. For networkx: the name of the attribute. False: all edges count
        the same. By default the weights that are there, named ``"weight"`` in networkx.
    directed : bool, optional
        Whether an edge leads only from its first node to its second. By default what a graph of networkx is, True for
        a matrix, else False.

    Attributes
    ----------
    starts : int64 array of shape (nodes + 1,)
    neighbours : int32 array
        Those of node v are ``neighbours[starts[v]:starts[v + 1]]``.
    weights : float32 array or None
    labels : list or None
        What the nodes are called; None where they are numbers from 0 on already.

    Raises
    ------
    TypeError, ValueError
        This is no graph, a line is no edge, or a weight is not a finite number above 0; the message says which.

    Examples
    --------
    >>> graph = Graph([("ann", "bob"), ("bob", "cid")])
    >>> graph.labels, graph.starts, graph.neighbours
    (['ann', 'bob', 'cid'], array([0, 1, 3, 4]), array([1, 0, 2, 1], dtype=int32))
    """

    def __init__(self, edges: Any, weights: Any = None, directed: bool | None = None) -> None:
        if hasattr(edges, "tocsr"):
            self._from_matrix(edges, weights, directed)
            return
        found, known = _read(edges, weights)
        both = not (known if directed is None else directed)
        if found.n > len(found.labels or ()):
            check_rows(found.n)
        rows = graph_rows(found.froms, found.tos, _checked(found.weights), both, found.n)
        self._walked = WalkGraph(*rows)
        self.labels: list[Any] | None = found.labels

    def _from_matrix(self, matrix: Any, weights: Any, directed: bool | None) -> None:
        if matrix.shape[0] != matrix.shape[1]:
            raise ValueError(f"graph: expected a square matrix, got shape {matrix.shape}")
        _no_weights_beside("a matrix", weights)
        rows = matrix.tocsr()
        if directed is False:
            rows = rows.maximum(rows.T).tocsr()
        if not rows.has_canonical_format:
            rows = rows.copy()
            rows.sum_duplicates()
        data = rows.data
        if not data.all():  # a zero that is stored is no edge
            rows = rows.copy()
            rows.eliminate_zeros()
            data = rows.data
        plain = weights is False or data.dtype.kind == "b" or bool((data == 1).all())
        starts, neighbours = rows.indptr.astype(np.int64, copy=False), rows.indices.astype(np.int32, copy=False)
        self._walked = WalkGraph(starts, neighbours, None if plain else _checked(data))
        self.labels = None

    @property
    def starts(self) -> npt.NDArray[np.int64]:
        """Where the rows of neighbours begin."""
        return self._walked.starts

    @property
    def neighbours(self) -> npt.NDArray[np.int32]:
        """All rows of neighbours, one after another."""
        return self._walked.neighbours

    @property
    def weights(self) -> npt.NDArray[np.float32] | None:
        """The weights of the edges, or None."""
        return self._walked.weights

    @property
    def rows(self) -> WalkGraph:
        """The graph as the core walks through it."""
        return self._walked

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __repr__(self) -> str:
        weighted = "" if self.weights is None else ", with weights"
        return f"Graph<{len(self)} nodes, {len(self.neighbours)} entries{weighted}>"


def _read(edges: Any, weights: Any) -> tuple[Edges, bool]:
    """The edges, and whether they are directed."""
    if isinstance(edges, str | PathLike):
        _no_weights_beside("a file", weights)
        return edges_of_file(edges, weights is not False), False
    if hasattr(edges, "is_directed") and hasattr(edges, "edges"):
        return edges_of_networkx(edges, weights), bool(edges.is_directed())
    if isinstance(edges, Mapping):
        edges = [(node, other) for node, others in edges.items() for other in others]
    if isinstance(edges, np.ndarray):
        return edges_of_array(edges, weights), False
    if not isinstance(edges, Iterable):
        raise TypeError(f"graph: expected edges, a path, or a graph of networkx or scipy, got {type(edges).__name__}")
    return edges_of_pairs(edges, weights), False


def _no_weights_beside(what: str, weights: Any) -> None:
    if weights is not None and not isinstance(weights, bool):
        raise TypeError(f"weights: expected those of {what}, or False for none, got {type(weights).__name__}")


def _checked(weights: npt.NDArray[Any] | None) -> npt.NDArray[np.float32] | None:
    if weights is None:
        return None
    kept = np.ascontiguousarray(weights, dtype=np.float32)
    wrong = ~(np.isfinite(kept) & (kept > 0))
    if wrong.any():
        place = int(wrong.argmax())
        raise ValueError(f"weights: expected finite numbers above 0, got {weights[place]} for edge {place}")
    return kept
