"""The pieces of a text that shards train, round after round: of a corpus that is kept, or of one that is read anew."""

from collections.abc import Iterator
from itertools import islice, pairwise

import numpy as np

from w2v.corpus.stream import Part, joined, part_of, whole_groups
from w2v.corpus.tokens import TokenCorpus
from w2v.training.shards.plan import Piece, boundaries, cut

__all__ = ["dealt", "kept_rounds", "read_rounds"]


def kept_rounds(corpus: TokenCorpus, shards: int, rounds: int, group: int) -> Iterator[list[Piece]]:
    """Yield a piece for each shard, round after round: each shard has its own part of the text, from end to end."""
    whole = Part(corpus.ids, corpus.offsets, 0, corpus.weights)
    starts = boundaries(whole.offsets, shards, group)
    pieces = [cut(part_of(whole, first, end), rounds, group) for first, end in pairwise(starts)]
    yield from map(list, zip(*pieces, strict=True))


def read_rounds(parts: Iterator[Part], words: int, shards: int, rounds: int, group: int) -> Iterator[list[Piece]]:
    """Yield a piece for each shard, round after round: shards take turns in the order of the text, which is read once.

    `words` is how many the text is expected to have.
    """
    size = max(1, words // (shards * rounds))
    nothing = Part(np.empty(0, dtype=np.int32), np.zeros(1, dtype=np.int64), 0)
    pieces = (Piece(part, 0, words) for part in dealt(parts, size, group))
    while now := list(islice(pieces, shards)):
        yield now + [Piece(nothing, 0, words)] * (shards - len(now))


def dealt(parts: Iterator[Part], size: int, group: int) -> Iterator[Part]:
    """Cut parts anew: each of whole groups of sentences, the fewest that have `size` tokens.

    Examples
    --------
    >>> from w2v.corpus.stream import id_parts
    >>> parts = id_parts([np.zeros((10, 2), np.int32), np.zeros((30, 2), np.int32)], 1)
    >>> [(part.first_sentence, len(part.ids)) for part in dealt(parts, 20, group=16)]
    [(0, 32), (16, 32), (32, 16)]
    """
    waiting: list[Part] = []
    missing = size
    for part in whole_groups(parts, group):
        rest = part
        while len(rest.offsets) > 1:
            last = rest.first_sentence + len(rest.offsets) - 1
            n = int(np.searchsorted(rest.offsets, rest.offsets[0] + missing))
            end = min(rest.first_sentence + -(-n // group) * group, last)
            waiting.append(part_of(rest, rest.first_sentence, end))
            rest = part_of(rest, end, last)
            missing -= len(waiting[-1].ids)
            if missing <= 0:
                yield joined(waiting)
                waiting, missing = [], size
    if waiting:
        yield joined(waiting)
