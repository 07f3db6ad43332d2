r"""Every objective of skip-gram and CBOW in plain float64 numpy: slow, short, the definition of correct.

A word :math:`w` has two rows, ``inp[w]`` for when it stands in a context and ``out[w]`` for when it is to be predicted.
Negative sampling [1]_ teaches the rows to tell the right word :math:`c` from noise words :math:`w_1 \dots w_K`: for an
input :math:`h` it lowers

.. math:: -\log \sigma(h \cdot out_c) - \sum_k \log \sigma(-h \cdot out_{w_k}), \qquad \sigma(x) = 1 / (1 + e^{-x}).

In skip-gram each context word of the centre :math:`c` gives an input, its row of ``inp``; in CBOW [2]_ the mean of
these rows is the only one. A word that occurs n times among the contexts or the noise counts n times.

*Hierarchical softmax* [3]_ [1]_ has a row ``nodes[p]`` for each inner node :math:`p` of a Huffman tree. The way to
:math:`c` takes the sides :math:`b_1 b_2 \dots` at the nodes :math:`p_1 p_2 \dots`, each with its probability,

.. math:: -\log P(c \mid h) = -\sum_j \log \sigma((1 - 2 b_j) \, h \cdot nodes_{p_j}),

and these probabilities sum to 1 over all words. *Noise-contrastive estimation* [4]_ [5]_ is negative sampling with
shifted products, :math:`h \cdot out_w + bias_w - \log(K P(w))`, :math:`P` being the distribution of the noise. That
makes :math:`h \cdot out_w + bias_w` an estimate of :math:`\log P(w \mid h)`. *Corrected CBOW* [6]_ follows the gradient
where word2vec.c does not.

`w2v.reference.replay` runs these steps over a corpus, with the compiled trainer's own random draws.

References
----------
.. [1] Mikolov, Sutskever, Chen, Corrado, Dean: Distributed Representations of Words and Phrases and their
   Compositionality. NIPS 2013.
.. [2] Mikolov, Chen, Corrado, Dean: Efficient Estimation of Word Representations in Vector Space. ICLR Workshop 2013.
.. [3] Morin, Bengio: Hierarchical Probabilistic Neural Network Language Model. AISTATS 2005.
.. [4] Gutmann, Hyvärinen: Noise-contrastive estimation. AISTATS 2010.
.. [5] Mnih, Kavukcuoglu: Learning word embeddings efficiently with noise-contrastive estimation. NIPS 2013.
.. [6] İrsoy, Benton, Stratos: Corrected CBOW Performs as well as Skip-gram. Workshop on Insights from Negative
   Results in NLP 2021.
"""

import numpy as np
import numpy.typing as npt

from w2v.base.arrays import Float64Array
from w2v.reference.sigmoids import Ids, Rows, Squash, sigmoid, table_sigmoid

__all__ = [
    "cbow_hs_loss",
    "cbow_hs_step",
    "cbow_loss",
    "cbow_nce_loss",
    "cbow_nce_step",
    "cbow_step",
    "sigmoid",
    "skipgram_hs_loss",
    "skipgram_hs_step",
    "skipgram_loss",
    "skipgram_nce_loss",
    "skipgram_nce_step",
    "skipgram_step",
    "table_sigmoid",
]


def _loss(
    inputs: Rows, out: Rows, targets: Ids, labels: npt.NDArray[np.bool_], offsets: float | Float64Array = 0.0
) -> float:
    """The summed loss of the rows of `inputs` against rows of `out`: -log(sigmoid(x)), of -x for the label 0."""
    products = inputs @ out[targets].T + offsets
    return float(np.logaddexp(0, np.where(labels, -products, products)).sum())  # -log(sigmoid(x)) = log(1 + e^-x)


def _skipgram(
    inp: Rows,
    out: Rows,
    contexts: Ids,
    targets: Ids,
    labels: npt.NDArray[np.bool_],
    alpha: float,
    sigmoid: Squash,
    offsets: float | Float64Array = 0.0,
) -> Float64Array:
    """Move all rows by their gradients; return the summed errors of the targets, times alpha.

    In two phases: all dot products with the rows as they are, then all updates.
    """
    x, y = inp[contexts], out[targets]  # copies, (C, size) and (T, size)
    error: Float64Array = alpha * (labels - sigmoid(x @ y.T + offsets))  # (C, T)
    np.add.at(inp, contexts, error @ y)  # add.at: repeated words add up
    np.add.at(out, targets, error.T @ x)
    return np.asarray(error.sum(0))


def _cbow(
    inp: Rows,
    out: Rows,
    contexts: Ids,
    targets: Ids,
    labels: npt.NDArray[np.bool_],
    alpha: float,
    sigmoid: Squash,
    cbow_mean: bool,
    corrected: bool,
    offsets: float | Float64Array = 0.0,
) -> Float64Array:
    """The same for the mean or sum of the contexts."""
    x, y = inp[contexts], out[targets]
    hidden = x.mean(0) if cbow_mean else x.sum(0)
    error = alpha * (labels - sigmoid(y @ hidden + offsets))  # (T,)
    change = error @ y if cbow_mean and not corrected else error @ y / len(contexts)
    np.add.at(inp, contexts, change)
    np.add.at(out, targets, np.outer(error, hidden))
    return error


def _hidden(inp: Rows, contexts: Ids, cbow_mean: bool) -> Float64Array:
    return np.atleast_2d(inp[contexts].mean(0) if cbow_mean else inp[contexts].sum(0))


def _words(centre: int, noise: Ids) -> tuple[list[int], npt.NDArray[np.bool_]]:
    """Targets and labels of a word and its noise."""
    targets = [centre, *noise]
    return targets, np.arange(len(targets)) == 0


def _nodes(code: Ids) -> npt.NDArray[np.bool_]:
    """Labels along a path: 1 where it takes side 0."""
    return np.equal(code, 0)


def _offsets(targets: Ids, log_noise: Float64Array, bias: Float64Array | None) -> Float64Array:
    return (0.0 if bias is None else bias[targets]) - np.asarray(log_noise)[targets]


# ---- negative sampling ----


def skipgram_loss(inp: Rows, out: Rows, contexts: Ids, centre: int, noise: Ids) -> float:
    r"""Return how badly each context word predicts the centre among the noise words.

    .. math:: \sum_{x \in contexts} -\log \sigma(inp_x \cdot out_c) - \sum_k \log \sigma(-inp_x \cdot out_{w_k})

    Parameters
    ----------
    inp, out : arrays of shape (words, size)
    contexts, noise : lists of ids
        Words may occur several times.
    centre : id

    Examples
    --------
    >>> round(skipgram_loss(np.zeros((3, 2)), np.zeros((3, 2)), [0, 2], 1, [0]), 4)  # 4 times log 2
    2.7726
    """
    return _loss(inp[contexts], out, *_words(centre, noise))


def cbow_loss(inp: Rows, out: Rows, contexts: Ids, centre: int, noise: Ids, cbow_mean: bool = True) -> float:
    """Return how badly the mean (or, without `cbow_mean`, the sum) of the contexts' rows predicts the centre.

    Parameters are those of `skipgram_loss`.

    Examples
    --------
    >>> round(cbow_loss(np.ones((3, 2)), np.ones((3, 2)), [0, 2], 1, [0]), 4)
    2.2539
    """
    return _loss(_hidden(inp, contexts, cbow_mean), out, *_words(centre, noise))


def skipgram_step(
    inp: Rows, out: Rows, contexts: Ids, centre: int, noise: Ids, alpha: float, sigmoid: Squash = sigmoid
) -> None:
    """Take one step of length `alpha` down the gradient of `skipgram_loss`, in place.

    In two phases: all dot products with the rows as they are, then all updates. With one context at a time and fresh
    noise words for each, this is the classic, pairwise step.

    Examples
    --------
    >>> inp, out = np.ones((2, 1)), np.zeros((2, 1))
    >>> skipgram_step(inp, out, contexts=[0], centre=1, noise=[0, 0], alpha=0.1)
    >>> inp.ravel(), out.ravel()
    (array([1., 1.]), array([-0.1 ,  0.05]))
    """
    targets, labels = _words(centre, noise)
    _skipgram(inp, out, contexts, targets, labels, alpha, sigmoid)


def cbow_step(
    inp: Rows,
    out: Rows,
    contexts: Ids,
    centre: int,
    noise: Ids,
    alpha: float,
    cbow_mean: bool = True,
    sigmoid: Squash = sigmoid,
    corrected: bool = False,
) -> None:
    """Take one step of CBOW in place, as word2vec.c and gensim do.

    ``out`` follows the gradient of `cbow_loss`. ``inp`` goes in its direction with another length: with `cbow_mean`
    each context gets the whole error of the mean, n times the gradient for n contexts (word2vec.c does not divide by
    n); without, it gets the error of the sum divided by n, the n-th part of the gradient (gensim does divide here).
    With `cbow_mean` and `corrected`, it is divided by n: that is the gradient.

    Examples
    --------
    >>> inp, out = np.ones((2, 1)), np.array([[0.0], [1.0]])
    >>> cbow_step(inp, out, contexts=[0, 0], centre=1, noise=[], alpha=0.1)
    >>> inp.ravel().round(4), out.ravel().round(4)
    (array([1.0538, 1.    ]), array([0.    , 1.0269]))
    """
    targets, labels = _words(centre, noise)
    _cbow(inp, out, contexts, targets, labels, alpha, sigmoid, cbow_mean, corrected)


# ---- hierarchical softmax ----


def skipgram_hs_loss(inp: Rows, nodes: Rows, contexts: Ids, code: Ids, points: Ids) -> float:
    """Return -log P(centre | context), summed over the contexts; the centre has this code and these points in the tree.

    Examples
    --------
    >>> round(skipgram_hs_loss(np.zeros((3, 2)), np.zeros((3, 2)), [0, 2], [0, 1], [1, 0]), 4)  # 4 times log 2
    2.7726
    """
    return _loss(inp[contexts], nodes, points, _nodes(code))


def cbow_hs_loss(inp: Rows, nodes: Rows, contexts: Ids, code: Ids, points: Ids, cbow_mean: bool = True) -> float:
    """Return -log P(centre | mean of the contexts), or their sum.

    Examples
    --------
    >>> round(cbow_hs_loss(np.ones((3, 2)), np.ones((3, 2)), [0, 2], [0], [1]), 4)
    0.1269
    """
    return _loss(_hidden(inp, contexts, cbow_mean), nodes, points, _nodes(code))


def skipgram_hs_step(
    inp: Rows, nodes: Rows, contexts: Ids, code: Ids, points: Ids, alpha: float, sigmoid: Squash = sigmoid
) -> None:
    """Take one step of length `alpha` down the gradient of `skipgram_hs_loss`, in place.

    Examples
    --------
    >>> inp, nodes = np.ones((2, 1)), np.zeros((2, 1))
    >>> skipgram_hs_step(inp, nodes, contexts=[0], code=[1], points=[0], alpha=0.1)
    >>> nodes.ravel()
    array([-0.05,  0.  ])
    """
    _skipgram(inp, nodes, contexts, points, _nodes(code), alpha, sigmoid)


def cbow_hs_step(
    inp: Rows,
    nodes: Rows,
    contexts: Ids,
    code: Ids,
    points: Ids,
    alpha: float,
    cbow_mean: bool = True,
    sigmoid: Squash = sigmoid,
    corrected: bool = False,
) -> None:
    """Take one step of CBOW with hierarchical softmax in place, with the lengths of `cbow_step`.

    Examples
    --------
    >>> inp, nodes = np.ones((2, 1)), np.zeros((2, 1))
    >>> cbow_hs_step(inp, nodes, contexts=[0, 1], code=[1], points=[0], alpha=0.1)
    >>> nodes.ravel()
    array([-0.05,  0.  ])
    """
    _cbow(inp, nodes, contexts, points, _nodes(code), alpha, sigmoid, cbow_mean, corrected)


# ---- noise-contrastive estimation ----


def skipgram_nce_loss(
    inp: Rows,
    out: Rows,
    contexts: Ids,
    centre: int,
    noise: Ids,
    log_noise: Float64Array,
    bias: Float64Array | None = None,
) -> float:
    """Return how badly each context word tells the centre from noise words, knowing how likely each is to be noise.

    Parameters
    ----------
    inp, out, contexts, centre, noise
        As for `skipgram_loss`; the centre may be among its own noise.
    log_noise : array of shape (words,)
        log(K P(word)) for K noise words.
    bias : array of shape (words,), optional

    Examples
    --------
    >>> round(skipgram_nce_loss(np.zeros((3, 2)), np.zeros((3, 2)), [0, 2], 1, [0], np.log([0.5, 0.3, 0.2])), 4)
    2.722
    """
    targets, labels = _words(centre, noise)
    return _loss(inp[contexts], out, targets, labels, _offsets(targets, log_noise, bias))


def cbow_nce_loss(
    inp: Rows,
    out: Rows,
    contexts: Ids,
    centre: int,
    noise: Ids,
    log_noise: Float64Array,
    bias: Float64Array | None = None,
    cbow_mean: bool = True,
) -> float:
    """Return the same for the mean, or sum, of the contexts.

    Examples
    --------
    >>> round(cbow_nce_loss(np.zeros((3, 2)), np.zeros((3, 2)), [0, 2], 1, [0], np.log([0.5, 0.3, 0.2])), 4)
    1.361
    """
    targets, labels = _words(centre, noise)
    return _loss(_hidden(inp, contexts, cbow_mean), out, targets, labels, _offsets(targets, log_noise, bias))


def skipgram_nce_step(
    inp: Rows,
    out: Rows,
    contexts: Ids,
    centre: int,
    noise: Ids,
    alpha: float,
    log_noise: Float64Array,
    bias: Float64Array | None = None,
    sigmoid: Squash = sigmoid,
) -> None:
    """Take one step of length `alpha` down the gradient of `skipgram_nce_loss`, in place; the bias moves, too.

    Examples
    --------
    >>> inp, out, bias = np.zeros((2, 1)), np.zeros((2, 1)), np.zeros(2)
    >>> skipgram_nce_step(inp, out, [0], 1, [0], 0.1, np.log([0.5, 0.5]), bias)
    >>> bias.round(4)
    array([-0.0667,  0.0333])
    """
    targets, labels = _words(centre, noise)
    offsets = _offsets(targets, log_noise, bias)
    error = _skipgram(inp, out, contexts, targets, labels, alpha, sigmoid, offsets)
    if bias is not None:
        np.add.at(bias, targets, error)


def cbow_nce_step(
    inp: Rows,
    out: Rows,
    contexts: Ids,
    centre: int,
    noise: Ids,
    alpha: float,
    log_noise: Float64Array,
    bias: Float64Array | None = None,
    cbow_mean: bool = True,
    sigmoid: Squash = sigmoid,
    corrected: bool = False,
) -> None:
    """Take one such step of CBOW in place, with the lengths of `cbow_step`.

    Examples
    --------
    >>> inp, out, bias = np.zeros((2, 1)), np.zeros((2, 1)), np.zeros(2)
    >>> cbow_nce_step(inp, out, [0, 0], 1, [0], 0.1, np.log([0.5, 0.5]), bias)
    >>> bias.round(4)
    array([-0.0667,  0.0333])
    """
    targets, labels = _words(centre, noise)
    offsets = _offsets(targets, log_noise, bias)
    error = _cbow(inp, out, contexts, targets, labels, alpha, sigmoid, cbow_mean, corrected, offsets)
    if bias is not None:
        np.add.at(bias, targets, error)
