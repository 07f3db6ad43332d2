"""Parts of a corpus, and the memory of a card that they are copied to."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.corpus.stream import Part, joined, part_of
from w2v.corpus.tokens import TokenCorpus
from w2v.cuda.card import Address, Card

GROUP = 64  # sentences: parts are whole groups, and these whole blocks with a common pool of noise
_ALIGNMENT = 256  # bytes
_POLL = 0.0005  # seconds between looks at what runs; a part takes some ten milliseconds


class Slot:
    """Memory of the card for one part: of a corpus, or of pairs."""

    def __init__(self) -> None:
        self.fields: dict[str, int] = {}  # of the job: addresses, and what `fill` was given
        self.mark: Any = None
        self._address: Address = 0
        self._room = 0

    def fill(self, card: Card, arrays: Mapping[str, npt.NDArray[Any]], empty: Mapping[str, int], **fields: int) -> None:
        """Copy arrays to the card, beside what trains there, with room for others of so many bytes."""
        sizes = {name: array.nbytes for name, array in arrays.items()} | dict(empty)
        places, total = {}, 0
        for name, size in sizes.items():
            places[name] = total
            total += -(-size // _ALIGNMENT) * _ALIGNMENT
        if total > self._room:
            card.free_memory(self._address)
            self._address, self._room = 0, 0
            room = total + total // 8
            self._address, self._room = card.allocate(room), room
        self.fields = {name: self._address + place for name, place in places.items()} | fields
        for name, array in arrays.items():
            card.write(self.fields[name], np.ascontiguousarray(array), stream="copy")

    def fill_with(self, card: Card, part: Part) -> None:
        """The same with a part of a corpus, and room for its words that stay."""
        tokens, sentences = len(part.ids), len(part.offsets) - 1
        first = int(part.offsets[0])
        arrays: dict[str, npt.NDArray[Any]] = {"ids": part.ids, "offsets": part.offsets - first}
        if part.weights is not None:
            arrays["sentence_weights"] = part.weights
        empty = {"kept": 4 * tokens, "n_kept": 4 * sentences}
        fields = {"n_sentences": sentences, "first_sentence": part.first_sentence, "first_token": first}
        self.fill(card, arrays, empty, **fields)


def until_passed(card: Card, mark: Any, watch: Callable[[], None] = lambda: None) -> None:
    """Return when all before a mark has ended; call `watch` meanwhile."""
    while not card.has_passed(mark):
        time.sleep(_POLL)
        watch()


def cut(corpus: TokenCorpus, size: int, first: int = 0) -> Iterator[Part]:
    """Cut a corpus that is kept into parts of so many tokens, between blocks of sentences with a common pool."""
    whole = Part(corpus.ids, corpus.offsets, 0, corpus.weights)
    begin, n = first, len(corpus)
    while begin < n:
        end = int(np.searchsorted(corpus.offsets, corpus.offsets[begin] + size, side="right")) - 1
        end = min(n, max(begin + 1, end))
        if end < n:
            end = min(n, max(1, (end - begin) // GROUP) * GROUP + begin)
        yield part_of(whole, begin, end)
        begin = end


def gathered(parts: Iterator[Part], size: int) -> Iterator[Part]:
    """Join parts of a corpus that is read anew until they have so many tokens or more."""
    waiting: list[Part] = []
    tokens = 0
    for part in parts:
        waiting.append(part)
        tokens += len(part.ids)
        if tokens >= size:
            yield joined(waiting)
            waiting, tokens = [], 0
    if waiting:
        yield joined(waiting)
