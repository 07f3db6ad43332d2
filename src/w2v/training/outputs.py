"""What a model trains besides its vectors: the output matrices of its objective, and the tables these need."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.base.weights import Matrix, extended, padded, padded_zeros, whole_rows
from w2v.corpus.vocab import Vocab
from w2v.training.settings import Settings

# Attributes of a model; those its objective does not use are empty.
NAMES = ("syn1neg", "syn1", "syn1neg_bias", "syn1pos", "position_weights")
# Steps of the weights of positions, as a multiple of those down the gradient: every word of the text moves the same few
# rows, so that at 1 they never settle (bench/positions.py --trials).
WEIGHT_RATE = 0.01
_LEAST = 1e-30  # probability, for words that are never noise


def of(model: Any) -> dict[str, npt.NDArray[Any]]:
    """Return a model's outputs by name."""
    return {name: getattr(model, name) for name in NAMES}


def shapes(settings: Settings, words: int) -> dict[str, tuple[int, ...]]:
    """Return the shape that each output must have for these settings and so many words; 0 rows where it is not used."""
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


def fresh(settings: Settings, vocab: Vocab) -> dict[str, npt.NDArray[np.float32]]:
    """Return outputs to begin with: zeros, but for weights of positions, and biases: logarithms of words' shares."""
    empty = shapes(settings, len(vocab))
    outputs: dict[str, Matrix] = {name: padded_zeros(*empty[name]) for name in ("syn1neg", "syn1", "position_weights")}
    if settings.positional == "weights":
        outputs["position_weights"][:] = _weights_by_distance(settings)[: len(outputs["position_weights"]), np.newaxis]
    positions, words, size = empty["syn1pos"]
    outputs["syn1pos"] = _by_position(padded_zeros(words * positions, size), positions)
    bias = np.zeros(empty["syn1neg_bias"], dtype=np.float32)
    if len(bias):
        bias[:] = np.log(np.maximum(vocab.counts, 1) / max(vocab.total, 1))
    return {**outputs, "syn1neg_bias": bias}


def _weights_by_distance(settings: Settings) -> Matrix:
    """Weights to begin with, of mean 1: what shrinking windows do on average, or if they shrink, no more than that."""
    window = int(settings.window)
    if settings.shrink_windows:
        return np.ones(2 * window, dtype=np.float32)
    near = np.arange(1, window + 1, dtype=np.float32) * 2 / (window + 1)
    return np.concatenate([near, near[::-1]])


def grown(
    settings: Settings, vocab: Vocab, outputs: Mapping[str, npt.NDArray[Any]]
) -> dict[str, npt.NDArray[np.float32]]:
    """Return the outputs with rows added as in `fresh`, for a vocabulary that has more words than they."""
    new = fresh(settings, vocab)
    longer: dict[str, Matrix] = {}
    for name in ("syn1pos", "position_weights"):
        if len(new[name]) != len(outputs[name]):
            found = f"expected {len(new[name])} positions for these settings, got {len(outputs[name])}"
            raise ValueError(f"{name}: {found}; without update, build_vocab starts afresh")
    for name, matrix in outputs.items():
        if name == "syn1pos":
            added = new[name][:, matrix.shape[1] :]
            longer[name] = _by_position(extended(_by_word(matrix), _by_word(added)), len(matrix))
        else:
            added = new[name][len(matrix) :]
            longer[name] = extended(matrix, added) if matrix.ndim == 2 else np.concatenate([matrix, added])
    return longer


def check(settings: Settings, words: int, outputs: Mapping[str, npt.NDArray[Any]]) -> None:
    """Raise ValueError unless the outputs, which users may have replaced, are those of the settings."""
    for name, expected in shapes(settings, words).items():
        found = outputs[name].shape
        if found != expected:
            advice = "; the objective has changed: build_vocab starts afresh" if 0 in (found[0], expected[0]) else ""
            raise ValueError(f"{name}: expected shape {expected} for these settings, got {found}{advice}")


def trainable(outputs: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[np.float32]]:
    """Return the outputs as the C core wants them: the same arrays where possible, else copies."""
    matrices = ("syn1neg", "syn1", "position_weights")
    ready: dict[str, npt.NDArray[np.float32]] = {name: padded(outputs[name]) for name in matrices}
    ready["syn1pos"] = _by_position(padded(_by_word(outputs["syn1pos"])), len(outputs["syn1pos"]))
    bias = outputs["syn1neg_bias"]
    ready["syn1neg_bias"] = np.require(bias, dtype=np.float32, requirements=["C", "W"])
    return ready


def tables(settings: Settings, vocab: Vocab, outputs: Mapping[str, npt.NDArray[np.float32]]) -> dict[str, Any]:
    """Return what `_core.TrainJob` must be given of the objective, by its names."""
    job: dict[str, Any] = {"out": whole_rows(outputs["syn1neg"]) if len(outputs["syn1neg"]) else None}
    if settings.hs:
        tree = vocab.huffman()
        job["nodes"] = whole_rows(outputs["syn1"])
        job["paths"] = tree.points << 1 | tree.codes, tree.starts
    if settings.objective == "nce":
        probabilities = vocab.noise(settings.ns_exponent).probabilities
        job["log_noise"] = np.log(np.maximum(settings.negative * probabilities, _LEAST)).astype(np.float32)
        job["biases"] = outputs["syn1neg_bias"] if settings.nce_bias else None
    job["cbow_corrected"] = settings.cbow_corrected
    if settings.positional is not None:
        job["positional"] = settings.positional
    if settings.positional == "outputs":
        job["out"] = whole_rows(_by_word(outputs["syn1pos"]))
    if settings.positional == "weights":
        job.update(weights=whole_rows(outputs["position_weights"]), weight_rate=WEIGHT_RATE)
    return job


def _by_word(matrix: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The rows of syn1pos as the kernels want them: those of all positions of a word one after the other."""
    positions, words, size = matrix.shape
    return matrix.swapaxes(0, 1).reshape(words * positions, size)


def _by_position(rows: Matrix, positions: int) -> Matrix:
    """The opposite, as a view: shape (positions, words, size)."""
    if not positions:
        return np.zeros((0, 0, rows.shape[1]), dtype=np.float32)
    return rows.reshape(len(rows) // positions, positions, rows.shape[1]).swapaxes(0, 1)
