"""The same on Ray itself: clusters of several nodes on this machine, of which processes and nodes are killed."""

import os
import signal

import numpy as np
import pytest

from w2v import Word2Vec, cluster
from w2v.callbacks import CallbackAny2Vec
from w2v.cluster import crew

ray = pytest.importorskip("ray")
cluster_utils = pytest.importorskip("ray.cluster_utils")

pytestmark = pytest.mark.slow

SMALL = {"vector_size": 16, "min_count": 2, "epochs": 3, "workers": 1, "sg": 1}
NODE = {"num_cpus": 1, "object_store_memory": 100 << 20}


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    random = np.random.default_rng(7)
    words = np.array([f"word{i}" for i in range(300)])
    shares = 1 / np.arange(1, 301)
    path = tmp_path_factory.mktemp("texts") / "text"
    path.write_text("\n".join(" ".join(words[random.choice(300, 12, p=shares / shares.sum())]) for _ in range(2000)))
    return path


@pytest.fixture(scope="module")
def alone(text):
    return Word2Vec(corpus_file=text, shards=4, **SMALL)


@pytest.fixture
def nodes():
    made = cluster_utils.Cluster(initialize_head=True, head_node_args=NODE)
    yield made
    ray.shutdown()
    made.shutdown()


def connected(made, n):
    more = [made.add_node(**NODE) for _ in range(n - 1)]
    made.wait_for_nodes()
    ray.init(address=made.address, log_to_driver=False)
    return more


def same(model, other):
    return np.array_equal(model.wv.vectors, other.wv.vectors) and np.array_equal(model.syn1neg, other.syn1neg)


@pytest.mark.parametrize("n", [1, 2, 4])
def test_nodes_give_the_bits_of_one_process(n, nodes, text, alone):
    connected(nodes, n)
    assert same(cluster.train(text, 4, **SMALL), alone)


class After(CallbackAny2Vec):
    """Does something once an epoch is over."""

    def __init__(self, call):
        self.call = call

    def on_epoch_end(self, model):
        if self.call:
            self.call()
            self.call = None


def test_a_process_that_is_killed(nodes, text, alone, monkeypatch):
    connected(nodes, 2)
    made, gather = [], crew.Crew._gather
    monkeypatch.setattr(crew.Crew, "_gather", lambda self, wait: made.append(self) or gather(self, wait))

    def end():
        os.kill(ray.get(made[0].members[0].actor.describe.remote())["process"], signal.SIGKILL)

    kill = After(end)
    assert same(cluster.train(text, 4, callbacks=[kill], **SMALL), alone)
    assert kill.call is None
    assert made[0].losses == 0  # in a row


def test_a_node_that_is_killed(nodes, text, alone):
    more = connected(nodes, 3)

    def kill():
        nodes.remove_node(more[0], allow_graceful=False)
        nodes.add_node(**NODE)

    assert same(cluster.train(text, 4, callbacks=[After(kill)], **SMALL), alone)


def test_a_node_that_does_not_come_back(nodes, text, alone):
    more = connected(nodes, 2)
    lose = After(lambda: nodes.remove_node(more[0], allow_graceful=False))
    assert same(cluster.train(text, 4, deadline=5, callbacks=[lose], **SMALL), alone)
