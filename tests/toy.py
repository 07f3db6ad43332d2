"""Small corpora and models that drive the compiled trainer and its replay side by side."""

import dataclasses
import threading

import numpy as np
import pytest

from w2v import _core
from w2v.corpus.huffman import Huffman
from w2v.corpus.noise import Noise
from w2v.reference import replay

KERNELS = ("batched", "pairwise")
DEFAULTS = {"sg": True, "kernel": "batched", "cbow_mean": True, "shrink_windows": True, "side": 0}
DEFAULTS |= {"window": 5, "negative": 5, "tile_inputs": 32, "block": 0}
RATES = {"alpha": 0.05, "min_alpha": 0.001}
OBJECTIVE = {"hs": False, "nce": False, "nce_bias": False, "cbow_corrected": False}  # negative=0: no negative sampling


def aligned(values):
    """A float32 copy with the rows that the kernels want: padded to 16 floats, 64-byte aligned, the padding zero."""
    rows, size = np.shape(values)
    stride = -(-size // 16) * 16
    memory = np.zeros(rows * stride + 16, dtype=np.float32)
    skip = -memory.ctypes.data % 64 // 4
    matrix = memory[skip : skip + rows * stride].reshape(rows, stride)
    matrix[:, :size] = values
    return matrix


def random_rows(words, size, scale, seed):
    """Rows whose dot products have the standard deviation `scale`."""
    return np.random.default_rng(seed).normal(0, (scale / size**0.5) ** 0.5, (words, size)).astype(np.float32)


def stacked(outputs):
    """All outputs as one matrix: rows of words, then of nodes, then biases as rows of one number."""
    if isinstance(outputs, np.ndarray):
        return outputs
    width = max(rows.shape[1] for rows in outputs.values() if rows.ndim == 2)
    as_rows = [np.pad(rows[:, None], ((0, 0), (0, width - 1))) if rows.ndim == 1 else rows for rows in outputs.values()]
    return np.vstack(as_rows)


class Toy:
    """A corpus, a model before training, and settings.

    Parameters
    ----------
    sentences : list of lists of ids
    inp, out : arrays of shape (words, size)
    weights : of the noise words; None: all equal
    keep : uint32 thresholds or None
    shares : weights of the sentences or None
    settings : changes to DEFAULTS, RATES and OBJECTIVE
    """

    trainer = _core.TrainJob

    def __init__(self, sentences, inp, out, *, weights=None, keep=None, shares=None, seed=7, words=None, **settings):
        self.ids = np.array([word for sentence in sentences for word in sentence], dtype=np.int32)
        self.offsets = np.cumsum([0, *map(len, sentences)], dtype=np.int64)
        self.inp, self.out, self.size = np.asarray(inp), np.asarray(out), np.shape(inp)[1]
        self.keep, self.shares = keep, shares
        weights = np.ones(len(inp)) if weights is None else np.asarray(weights, dtype=float)
        objective = {name: settings.pop(name, usual) for name, usual in OBJECTIVE.items()}
        unknown = set(settings) - set(DEFAULTS) - set(RATES)
        if unknown:
            raise TypeError(f"settings: unknown {sorted(unknown)}")
        self.settings = {**DEFAULTS, **RATES, **settings}
        self.settings.update(seed=seed, words=len(self.ids) if words is None else words)
        noise = Noise(weights)
        self.noise, self.cbow_corrected = noise.table, objective["cbow_corrected"]
        self.outputs = {"out": self.out} if self.settings["negative"] else {}
        self.log_noise = None
        if objective["hs"]:
            self.tree = Huffman(range(len(weights)), (1000 * weights).astype(int))
            self.outputs["nodes"] = random_rows(len(inp), self.size, 1.0, seed + 3)
        if objective["nce"]:
            self.log_noise = np.log(np.maximum(self.settings["negative"] * noise.probabilities, 1e-30)).astype(
                np.float32
            )
        if objective["nce_bias"]:
            self.outputs["biases"] = np.random.default_rng(seed + 4).normal(size=len(inp)).astype(np.float32)

    @classmethod
    def random(cls, lengths, n_words, size, scale=1.0, seed=7, **settings):
        """Random sentences of these lengths, of low words more often than of high ones, and a random model."""
        rng = np.random.default_rng(seed)
        sentences = [(n_words * rng.random(length) ** 2).astype(int).tolist() for length in lengths]
        rows = [random_rows(n_words, size, scale, seed + k) for k in (1, 2)]
        return cls(sentences, *rows, weights=1 / np.arange(1, n_words + 1), seed=seed, **settings)

    def job(self, kernels, loss_every=0, chunk=1, **extra):
        """A TrainJob, with fresh matrices."""
        inp = aligned(self.inp)
        outputs = {name: np.copy(rows) if rows.ndim == 1 else aligned(rows) for name, rows in self.outputs.items()}
        tables = {"ids": self.ids, "offsets": self.offsets, "keep": self.keep, "noise": self.noise}
        if "nodes" in outputs:
            tables["paths"] = self.tree.points << 1 | self.tree.codes, self.tree.starts
        tables.update(log_noise=self.log_noise, sentence_weights=self.shares, cbow_corrected=self.cbow_corrected)
        extra |= {"kernels": kernels, "loss_every": loss_every, "chunk": chunk}
        extra = {"out": None, **extra, **outputs}
        job = self.trainer(inp=inp, vector_size=self.size, **tables, **self.settings, **extra)
        return job, inp, outputs.get("out", outputs) if len(outputs) == 1 else outputs

    def train(self, kernels=None, *, epochs=1, threads=1, **extra):
        """Train; return inp and outputs, padding included, and the tally of all threads and epochs."""
        job, inp, out = self.job(kernels or _core.kernel_sets()[0], **extra)
        tallies = np.zeros(threads, dtype=_core.TALLY)
        for epoch in range(epochs):
            job.begin_epoch(epoch, epoch * len(self.ids))
            workers = [threading.Thread(target=job.run, args=(tallies, mine)) for mine in range(threads)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        return inp, stacked(out), {name: tallies[name].sum().item() for name in tallies.dtype.names}

    def replay(self, *, epochs=1, **sigmoid):
        """Train in float64 numpy; return inp and outputs, the loss, and the number of pairs."""
        settings = dict(self.settings)
        settings["pairwise"] = settings.pop("kernel") != "batched"
        settings.update(nce=self.log_noise is not None, cbow_corrected=self.cbow_corrected)
        inp = self.inp.astype(np.float64)
        outputs = {name: rows.astype(np.float64) for name, rows in self.outputs.items()}
        names = {"biases": "bias"}
        given = replay.Outputs(
            log_noise=self.log_noise, **{names.get(name, name): rows for name, rows in outputs.items()}
        )
        if "nodes" in outputs:
            given = dataclasses.replace(given, paths=[self.tree.path(word) for word in range(len(inp))])
        total, pairs = 0.0, 0
        for epoch in range(epochs):
            corpus = (self.ids, self.offsets, self.keep, self.noise)
            before = epoch * len(self.ids)
            done = replay.train(inp, given, *corpus, replay.Settings(**settings), epoch, before, self.shares, **sigmoid)
            total, pairs = total + done[0], pairs + done[1]
        return inp, stacked(outputs), total, pairs


def check_training(toy, replayed, bound=3e-5, rel=1e-4, **how):
    """Train a toy, check it against what `Toy.replay` returned, and return its outputs and tally."""
    expected_inp, expected_out, loss, pairs = replayed
    inp, out, tally = toy.train(loss_every=1, **how)
    np.testing.assert_allclose(inp[:, : toy.size], expected_inp, rtol=0, atol=bound)
    np.testing.assert_allclose(out[:, : toy.size], expected_out, rtol=0, atol=bound)
    assert not inp[:, toy.size :].any()  # the padding stays zero
    assert tally["pairs"] == pairs
    assert tally["loss"] == pytest.approx(loss, rel=rel)
    return out, tally
