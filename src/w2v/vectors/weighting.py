"""How much each word counts in a text, and the directions that all texts share: SIF and uSIF.

SIF: Arora, Liang and Ma, "A simple but tough-to-beat baseline for sentence embeddings", ICLR 2017. uSIF: Ethayarajh,
"Unsupervised random walk sentence embeddings", RepL4NLP 2018. `w2v.reference.sentences` defines both.
"""

import logging
from typing import Any

import numpy as np

from w2v.base.arrays import Array, Float32Array, Float64Array
from w2v.vectors.rows import KeyedRows

WEIGHTINGS = ("mean", "sif", "usif")
COMPONENTS = {"mean": 0, "sif": 1, "usif": 5}  # directions that are removed by default
_BLOCK = 16384  # rows computed at once
_SMOOTH = 2.7  # of Zipf's law (Mandelbrot 1953)

logger = logging.getLogger(__name__)


def word_weights(kv: KeyedRows, n: int, weighting: str, a: float, length: int) -> tuple[Float64Array | float, float]:
    """The weight of each of the first n words (n,), and that of a word that is not there, as if it had no count.

    Parameters
    ----------
    kv : KeyedVectors
    n : int
    weighting : {"mean", "sif", "usif"}
    a : float
        For "sif".
    length : int
        For "usif": words in a typical text.
    """
    if weighting not in WEIGHTINGS:
        raise ValueError(f"weighting: expected one of {', '.join(WEIGHTINGS)}, got {weighting!r}")
    if not a > 0 or length < 1:
        raise ValueError(f"expected a above 0 and length of at least 1, got {a} and {length}")
    if weighting == "mean":
        return 1.0, 1.0
    chances = _chances(kv, n, weighting)
    if weighting == "sif":
        return a / (a + chances), 1.0
    threshold = 1 - (1 - 1 / n) ** length
    share = float(np.mean(chances > threshold))  # of words that a typical text is sure to have
    if share == 0:
        return np.full(n, 2.0), 2.0
    a = (1 - share) / (share * n / 2)
    return a / (a / 2 + chances), 2.0


def _chances(kv: KeyedRows, n: int, weighting: str) -> Float64Array:
    """The share of each word in the text that the vectors were trained on."""
    counts = kv.expandos.get("count")
    if counts is None or counts.dtype == object:
        error = "expected words with counts, as training leaves them or set_vecattr(word, 'count', n)"
        raise ValueError(f"weighting={weighting!r}: {error}; got none")
    numbers: Float64Array = counts[:n].astype(np.float64)
    if not (np.isfinite(numbers).all() and (numbers >= 0).all() and numbers.sum() > 0):
        raise ValueError(f"weighting={weighting!r}: expected counts of 0 or more, not all 0, got others")
    if n > 1 and (numbers == np.arange(n, 0, -1)).all():
        logger.warning("the file of these vectors had no counts: frequencies are taken from Zipf's law")
        numbers = 1 / (np.arange(n) + _SMOOTH)
    shares: Float64Array = numbers / numbers.sum()
    return shares


def components_of(vectors: Float32Array, number: int, weighted: bool) -> Float32Array:
    """The first right singular vectors of texts' vectors (n, d), each times the share of it that shall go (number, d).

    All of it goes, or with `weighted` the square root of its part in the sum of these singular values' squares: taken
    away are (vectors @ components.T) @ components.
    """
    size = vectors.shape[1]
    if not 0 <= number <= size:
        raise ValueError(f"components: expected 0 to {size}, got {number}")
    moments: Float64Array = np.zeros((size, size))
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK]
        block = block[np.isfinite(block).all(axis=1)]
        moments += block.T @ block
    squares, directions = np.linalg.eigh(moments)
    squares, directions = np.maximum(squares[::-1][:number], 0), directions[:, ::-1].T[:number]
    there = squares > 1e-6 * squares.max(initial=0)
    shares = squares / max(squares.sum(), np.finfo(float).tiny) if weighted else np.ones(number)
    scaled: Float32Array = (directions * np.sqrt(shares * there)[:, np.newaxis]).astype(np.float32)
    return scaled


def without(vectors: Float32Array, components: Array) -> None:
    """Take the components (m, d) away from vectors (n, d), in place."""
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK]
        block -= (block @ components.T) @ components


def as_components(given: Any, size: int) -> Float32Array:
    """Directions that a caller gave, checked: (m, size)."""
    components: Float32Array = np.asarray(given, dtype=np.float32)
    if components.ndim != 2 or components.shape[1] != size or not np.isfinite(components).all():
        shape = components.shape
        raise ValueError(f"components: expected a number, or finite numbers of shape (m, {size}), got shape {shape}")
    return components
