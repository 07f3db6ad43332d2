"""Training on a cluster has the bits of shards in one process: on any nodes, whatever is killed on the way."""

import gzip

import numpy as np
import pytest
from fake_ray import FakeRay, OutOfDiskError

from w2v import ClusterError, Word2Vec, _core, cluster
from w2v.base import progress
from w2v.callbacks import CallbackAny2Vec
from w2v.cluster import crew
from w2v.cluster.host import Host
from w2v.errors import EncodingError

SMALL = {"vector_size": 16, "min_count": 2, "epochs": 2, "workers": 2, "sg": 1}
RANDOM = np.random.default_rng(7)
WORDS = np.array([f"word{i}" for i in range(300)])
CALLS = ["count", "measure", "find", "hold", "load", "train", "bases", "changes", "merge", "apply"]
SHARES = 1 / np.arange(1, 301)


def lines(n):
    sizes = RANDOM.integers(0, 24, n)
    return [" ".join(WORDS[RANDOM.choice(300, size=size, p=SHARES / SHARES.sum())]) for size in sizes]


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    paths = [folder / "a.txt", folder / "b.txt.gz", folder / "c.txt"]
    paths[0].write_text("\n".join(lines(900)))
    paths[1].write_bytes(gzip.compress("\n".join(lines(100)).encode()))
    paths[2].write_text("\n".join([*lines(300), " ".join(lines(1000))]))  # a line of more than 10,000 words
    return paths


@pytest.fixture(scope="module")
def alone(texts):
    return Word2Vec(corpus_file=texts, shards=4, **SMALL)


@pytest.fixture
def ray(monkeypatch):
    def start(nodes):
        fake = FakeRay(nodes)
        monkeypatch.setattr(crew, "import_ray", lambda: fake)
        monkeypatch.setattr(crew, "_POLL", 0.01)
        return fake

    return start


def same(model, other):
    assert model.wv.index_to_key == other.wv.index_to_key
    assert model.vocab.counts.tolist() == other.vocab.counts.tolist()
    assert (model.corpus_count, model.corpus_total_words) == (other.corpus_count, other.corpus_total_words)
    assert model.losses == pytest.approx(other.losses, rel=1e-6)
    return np.array_equal(model.wv.vectors, other.wv.vectors) and all(
        np.array_equal(mine, theirs) for (_, mine), (_, theirs) in zip(model._outputs, other._outputs, strict=True)
    )


@pytest.mark.parametrize("nodes", [1, 2, 3, 4, 6])
def test_any_number_of_nodes_gives_the_bits_of_one_process(nodes, ray, texts, alone):
    fake = ray(nodes)
    model = cluster.train(texts, 4, **SMALL)
    assert same(model, alone)
    assert len(fake.started) == min(nodes, 4)
    assert fake.is_shut


@pytest.mark.parametrize(
    "settings",
    [
        {"sg": 0},
        {"hs": 1, "negative": 0},
        {"objective": "nce", "nce_bias": True},
        {"positional": "weights", "sg": 0, "window": 3},
        {"positional": "outputs", "window": 2},
        {"null_word": 1, "max_final_vocab": 100},
        {"freeze": ["word1", "word2"], "sorted_vocab": 0},
    ],
)
def test_all_objectives(settings, ray, texts):
    ray(2)
    settings = {**SMALL, **settings}
    assert same(cluster.train(texts, 4, **settings), Word2Vec(corpus_file=texts, shards=4, **settings))


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("time", [1, 2, 9])
def test_a_host_killed_before_any_call(call, time, ray, texts, alone):
    fake = ray(2)
    fake.plan[call, time] = lambda actor: setattr(actor, "killed", True)
    assert same(cluster.train(texts, 4, **SMALL), alone)
    assert len(fake.started) == 2 + ((call, time) not in fake.plan)


def test_all_hosts_killed_at_once(ray, texts, alone):
    fake = ray(3)

    def kill_all(actor):
        for other in fake.started:
            other.killed = True

    fake.plan["merge", 50] = kill_all
    assert same(cluster.train(texts, 4, **SMALL), alone)
    assert len(fake.started) == 6


def test_a_node_that_is_lost(ray, texts, alone):
    fake = ray(3)

    def replace(actor):
        fake.alive = [node for node in fake.alive if node != actor.node] + ["another"]

    fake.plan["apply", 20] = replace
    assert same(cluster.train(texts, 4, **SMALL), alone)
    assert fake.started[-1].node == "another"


def test_a_node_that_does_not_come_back(ray, texts, alone, tmp_path):
    def lose(actor):
        fake.alive.remove(actor.node)

    fake = ray(3)
    fake.plan["train", 30] = lose
    assert same(cluster.train(texts, 4, deadline=0.1, **SMALL), alone)
    assert len(fake.started) == 3

    fake, path = ray(3), tmp_path / "run.ckpt"
    fake.plan["train", 60] = lose
    with pytest.raises(ClusterError, match=r"a node was lost, and none came in 0.1 seconds \(left: node.*, node.*\)"):
        cluster.train(texts, 4, deadline=0.1, on_loss="stop", checkpoint=path, **SMALL)
    ray(2)
    assert same(cluster.resume(path, texts, 4), alone)
    assert same(Word2Vec.resume(path), alone)


def test_checkpoints_go_on_here_and_there(ray, texts, alone, tmp_path):
    path = tmp_path / "run.ckpt"

    def interrupt(actor):
        raise KeyboardInterrupt

    fake = ray(2)
    fake.plan["train", 40] = interrupt
    with pytest.raises(KeyboardInterrupt):
        cluster.train(texts, 4, checkpoint=path, checkpoint_every=0, **SMALL)
    kept = path.read_bytes()
    ray(3)
    assert same(cluster.resume(path, texts, 4), alone)
    path.write_bytes(kept)
    assert same(Word2Vec.resume(path), alone)


def test_ctrl_c_leaves_the_newest_model(ray, texts, alone):
    fake = ray(2)
    text = cluster.ClusterText(texts, 4)
    model = Word2Vec(shards=4, **SMALL)
    model.build_vocab(text)
    before = model.wv.vectors.copy()

    def interrupt(actor):
        raise KeyboardInterrupt

    fake.plan["apply", 10] = interrupt
    with pytest.raises(KeyboardInterrupt):
        model.train()
    assert not np.array_equal(model.wv.vectors, before)
    assert np.isfinite(model.wv.vectors).all()
    newest = max((actor.object.state() for actor in fake.started), key=lambda state: state[:2])
    assert np.array_equal(newest.matrices["inp"][:, :16], model.wv.vectors)
    text.close()


def test_callbacks_change_the_model_between_epochs(ray, texts):
    class Halving(CallbackAny2Vec):
        def on_epoch_end(self, model):
            model.wv.vectors *= 0.5

    ray(2)
    found = cluster.train(texts, 4, callbacks=[Halving()], **SMALL)
    assert same(found, Word2Vec(corpus_file=texts, shards=4, callbacks=[Halving()], **SMALL))


def test_a_node_sends_one_sum_for_shards_that_belong_together(ray, texts, alone, monkeypatch):
    sent = []

    def changes(self, owners, real=Host.changes):
        found = real(self, owners)
        sent.append(sorted((found if owners == 1 else found[0]).keys()))
        return found

    monkeypatch.setattr(Host, "changes", changes)
    ray(2)
    assert same(cluster.train(texts, 4, **SMALL), alone)
    assert sent[:2] == [[0], [2]]
    sent.clear()
    ray(3)
    assert same(cluster.train(texts, 4, **SMALL), alone)
    assert sent[:3] == [[0], [1], [2]]


def test_half_as_many_bytes_give_other_bits_that_are_close(ray, texts, alone):
    ray(2)
    model = cluster.train(texts, 4, exchange="float16", **SMALL)
    assert not np.array_equal(model.wv.vectors, alone.wv.vectors)
    assert np.abs(model.wv.vectors - alone.wv.vectors).max() < 0.01 * np.abs(alone.wv.vectors).max()


def test_other_versions_and_errors_of_hosts_are_told(ray, texts, monkeypatch, tmp_path):
    fake = ray(2)
    about = {"w2v": "0.0.1", "node": "old", "process": 1}
    with monkeypatch.context() as patched:
        patched.setattr(Host, "describe", lambda self: about)
        with pytest.raises(ClusterError, match=r"old: expected w2v .*, as here, got 0.0.1"):
            cluster.train(texts, 4, **SMALL)
    assert fake.is_shut
    assert all(actor.dead for actor in fake.started)
    ray(2)
    with monkeypatch.context() as patched:
        patched.setattr("w2v.training.shards.memory.available_memory", lambda: 1000)
        with pytest.raises(MemoryError, match=r"expected .* bytes of free memory"):
            cluster.train(texts, 4, **SMALL)
    with pytest.raises(ValueError, match="max_vocab_size: expected None on a cluster"):
        cluster.train(texts, 4, max_vocab_size=10, **SMALL)
    with pytest.raises(ValueError, match="shards: expected 2 or more on a cluster, got 1"):
        cluster.train(texts, 1)
    with pytest.raises(ValueError, match="on_loss: expected fewer or stop, got 'go'"):
        cluster.train(texts, 4, on_loss="go")
    with pytest.raises(FileNotFoundError, match="missing"):
        cluster.train(tmp_path / "missing", 4)
    latin = tmp_path / "latin"
    latin.write_bytes("caf\xe9 bar\n".encode("latin-1") * 100)
    ray(2)
    with pytest.raises(EncodingError, match="expected a word in utf-8, got b'caf"):
        cluster.train(latin, 2, **SMALL)


def test_nodes_of_other_processors_give_the_same_bits(ray, texts, alone, monkeypatch):
    fake, known, used = ray(len(_core.kernel_sets())), _core.kernel_sets(), set()

    def before(actor, name, real=fake.before):
        kernels = known[int(actor.node.removeprefix("node"))]
        monkeypatch.setenv("W2V_KERNELS", kernels)
        used.add((name, kernels))
        real(actor, name)

    fake.before = before
    assert same(cluster.train(texts, 4, **SMALL), alone)
    assert {("train", kernels) for kernels in known} <= used


def test_a_full_disk_of_a_node_is_told(ray, texts):
    def fill(actor):
        raise OutOfDiskError("no space left")

    fake = ray(2)
    fake.plan["changes", 9] = fill
    with pytest.raises(OSError, match="a disk of the cluster is full: no space left"):
        cluster.train(texts, 4, **SMALL)
    assert all(actor.dead for actor in fake.started)


def test_texts_at_urls(ray, texts, alone):
    pytest.importorskip("fsspec")
    ray(3)
    assert same(cluster.train([path.as_uri() for path in texts], 4, **SMALL), alone)


class Shown:
    """A bar that keeps what it showed."""

    def __init__(self):
        self.n, self.seen = 0, []

    def update(self, more):
        self.n += more
        self.seen.append(self.n)

    def set_postfix(self, refresh, loss):
        assert float(loss) > 0

    def close(self):
        pass


def test_progress_is_that_of_all_nodes(ray, texts, alone, monkeypatch):
    bar = Shown()
    monkeypatch.setattr(progress, "open_bar", lambda *given, **options: bar)
    fake = ray(3)
    fake.plan["train", 20] = lambda actor: setattr(actor, "killed", True)  # what is trained again does not count twice
    cluster.train(texts, 4, progress=True, **SMALL)
    words = alone.corpus_total_words
    kept = int(alone.vocab.counts.sum())
    assert len(bar.seen) > 10
    assert bar.seen == sorted(bar.seen)
    assert bar.seen[-1] == 2 * kept <= 2 * words


def test_slow_nodes_are_told(ray, texts, monkeypatch, caplog):
    fake = ray(3)

    def train(self, epoch, number, real=Host.train):
        tallies, _ = real(self, epoch, number)
        slow = self is fake.started[1].object
        return tallies, (9.0 if slow else 1.0) * sum(int(tally["tokens"][0]) for tally in tallies.values())

    monkeypatch.setattr(Host, "train", train)
    cluster.train(texts, 4, **SMALL)
    assert "cluster: node1 takes 9.0 times as long as most nodes" in caplog.text
    assert "node0" not in caplog.text


def test_without_ray_the_error_says_what_to_install(monkeypatch, texts):
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(ImportError, match=r'pip install "w2v\[ray\]"'):
        cluster.train(texts, 4)
