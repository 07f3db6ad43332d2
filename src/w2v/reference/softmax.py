r"""The full softmax of skip-gram and CBOW in plain float64 numpy: slow, short, the definition of correct.

The rows are those of `w2v.reference`. An input :math:`h` predicts word :math:`c` among all words with the probability

.. math:: p(c | h) = e^{h \cdot out_c} / \sum_w e^{h \cdot out_w}

and training lowers :math:`-\log p(c | h)`, the cross-entropy: equation 2 of Mikolov, Sutskever, Chen, Corrado, Dean:
Distributed Representations of Words and Phrases and their Compositionality. NIPS 2013.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from w2v.base.arrays import Float64Array
from w2v.reference.sigmoids import Ids, Rows

__all__ = ["log_softmax", "softmax_cbow_loss", "softmax_cbow_step", "softmax_loss", "softmax_step"]


def log_softmax(logits: Float64Array) -> Float64Array:
    """Return log(e^logit / sum of e^logit over the last axis), without overflow.

    Examples
    --------
    >>> np.exp(log_softmax(np.log([1.0, 3.0])))
    array([0.25, 0.75])
    """
    above: Float64Array = logits - logits.max(-1, keepdims=True)
    above -= np.log(np.exp(above).sum(-1, keepdims=True))
    return above


def softmax_loss(inp: Rows, out: Rows, contexts: Ids, centres: Ids) -> float:
    """Return how badly context words predict their centres among all words: cross-entropy, summed over the pairs.

    Parameters
    ----------
    inp, out : arrays of shape (words, size)
    contexts, centres : lists of ids, one of each for a pair

    Examples
    --------
    >>> round(softmax_loss(np.zeros((3, 2)), np.zeros((3, 2)), [0, 2], [1, 1]), 4)  # twice log 3
    2.1972
    """
    return float(-log_softmax(inp[contexts] @ out.T)[np.arange(len(centres)), centres].sum())


def softmax_step(inp: Rows, out: Rows, contexts: Ids, centres: Ids, alpha: npt.ArrayLike) -> None:
    """Take one step of length `alpha` (a number, or one for each pair) down the gradient of `softmax_loss`, in place.

    Examples
    --------
    >>> inp, out = np.ones((2, 1)), np.zeros((2, 1))
    >>> softmax_step(inp, out, contexts=[0], centres=[1], alpha=0.1)
    >>> inp.ravel(), out.ravel()
    (array([1., 1.]), array([-0.05,  0.05]))
    """
    x = inp[contexts]
    error = _softmax_errors(x, out, centres, alpha)  # (pairs, words)
    np.add.at(inp, contexts, error @ out)
    out += error.T @ x


def softmax_cbow_loss(inp: Rows, out: Rows, windows: Sequence[Ids], centres: Ids, cbow_mean: bool = True) -> float:
    """Return how badly the mean (or sum) of each window's rows predicts the centre among all words, summed.

    Parameters
    ----------
    inp, out : arrays of shape (words, size)
    windows : list of lists of ids
    centres : list of ids, one for each window

    Examples
    --------
    >>> round(softmax_cbow_loss(np.zeros((3, 2)), np.zeros((3, 2)), [[0, 2]], [1]), 4)
    1.0986
    """
    hidden = _hidden(inp, windows, cbow_mean)
    return float(-log_softmax(hidden @ out.T)[np.arange(len(centres)), centres].sum())


def softmax_cbow_step(
    inp: Rows,
    out: Rows,
    windows: Sequence[Ids],
    centres: Ids,
    alpha: npt.ArrayLike,
    cbow_mean: bool = True,
    corrected: bool = False,
) -> None:
    """Take one step of CBOW in place; the lengths of the steps are those of `w2v.reference.cbow_step`.

    Examples
    --------
    >>> inp, out = np.ones((2, 1)), np.array([[0.0], [1.0]])
    >>> softmax_cbow_step(inp, out, windows=[[0, 0]], centres=[1], alpha=0.1)
    >>> inp.ravel().round(4), out.ravel().round(4)
    (array([1.0538, 1.    ]), array([-0.0269,  1.0269]))
    """
    hidden = _hidden(inp, windows, cbow_mean)
    error = _softmax_errors(hidden, out, centres, alpha)
    change = error @ out
    out += error.T @ hidden
    for contexts, row in zip(windows, change, strict=True):
        np.add.at(inp, contexts, row if cbow_mean and not corrected else row / len(contexts))


def _hidden(inp: Rows, windows: Sequence[Ids], cbow_mean: bool) -> Float64Array:
    return np.array([inp[contexts].mean(0) if cbow_mean else inp[contexts].sum(0) for contexts in windows])


def _softmax_errors(inputs: Rows, out: Rows, targets: Ids, alpha: npt.ArrayLike) -> Float64Array:
    """Alpha times (label - probability), for each input and word."""
    error = -np.exp(log_softmax(inputs @ out.T))
    error[np.arange(len(targets)), targets] += 1
    return np.reshape(alpha, (-1, 1)) * error
