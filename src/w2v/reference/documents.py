r"""Vectors of new documents, while the model stays as it is: the compiled inference in plain numpy.

Let :math:`v` be the vector, and :math:`h_i` the input for word i: :math:`v` itself (distributed bag of words), or the
mean or sum of :math:`v` and the vectors of the words around (distributed memory). Words are taken in groups of
`GROUP`; the gradient of the loss of all of them at the vector as it was before is one step:

.. math:: -\sum_i \log \sigma(h_i \cdot u_i) - \sum_i \frac{K}{N} \sum_{n \ne i} \log \sigma(-h_i \cdot u_n)

where K is `negative`, and n are N noise words that stand for K of the word's own: the same `BAG_NOISE` for all words of
a group, or `MEMORY_NOISE` for each word of distributed memory. All documents take them from one pool of `NOISE_POOL`
words, each from one of `NOISE_STARTS` places on, group after group and epoch after epoch. The words of a group have
windows of one size. With hierarchical softmax, the sum is over the nodes of the words' paths; with both, its step comes
first.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from w2v.base.arrays import Int32Array
from w2v.reference.draws import Stream, downsample, noise_word
from w2v.reference.replay import Keep, Outputs, Settings, draw_reach, places_around
from w2v.reference.sigmoids import Ids, Rows, sigmoid

__all__ = [
    "BAG_NOISE",
    "GROUP",
    "MEMORY_NOISE",
    "NOISE_POOL",
    "NOISE_STARTS",
    "document_seed",
    "group_loss",
    "group_step",
    "infer",
]

GROUP = 8  # words
BAG_NOISE, MEMORY_NOISE = 16, 4  # noise words of a group, or of each word
NOISE_POOL, NOISE_STARTS = 4096, 16  # words; places among them where documents begin
_LAST = 2**64 - 1

Windows = Sequence[Ids]  # of each word of a group: the words around it
Targets = list[tuple[Rows, Any, Any]]  # of each word: output rows, their labels, how often each counts


def _hidden(vector: Rows, inp: Rows, windows: Windows | None, n: int, settings: Settings) -> tuple[Rows, Rows]:
    """The input (n, size) for each word of a group, and what its step is multiplied by (n,)."""
    if windows is None:
        return np.tile(vector, (n, 1)), np.ones(n)
    inputs = [np.vstack([*inp[list(around)], vector]) for around in windows]
    sizes = np.array([len(rows) for rows in inputs])
    mean = settings.cbow_mean
    hidden = np.array([rows.mean(0) if mean else rows.sum(0) for rows in inputs])
    return hidden, np.ones(n) if mean and not settings.cbow_corrected else 1 / sizes


def _targets(outputs: Outputs, words: Ids, noise: Sequence[Ids], settings: Settings, nodes: bool) -> Targets:
    found: Targets = []
    for j, word in enumerate(words):
        if nodes:
            code, points = outputs.paths[word]
            found.append((outputs.nodes[points], 1 - np.asarray(code), np.ones(len(code))))
        else:
            each = settings.negative / len(noise[j])
            times = [1.0, *(each * (other != word) for other in noise[j])]
            found.append((outputs.out[[word, *noise[j]]], np.eye(1, len(times))[0], np.array(times)))
    return found


def group_loss(
    vector: Rows,
    inp: Rows,
    outputs: Outputs,
    words: Ids,
    windows: Windows | None,
    noise: Sequence[Ids],
    settings: Settings,
    nodes: bool = False,
) -> float:
    """Return the loss of a group at a vector.

    Parameters
    ----------
    vector : float64 array of shape (size,)
    inp : float64 array of shape (words, size)
    outputs : w2v.reference.replay.Outputs
    words : sequence of int
    windows : sequence of sequences of int, or None
        The words around each of them; None: distributed bag of words.
    noise : sequence of sequences of int
        For each of them.
    settings : w2v.reference.replay.Settings
    nodes : bool
        Hierarchical softmax, not negative sampling.

    Examples
    --------
    >>> outputs = Outputs(out=np.zeros((2, 1)))
    >>> round(group_loss(np.ones(1), np.zeros((2, 1)), outputs, [0], None, [[1]], Settings(negative=5)), 2)
    4.16
    """
    hidden, _ = _hidden(vector, inp, windows, len(words), settings)
    loss = 0.0
    for h, (rows, labels, times) in zip(hidden, _targets(outputs, words, noise, settings, nodes), strict=True):
        loss -= float(times @ np.log(sigmoid((2 * labels - 1) * (rows @ h))))
    return loss


def group_step(
    vector: Rows,
    inp: Rows,
    outputs: Outputs,
    words: Ids,
    windows: Windows | None,
    noise: Sequence[Ids],
    settings: Settings,
    alpha: float,
    nodes: bool = False,
) -> Rows:
    """Return the vector after the step of a group; parameters are those of `group_loss`.

    Examples
    --------
    >>> outputs = Outputs(out=np.eye(2))
    >>> group_step(np.zeros(2), np.eye(2), outputs, [0], None, [[1]], Settings(negative=6), 0.1)
    array([ 0.05, -0.3 ])
    """
    hidden, scale = _hidden(vector, inp, windows, len(words), settings)
    moved = vector.copy()
    targets = _targets(outputs, words, noise, settings, nodes)
    for h, share, (rows, labels, times) in zip(hidden, scale, targets, strict=True):
        moved += alpha * share * (times * (labels - sigmoid(rows @ h))) @ rows
    return moved


def infer(
    vector: Rows,
    inp: Rows,
    outputs: Outputs,
    ids: Ids | Int32Array,
    keep: Keep,
    table: Int32Array,
    settings: Settings,
    epochs: int,
) -> Rows:
    """Return the vector of a document, from where it begins.

    Parameters
    ----------
    vector : float64 array of shape (size,)
    inp, outputs
        As for `group_loss`.
    ids : sequence of int
        The words.
    keep, table
        As for `w2v.reference.replay.draw_sentence`.
    settings : w2v.reference.replay.Settings
        `sg` with `tags_only` is the distributed bag of words. The learning rate falls from one epoch to the next.
    epochs : int

    Examples
    --------
    >>> table = np.array([[-1, 0], [-1, 1]], dtype=np.int32)  # two words, equally likely
    >>> outputs = Outputs(out=np.eye(2))
    >>> infer(np.zeros(2), np.eye(2), outputs, [0, 0], None, table, Settings(alpha=0.1), 1).round(2)
    array([ 0.1 , -0.25])
    """
    seed = document_seed(settings.seed, ids)
    taken = _noise(table, settings, seed)
    fall = (settings.alpha - settings.min_alpha) / max(epochs - 1, 1)
    for epoch in range(epochs):
        stream = Stream(seed, epoch, 0)
        kept = [int(word) for word in ids] if keep is None else downsample(stream, ids, keep)
        windows = None if settings.sg else _windows(stream, kept, settings)
        for first in range(0, len(kept), GROUP):
            words = kept[first : first + GROUP]
            around = None if windows is None else windows[first : first + GROUP]
            noise = next(taken) if outputs.out is not None else []
            given = inp, outputs, words, around, noise, settings, settings.alpha - fall * epoch
            if outputs.nodes is not None:
                vector = group_step(vector, *given, nodes=True)
            if outputs.out is not None:
                vector = group_step(vector, *given)
    return vector


def document_seed(seed: int, ids: Ids | Int32Array) -> int:
    """Return what the draws of a document begin with: a hash of its words.

    Examples
    --------
    >>> document_seed(1, []), document_seed(1, [2]) == document_seed(1, [3])
    (1, False)
    """
    for word in ids:
        seed = Stream.mix(seed + int(word) + Stream.GOLDEN)
    return seed


def _noise(table: Int32Array, settings: Settings, seed: int) -> Iterator[list[list[int]]]:
    """The noise words of each of `GROUP` words, of one group after the other."""
    each = BAG_NOISE if settings.sg else MEMORY_NOISE
    size = each if settings.sg else GROUP * each
    parts = NOISE_POOL // size
    place = seed % NOISE_STARTS * (parts // NOISE_STARTS)
    while True:
        pool = [_pool_word(table, settings.seed, place * size + k) for k in range(size)]
        yield [pool if settings.sg else pool[j * each : (j + 1) * each] for j in range(GROUP)]
        place = (place + 1) % parts


def _pool_word(table: Int32Array, seed: int, k: int) -> int:
    """Word k of the pool: its cells of the table are a golden section of it apart, so that they are spread evenly."""
    stream = Stream(seed, _LAST, 0)
    stream.state += k * Stream.GOLDEN
    low = stream.next() % 2**32
    return noise_word(table, (stream.state % 2**64 >> 32 << 32) + low)


def _windows(stream: Stream, kept: list[int], settings: Settings) -> list[list[int]]:
    """The words around each word; the words of a group reach equally far."""
    found, reach = [], 0
    for i in range(len(kept)):
        reach = reach if i % GROUP else draw_reach(stream, settings)
        places = places_around(i, reach, len(kept), settings.side)
        found.append([kept[place] for place in places])
    return found
