"""The compiled trainer's random draws in plain Python: streams of bits, kept words, noise words."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from w2v.base.arrays import Int32Array
from w2v.reference.sigmoids import Ids

__all__ = ["Noise", "Pool", "Stream", "downsample", "noise_word", "redrawn_word"]

MOST_REDRAWS = 16  # tries for a noise word that is not the centre: a vocabulary of one word cannot hang
POOL = 128  # noise words that a centre draws from


class Stream:
    """The random draws of one sentence in one epoch: SplitMix64, begun at a hash of the three numbers.

    Examples
    --------
    >>> stream = Stream(seed=1, epoch=0, sentence=0)
    >>> stream.next() == stream.next()
    False
    """

    GOLDEN = 0x9E3779B97F4A7C15

    def __init__(self, seed: int, epoch: int, sentence: int) -> None:
        self.state: int = 0
        for number in (seed, epoch, sentence):
            self.state = self.mix(self.state + number + self.GOLDEN)

    @staticmethod
    def mix(x: int) -> int:
        """Return a hash of a number, of 64 bits."""
        x %= 2**64
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB % 2**64
        return x ^ (x >> 31)

    def next(self) -> int:
        """Return 64 random bits."""
        self.state += self.GOLDEN
        return self.mix(self.state)


def downsample(stream: Stream, ids: Ids | Int32Array, keep: npt.NDArray[np.uint32]) -> list[int]:
    """Return the ids that stay: those whose 32 random bits are below their word's threshold (2**32 - 1: always)."""
    kept = []
    for i, word in enumerate(ids):
        if i % 2 == 0:
            bits = stream.next()  # serves two tokens, the low half first
        threshold = int(keep[word])
        if bits % 2**32 < threshold or threshold == 2**32 - 1:
            kept.append(int(word))
        bits >>= 32
    return kept


def noise_word(table: Int32Array, bits: int) -> int:
    """Walker's alias method: the high half of the bits picks a cell, the low half its word or its alias."""
    cell = (bits >> 32) * len(table) >> 32
    threshold, alias = (int(number) for number in table[cell])
    return cell if bits % 2**32 < threshold % 2**32 else alias


class Pool:
    """The noise of a block of sentences: its word k is draw k of a stream of its own.

    Centre j of the block (in structured skip-gram: tile j) draws its noise from the words j to j + 127. `at` is the
    place where the next sentence begins.

    Examples
    --------
    >>> import numpy as np
    >>> pool = Pool(np.array([[-1, 0], [-1, 1]], dtype=np.int32), seed=1, epoch=0, block=1)
    >>> [pool.word(k) for k in range(8)]
    [1, 0, 1, 1, 1, 1, 0, 0]
    """

    def __init__(self, table: Int32Array, seed: int, epoch: int, block: int) -> None:
        self.table, self.at = table, 0
        self.stream = Stream(seed, epoch, 2**64 - 1 - block)
        self._words: list[int] = []

    def word(self, k: int) -> int:
        """Return word k."""
        while len(self._words) <= k:
            self._words.append(noise_word(self.table, self.stream.next()))
        return self._words[k]

    def draw(self, stream: Stream, negative: int, j: int) -> list[int]:
        """Return the noise of centre j, counted from `at`: one draw of 64 bits gives places of eight words."""
        words, bits = [], 0
        for k in range(negative):
            bits = bits >> 8 if k % 8 else stream.next()
            words.append(self.word(self.at + j + bits % POOL))
        return words


def redrawn_word(word: int, centre: int | None, redraw: Callable[[], int]) -> list[int]:
    """The first of a word and some redraws that is not the centre, as a list; an empty one if all of them are.

    centre None: any word will do.

    Examples
    --------
    >>> redrawn_word(3, 3, lambda: 4), redrawn_word(3, 3, lambda: 3), redrawn_word(3, None, lambda: 4)
    ([4], [], [3])
    """
    for _ in range(MOST_REDRAWS):
        if word != centre:
            break
        word = redraw()
    return [word] if word != centre else []


@dataclass
class Noise:
    """The noise of the centres of a sentence, by their places in it: fresh, or from a pool."""

    stream: Stream
    table: Int32Array
    negative: int
    pool: Pool | None

    def draw(self, i: int) -> list[int]:
        """Return the noise of centre i, right or not."""
        if self.pool:
            return self.pool.draw(self.stream, self.negative, i)
        return [noise_word(self.table, self.stream.next()) for _ in range(self.negative)]

    def other_than(self, centre: int | None, words: list[int], i: int) -> list[int]:
        """Return this noise of centre i without the word `centre`, as far as redraws find others."""

        def redraw() -> int:
            bits = self.stream.next()
            return self.pool.word(self.pool.at + i + bits % POOL) if self.pool else noise_word(self.table, bits)

        return [other for word in words for other in redrawn_word(word, centre, redraw)]
