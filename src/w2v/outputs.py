"""What a model trains besides its vectors: the output matrices of its objective, and the tables these need."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.settings import Settings
from w2v.vocab import Vocab
from w2v.weights import Matrix, extended, padded, padded_zeros, whole_rows

NAMES = ("syn1neg", "syn1", "syn1neg_bias")  # attributes of a model; those its objective does not use are empty
_LEAST = 1e-30  # probability, for words that are never noise


def of(model: Any) -> dict[str, npt.NDArray[Any]]:
    """Return a model's outputs by name."""
    return {name: getattr(model, name) for name in NAMES}


def shapes(settings: Settings, words: int) -> dict[str, tuple[int, ...]]:
    """Return the shape that each output must have for these settings and so many words; 0 rows where it is not used."""
    used = {
        "syn1neg": settings.negative > 0 or settings.objective == "softmax",
        "syn1": bool(settings.hs),
        "syn1neg_bias": settings.nce_bias,
    }
    sizes = {"syn1neg_bias": ()}
    return {name: (words * used[name], *sizes.get(name, (settings.vector_size,))) for name in NAMES}


def fresh(settings: Settings, vocab: Vocab) -> dict[str, npt.NDArray[np.float32]]:
    """Return outputs to begin with: zeros, but the biases are the logarithms of the words' shares of the corpus."""
    empty = shapes(settings, len(vocab))
    outputs: dict[str, Matrix] = {name: padded_zeros(*empty[name]) for name in ("syn1neg", "syn1")}
    bias = np.zeros(empty["syn1neg_bias"], dtype=np.float32)
    if len(bias):
        bias[:] = np.log(np.maximum(vocab.counts, 1) / max(vocab.total, 1))
    return {**outputs, "syn1neg_bias": bias}


def grown(
    settings: Settings, vocab: Vocab, outputs: Mapping[str, npt.NDArray[Any]]
) -> dict[str, npt.NDArray[np.float32]]:
    """Return the outputs with rows added as in `fresh`, for a vocabulary that has more words than they."""
    new = fresh(settings, vocab)
    longer: dict[str, Matrix] = {}
    for name, matrix in outputs.items():
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
    ready: dict[str, npt.NDArray[np.float32]] = {name: padded(outputs[name]) for name in ("syn1neg", "syn1")}
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
    return job
