"""Walks in a process of its own, by one implementation; prints one JSON object.

Arguments: the implementation, a .npy file of edges of shape (edges, 2), length, walks from each node, p, q, and how
many nodes walks begin at (0: all), for implementations that take too long.
"""

import json
import random
import sys
import time

import numpy as np
from _worker import peak_memory


def by_w2v(edges, length, number, p, q, starts):
    """Read the edges, and draw all walks in one thread."""
    from w2v import Graph, walks

    started = time.perf_counter()
    graph = Graph(edges)
    built = time.perf_counter()
    steps = sum(block.size for block in walks(graph, length=length, number=number, p=p, q=q, workers=1))
    held = sum(array.nbytes for array in (graph.starts, graph.neighbours))
    return {"build_s": built - started, "walk_s": time.perf_counter() - built, "steps": steps, "held": held}


def by_networkx(edges, length, number, p, q, starts):
    """The loop of every tutorial: random.choice of a list of neighbours."""
    import networkx

    started = time.perf_counter()
    graph = networkx.Graph()
    graph.add_edges_from(edges.tolist())
    built, steps, draw = time.perf_counter(), 0, random.Random(1)
    for _ in range(number):
        for node in list(graph)[: starts or None]:
            walk = [node]
            while len(walk) < length:
                walk.append(draw.choice(list(graph.neighbors(walk[-1]))))
            steps += len(walk)
    return {"build_s": built - started, "walk_s": time.perf_counter() - built, "steps": steps}


def by_node2vec(edges, length, number, p, q, starts):
    """node2vec of PyPI, which draws when it is made."""
    import networkx
    from node2vec import Node2Vec

    graph = networkx.Graph()
    graph.add_edges_from(edges.tolist())
    started = time.perf_counter()
    made = Node2Vec(graph, walk_length=length, num_walks=number, p=p, q=q, workers=1, quiet=True)
    return {"build_s": 0, "walk_s": time.perf_counter() - started, "steps": sum(map(len, made.walks))}


def by_pecanpy(edges, length, number, p, q, starts):
    """PecanPy's way for large sparse graphs, compiled by numba: once to compile, then timed."""
    from pecanpy import pecanpy
    from scipy.sparse import coo_array

    n = int(edges.max()) + 1
    started = time.perf_counter()
    both = np.concatenate([edges, edges[:, ::-1]])
    rows = coo_array((np.ones(len(both), dtype=np.float32), (both[:, 0], both[:, 1])), shape=(n, n)).tocsr()
    rows.data[:] = 1
    kind = pecanpy.FirstOrderUnweighted if p == q == 1 else pecanpy.SparseOTF
    graph = kind(p, q, workers=1, random_state=1)
    graph.indptr, graph.indices, graph.data = rows.indptr.astype(np.uint64), rows.indices.astype(np.uint32), rows.data
    graph.set_node_ids([str(node) for node in range(n)])
    graph.preprocess_transition_probs()
    built = time.perf_counter()
    steps = sum(map(len, graph.simulate_walks(number, length - 1)))
    return {"build_s": built - started, "walk_s": time.perf_counter() - built, "steps": steps}


def main():
    name, path, length, number, p, q, starts = sys.argv[1:]
    edges = np.load(path)
    before = peak_memory()
    report = globals()[f"by_{name}"](edges, int(length), int(number), float(p), float(q), int(starts))
    print(json.dumps({**report, "memory": peak_memory() - before, "given": edges.nbytes}))


if __name__ == "__main__":
    main()
