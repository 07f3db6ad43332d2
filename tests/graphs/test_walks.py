"""Walks are those of the definition, follow its probabilities, and do not depend on threads."""

from collections import Counter

import numpy as np
import pytest
from scipy.stats import chisquare

from w2v import Graph, Word2Vec, walks
from w2v._core import alias_table, walk_order
from w2v.reference.draws import Stream
from w2v.reference.walks import replay_walk, step_probabilities

RANDOM = np.random.default_rng(5)
EDGES = np.unique(RANDOM.integers(0, 40, (150, 2)), axis=0)
WEIGHTS = RANDOM.uniform(0.1, 5, len(EDGES)).astype(np.float32)
each_weights = pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["plain", "weighted"])
each_rule = pytest.mark.parametrize("p, q", [(1, 1), (0.25, 4), (4, 0.5), (1e-4, 1), (1, 1e4)])


def rows_of(graph):
    """The weight of each edge by its two nodes."""
    weights = np.ones(len(graph.neighbours)) if graph.weights is None else graph.weights
    bounds = zip(graph.starts[:-1].tolist(), graph.starts[1:].tolist(), strict=True)
    return {
        node: dict(zip(graph.neighbours[a:b].tolist(), weights[a:b].tolist(), strict=True))
        for node, (a, b) in enumerate(bounds)
    }


def cells_of(rows):
    return {node: alias_table(np.array(list(row.values()))) for node, row in rows.items()}


@each_weights
@each_rule
@pytest.mark.parametrize("directed", [False, True])
def test_walks_are_those_of_the_replay(weights, p, q, directed):
    graph = Graph(EDGES, weights, directed)
    drawn = list(walks(graph, length=9, number=2, p=p, q=q, seed=7, workers=1))
    rows = rows_of(graph)
    cells = None if weights is None else cells_of(rows)
    for number, block in enumerate(drawn):
        for place, (start, walk) in enumerate(zip(walk_order(len(graph), 7, number).tolist(), block, strict=True)):
            wanted = replay_walk(rows, cells, start, Stream(7, number, place), 9, p, q)
            assert walk.tolist() == wanted + [-1] * (9 - len(wanted))


@each_weights
@pytest.mark.parametrize("p, q", [(1, 1), (0.25, 4), (4, 0.5), (0.1, 1), (1, 1e4)])
def test_steps_follow_their_probabilities(weights, p, q):
    graph = Graph(EDGES, weights)
    rows = rows_of(graph)
    steps = Counter(map(tuple, walks(graph, length=3, number=20_000, p=p, q=q, seed=3).to_array().tolist()))
    pairs = Counter()
    for (before, node, _), count in steps.items():
        pairs[before, node] += count
    levels = []
    for (before, node), count in pairs.items():
        chances = step_probabilities(rows, before, node, p, q)
        expected = np.array([chances[x] * count for x in chances])
        seen = np.array([steps[before, node, x] for x in chances])
        assert seen.sum() == count
        common = expected > 5
        if common.sum() > 1:
            expected = expected[common] * (seen[common].sum() / expected[common].sum())
            levels.append(chisquare(seen[common], expected).pvalue)
    assert len(levels) > 100
    assert min(levels) > 1e-3 / len(levels)


def test_walks_do_not_depend_on_threads_or_blocks(monkeypatch):
    graph = Graph(EDGES)
    wanted = walks(graph, length=20, number=3, p=0.5, workers=1).to_array()
    assert (wanted == walks(graph, length=20, number=3, p=0.5, workers=5).to_array()).all()
    monkeypatch.setattr("w2v.graphs.walking._BLOCK", 100)
    assert (wanted == walks(graph, length=20, number=3, p=0.5, workers=2).to_array()).all()
    assert (wanted != walks(graph, length=20, number=3, p=0.5, seed=2).to_array()).any()


def test_every_node_begins_as_many_walks_in_another_order():
    drawn = walks(EDGES, length=1, number=4).to_array()[:, 0].reshape(4, -1)
    assert all((np.sort(order) == np.arange(drawn.shape[1])).all() for order in drawn)
    assert (drawn[0] != drawn[1]).any()


def test_orders_are_equally_frequent():
    counts = Counter(tuple(walk_order(4, seed, 0).tolist()) for seed in range(24_000))
    assert len(counts) == 24
    assert chisquare(list(counts.values())).pvalue > 1e-3


def test_a_walk_ends_where_no_edge_leads_on():
    drawn = walks([("a", "b"), ("b", "c")], directed=True, length=5, number=1).to_array()
    assert sorted(drawn.tolist()) == [[0, 1, 2, -1, -1], [1, 2, -1, -1, -1], [2, -1, -1, -1, -1]]


@pytest.mark.parametrize("cache", ["auto", False])
def test_labels_become_the_words_of_a_model(cache):
    ring = [(f"n{i}", f"n{(i + 1) % 12}") for i in range(12)]
    drawn = walks(ring, length=20, number=20)
    model = Word2Vec(drawn, vector_size=8, window=2, sg=1, sample=0, workers=1, cache=cache)
    assert model.wv.index_to_key == drawn.words == [f"n{i}" for i in range(12)]
    assert {word for word, _ in model.wv.most_similar("n5", topn=2)} <= {"n3", "n4", "n6", "n7"}
    model.train(drawn, total_examples=model.corpus_count, epochs=1, start_alpha=0.01)
    with pytest.raises(ValueError, match="got ids that stand for other words"):
        model.train(walks([("x", "y")]), total_examples=1, epochs=1)


def test_streamed_and_kept_walks_give_the_same_vectors():
    settings = {"vector_size": 8, "sample": 0, "workers": 1, "seed": 4}
    kept, streamed = (Word2Vec(walks(EDGES), cache=cache, **settings) for cache in (True, False))
    assert (kept.wv.vectors == streamed.wv.vectors).all()


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"length": 0}, "length: expected a whole number of 1 or more, got 0"),
        ({"number": 2.5}, "number: expected a whole number of 1 or more, got 2.5"),
        ({"p": 0}, r"p: expected a number in 1e-6..1e6, got 0"),
        ({"q": float("nan")}, r"q: expected a number in 1e-6..1e6, got nan"),
        ({"seed": -1}, r"seed: expected a whole number in 0..2\*\*64 - 1, got -1"),
    ],
)
def test_wrong_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        walks(EDGES, **settings)
