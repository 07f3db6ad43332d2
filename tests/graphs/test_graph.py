"""Every form of a graph gives the same rows, and what is no graph is refused."""

import gzip

import numpy as np
import pytest
import scipy.sparse

from w2v import Graph

PAIRS = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 3)]
NEIGHBOURS = [[1, 2], [0, 2], [0, 1, 3], [2, 3]]
FOLLOWERS = [[1], [2], [0, 3], [3]]  # directed


def rows(graph):
    return [part.tolist() for part in np.split(graph.neighbours, graph.starts[1:-1])]


def weights(graph):
    return [part.tolist() for part in np.split(graph.weights, graph.starts[1:-1])]


@pytest.mark.parametrize("directed", [False, True])
def test_pairs_and_arrays(directed):
    wanted = FOLLOWERS if directed else NEIGHBOURS
    for edges in (PAIRS, np.array(PAIRS), np.array(PAIRS, dtype=np.uint64), iter(PAIRS)):
        graph = Graph(edges, directed=directed)
        assert (rows(graph), graph.labels, len(graph)) == (wanted, None, 4)
    named = Graph([("abcd"[a], "abcd"[b]) for a, b in PAIRS], directed=directed)
    assert (rows(named), named.labels) == (wanted, list("abcd"))


def test_edges_given_twice_are_one_and_their_weights_add_up():
    assert rows(Graph([(0, 1), (0, 1), (1, 0)])) == [[1], [0]]
    graph = Graph([(0, 1, 1.5), (0, 1, 2), (1, 0, 0.25)])
    assert weights(graph) == [[3.75], [3.75]]


def test_long_rows_are_sorted():
    others = np.random.default_rng(1).permutation(np.arange(1, 1000))
    graph = Graph(np.stack([np.zeros_like(others), others], axis=1), weights=others)
    assert rows(graph)[0] == list(range(1, 1000))
    assert weights(graph)[0] == list(range(1, 1000))
    assert rows(graph)[1:] == [[0]] * 999


def test_matrices_of_scipy():
    matrix = np.zeros((4, 4))
    for a, b in PAIRS:
        matrix[a, b] = 1
    for form in (scipy.sparse.csr_matrix, scipy.sparse.coo_matrix, scipy.sparse.csc_array):
        assert rows(Graph(form(matrix))) == FOLLOWERS
        assert rows(Graph(form(matrix), directed=False)) == NEIGHBOURS
    matrix[0, 1] = 2.5
    assert weights(Graph(scipy.sparse.csr_array(matrix))) == [[2.5], [1], [1, 1], [1]]
    assert Graph(scipy.sparse.csr_array(matrix), weights=False).weights is None
    untidy = scipy.sparse.csr_array((np.array([1.0, 0, 2]), np.array([1, 0, 1]), np.array([0, 3, 3])), shape=(2, 2))
    assert weights(Graph(untidy)) == [[3], []]
    assert untidy.nnz == 3  # the user's own is as it was


def test_graphs_of_networkx():
    networkx = pytest.importorskip("networkx")
    for kind, wanted in (
        (networkx.Graph, NEIGHBOURS),
        (networkx.DiGraph, FOLLOWERS),
        (networkx.MultiGraph, NEIGHBOURS),
    ):
        graph = kind()
        graph.add_nodes_from(range(4))
        graph.add_edges_from(PAIRS)
        assert (rows(Graph(graph)), Graph(graph).labels) == (wanted, None)
    graph = networkx.Graph([("a", "b", {"weight": 2.0, "cost": 7.0}), ("b", "c")])
    assert (Graph(graph).labels, weights(Graph(graph))) == (["a", "b", "c"], [[2], [2, 1], [1]])
    assert weights(Graph(graph, weights="cost")) == [[7], [7, 1], [1]]
    assert Graph(graph, weights=False).weights is None


def test_files(tmp_path):
    path = tmp_path / "edges.txt"
    path.write_text("# comment of some length\n% another\na b\n\nb c\nc a\nc d\nd d\n", encoding="utf-8")
    assert (rows(Graph(path)), Graph(path).labels) == (NEIGHBOURS, list("abcd"))
    with gzip.open(tmp_path / "edges.gz", "wt") as file:
        file.write("a b 0.5\nb 0.5 2\n")  # a node that is called like a weight
    graph = Graph(tmp_path / "edges.gz")
    assert (graph.labels, weights(graph)) == (["a", "b", "0.5"], [[0.5], [0.5, 2], [2]])


@pytest.mark.parametrize(
    "text, message",
    [
        ("a b\nb c d\n", "expected 2 words as in the first line, got 'b c d' for edge 2"),
        ("a,b\n", "expected 'from to' or 'from to weight', got 'a,b' for edge 1"),
        ("a b x\n", "expected a number as weight, got 'x'"),
        ("a b -1\n", "weights: expected finite numbers above 0, got -1"),
        ("a b 1\na c nan\n", "weights: expected finite numbers above 0, got nan for edge 1"),
        ("", "expected a line for each edge, got none"),
    ],
)
def test_files_that_are_wrong(tmp_path, text, message):
    path = tmp_path / "edges.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        Graph(path)


@pytest.mark.parametrize(
    "edges, weights, error, message",
    [
        (3, None, TypeError, "expected edges, a path, or a graph of networkx or scipy, got int"),
        (
            np.zeros((2, 7), dtype=int),
            None,
            TypeError,
            r"got int64 of shape \(2, 7\); give its .T",
        ),
        (np.zeros((3, 2)), None, TypeError, "got float64"),
        (np.array([[0, -1]]), None, ValueError, "got -1"),
        (["ab", "cd"], None, TypeError, "expected pairs of nodes, or triples with a weight, got 'ab' at place 0"),
        ([(0, 1), (0, 1, 2)], None, ValueError, "got none at place 0"),
        ([(0, 1)], [1, 2], ValueError, "expected 1 numbers, one for each edge"),
        ([(0, 1, 2)], [1], TypeError, "in the triples, or beside the pairs, got both"),
        ([(0, 1)], [float("inf")], ValueError, "expected finite numbers above 0, got inf for edge 0"),
        (scipy.sparse.csr_array((2, 3)), None, ValueError, r"expected a square matrix, got shape \(2, 3\)"),
    ],
)
def test_what_is_no_graph(edges, weights, error, message):
    with pytest.raises(error, match=message):
        Graph(edges, weights)
