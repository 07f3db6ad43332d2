"""Vectors of sentences: the mean of words' vectors, SIF (Arora et al. 2017) and uSIF (Ethayarajh 2018), as defined.

The vector of a sentence s of words with vectors v_w is

.. math:: v_s = \\frac{1}{|s|} \\sum_{w \\in s} f(w) \\, v_w

with f = 1 for the mean. Let p(w) be the share of w in the text that was trained on. SIF takes f = a / (a + p), the
weight that makes v_s the likeliest meaning of s if a word comes up by chance as often as by what is meant, and removes
the first singular vector u of all v_s, which frequent words share: v_s - u u^T v_s.

uSIF derives a. Of V words, a share alpha has p(w) > 1 - (1 - 1/V)^n, so that a text of n words is likely to have them
by chance; a = (1 - alpha) / (alpha V / 2), and f = a / (a / 2 + p). It removes of each of the first m = 5 singular
vectors u_i the part sigma_i^2 / (sigma_1^2 + ... + sigma_m^2).
"""

from collections.abc import Sequence

import numpy as np

from w2v.base.arrays import Float64Array

__all__ = ["remove_components", "sentence_means", "sif_weights", "usif_weights"]


def sentence_means(vectors: Float64Array, weights: Float64Array, sentences: Sequence[Sequence[int]]) -> Float64Array:
    """Return the weighted mean of each sentence's rows (len(sentences), d); zeros for one without words.

    Examples
    --------
    >>> sentence_means(np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([1.0, 0.5]), [[0, 1], []])
    array([[1., 1.],
           [0., 0.]])
    """
    means = np.zeros((len(sentences), vectors.shape[1]))
    for number, sentence in enumerate(sentences):
        for word in sentence:
            means[number] += weights[word] * vectors[word]
        means[number] /= max(len(sentence), 1)
    return means


def sif_weights(chances: Float64Array, a: float = 1e-3) -> Float64Array:
    """Return a / (a + p) of each word.

    Examples
    --------
    >>> sif_weights(np.array([0.999, 0.001]))
    array([0.001, 0.5  ])
    """
    return a / (a + chances)


def usif_weights(chances: Float64Array, length: int = 11) -> Float64Array:
    """Return a / (a / 2 + p) of each word; 2, the limit for rare words, if no word is frequent.

    Examples
    --------
    >>> usif_weights(np.array([0.97, 0.01, 0.01, 0.01]), length=2).round(2)
    array([0.87, 1.97, 1.97, 1.97])
    """
    n = len(chances)
    alpha = np.mean(chances > 1 - (1 - 1 / n) ** length)
    if alpha == 0:
        return np.full(n, 2.0)
    a = (1 - alpha) / (alpha * n / 2)
    return np.asarray(a / (a / 2 + chances))


def remove_components(vectors: Float64Array, number: int, weighted: bool = False) -> Float64Array:
    """Return vectors (n, d) without their first singular vectors, or with `weighted` without a part of each.

    Examples
    --------
    >>> remove_components(np.array([[3.0, 0.0], [0.0, 1.0]]), 1)
    array([[0., 0.],
           [0., 1.]])
    """
    _, lengths, directions = np.linalg.svd(vectors, full_matrices=False)
    squares = lengths[:number] ** 2
    shares = squares / squares.sum() if weighted else np.ones(len(squares))
    left = vectors.copy()
    for share, direction in zip(shares, directions[:number], strict=True):
        left -= share * np.outer(vectors @ direction, direction)
    return left
