"""Passes over a corpus by `w2v.reference.positions`, with the trainer's draws; see `w2v.reference.replay`."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from w2v.base.arrays import Int32Array, Int64Array
from w2v.reference import draws, replay
from w2v.reference import positions as definition
from w2v.reference.sigmoids import Ids, Rows

__all__ = ["Outputs", "draw_tiles", "joined", "train"]

Tile = tuple[int, list[int], list[int], list[int]]  # a position, contexts, their centres, noise words

JOINED, JOINED_TOKENS = 16, 1024  # sentences that structured skip-gram trains together, and their tokens, at most
STRETCH = 256  # centres of these from which tiles are made
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


def joined(offsets: Sequence[int] | Int64Array) -> list[range]:
    """Return which sentences structured skip-gram trains together: ranges of their numbers.

    Examples
    --------
    >>> joined([0, 5, 500, 1100, 1101])
    [range(0, 2), range(2, 4)]
    """
    groups, first = [], 0
    for number in range(1, len(offsets)):
        more = number < len(offsets) - 1 and number % JOINED
        if not more or offsets[number + 1] - offsets[first] > JOINED_TOKENS:
            groups.append(range(first, number))
            first = number
    return groups


def draw_tiles(
    sentences: Sequence[Ids | Int32Array],
    keep: replay.Keep,
    table: Int32Array,
    settings: replay.Settings,
    epoch: int = 0,
    first: int = 0,
    pool: draws.Pool | None = None,
) -> list[Tile]:
    """Return what structured skip-gram makes of joined sentences: a list of (position, contexts, centres, noise).

    Parameters are those of `w2v.reference.replay.draw_sentence`, but of several sentences; `first` is the number of
    the first. A pool goes on by a word for each tile.

    Examples
    --------
    >>> import numpy as np
    >>> table = np.array([[-1, 0], [-1, 1]], dtype=np.int32)  # two words, equally likely
    >>> draw_tiles([[0, 1]], None, table, replay.Settings(window=1, negative=2))
    [(0, [0], [1], [1, 1]), (1, [1], [0], [1, 1])]
    """
    streams = [draws.Stream(settings.seed, epoch, first + s) for s in range(len(sentences))]
    if keep is not None:
        sentences = [draws.downsample(*one, keep) for one in zip(streams, sentences, strict=True)]
    centres = [(sentence, i) for sentence in sentences for i in range(len(sentence))]
    tiles = []
    for begin in range(0, len(centres), STRETCH):
        tiles += _draw_stretch(streams[0], centres[begin : begin + STRETCH], table, settings, pool)
    return tiles


def _draw_stretch(
    stream: draws.Stream,
    stretch: list[tuple[Any, int]],
    table: Int32Array,
    settings: replay.Settings,
    pool: draws.Pool | None,
) -> list[Tile]:
    reach, tiles = [settings.window] * len(stretch), []
    if settings.shrink_windows:
        reach = [1 + ((stream.next() >> 32) * settings.window >> 32) for _ in stretch]
    offsets = [*range(-settings.window, 0), *range(1, settings.window + 1)]
    for position, offset in enumerate(offsets):
        near = [one for one, far in zip(stretch, reach, strict=True) if far >= abs(offset)]
        pairs = [(s[i + offset], s[i]) for s, i in near if 0 <= i + offset < len(s)]
        n = -(-len(pairs) // min(MOST_PAIRS, settings.tile_inputs))
        for t in range(n):
            contexts, centres = zip(*pairs[t * len(pairs) // n : (t + 1) * len(pairs) // n], strict=True)
            if pool:
                noise = pool.draw(stream, settings.negative, 0)
                pool.at += 1
            else:
                noise = [draws.noise_word(table, stream.next()) for _ in range(settings.negative)]
            tiles.append((position, [*map(int, contexts)], [*map(int, centres)], noise))
    return tiles


def _positions(i: int, n_contexts: int, last: int, window: int) -> list[int]:
    """The positions of the contexts of word i of a sentence of last + 1 words."""
    before = next(min(i, reach) for reach in count(1) if min(i, reach) + min(last - i, reach) == n_contexts)
    return [*range(window - before, window), *range(window, window + n_contexts - before)]


def _structured(inp: Rows, outputs: Outputs, tiles: list[Tile], alpha: float) -> tuple[float, int]:
    """Train the tiles of joined sentences; return the loss and the number of pairs."""
    loss, pairs = 0.0, 0
    for position, contexts, centres, noise in tiles:
        loss += definition.structured_loss(inp, outputs.out, position, contexts, centres, noise)
        definition.structured_step(inp, outputs.out, position, contexts, centres, noise, alpha)
        pairs += len(contexts)
    return loss, pairs


def _placed(
    inp: Rows, outputs: Outputs, drawn: list[replay.Drawn], settings: replay.Settings, alpha: float
) -> tuple[float, int]:
    """Train the centres of a sentence; return the loss and their number."""
    loss = 0.0
    for i, (centre, contexts, noise) in enumerate(drawn):
        places = _positions(i, len(contexts), len(drawn) - 1, settings.window)
        window, rate, mean = (places, contexts, centre, noise[0]), outputs.weight_rate, settings.cbow_mean
        if outputs.weights is None:
            loss += definition.cwindow_loss(inp, outputs.out, *window)
            definition.cwindow_step(inp, outputs.out, *window, alpha)
        else:
            loss += definition.weighted_loss(inp, outputs.out, outputs.weights, *window, mean)
            definition.weighted_step(inp, outputs.out, outputs.weights, *window, alpha, rate, mean)
    return loss, len(drawn)


def train(
    inp: Rows,
    outputs: Outputs,
    ids: Ids | Int32Array,
    offsets: Sequence[int] | Int64Array,
    keep: replay.Keep,
    table: Int32Array,
    settings: replay.Settings,
    epoch: int = 0,
    words_before: int = 0,
) -> tuple[float, int]:
    """Train one epoch, in place; return the summed loss and the number of pairs (of centres, for CBOW).

    Parameters are those of `w2v.reference.replay.train`, but `outputs` is an `Outputs` of this module.

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
    loss, pairs, pool = 0.0, 0, None
    for group in joined(offsets) if settings.sg else [[s] for s in range(len(offsets) - 1)]:
        done = (words_before + int(offsets[group[0]])) / settings.words
        alpha = settings.alpha - (settings.alpha - settings.min_alpha) * done
        sentences = [ids[offsets[s] : offsets[s + 1]] for s in group]
        if settings.block and group[0] % settings.block == 0:
            pool = draws.Pool(table, settings.seed, epoch, group[0] // settings.block)
        given = (keep, table, settings, epoch, group[0], pool)
        if settings.sg:
            one = _structured(inp, outputs, draw_tiles(sentences, *given), alpha)
        else:
            one = _placed(inp, outputs, replay.draw_sentence(sentences[0], *given), settings, alpha)
        loss, pairs = loss + one[0], pairs + one[1]
    return loss, pairs
