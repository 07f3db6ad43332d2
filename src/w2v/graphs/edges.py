"""Edges as two arrays of node ids, from arrays, pairs of labels, files and graphs of networkx."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v.base.paths import Path
from w2v.base.threads import available_workers
from w2v.corpus.encode import encode_file

__all__ = ["Edges", "edges_of_array", "edges_of_file", "edges_of_networkx", "edges_of_pairs"]

Int32Array = npt.NDArray[np.int32]


class Edges(NamedTuple):
    """The ids of first and second nodes, weights or None, labels of the nodes or None, and how many nodes there are."""

    froms: Int32Array
    tos: Int32Array
    weights: npt.NDArray[Any] | None
    labels: list[Any] | None
    n: int


def edges_of_array(edges: npt.NDArray[Any], weights: Any) -> Edges:
    """Take rows of two ids.

    Examples
    --------
    >>> edges_of_array(np.array([[0, 2]]), None)
    Edges(froms=array([0], dtype=int32), tos=array([2], dtype=int32), weights=None, labels=None, n=3)
    """
    if edges.ndim != 2 or edges.shape[1] != 2 or edges.dtype.kind not in "iu":
        advice = "; give its .T" if edges.ndim == 2 and edges.shape[0] == 2 else ""
        got = f"{edges.dtype} of shape {edges.shape}"
        raise TypeError(f"graph: expected an array of integers of shape (edges, 2), got {got}{advice}")
    low, high = (int(edges.min()), int(edges.max())) if edges.size else (0, -1)
    if low < 0 or high >= 2**31 - 2:
        raise ValueError(f"graph: expected ids of nodes in 0..2**31 - 3, got {low if low < 0 else high}")
    froms, tos = (np.ascontiguousarray(edges[:, i], dtype=np.int32) for i in (0, 1))
    return Edges(froms, tos, _given_weights(weights, len(edges)), None, high + 1)


def edges_of_pairs(pairs: Iterable[Any], weights: Any) -> Edges:
    """Number the labels of pairs, or of triples with a weight, in the order in which they come.

    Labels that are all integers are ids already.

    Examples
    --------
    >>> edges_of_pairs([("a", "b", 0.5), ("b", "c", 2)], None).weights
    array([0.5, 2. ])
    """
    rows = list(pairs)
    for place, row in enumerate(rows):
        if isinstance(row, str | bytes) or not hasattr(row, "__len__") or len(row) not in (2, 3):
            raise TypeError(f"graph: expected pairs of nodes, or triples with a weight, got {row!r} at place {place}")
    labels = [label for row in rows for label in row[:2]]
    found = _weights_of(rows, weights)
    if labels and all(isinstance(label, int | np.integer) and not isinstance(label, bool) for label in labels):
        return edges_of_array(np.array(labels, dtype=np.int64).reshape(-1, 2), None)._replace(weights=found)
    ids: dict[Any, int] = {}
    numbered = np.array([ids.setdefault(label, len(ids)) for label in labels], dtype=np.int32).reshape(-1, 2)
    froms, tos = np.ascontiguousarray(numbered[:, 0]), np.ascontiguousarray(numbered[:, 1])
    return Edges(froms, tos, found, list(ids), len(ids))


def _weights_of(rows: list[Any], weights: Any) -> npt.NDArray[Any] | None:
    """Those in triples, or those beside pairs."""
    lengths = {len(row) for row in rows}
    if lengths == {2, 3}:
        place = [len(row) for row in rows].index(2)
        raise ValueError(f"graph: expected a weight with every edge, or with none, got none at place {place}")
    if lengths != {3}:
        return _given_weights(weights, len(rows))
    if weights is False:
        return None
    if weights is not None:
        raise TypeError("weights: expected them in the triples, or beside the pairs, got both")
    return np.array([row[2] for row in rows], dtype=np.float64)


def edges_of_networkx(graph: Any, weights: Any) -> Edges:
    """Take the edges of a graph of networkx; nodes that are the numbers from 0 on keep them.

    Edges without the attribute weigh 1, as in networkx.
    """
    labels: list[Any] | None = list(graph.nodes)
    n = graph.number_of_nodes()
    numbers = all(isinstance(label, int) and not isinstance(label, bool) for label in graph.nodes)
    if numbers and set(graph.nodes) == set(range(n)):
        ids, labels = {i: i for i in range(n)}, None
    else:
        ids = {label: i for i, label in enumerate(graph.nodes)}
    if weights is not None and not isinstance(weights, bool | str):
        raise TypeError(f"weights: expected the name of an attribute of edges, got {type(weights).__name__}")
    name = weights if isinstance(weights, str) else "weight"
    m = graph.number_of_edges()
    froms, tos, found = np.empty(m, dtype=np.int32), np.empty(m, dtype=np.int32), np.ones(m, dtype=np.float64)
    for place, (a, b, weight) in enumerate(graph.edges(data=name, default=1)):
        froms[place], tos[place], found[place] = ids[a], ids[b], weight
    plain = weights is False or bool((found == 1).all())
    return Edges(froms, tos, None if plain else found, labels, n)


def edges_of_file(path: Path, weighted: bool = True) -> Edges:
    """Read a text file with a line ``from to`` or ``from to weight`` for each edge.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "edges.txt")
    >>> _ = file.write_text("# who knows whom\\nann bob\\nbob cid\\n")
    >>> edges_of_file(file).labels
    ['ann', 'bob', 'cid']
    """
    vocab, corpus = encode_file(path, min_count=1, sorted_vocab=False, workers=available_workers())
    words, ids, offsets = vocab.words, corpus.ids, corpus.offsets
    if not len(offsets) > 1:
        raise ValueError(f"{path}: expected a line for each edge, got none")
    comment = np.array([word.startswith(("#", "%")) for word in words])[ids[offsets[:-1]]]
    begins, lengths = offsets[:-1][~comment], np.diff(offsets)[~comment]
    columns = int(lengths[0]) if len(lengths) else 2
    wrong = lengths != columns if columns in (2, 3) else np.ones(len(lengths), dtype=bool)
    if wrong.any():
        place = int(wrong.argmax())
        line = " ".join(words[i] for i in ids[begins[place] : begins[place] + min(lengths[place], 8)])
        wanted = f"{columns} words as in the first line" if columns in (2, 3) else "'from to' or 'from to weight'"
        raise ValueError(f"{path}: expected {wanted}, got {line!r} for edge {place + 1}")
    nodes, numbered = np.unique(np.concatenate([ids[begins], ids[begins + 1]]), return_inverse=True)
    froms, tos = numbered.reshape(2, -1).astype(np.int32)
    weights = _numbers(path, words, ids[begins + 2]) if columns == 3 and weighted else None
    return Edges(froms, tos, weights, [words[i] for i in nodes.tolist()], len(nodes))


def _numbers(path: Path, words: list[Any], ids: Int32Array) -> npt.NDArray[np.float64]:
    used, places = np.unique(ids, return_inverse=True)
    values = np.empty(len(used))
    for i, word in enumerate(used.tolist()):
        try:
            values[i] = float(words[word])
        except ValueError:
            raise ValueError(f"{path}: expected a number as weight, got {words[word]!r}") from None
    return values[places]


def _given_weights(weights: Any, n: int) -> npt.NDArray[Any] | None:
    if weights is None or weights is False:
        return None
    array = np.asarray(weights)
    if array.shape != (n,) or array.dtype.kind not in "iuf":
        raise ValueError(f"weights: expected {n} numbers, one for each edge, got {array.dtype} of shape {array.shape}")
    return array
