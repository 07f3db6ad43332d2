"""Which shard trains which sentences in which round."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from w2v import _core
from w2v.base.arrays import Int64Array
from w2v.corpus.stream import Part
from w2v.training.jobs import Totals

__all__ = ["Piece", "cut", "group_of", "part_of", "rounds_in_epoch", "shard_starts"]

LEAST_ROUNDS = 40  # in all epochs together: with fewer, quality falls (8 shards: 25 will do, 16: 30)
_ROUNDS_A_SHARD = 1.75  # more shards need more rounds: 32 have 55
MOST_TOKENS = 1_000_000  # of a shard in a round: then merging is some hundredths of the work


class Piece(NamedTuple):
    """What a shard trains in one round, and what its learning rate follows."""

    part: Part
    origin: int  # the token of the pass where the shard's own text begins
    words: int  # tokens of the shard in a whole pass


def rounds_in_epoch(totals: Totals, epochs: int, shards: int, group: int) -> int:
    """Return how often replicas meet in an epoch, by the size of the whole corpus.

    Examples
    --------
    >>> rounds_in_epoch(Totals(17_000_000, 800_000), epochs=5, shards=8, group=64)
    8
    >>> rounds_in_epoch(Totals(1_000_000_000, 50_000_000), epochs=5, shards=8, group=64)
    125
    >>> rounds_in_epoch(Totals(2000, 200), epochs=5, shards=2, group=16)
    6
    """
    wanted = max(LEAST_ROUNDS, _ROUNDS_A_SHARD * shards) / epochs
    wanted = max(wanted, totals.words / (shards * MOST_TOKENS))
    groups = totals.sentences // (group * shards)
    return max(1, min(int(np.ceil(wanted)), groups))


def group_of(block: int) -> int:
    """Return how many sentences hang together, whose draws come from one pool of noise or which are trained as one.

    Examples
    --------
    >>> group_of(64), group_of(0)
    (64, 16)
    """
    return max(block, _core.JOINED)


def shard_starts(offsets: Int64Array, shards: int, group: int, first_sentence: int = 0) -> list[int]:
    """Return where each shard's sentences begin, and where the last one's end: whole groups, about as many tokens each.

    Boundary k is the first multiple of `group` (counted in the whole corpus) from the first sentence on that has k of
    `shards` parts of all tokens before it. With `first_sentence`, the same within a part that begins there.

    Examples
    --------
    >>> shard_starts(np.arange(0, 1001, 10), shards=4, group=16)
    [0, 32, 64, 80, 100]
    """
    n = len(offsets) - 1
    total = int(offsets[-1] - offsets[0])
    wanted = np.array([offsets[0] + total * k // shards for k in range(1, shards)], dtype=np.int64)
    found = np.searchsorted(offsets, wanted) + first_sentence
    starts = np.minimum(-(-found // group) * group, first_sentence + n)
    return [first_sentence, *starts.tolist(), first_sentence + n]


def part_of(part: Part, first: int, end: int) -> Part:
    """Return sentences first .. end - 1 of a part, as they are numbered in the whole corpus."""
    begin, stop = first - part.first_sentence, end - part.first_sentence
    offsets = part.offsets[begin : stop + 1]
    ids = part.ids[offsets[0] - part.offsets[0] : offsets[-1] - part.offsets[0]]
    return Part(ids, offsets, first, None if part.weights is None else part.weights[begin:stop])


def cut(part: Part, rounds: int, group: int) -> list[Piece]:
    """Cut a shard's own part of the text into what it trains in each round; pieces of small parts may be empty.

    Examples
    --------
    >>> part = Part(np.zeros(320, np.int32), np.arange(0, 321, 10), 0)
    >>> [len(piece.part.ids) for piece in cut(part, rounds=2, group=16)]
    [160, 160]
    """
    starts = shard_starts(part.offsets, rounds, group, part.first_sentence)
    origin, words = int(part.offsets[0]), int(part.offsets[-1] - part.offsets[0])
    return [Piece(part_of(part, first, end), origin, words) for first, end in pairwise(starts)]
