"""Passes over a corpus by `w2v.reference_positions`, with the compiled trainer's own random draws; see `w2v.replay`."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from w2v import reference_positions as definition
from w2v import replay

__all__ = ["Outputs", "draw_tiles", "train"]

STRETCH = 64  # centres of a sentence from which tiles of structured skip-gram are made
MOST_PAIRS = 16  # in such a tile


@dataclass(frozen=True)
class Outputs:
    """What inputs are trained against, float64.

    Parameters
    ----------
    out : array of shape (positions, words, size), or with `weights` of shape (words, size)
    weights : array of shape (positions, size), or None
    weight_rate : float
        Steps of the weights, as a multiple of those down the gradient.
    """

    out: Any
    weights: Any = None
    weight_rate: float = 1.0


def draw_tiles(ids, keep, table, settings, epoch=0, sentence=0):
    """Return what structured skip-gram makes of a sentence: a list of (position, contexts, centres, noise).

    Parameters are those of `w2v.replay.draw_sentence`.

    Examples
    --------
    >>> import numpy as np
    >>> table = np.array([[-1, 0], [-1, 1]], dtype=np.int32)  # two words, equally likely
    >>> draw_tiles([0, 1], None, table, replay.Settings(window=1, negative=2))
    [(0, [0], [1], [1, 1]), (1, [1], [0], [1, 1])]
    """
    stream = replay.Stream(settings.seed, epoch, sentence)
    kept = [int(word) for word in ids] if keep is None else replay.downsample(stream, ids, keep)
    tiles = []
    for begin in range(0, len(kept), STRETCH):
        stretch = range(begin, min(begin + STRETCH, len(kept)))
        reach = {i: settings.window for i in stretch}
        if settings.shrink_windows:
            reach = {i: 1 + ((stream.next() >> 32) * settings.window >> 32) for i in stretch}
        offsets = [*range(-settings.window, 0), *range(1, settings.window + 1)]
        for position, offset in enumerate(offsets):
            centres = [i for i in stretch if reach[i] >= abs(offset) and 0 <= i + offset < len(kept)]
            n = -(-len(centres) // MOST_PAIRS)
            for t in range(n):
                tile = centres[t * len(centres) // n : (t + 1) * len(centres) // n]
                noise = [replay.noise_word(table, stream.next()) for _ in range(settings.negative)]
                tiles.append((position, [kept[i + offset] for i in tile], [kept[i] for i in tile], noise))
    return tiles


def _positions(i, n_contexts, last, window):
    """The positions of the contexts of word i of a sentence of last + 1 words."""
    before = next(min(i, reach) for reach in count(1) if min(i, reach) + min(last - i, reach) == n_contexts)
    return [*range(window - before, window), *range(window, window + n_contexts - before)]


def _structured(inp, outputs, tiles, alpha):
    """Train the tiles of a sentence; return the loss and the number of pairs."""
    loss, pairs = 0.0, 0
    for position, contexts, centres, noise in tiles:
        loss += definition.structured_loss(inp, outputs.out, position, contexts, centres, noise)
        definition.structured_step(inp, outputs.out, position, contexts, centres, noise, alpha)
        pairs += len(contexts)
    return loss, pairs


def _placed(inp, outputs, drawn, settings, alpha):
    """Train the centres of a sentence; return the loss and their number."""
    loss = 0.0
    for i, (centre, contexts, noise) in enumerate(drawn):
        window = (_positions(i, len(contexts), len(drawn) - 1, settings.window), contexts, centre, noise[0])
        if outputs.weights is None:
            loss += definition.cwindow_loss(inp, outputs.out, *window)
            definition.cwindow_step(inp, outputs.out, *window, alpha)
        else:
            rows, mean = (inp, outputs.out, outputs.weights), {"cbow_mean": settings.cbow_mean}
            loss += definition.weighted_loss(*rows, *window, **mean)
            definition.weighted_step(*rows, *window, alpha, outputs.weight_rate, **mean)
    return loss, len(drawn)


def train(inp, outputs, ids, offsets, keep, table, settings, epoch=0, words_before=0):
    """Train one epoch, in place; return the summed loss and the number of pairs (of centres, for CBOW).

    Parameters are those of `w2v.replay.train`, but `outputs` is an `Outputs` of this module.

    Examples
    --------
    >>> import numpy as np
    >>> inp, outputs = np.full((2, 1), 0.5), Outputs(out=np.zeros((2, 2, 1)))
    >>> table = np.array([[-1, 0], [-1, 1]], dtype=np.int32)
    >>> settings = replay.Settings(window=1, negative=1, words=4)
    >>> loss, pairs = train(inp, outputs, np.array([0, 1, 0, 1]), np.array([0, 4]), None, table, settings)
    >>> pairs
    6
    """
    loss, pairs = 0.0, 0
    for s in range(len(offsets) - 1):
        done = (words_before + int(offsets[s])) / settings.words
        alpha = settings.alpha - (settings.alpha - settings.min_alpha) * done
        sentence = (ids[offsets[s] : offsets[s + 1]], keep, table, settings, epoch, s)
        if settings.sg:
            one = _structured(inp, outputs, draw_tiles(*sentence), alpha)
        else:
            one = _placed(inp, outputs, replay.draw_sentence(*sentence), settings, alpha)
        loss, pairs = loss + one[0], pairs + one[1]
    return loss, pairs
