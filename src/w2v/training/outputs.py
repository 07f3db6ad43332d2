"""What a model trains besides its vectors: the output matrices of its objective, and the tables these need."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.base.weights import Matrix, extended, padded, padded_zeros, whole_rows
from w2v.corpus.vocab import Vocab
from w2v.training.settings import Settings

# Steps of the weights of positions, as a multiple of those down the gradient: every word of the text moves the same few
# rows, so that at 1 they never settle (bench/positions.py --trials).
WEIGHT_RATE = 0.01
_LEAST = 1e-30  # probability, for words that are never noise
_ROW = 16  # floats that a row of a matrix in memory is a multiple of


@dataclass(eq=False)
class Outputs:
    """The outputs of a model; those that its objective does not use are empty. Users may replace each.

    Examples
    --------
    >>> from w2v import Word2Vec
    >>> model = Word2Vec([["to", "be"]], vector_size=8, min_count=1, hs=1)
    >>> {name: matrix.shape for name, matrix in Outputs.fresh(model.checked(), model.vocab)}["syn1"]
    (2, 8)
    """

    syn1neg: Matrix  # (words, vector_size): of each word
    syn1: Matrix  # (words, vector_size): of the inner nodes of the Huffman tree, and a last row that is not used
    syn1neg_bias: Matrix  # (words,)
    syn1pos: Matrix  # (2 * window, words, vector_size): of each word at each relative position, -window first
    position_weights: Matrix  # (2 * window, vector_size): factors of context vectors at each relative position

    def __iter__(self) -> Iterator[tuple[str, Matrix]]:
        """The matrices with their names."""
        return ((name, getattr(self, name)) for name in NAMES)

    @staticmethod
    def shapes(settings: Settings, words: int) -> dict[str, tuple[int, ...]]:
        """Return the shape that each must have for these settings and so many words; 0 rows where it is not used."""
        size, positions = settings.vector_size, 2 * int(settings.window) if settings.positional else 0
        placed = settings.positional == "outputs"
        by_words = (settings.negative > 0 or settings.objective == "softmax") and not placed
        return {
            "syn1neg": (words * by_words, size),
            "syn1": (words * settings.hs, size),
            "syn1neg_bias": (words * settings.nce_bias,),
            "syn1pos": (positions * placed, words * placed, size),
            "position_weights": (positions * (settings.positional == "weights" and words > 0), size),
        }

    @classmethod
    def nbytes(cls, settings: Settings, words: int) -> dict[str, int]:
        """Return how many bytes each takes that these settings use, with so many words."""
        used = [name for name, shape in cls.shapes(settings, 1).items() if shape[0]]
        shapes = cls.shapes(settings, words)
        sizes = {}
        for name in used:
            *rows, columns = shapes[name]
            sizes[name] = 4 * int(np.prod(rows, dtype=np.int64)) * (-(-columns // _ROW) * _ROW if rows else columns)
        return sizes

    @classmethod
    def fresh(cls, settings: Settings, vocab: Vocab) -> "Outputs":
        """Return outputs to begin with: zeros, but weights of positions, and as biases logarithms of words' shares."""
        shapes = cls.shapes(settings, len(vocab))
        weights = padded_zeros(*shapes["position_weights"])
        if len(weights):
            weights[:] = _weights_by_distance(settings)[:, np.newaxis]
        positions, words, size = shapes["syn1pos"]
        bias = np.zeros(shapes["syn1neg_bias"], dtype=np.float32)
        if len(bias):
            bias[:] = np.log(np.maximum(vocab.counts, 1) / max(vocab.total, 1))
        return cls(
            syn1neg=padded_zeros(*shapes["syn1neg"]),
            syn1=padded_zeros(*shapes["syn1"]),
            syn1neg_bias=bias,
            syn1pos=_by_position(padded_zeros(words * positions, size), positions),
            position_weights=weights,
        )

    def grown(self, settings: Settings, vocab: Vocab) -> "Outputs":
        """Return the outputs with rows added as in `fresh`, for a vocabulary that has more words than they."""
        new = self.fresh(settings, vocab)
        for name in ("syn1pos", "position_weights"):
            expected, got = len(getattr(new, name)), len(getattr(self, name))
            if expected != got:
                found = f"expected {expected} positions for these settings, got {got}"
                raise ValueError(f"{name}: {found}; without update, build_vocab starts afresh")
        added = new.syn1pos[:, self.syn1pos.shape[1] :]
        bias = self.syn1neg_bias
        return Outputs(
            syn1neg=extended(self.syn1neg, new.syn1neg[len(self.syn1neg) :]),
            syn1=extended(self.syn1, new.syn1[len(self.syn1) :]),
            syn1neg_bias=np.concatenate([bias, new.syn1neg_bias[len(bias) :]]),
            syn1pos=_by_position(extended(_by_word(self.syn1pos), _by_word(added)), len(self.syn1pos)),
            position_weights=extended(self.position_weights, new.position_weights[len(self.position_weights) :]),
        )

    def check(self, settings: Settings, words: int) -> None:
        """Raise ValueError unless the outputs, which users may have replaced, are those of the settings."""
        for name, expected in self.shapes(settings, words).items():
            found = getattr(self, name).shape
            if found != expected:
                afresh = 0 in (found[0], expected[0])
                advice = "; the objective has changed: build_vocab starts afresh" if afresh else ""
                raise ValueError(f"{name}: expected shape {expected} for these settings, got {found}{advice}")

    def trainable(self) -> "Outputs":
        """Return the outputs as the C core wants them: the same arrays where possible, else copies."""
        return Outputs(
            syn1neg=padded(self.syn1neg),
            syn1=padded(self.syn1),
            syn1neg_bias=np.require(self.syn1neg_bias, dtype=np.float32, requirements=["C", "W"]),
            syn1pos=_by_position(padded(_by_word(self.syn1pos)), len(self.syn1pos)),
            position_weights=padded(self.position_weights),
        )

    def tables(self, settings: Settings, vocab: Vocab) -> dict[str, Any]:
        """Return what `_core.TrainJob` must be given of the objective, by its names."""
        job: dict[str, Any] = {"out": whole_rows(self.syn1neg) if len(self.syn1neg) else None}
        if settings.hs:
            tree = vocab.huffman()
            job["nodes"] = whole_rows(self.syn1)
            job["paths"] = tree.points << 1 | tree.codes, tree.starts
        if settings.objective == "nce":
            probabilities = vocab.noise(settings.ns_exponent).probabilities
            job["log_noise"] = np.log(np.maximum(settings.negative * probabilities, _LEAST)).astype(np.float32)
            job["biases"] = self.syn1neg_bias if settings.nce_bias else None
        job["cbow_corrected"] = settings.cbow_corrected
        if settings.positional is not None:
            job["positional"] = settings.positional
        if settings.positional == "outputs":
            job["out"] = whole_rows(_by_word(self.syn1pos))
        if settings.positional == "weights":
            job.update(weights=whole_rows(self.position_weights), weight_rate=WEIGHT_RATE)
        return job


NAMES = tuple(field.name for field in fields(Outputs))


def _weights_by_distance(settings: Settings) -> Matrix:
    """Weights to begin with, of mean 1: what shrinking windows do on average, or if they shrink, no more than that."""
    window = int(settings.window)
    if settings.shrink_windows:
        return np.ones(2 * window, dtype=np.float32)
    near = np.arange(1, window + 1, dtype=np.float32) * 2 / (window + 1)
    return np.concatenate([near, near[::-1]])


def _by_word(matrix: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The rows of syn1pos as the kernels want them: those of all positions of a word one after the other."""
    positions, words, size = matrix.shape
    return matrix.swapaxes(0, 1).reshape(words * positions, size)


def _by_position(rows: Matrix, positions: int) -> Matrix:
    """The opposite, as a view: shape (positions, words, size)."""
    if not positions:
        return np.zeros((0, 0, rows.shape[1]), dtype=np.float32)
    return rows.reshape(len(rows) // positions, positions, rows.shape[1]).swapaxes(0, 1)
