"""Shards: the same bits whatever threads, and those of replicas that only exchange arrays."""

import copy
from itertools import pairwise

import numpy as np
import pytest

from w2v import Word2Vec, _core
from w2v.base.weights import padded
from w2v.corpus.stream import Part, part_of
from w2v.training.jobs import Jobs, Totals
from w2v.training.shards import merging, plan, texts
from w2v.training.shards.replica import Replica
from w2v.training.shards.strengths import strengths

OBJECTIVES = [
    {"sg": 1},
    {"sg": 0},
    {"sg": 0, "cbow_mean": 0},
    {"sg": 0, "cbow_corrected": True},
    {"sg": 1, "objective": "nce", "nce_bias": True},
    {"sg": 0, "objective": "nce"},
    {"sg": 1, "hs": 1, "negative": 0},
    {"sg": 0, "hs": 1},
    {"sg": 1, "positional": "outputs"},
    {"sg": 0, "positional": "outputs"},
    {"sg": 0, "positional": "weights"},
    {"sg": 1, "kernel": "pairwise"},
    {"sg": 0, "objective": "softmax", "negative": 0, "epochs": 1},
]
each_objective = pytest.mark.parametrize("objective", OBJECTIVES, ids=str)


def words(sentences=1200, length=10, vocabulary=600, seed=5):
    """Rows of ids with Zipf's frequencies."""
    shares = 1 / np.arange(1, vocabulary + 1)
    return np.random.default_rng(seed).choice(vocabulary, (sentences, length), p=shares / shares.sum())


def untrained(sentences=None, **settings):
    given = {"vector_size": 20, "min_count": 1, "epochs": 2, "workers": 2, "shards": 3, **settings}
    model = Word2Vec(**given)
    model.build_vocab(words() if sentences is None else sentences)
    return model


def trained(sentences=None, **settings):
    model = untrained(sentences, **settings)
    model.train()
    return model


def bits(model):
    """All weights."""
    return [model.wv.vectors.tobytes(), *(matrix.tobytes() for matrix in dict(model._outputs).values())]


@each_objective
def test_the_number_of_threads_makes_no_difference(objective):
    found = [bits(trained(workers=workers, **objective)) for workers in (1, 2, 8)]
    assert found[0] == found[1] == found[2]
    assert found[0] != bits(trained(shards=4, **objective))
    assert found[0] != bits(trained(seed=2, **objective))


def apart(model):
    """Train a model by replicas that each have weights of their own, and exchange nothing but arrays."""
    settings, vocab, corpus = model.checked(), model.vocab, model._corpus
    totals, shards = Totals.of(corpus), settings.shards
    jobs = []
    for _ in range(shards):
        outputs = copy.deepcopy(model._outputs).trainable()
        jobs.append(Jobs(settings, vocab, totals, padded(model.wv.vectors.copy()), outputs))
    replicas = [Replica(job) for job in jobs]
    known = strengths(settings, vocab, totals, None)
    group = plan.group_of(jobs[0].block)
    rounds = plan.rounds_in_epoch(totals, settings.epochs, shards, group)
    whole = Part(corpus.ids, corpus.offsets, 0)
    starts = plan.boundaries(whole.offsets, shards, group)
    parts = [part_of(whole, first, end) for first, end in pairwise(starts)]
    for replica in replicas:
        replica.take_over()
    for epoch in range(settings.epochs):
        done = 0
        pieces = [plan.cut(part, rounds, group) for part in parts]
        for number in range(len(pieces[0])):
            tallies = np.zeros(shards, dtype=_core.TALLY)
            for shard in reversed(range(shards)):
                replicas[shard].train(pieces[shard][number], epoch, tallies, shard)
            tokens = tallies["tokens"].tolist()
            bases = replicas[merging.basis_shard(number, tokens)].bases(known)
            now = merging.round_of(settings, totals.words, epoch, done, sum(tokens))
            done += sum(tokens)
            rules = merging.mergings(known, list(replicas[0].own), bases, now, shards, settings.vector_size)
            for name, rule in rules.items():
                half = len(replicas[0].own[name]) // 2
                merged = []
                for first, end in ((0, half), (half, None)):
                    merged.append(rule.merge_changes([replica.changes(name, first, end) for replica in replicas]))
                for replica in replicas:
                    for rows, steps in merged:
                        replica.apply(name, rows, steps)
    for replica in replicas[1:]:
        for name, matrix in replica.merged.items():
            assert np.array_equal(matrix, replicas[0].merged[name])
    return replicas[0].merged


@each_objective
def test_replicas_that_exchange_arrays_come_to_the_same_bits(objective):
    model = untrained(**objective)
    expected = apart(model)
    model.train()
    names = {"inp": model.wv.vectors, "out": model.syn1neg, "nodes": model.syn1, "weights": model.position_weights}
    for name, matrix in expected.items():
        if name == "biases":
            assert np.array_equal(model.syn1neg_bias, matrix)
        elif name == "out" and model.positional == "outputs":
            by_word = model.syn1pos.swapaxes(0, 1).reshape(len(matrix), -1)
            assert np.array_equal(by_word, matrix[:, :20])
        else:
            assert np.array_equal(names[name], matrix[:, :20])


def test_every_sentence_is_trained_once_an_epoch():
    corpus = untrained(words(500, 7))._corpus
    for rounds in (
        list(texts.kept_rounds(corpus, 3, 4, 16)),
        list(texts.read_rounds(cut_up(corpus), 3500, 3, 4, 16)),
    ):
        parts = [piece.part for pieces in rounds for piece in pieces if len(piece.part.ids)]
        parts.sort(key=lambda part: part.first_sentence)
        assert np.array_equal(np.concatenate([part.ids for part in parts]), corpus.ids)
        assert [part.first_sentence % 16 for part in parts] == [0] * len(parts)
        assert all(len(pieces) == 3 for pieces in rounds)
        sizes = [len(part.ids) for part in parts]
        assert max(sizes) <= min(sizes) + 2 * 16 * 7 or rounds[-1][-1].part.ids.size < max(sizes)


def cut_up(corpus, size=37):
    """A corpus that is kept, in the parts that a reading gives."""
    for first in range(0, len(corpus), size):
        offsets = corpus.offsets[first : first + size + 1]
        yield Part(corpus.ids[offsets[0] : offsets[-1]], offsets, first)


@each_objective
def test_every_kernel_set_trains_shards_to_the_same_bits(objective, monkeypatch):
    found = []
    for kernels in _core.kernel_sets():
        monkeypatch.setenv("W2V_KERNELS", kernels)
        found.append(bits(trained(**{**objective, "epochs": 1})))
    assert all(one == found[0] for one in found)
