r"""Models in which relative positions differ, in plain float64 numpy: slow, short, the definition of correct.

A context word at distance -window, ..., -1, 1, ..., window from its centre has position 0, 1, ..., 2 window - 1.

*Structured skip-gram* and *CWindow* [1]_ have an output matrix for each position :math:`p`, ``out[p]``. The loss is
that of `w2v.reference`, but the product of a context word :math:`x` at position :math:`p` with a word :math:`w` is
:math:`inp_x \cdot out_{p,w}` (structured skip-gram), or the sum of these over the contexts is the one product with
:math:`w` (CWindow). In *position-weighted CBOW* [2]_ the rows of the contexts are multiplied by a vector of their
position, element by element, before the mean is taken: :math:`\frac1n \sum_x weights_p \odot inp_x`.

`w2v.reference.replay_positions` runs these steps over a corpus.

References
----------
.. [1] Ling, Dyer, Black, Trancoso: Two/Too Simple Adaptations of Word2Vec for Syntax Problems. NAACL 2015.
.. [2] Mikolov, Grave, Bojanowski, Puhrsch, Joulin: Advances in Pre-Training Distributed Word Representations.
   LREC 2018.
"""

import numpy as np

from w2v.base.arrays import Float64Array
from w2v.reference.sigmoids import Ids, Rows, sigmoid

__all__ = ["cwindow_loss", "cwindow_step", "structured_loss", "structured_step", "weighted_loss", "weighted_step"]


def _minus_log_sigmoid(x: Float64Array) -> Float64Array:
    return np.asarray(np.logaddexp(0, -x))


def _products_loss(right: Float64Array, wrong: Float64Array) -> float:
    return float(_minus_log_sigmoid(right).sum() + _minus_log_sigmoid(-wrong).sum())


def _errors(products: Float64Array, alpha: float) -> Float64Array:
    """Of a right word and its noise."""
    labels = np.arange(len(products)) == 0
    errors: Float64Array = alpha * (labels - sigmoid(products))
    return errors


def structured_loss(inp: Rows, out: Rows, position: int, contexts: Ids, centres: Ids, noise: Ids) -> float:
    """Return how badly each context word predicts its own centre among common noise words.

    Parameters
    ----------
    inp : array of shape (words, size)
    out : array of shape (positions, words, size)
    position : int
        Of all these contexts.
    contexts, centres : lists of ids
        Of the same length.
    noise : list of ids
        A noise word that is the centre of a pair is left out for that pair.

    Examples
    --------
    >>> inp, out = np.zeros((3, 2)), np.zeros((2, 3, 2))
    >>> round(structured_loss(inp, out, 1, contexts=[0, 1], centres=[1, 2], noise=[0, 1]), 4)  # 5 times log 2
    3.4657
    """
    x, rows = inp[contexts], out[position]
    counts = np.not_equal.outer(centres, noise)
    return _products_loss((x * rows[centres]).sum(1), (x @ rows[noise].T)[counts])


def structured_step(inp: Rows, out: Rows, position: int, contexts: Ids, centres: Ids, noise: Ids, alpha: float) -> None:
    """Take one step of length `alpha` down the gradient of `structured_loss`, in place.

    Examples
    --------
    >>> inp, out = np.ones((3, 1)), np.zeros((2, 3, 1))
    >>> structured_step(inp, out, 0, contexts=[0, 1], centres=[1, 2], noise=[0], alpha=0.1)
    >>> out[0].ravel(), out[1].ravel()
    (array([-0.1 ,  0.05,  0.05]), array([0., 0., 0.]))
    """
    x, y, z = inp[contexts], out[position, centres], out[position, noise]
    right = alpha * (1 - sigmoid((x * y).sum(1)))[:, None]
    wrong = -alpha * sigmoid(x @ z.T) * np.not_equal.outer(centres, noise)
    np.add.at(inp, contexts, right * y + wrong @ z)
    np.add.at(out[position], centres, right * x)
    np.add.at(out[position], noise, wrong.T @ x)


def cwindow_loss(inp: Rows, out: Rows, positions: Ids, contexts: Ids, centre: int, noise: Ids) -> float:
    """Return how badly the contexts, each by the outputs of its position, predict the centre among noise words.

    Parameters
    ----------
    inp : array of shape (words, size)
    out : array of shape (positions, words, size)
    positions, contexts : lists of int
        Of the same length.
    centre, noise : id, list of ids

    Examples
    --------
    >>> round(cwindow_loss(np.ones((3, 1)), np.ones((2, 3, 1)), [0, 1], [0, 2], 1, [0]), 4)
    2.2539
    """
    products = np.einsum("ij,ikj->k", inp[contexts], out[positions][:, [centre, *noise]])
    return _products_loss(products[:1], products[1:])


def cwindow_step(inp: Rows, out: Rows, positions: Ids, contexts: Ids, centre: int, noise: Ids, alpha: float) -> None:
    """Take one step of length `alpha` down the gradient of `cwindow_loss`, in place.

    Contexts move one after the other: the second time that a word occurs, its outputs move by its changed row.

    Examples
    --------
    >>> inp, out = np.ones((2, 1)), np.zeros((2, 2, 1))
    >>> cwindow_step(inp, out, positions=[0], contexts=[0], centre=1, noise=[0, 0], alpha=0.1)
    >>> out[0].ravel(), out[1].ravel()
    (array([-0.1 ,  0.05]), array([0., 0.]))
    """
    targets = [centre, *noise]
    error = _errors(np.einsum("ij,ikj->k", inp[contexts], out[positions][:, targets]), alpha)
    for position, context in zip(positions, contexts, strict=True):
        x = inp[context].copy()
        inp[context] += error @ out[position, targets]
        np.add.at(out[position], targets, np.outer(error, x))


def weighted_loss(
    inp: Rows, out: Rows, weights: Rows, positions: Ids, contexts: Ids, centre: int, noise: Ids, cbow_mean: bool = True
) -> float:
    """Return how badly the weighted mean (or, without `cbow_mean`, the sum) of the contexts predicts the centre.

    Parameters
    ----------
    inp, out : arrays of shape (words, size)
    weights : array of shape (positions, size)
    positions, contexts : lists of int
        Of the same length.
    centre, noise : id, list of ids

    Examples
    --------
    >>> inp, out, weights = np.ones((3, 1)), np.ones((3, 1)), np.array([[0.5], [1.5]])
    >>> round(weighted_loss(inp, out, weights, [0, 1], [0, 2], 1, [0]), 4)
    1.6265
    """
    products = out[[centre, *noise]] @ _hidden(inp, weights, positions, contexts, cbow_mean)
    return _products_loss(products[:1], products[1:])


def _hidden(inp: Rows, weights: Rows, positions: Ids, contexts: Ids, cbow_mean: bool) -> Float64Array:
    weighted = weights[positions] * inp[contexts]
    return np.asarray(weighted.mean(0) if cbow_mean else weighted.sum(0))


def weighted_step(
    inp: Rows,
    out: Rows,
    weights: Rows,
    positions: Ids,
    contexts: Ids,
    centre: int,
    noise: Ids,
    alpha: float,
    weight_rate: float,
    cbow_mean: bool = True,
) -> None:
    """Take one step of position-weighted CBOW in place.

    ``out`` follows the gradient of `weighted_loss`; ``weights`` go `weight_rate` times as far. ``inp`` goes n times as
    far for n contexts, or without `cbow_mean` the n-th part, as in CBOW. Contexts move one after the other: the second
    time that a word occurs, its position's weights move by its changed row.

    Examples
    --------
    >>> inp, out, weights = np.ones((2, 1)), np.array([[0.0], [1.0]]), np.ones((2, 1))
    >>> weighted_step(inp, out, weights, [1], [0], centre=1, noise=[], alpha=0.1, weight_rate=1.0)
    >>> inp.ravel().round(4), weights.ravel().round(4)
    (array([1.0269, 1.    ]), array([1.    , 1.0269]))
    """
    targets, n = [centre, *noise], len(contexts)
    hidden = _hidden(inp, weights, positions, contexts, cbow_mean)
    error = _errors(out[targets] @ hidden, alpha)
    gradient = error @ out[targets] / (n if cbow_mean else 1)  # by one weighted context row
    np.add.at(out, targets, np.outer(error, hidden))
    for position, context in zip(positions, contexts, strict=True):
        x = inp[context].copy()
        inp[context] += weights[position] * gradient * (n if cbow_mean else 1 / n)
        weights[position] += weight_rate * gradient * x
