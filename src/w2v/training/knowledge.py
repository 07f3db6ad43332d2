"""The distribution over words that a model has learnt, by its objective."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from w2v.base.arrays import Array
from w2v.corpus.vocab import Vocab
from w2v.errors import VocabularyError
from w2v.training.state import State

_CELLS = 2_000_000  # numbers that one step of the work makes


class Knowledge(Protocol):
    """Natural logarithms of probabilities of words, given rows that stand for contexts."""

    def all(self, hidden: Array) -> Array:
        """Of all words: shape (rows, words)."""

    def some(self, hidden: Array, rows: Array, targets: Array) -> Array:
        """Of word targets[i] given hidden[rows[i]], for each i."""


class _Softmax:
    """Proportional to e^(product with a word's output row + its bias)."""

    def __init__(self, outputs: Array, bias: Array | None = None) -> None:
        self.outputs, self.bias = outputs, bias

    def all(self, hidden: Array) -> Array:
        logits: Array = (hidden @ self.outputs.T).astype(np.float64)
        if self.bias is not None:
            logits += self.bias
        logits -= logits.max(axis=1, keepdims=True)
        logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return logits

    def some(self, hidden: Array, rows: Array, targets: Array) -> Array:
        logs = np.empty(len(rows))
        order = np.argsort(rows, kind="stable")
        for piece in _pieces(len(hidden), len(self.outputs)):
            mine = order[slice(*np.searchsorted(rows[order], [piece.start, piece.stop]))]
            logs[mine] = self.all(hidden[piece])[rows[mine] - piece.start, targets[mine]]
        return logs


class _Mixture:
    """Each of several, with the probabilities whose logarithms are given."""

    def __init__(self, parts: list[_Softmax], log_shares: Array) -> None:
        self.parts, self.log_shares = parts, log_shares

    def all(self, hidden: Array) -> Array:
        return self._mix([part.all(hidden) for part in self.parts])

    def some(self, hidden: Array, rows: Array, targets: Array) -> Array:
        return self._mix([part.some(hidden, rows, targets) for part in self.parts])

    def _mix(self, logs: list[Array]) -> Array:
        shifted = [log + share for log, share in zip(logs, self.log_shares, strict=True)]
        return np.asarray(np.logaddexp.reduce(shifted, axis=0))


class _Tree:
    """The product, along the path to a word, of sigmoid(+-product with the node's row): + where the code is 0."""

    def __init__(self, nodes: Array, vocab: Vocab) -> None:
        tree = vocab.huffman()
        self.nodes, self.starts, self.points = nodes, tree.starts, tree.points
        self.signs = 1.0 - 2.0 * tree.codes

    def all(self, hidden: Array) -> Array:
        products = (hidden @ self.nodes.T).astype(np.float64)
        steps = np.cumsum(-np.logaddexp(0, -self.signs * products[:, self.points]), axis=1)
        sums = np.concatenate([np.zeros((len(hidden), 1)), steps], axis=1)
        return np.diff(sums[:, self.starts], axis=1)

    def some(self, hidden: Array, rows: Array, targets: Array) -> Array:
        logs = np.empty(len(rows))
        longest = int(np.diff(self.starts).max(initial=1))
        for piece in _pieces(len(rows), longest * self.nodes.shape[1]):
            starts, lengths = self.starts[targets[piece]], np.diff(self.starts)[targets[piece]]
            pair = np.repeat(np.arange(len(lengths)), lengths)
            step = np.arange(len(pair)) + np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
            products = np.einsum("ij,ij->i", hidden[rows[piece]][pair], self.nodes[self.points[step]])
            terms = -np.logaddexp(0, -self.signs[step] * products)
            logs[piece] = np.bincount(pair, terms, minlength=len(lengths))
        return logs


def _pieces(n: int, cells: int) -> Iterator[slice]:
    """0..n - 1 in slices, of some million numbers if each has so many cells."""
    step = max(1, _CELLS // cells)
    return (slice(start, min(start + step, n)) for start in range(0, n, step))


def knowledge_of(model: State, asked: str, as_gensim: bool = False) -> Knowledge:
    """Return the model's distribution over words; with `as_gensim`, that of predict_output_word."""
    if not len(model.vocab):
        raise VocabularyError(f"{asked}: there is no vocabulary yet: call build_vocab and train first")
    if model.positional == "outputs":
        return _placed_knowledge(model, asked, as_gensim)
    outputs = model.syn1 if model.hs and not (as_gensim and model.negative) else model.syn1neg
    if len(model.wv) < len(model.vocab) or len(model.vocab) != len(outputs):
        raise RuntimeError(
            f"{asked}: expected one input and one output vector for each of {len(model.vocab)} words, got "
            f"{len(model.wv)} and {len(outputs)}"
        )
    if outputs is not model.syn1neg:
        return _Tree(model.syn1, model.vocab)
    if model.objective == "nce":
        return _Softmax(outputs, model.syn1neg_bias if len(model.syn1neg_bias) else None)
    if model.objective == "softmax" or as_gensim:
        return _Softmax(outputs)
    return _Softmax(outputs, _log_noise(model))


def _placed_knowledge(model: State, asked: str, as_gensim: bool) -> Knowledge:
    """The same, where each position has outputs of its own."""
    width = int(model.window)  # where positions differ, it always is a number
    expected = (2 * width, len(model.vocab), model.vector_size)
    if len(model.wv) < len(model.vocab) or model.syn1pos.shape != expected:
        raise RuntimeError(f"{asked}: expected syn1pos of shape {expected}, got {model.syn1pos.shape}")
    bias = None if as_gensim else _log_noise(model)
    if not model.sg:
        return _Softmax(model.syn1pos.swapaxes(0, 1).reshape(len(model.vocab), -1), bias)
    distance = np.abs([*range(-width, 0), *range(1, width + 1)])
    covered = width + 1 - distance if model.shrink_windows else np.ones(len(distance))
    return _Mixture([_Softmax(outputs, bias) for outputs in model.syn1pos], np.log(covered / covered.sum()))


def _log_noise(model: State) -> Array:
    with np.errstate(divide="ignore"):  # words that are never noise
        return np.log(model.vocab.noise(model.ns_exponent).probabilities)
