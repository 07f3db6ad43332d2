"""What a cluster costs: bytes and seconds of a round by a formula, the formula against a round, and Ray's share of one.

python bench/cluster.py                  # the table of docs/guide-cluster.md, and bytes of a round that is trained
python bench/cluster.py --ray --nodes 4  # rounds on Ray, on so many nodes of this machine
"""

import argparse
import os
import time
from contextlib import contextmanager

import numpy as np
from _common import CACHE
from _same_process import SameProcess

from w2v import Word2Vec, _core
from w2v.callbacks import CallbackAny2Vec
from w2v.corpus.stream import Part
from w2v.corpus.vocab import Vocab
from w2v.training.jobs import Jobs, Totals
from w2v.training.shards.merging import belonging
from w2v.training.shards.plan import Piece
from w2v.training.shards.replica import Replica
from w2v.training.steps import frequencies, used_outputs

NODES = (2, 4, 8, 16, 32, 100)
SPEED = 3.5e6  # tokens a second of one thread, skip-gram, 100 dimensions
GBIT = 1e9 / 8


def zipf(words):
    """A vocabulary by Zipf's law, of a text of a billion tokens."""
    shares = 1 / (np.arange(words) + 2.7)
    counts = np.maximum(1, 1e9 * shares / shares.sum()).astype(np.int64)
    return Vocab(range(words), counts)


def sent_bytes(settings, vocab, tokens):
    """Bytes of the changes of a shard that trains so many tokens: of rows that a step is expected to move."""
    often = frequencies(settings, vocab)
    rows = sum((1 - np.exp(-tokens * each)).sum() for each in (often.kept, used_outputs(settings, often)))
    return rows * 4 * (settings.vector_size + 1)


def sent(settings, vocab, tokens, nodes, cores):
    """Bytes that a node sends in a round, and gets: sums of its shards, and steps of its rows, but to itself."""
    groups = belonging(range(cores), cores)
    changes = sum(sent_bytes(settings, vocab, tokens * len(group)) for group in groups)
    return (changes + sent_bytes(settings, vocab, tokens * nodes * cores)) * (nodes - 1) / nodes


def print_table(tokens):
    """How many times as fast as one machine so many are, with a shard on each core."""
    settings, vocab = Word2Vec(sg=1).checked(), zipf(400_000)
    train = tokens / SPEED
    print(f"{tokens:,} tokens a shard in a round, which train in {train:.2f} s, 400,000 words, 100 dimensions\n")
    print("| nodes | cores | MB a node sends | 10 Gb/s: s | times one machine | 100 Gb/s: s | times one machine |")
    print("| --- " * 7 + "|")
    for cores in (1, 16):
        for nodes in NODES:
            moved = sent(settings, vocab, tokens, nodes, cores)
            seconds = [moved / (gigabits * GBIT) for gigabits in (10, 100)]
            cells = [f"{each:.2f} | {nodes * train / (train + each):.1f}" for each in seconds]
            print(f"| {nodes} | {cores} | {moved / 1e6:,.0f} | {' | '.join(cells)} |")


def check_formula(tokens, words):
    """Print bytes of the changes of a round that is trained, and what the formula says."""
    random, vocab = np.random.default_rng(1), zipf(words)
    ids = random.choice(words, size=tokens // 20 * 20, p=vocab.counts / vocab.total).astype(np.int32)
    model = Word2Vec(sg=1, min_count=0, sorted_vocab=0)
    model.build_vocab_from_freq(dict(zip(vocab.words, vocab.counts.tolist(), strict=True)))
    settings, part = model.checked(), Part(ids, np.arange(0, len(ids) + 1, 20), 0)
    jobs = Jobs(settings, vocab, Totals(10**9, 5 * 10**7), model.wv.vectors, model._outputs.trainable())
    replica = Replica(jobs)
    replica.take_over()
    replica.train(Piece(part, 0, len(ids)), 0, np.zeros(1, dtype=_core.TALLY), 0)
    found = sum(part.rows.nbytes + part.sums.nbytes for part in map(replica.changes, ("inp", "out")))
    expected = sent_bytes(settings, vocab, len(ids))
    sizes = f"{found / 1e6:.1f} MB, by the formula {expected / 1e6:.1f} MB"
    print(f"\nchanges of {len(ids):,} tokens, {words:,} words: {sizes}")


class TwoEpochs(CallbackAny2Vec):
    """Ends training early."""

    def on_epoch_end(self, model):
        return len(model.losses) == 2


def timed(cls, name, seconds):
    """Have a method add the seconds of each call to a list."""
    method = getattr(cls, name)

    def call(self, *given):
        began = time.perf_counter()
        found = method(self, *given)
        seconds.append(time.perf_counter() - began)
        return found

    setattr(cls, name, call)


def make_text(path, tokens, words):
    """Write a text of so many words, whose frequencies follow Zipf's law, to be kept for the next time."""
    if not path.exists():
        vocab = zipf(words)
        ids = np.random.default_rng(1).choice(words, (tokens // 20, 20), p=vocab.counts / vocab.total)
        path.write_text("\n".join(" ".join(map(str, row)) for row in ids.tolist()))
    return path


def on_ray(nodes, tokens, words, folder, exchange):
    """Print how long rounds take on Ray, by the same hosts in one process, and in one process with as many threads."""
    from w2v import cluster
    from w2v.cluster import crew
    from w2v.cluster.trainer import ClusterTrainer
    from w2v.training.shards.trainer import ShardTrainer

    rounds, training, merging = [], [], []
    timed(ClusterTrainer, "_round", rounds)
    timed(ShardTrainer, "_train", training)
    timed(ShardTrainer, "_merge", merging)
    settings = {"sg": 1, "epochs": 10, "min_count": 1}  # 10, so that a round has as many tokens as were asked for
    settings["callbacks"] = [TwoEpochs()]
    path = make_text(folder / f"zipf{words}_{tokens * nodes * 3}.txt", tokens * nodes * 3, words)
    cores = os.cpu_count() or 1
    Word2Vec(corpus_file=path, shards=nodes, workers=cores, **settings)
    import_ray, crew.import_ray = crew.import_ray, lambda: SameProcess(nodes, cores)
    cluster.train(path, nodes, workers=1, exchange=exchange, **settings)
    crew.import_ray, hosts = import_ray, rounds.copy()
    rounds.clear()
    with nodes_of_ray(nodes):
        before = cpu_seconds()
        cluster.train(path, nodes, workers=1, exchange=exchange, **settings)
        after = cpu_seconds()
    train, merge, hosts, whole = (float(np.median(seconds[1:])) for seconds in (training, merging, hosts, rounds))
    print(f"rounds of {tokens:,} tokens a shard, {nodes} shards, {cores} cores, medians of {len(rounds) - 1}:")
    print(f"  one process: {train:.3f} s training, {merge:.3f} s merging")
    print(f"  {nodes} hosts in one process: {hosts:.3f} s")
    print(f"  {nodes} nodes of Ray: {whole:.3f} s; Ray's share: {1 - hosts / whole:.0%}; ", end="")
    print(f"of which one process does not need {1 - (train + merge) / whole:.0%}")
    spent = ", ".join(f"{name} {after[name] - before.get(name, 0):.2f}" for name in after)
    print(f"  seconds of processors, start and reading included: {spent}")


@contextmanager
def nodes_of_ray(n):
    """Start so many on this machine."""
    import ray
    from ray.cluster_utils import Cluster

    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    for _ in range(n - 1):
        made.add_node(num_cpus=1)
    made.wait_for_nodes()
    ray.init(address=made.address, log_to_driver=False)
    yield
    ray.shutdown()
    made.shutdown()


def cpu_seconds():
    """Seconds that processors have worked for Ray's nodes and for this process; {} without psutil."""
    try:
        import psutil
    except ImportError:
        return {}
    found = {}
    for process in psutil.process_iter(["name", "cpu_times"]):
        known = {"raylet": "raylet" in process.info["name"], "this process": process.pid == os.getpid()}
        for name in (name for name, fits in known.items() if fits):
            found[name] = found.get(name, 0) + process.info["cpu_times"].user + process.info["cpu_times"].system
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--smoke", action="store_true", help="tiny")
    parser.add_argument("--ray", action="store_true", help="rounds on Ray")
    parser.add_argument("--nodes", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=1_000_000, help="of a shard in a round")
    parser.add_argument("--exchange", default="float32", help="how changes travel on Ray: float32 or float16")
    options = parser.parse_args()
    if options.ray:
        CACHE.mkdir(parents=True, exist_ok=True)
        on_ray(options.nodes, options.tokens, 71_000, CACHE, options.exchange)
    else:
        print_table(options.tokens)
        check_formula(20_000 if options.smoke else min(options.tokens, 500_000), 2000 if options.smoke else 71_000)
