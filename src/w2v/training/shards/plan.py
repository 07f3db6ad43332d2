"""Which shard trains which sentences in which round."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from w2v import _core
from w2v.base.arrays import Int64Array
from w2v.corpus.stream import Part, part_of
from w2v.training.jobs import Totals

__all__ = ["Piece", "at_groups", "boundaries", "cut", "group_of", "marks", "rounds_in_epoch"]

# Rounds of all epochs together: with fewer, quality falls. 30 will do for up to 6 shards, and 5 for each shard up to 60
# (measured: 8 shards with 25, 16 with 30, 32 with 55); more shards than 34 have 1.75 each.
_LEAST_ROUNDS, _MORE_ROUNDS = 30, 60
_ROUNDS_A_SHARD, _LEAST_ROUNDS_A_SHARD = 5, 1.75
MOST_TOKENS = 2_000_000  # of a shard in a round: then merging is some hundredths of the work


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
    63
    >>> rounds_in_epoch(Totals(2000, 200), epochs=5, shards=2, group=16)
    6
    """
    wanted = max(_LEAST_ROUNDS, min(_MORE_ROUNDS, _ROUNDS_A_SHARD * shards), _LEAST_ROUNDS_A_SHARD * shards)
    wanted = max(wanted / epochs, totals.words / (shards * MOST_TOKENS))
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


def boundaries(offsets: Int64Array, parts: int, group: int, first_sentence: int = 0) -> list[int]:
    """Return where sentences are cut into parts of about as many tokens: where each begins, and the last one ends.

    That is at the first multiple of `group`, counted in the whole corpus, from the first sentence on that has at least
    so many tokens before it. With `first_sentence`, the same within a part that begins there.

    Examples
    --------
    >>> boundaries(np.arange(0, 1001, 10), parts=4, group=16)
    [0, 32, 64, 80, 100]
    """
    wanted = offsets[0] + marks(int(offsets[-1] - offsets[0]), parts)
    found = first_sentence + np.searchsorted(offsets, wanted)
    return at_groups(found, group, first_sentence, first_sentence + len(offsets) - 1)


def marks(tokens: int, parts: int) -> Int64Array:
    """Return how many of so many tokens are before each part, and before the end of the last.

    Examples
    --------
    >>> marks(10, 4)
    array([ 0,  2,  5,  7, 10])
    """
    return np.array([tokens * part // parts for part in range(parts + 1)], dtype=np.int64)


def at_groups(found: Int64Array, group: int, first: int, end: int) -> list[int]:
    """Return sentences at which parts of first .. end - 1 begin, and the end: those found, or the next whole group's.

    Examples
    --------
    >>> at_groups(np.array([0, 17, 33]), group=16, first=0, end=40)
    [0, 32, 40]
    """
    cuts = np.minimum(-(-found // group) * group, end)
    cuts[0], cuts[-1] = first, end
    return [int(cut) for cut in cuts]


def cut(part: Part, rounds: int, group: int) -> list[Piece]:
    """Cut a shard's own part of the text into what it trains in each round; pieces of small parts may be empty.

    Examples
    --------
    >>> part = Part(np.zeros(320, np.int32), np.arange(0, 321, 10), 0)
    >>> [len(piece.part.ids) for piece in cut(part, rounds=2, group=16)]
    [160, 160]
    """
    starts = boundaries(part.offsets, rounds, group, part.first_sentence)
    origin, words = int(part.offsets[0]), int(part.offsets[-1] - part.offsets[0])
    return [Piece(part_of(part, first, end), origin, words) for first, end in pairwise(starts)]
