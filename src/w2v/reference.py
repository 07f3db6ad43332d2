r"""Skip-gram and CBOW with negative sampling in plain float64 numpy: slow, short, the definition of correct.

A word :math:`w` has two rows, ``inp[w]`` for when it stands in a context and ``out[w]`` for when it is to be predicted.
Negative sampling [1]_ teaches the rows to tell the right word :math:`c` from noise words :math:`w_1 \dots w_K`: for an
input :math:`h` it lowers

.. math:: -\log \sigma(h \cdot out_c) - \sum_k \log \sigma(-h \cdot out_{w_k}), \qquad \sigma(x) = 1 / (1 + e^{-x}).

In skip-gram each context word of the centre :math:`c` gives an input, its row of ``inp``; in CBOW [2]_ the mean of
these rows is the only one. A word that occurs n times among the contexts or the noise counts n times.

`w2v.replay` runs these steps over a corpus, with the compiled trainer's own random draws.

References
----------
.. [1] Mikolov, Sutskever, Chen, Corrado, Dean: Distributed Representations of Words and Phrases and their
   Compositionality. NIPS 2013.
.. [2] Mikolov, Chen, Corrado, Dean: Efficient Estimation of Word Representations in Vector Space. ICLR Workshop 2013.
"""

import numpy as np

__all__ = ["cbow_loss", "cbow_step", "sigmoid", "skipgram_loss", "skipgram_step", "table_sigmoid"]


def sigmoid(x):
    """Return 1 / (1 + e^-x).

    Examples
    --------
    >>> float(sigmoid(0.0))
    0.5
    """
    return np.exp(-np.logaddexp(0, -x))  # never overflows


def table_sigmoid(x):
    """Return word2vec.c's sigmoid: 1000 steps over -6..6, each with the value at its middle; 0 or 1 outside.

    (The original has the values at the left ends of the steps.)

    Examples
    --------
    >>> table_sigmoid(np.array([-6.0, 0.0, 0.01, 7.0])).round(4)
    array([0.    , 0.5015, 0.5015, 1.    ])
    """
    step = np.floor((np.clip(x, -6, 6) + 6) * (1000 / 12))
    middle = (step + 0.5) * (12 / 1000) - 6
    return np.where(x >= 6, 1.0, np.where(x <= -6, 0.0, sigmoid(middle)))


def _loss(inputs, out, centre, noise):
    """The loss of the module's docstring, summed over the rows of `inputs`."""
    right = np.logaddexp(0, -inputs @ out[centre])  # -log(sigmoid(x)) = log(1 + e^-x)
    wrong = np.logaddexp(0, inputs @ out[noise].T)
    return float(right.sum() + wrong.sum())


def skipgram_loss(inp, out, contexts, centre, noise):
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
    return _loss(inp[contexts], out, centre, noise)


def cbow_loss(inp, out, contexts, centre, noise, cbow_mean=True):
    """Return how badly the mean (or, without `cbow_mean`, the sum) of the contexts' rows predicts the centre.

    Parameters are those of `skipgram_loss`.

    Examples
    --------
    >>> round(cbow_loss(np.ones((3, 2)), np.ones((3, 2)), [0, 2], 1, [0]), 4)
    2.2539
    """
    hidden = inp[contexts].mean(0) if cbow_mean else inp[contexts].sum(0)
    return _loss(hidden[None], out, centre, noise)


def skipgram_step(inp, out, contexts, centre, noise, alpha, sigmoid=sigmoid):
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
    targets = [centre, *noise]
    labels = np.arange(len(targets)) == 0
    x, y = inp[contexts], out[targets]  # copies, (C, size) and (1 + K, size)
    error = alpha * (labels - sigmoid(x @ y.T))  # (C, 1 + K)
    np.add.at(inp, contexts, error @ y)  # add.at: repeated words add up
    np.add.at(out, targets, error.T @ x)


def cbow_step(inp, out, contexts, centre, noise, alpha, cbow_mean=True, sigmoid=sigmoid):
    """Take one step of CBOW in place, as word2vec.c and gensim do.

    ``out`` follows the gradient of `cbow_loss`. ``inp`` goes in its direction with another length: with `cbow_mean`
    each context gets the whole error of the mean, n times the gradient for n contexts (word2vec.c does not divide by
    n); without, it gets the error of the sum divided by n, the n-th part of the gradient (gensim does divide here).

    Examples
    --------
    >>> inp, out = np.ones((2, 1)), np.array([[0.0], [1.0]])
    >>> cbow_step(inp, out, contexts=[0, 0], centre=1, noise=[], alpha=0.1)
    >>> inp.ravel().round(4), out.ravel().round(4)
    (array([1.0538, 1.    ]), array([0.    , 1.0269]))
    """
    targets = [centre, *noise]
    labels = np.arange(len(targets)) == 0
    x, y = inp[contexts], out[targets]
    hidden = x.mean(0) if cbow_mean else x.sum(0)
    error = alpha * (labels - sigmoid(y @ hidden))  # (1 + K,)
    change = error @ y if cbow_mean else error @ y / len(contexts)
    np.add.at(inp, contexts, change)
    np.add.at(out, targets, np.outer(error, hidden))
