"""Sentences of any hashable tokens to ids, in Python: the road of bounded tables that C cannot keep.

These are max_vocab_size with a trim_rule, and with sentences that can be read only once.
"""

import itertools
from array import array
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from w2v._core import LINE_END, UNKNOWN, remap
from w2v.base.arrays import Int32Array
from w2v.base.keys import check_key
from w2v.base.progress import watched
from w2v.inputs.passes import is_one_shot
from w2v.inputs.pruning import Chosen, Pruning
from w2v.inputs.reading import Encoded, sentence_offsets
from w2v.inputs.sentences import Sentences

__all__ = ["number_sentences"]


def number_sentences(sentences: Iterable[Any], pruning: Pruning, progress: bool = False) -> tuple[Chosen, Encoded]:
    """Turn sentences into ids of the words that stay; return (`Chosen`, `Encoded`).

    They are read again if max_vocab_size made words drop, and if they can be.

    Examples
    --------
    >>> from w2v.inputs.pruning import Pruning
    >>> chosen, encoded = number_sentences([["to", "be"], ["to"]], Pruning(min_count=1))
    >>> chosen.words, encoded.ids, encoded.offsets
    (['to', 'be'], array([0, 1, 0], dtype=int32), array([0, 2, 3]))
    """
    numbering = _Numbering(pruning)
    with watched(sentences, progress, "reading", " sentences") as given:
        numbering.read(_tokens(given))
    chosen, final = numbering.choose()
    if not numbering.dropped or is_one_shot(sentences):
        return chosen, _finish(numbering.stream, final)
    index = {word: number for number, word in enumerate(chosen.words)}
    stream = array("i")
    with watched(sentences, progress, "reading", " sentences") as given:
        for sentence in _tokens(given):
            stream.extend(map(index.get, sentence, itertools.repeat(UNKNOWN)))
            stream.append(LINE_END)
    return chosen, _finish(stream, None)


def _tokens(sentences: Iterable[Any]) -> Iterator[Any]:
    """The sentences, as sequences of tokens."""
    tokens_of = Sentences()
    for number, sentence in enumerate(sentences):
        yield sentence if type(sentence) in (list, tuple) else tokens_of(sentence, number)


class _Numbers(dict[Any, int]):
    """Numbers of tokens, each new one getting the next."""

    def __init__(self) -> None:
        self._next = itertools.count().__next__

    def __missing__(self, token: Any) -> int:
        check_key(token)
        number = self[token] = self._next()
        return number


class _Numbering:
    """Numbers words as they come. A word that was dropped and comes back gets a new number."""

    def __init__(self, pruning: Pruning) -> None:
        self.pruning = pruning
        self.numbers = _Numbers()
        self.stream = array("i")
        self.counts = np.zeros(0, dtype=np.int64)  # by number, for the part of the stream that was counted
        self.counted = 0
        self.threshold = 1
        self.dropped = False

    def read(self, sentences: Iterable[Any]) -> None:
        """Take in all sentences."""
        number_of, extend, end_line = self.numbers.__getitem__, self.stream.extend, self.stream.append
        limit = self.pruning.limit
        for number, sentence in enumerate(sentences):
            try:
                extend(map(number_of, sentence))
            except TypeError as error:
                unhashable = "expected hashable tokens: " if "unhashable" in str(error) else ""
                raise TypeError(f"sentence {number}: {unhashable}{error}") from None
            end_line(LINE_END)
            if limit and len(self.numbers) > limit:
                self._prune()

    def choose(self) -> tuple[Chosen, Int32Array]:
        """Return the words that stay (`Chosen`) and the map from numbers to their ids."""
        self._count()
        words, numbers = list(self.numbers), np.fromiter(self.numbers.values(), dtype=np.int64)
        counts = self.counts[numbers]
        order, min_count = self.pruning.choose(counts, numbers, lambda: words)
        final = np.full(len(self.counts), -1, dtype=np.int32)
        final[numbers[order]] = np.arange(len(order), dtype=np.int32)
        return Chosen([words[number] for number in order], counts[order], min_count), final

    def _count(self) -> None:
        fresh = np.asarray(memoryview(self.stream))[self.counted :]
        counts = np.bincount(fresh[fresh >= 0], minlength=len(self.counts))
        counts[: len(self.counts)] += self.counts
        self.counts, self.counted = counts, len(self.stream)

    def _prune(self) -> None:
        """Drop words below the threshold, and raise it."""
        self._count()
        counts, keeps, threshold = self.counts.tolist(), self.pruning.keeps, self.threshold
        for word, number in [*self.numbers.items()]:
            if not keeps(word, counts[number], threshold):
                del self.numbers[word]
                self.dropped = True
        self.threshold += 1


def _finish(stream: "array[int]", final: Int32Array | None) -> Encoded:
    """The stream of numbers and line ends as `Encoded`, in the same memory."""
    n_sentences = stream.count(LINE_END)
    ends = np.empty(n_sentences, dtype=np.int64)
    n_words = len(stream) - n_sentences
    n_kept, _, _ = remap(stream, final, False, ends)
    del stream[n_kept:]
    ids = np.asarray(memoryview(stream))
    return Encoded(ids, sentence_offsets(ends, n_kept), n_words, n_sentences, ends)
