"""A corpus that is never kept: read anew in every epoch, ahead of the threads that train it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from w2v._core import JOINED, LINE_END, LONGEST_SENTENCE, TokenBlock, TokenReader, remap
from w2v.inputs.ids import as_ids
from w2v.inputs.keys import Keys
from w2v.inputs.reading import cut_long, sentence_offsets
from w2v.inputs.sentences import Sentences

__all__ = ["Part", "StreamCorpus", "id_parts", "joined", "part_of", "token_parts", "whole_groups"]

_ITEMS = 1 << 16  # tokens of a part: some hundredths of a second for the thread that trains it
_BYTES = 1 << 19


class Part(NamedTuple):
    """Some sentences: their ids, where they begin and end among all tokens of the pass, and the number of the first.

    Sentences that are kept may have `weights`: factors of their learning rates.
    """

    ids: npt.NDArray[np.int32]
    offsets: npt.NDArray[np.int64]
    first_sentence: int
    weights: npt.NDArray[np.float32] | None = None


def part_of(part: Part, first: int, end: int) -> Part:
    """Return sentences first .. end - 1 of a part, as they are numbered in the whole corpus."""
    begin, stop = first - part.first_sentence, end - part.first_sentence
    offsets = part.offsets[begin : stop + 1]
    ids = part.ids[offsets[0] - part.offsets[0] : offsets[-1] - part.offsets[0]]
    return Part(ids, offsets, first, None if part.weights is None else part.weights[begin:stop])


def joined(parts: list[Part]) -> Part:
    """Return parts without weights that follow one another, at least one, as one."""
    offsets = [part.offsets[:-1] for part in parts[:-1]] + [parts[-1].offsets]
    return Part(np.concatenate([part.ids for part in parts]), np.concatenate(offsets), parts[0].first_sentence)


@dataclass(frozen=True, eq=False)
class StreamCorpus:
    """Sentences that are read again in every epoch, with the numbers that the first reading gave.

    Parameters
    ----------
    parts : callable
        Begins a reading: returns an iterator of `Part`.
    n_words, n_words_raw, n_sentences : int
        Words of a pass that are in the vocabulary, all words, and sentences: expected, not promised.
    source : object
        What was given, by which the same corpus is known again.
    """

    parts: Callable[[], Iterator[Part]]
    n_words: int
    n_words_raw: int
    n_sentences: int
    source: Any = None
    weights: None = None


def token_parts(sentences: Any, words: list[Any]) -> Iterator[Part]:
    """Read sentences by the words of a vocabulary; what comes out is what a `TokenCorpus` of them has.

    Examples
    --------
    >>> [part] = token_parts([["to", "be"], [], ["be"]], ["be"])
    >>> part.ids, part.offsets
    (array([0, 0], dtype=int32), array([0, 1, 2]))
    """
    keys = Keys()
    table, reader = keys.table(words), TokenReader(sentences, keys.key_of, Sentences(warn=False))
    block, tail = TokenBlock(_BYTES, _ITEMS), np.empty(0, dtype=np.int32)
    n_tokens = n_sentences = 0
    while reader.read(block):
        stream = np.empty(len(tail) + block.n_items, dtype=np.int32)
        stream[: len(tail)] = tail
        table.find_tokens(block, stream[len(tail) :])
        ids, ends = _without_ends(stream)
        done = _whole_sentences(ids, ends)  # after the last block, all: its last item is the end of a sentence
        offsets = sentence_offsets(ends, done)
        tail = ids[done:]
        if done:
            yield Part(ids[:done], offsets + n_tokens, n_sentences)
        n_tokens += done
        n_sentences += len(offsets) - 1


def id_parts(blocks: Any, n_words: int) -> Iterator[Part]:
    """Read blocks of ids below n_words, such as 2-D arrays of walks.

    Examples
    --------
    >>> [part] = id_parts([np.array([[0, 1], [1, -1]])], 2)
    >>> part.ids, part.offsets
    (array([0, 1, 1], dtype=int32), array([0, 2, 3]))
    """
    n_tokens = n_sentences = 0
    for ids in map(as_ids, blocks):
        if ids.ids.max(initial=-1) >= n_words:
            raise ValueError(f"ids: expected rows of the {n_words} vectors, got {ids.ids.max()}")
        starts = ids.offsets[:-1]
        bounds = cut_long(np.append(starts[starts < ids.offsets[1:]], ids.offsets[-1]))
        for first in range(0, len(bounds) - 1, _ITEMS // 8):
            offsets = bounds[first : first + _ITEMS // 8 + 1]
            yield Part(ids.ids[offsets[0] : offsets[-1]], offsets + n_tokens, n_sentences + first)
        n_tokens += len(ids.ids)
        n_sentences += len(bounds) - 1


def whole_groups(parts: Iterator[Part], size: int = JOINED) -> Iterator[Part]:
    """Cut parts anew, so that groups of `size` sentences, whose training hangs together, are in the same part.

    Examples
    --------
    >>> parts = id_parts([np.zeros((10, 2), np.int32), np.zeros((10, 2), np.int32)], 1)
    >>> [(part.first_sentence, len(part.ids)) for part in whole_groups(parts)]
    [(0, 32), (16, 8)]
    """
    rest = Part(np.empty(0, dtype=np.int32), np.zeros(1, dtype=np.int64), 0)
    for part in parts:
        ids = np.concatenate([rest.ids, part.ids])
        offsets = np.concatenate([rest.offsets[:-1], part.offsets])
        n = (len(offsets) - 1) // size * size
        split = offsets[n] - offsets[0]
        if n:
            yield Part(ids[:split], offsets[: n + 1], rest.first_sentence)
        rest = Part(ids[split:], offsets[n:], rest.first_sentence + n)
    if len(rest.offsets) > 1:
        yield rest


def _without_ends(stream: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """The ids of known words, and where sentences end among them."""
    ends = np.empty(np.count_nonzero(stream == LINE_END), dtype=np.int64)
    n_kept, _, _ = remap(stream, None, False, ends)
    return stream[:n_kept], ends


def _whole_sentences(ids: npt.NDArray[np.int32], ends: npt.NDArray[np.int64]) -> int:
    """How many ids belong to sentences, or pieces of long ones, that are complete."""
    closed = int(ends[-1]) if len(ends) else 0
    return closed + (len(ids) - closed) // LONGEST_SENTENCE * LONGEST_SENTENCE
