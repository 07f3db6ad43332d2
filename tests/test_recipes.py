"""Recipes that run: walks over real graphs, baskets with planted structure, two texts in one space."""

import json

import numpy as np
import pytest
from peers import peer
from places import SHARED

from w2v import Word2Vec, walks

GRAPHS = SHARED / "data" / "graph"
needs_graphs = pytest.mark.skipif(not GRAPHS.is_dir(), reason=f"no graphs at {GRAPHS}")

DEEPWALK = {"vector_size": 64, "window": 5, "sg": 1, "sample": 0, "min_count": 1, "epochs": 2, "seed": 1, "workers": 1}
GENSIM = """
import json, sys
import numpy as np
from gensim.models import Word2Vec
walks = [[str(node) for node in walk] for walk in np.load(sys.argv[1]).tolist()]
vectors = Word2Vec(walks, **json.loads(sys.argv[2])).wv
np.save(sys.argv[3], vectors[[str(node) for node in range(len(vectors))]])
"""


class Graph:
    """A graph of `shared/data/graph`, whose nodes are numbered from 0, in both directions."""

    def __init__(self, name):
        edges = np.loadtxt(GRAPHS / f"{name}.edgelist", dtype=np.int64, usecols=(0, 1))
        labels = np.loadtxt(GRAPHS / f"{name}.labels", dtype=str)
        order = np.argsort(labels[:, 0].astype(int))
        numbers, self.labels = labels[order, 0].astype(int), labels[order, 1]
        self.edges, self.size = np.searchsorted(numbers, edges), len(numbers)
        self.adjacent = np.zeros((self.size, self.size), dtype=bool)
        self.adjacent[self.edges[:, 0], self.edges[:, 1]] = True
        self.adjacent |= self.adjacent.T

    def walks(self, repeats, steps, seed, p=1.0, q=1.0):
        """Random walks from every node: DeepWalk's, or node2vec's if p or q is not 1."""
        return walks(self.edges, length=steps, number=repeats, p=p, q=q, seed=seed).to_array()

    def micro_f1(self, vectors):
        """Logistic regression on half of the labels, tested on the other half; the mean of several halves."""
        linear_model = pytest.importorskip("sklearn.linear_model")
        scores = []
        for seed in range(5 if self.size > 1000 else 50):
            shuffled = np.random.default_rng(seed).permutation(self.size)
            known, unknown = np.array_split(shuffled, 2)
            classifier = linear_model.LogisticRegression(max_iter=500)
            classifier.fit(vectors[known], self.labels[known])
            scores.append((classifier.predict(vectors[unknown]) == self.labels[unknown]).mean())
        return np.mean(scores)


@needs_graphs
@pytest.mark.parametrize("name, bar", [("cora", 0.78), ("karate", 0.8)])
def test_walks_know_the_labels(name, bar):
    graph = Graph(name)
    drawn = graph.walks(10, 30, seed=1)
    assert graph.adjacent[drawn[:, :-1].ravel(), drawn[:, 1:].ravel()].all()
    more = {"epochs": 20} if name == "karate" else {}
    assert graph.micro_f1(Word2Vec(drawn, **DEEPWALK | more).wv.vectors) > bar


@needs_graphs
@pytest.mark.slow
@pytest.mark.parametrize(
    "name, seeds, biases, changes",
    [
        ("cora", 1, {}, {}),
        ("cora", 1, {"p": 0.5, "q": 2}, {}),
        ("karate", 4, {}, {"epochs": 20}),
    ],
)
def test_walks_are_as_good_as_gensim_s(name, seeds, biases, changes, tmp_path):
    graph, ours, theirs = Graph(name), [], []
    for seed in range(1, 1 + seeds):
        drawn, settings = graph.walks(10, 30, seed, **biases), DEEPWALK | changes | {"seed": seed}
        ours.append(graph.micro_f1(Word2Vec(drawn, **settings).wv.vectors))
        np.save(tmp_path / "walks.npy", drawn)
        peer("gensim", GENSIM, tmp_path / "walks.npy", json.dumps(settings), tmp_path / "vectors.npy")
        theirs.append(graph.micro_f1(np.load(tmp_path / "vectors.npy")))
    assert np.mean(ours) > np.mean(theirs) - 0.02


@needs_graphs
def test_small_graphs_lose_nothing_to_batches():
    """A window holds many of the 34 nodes, the same ones over and over: moved all at once, they lost 2 points."""
    graph = Graph("karate")
    found = {"batched": [], "pairwise": []}
    for seed in range(1, 7):
        drawn, settings = graph.walks(10, 30, seed), DEEPWALK | {"epochs": 20, "seed": seed}
        for kernel, scores in found.items():
            scores.append(graph.micro_f1(Word2Vec(drawn, kernel=kernel, **settings).wv.vectors))
    assert np.mean(found["batched"]) > np.mean(found["pairwise"]) - 0.01


@needs_graphs
def test_walks_made_while_training_know_the_labels():
    graph, seeds = Graph("cora"), iter(range(100))
    passes = Word2Vec(lambda: [graph.walks(1, 30, next(seeds)) for _ in range(10)], cache=False, **DEEPWALK)
    assert next(seeds) == 30  # ten to count, ten in each of two epochs
    assert graph.micro_f1(passes.wv.vectors) > 0.78


def test_baskets_find_what_is_bought_together():
    random = np.random.default_rng(1)
    groups = np.arange(200).reshape(20, 10)
    baskets = [
        [f"item{item}" for item in random.permutation(groups[random.integers(20)])[: random.integers(2, 6)]]
        + [f"item{random.integers(200)}"]
        for _ in range(4000)
    ]
    model = Word2Vec(
        baskets, window="all", vector_size=32, sg=1, sample=0, min_count=1, epochs=20, ns_exponent=0.5, workers=1
    )
    found = [
        int(other[4:]) // 10 == item // 10
        for item in range(200)
        for other, _ in model.wv.most_similar(f"item{item}", topn=5)
    ]
    assert np.mean(found) > 0.95


def test_a_word_that_changes_its_company_moves():
    """Hamilton et al. 2016: which word means something else in another text; here by frozen output vectors."""
    random = np.random.default_rng(1)
    topics = [[f"{topic}{number}" for number in range(20)] for topic in ("music", "harbour")]

    def text(company):
        sentences = [list(random.choice(topic, 8)) for topic in topics for _ in range(1500)]
        return sentences + [[*random.choice(topics[company], 7), "pier"] for _ in range(400)]

    settings = {"vector_size": 32, "sample": 0, "min_count": 1, "epochs": 5, "sg": 1, "workers": 1}
    earlier, later = text(company=1), text(company=0)
    both = Word2Vec(earlier + later, **settings)
    outputs = both.syn1neg.copy()
    models = [Word2Vec(corpus, init_from=both, freeze="output", **settings) for corpus in (earlier, later)]
    for model in models:
        rows = [both.wv.key_to_index[word] for word in model.wv.index_to_key]
        assert np.array_equal(model.syn1neg, outputs[rows])
    words = models[0].wv.index_to_key
    units = [model.wv[words] / np.linalg.norm(model.wv[words], axis=1, keepdims=True) for model in models]
    likeness = dict(zip(words, (units[0] * units[1]).sum(axis=1).tolist(), strict=True))
    moved = min(likeness, key=likeness.get)
    assert moved == "pier"
    assert min(value for word, value in likeness.items() if word != "pier") > likeness["pier"] + 0.1
