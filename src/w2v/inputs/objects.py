"""Sentences of Python objects to ids: the calling thread reads them, others count and encode without the GIL."""

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np

from w2v._core import LINE_END, TokenBlock, TokenReader, TokenTable
from w2v.base.progress import watched
from w2v.base.threads import feed
from w2v.inputs.bounded import number_sentences
from w2v.inputs.cache import Storage
from w2v.inputs.keys import Keys
from w2v.inputs.passes import is_one_shot
from w2v.inputs.pruning import Chosen, Pruning
from w2v.inputs.reading import Encoded, IdBlock, Reading
from w2v.inputs.sentences import Sentences

__all__ = ["count_objects", "encode_sentences", "read_blocks"]

BLOCK_BYTES = 1 << 20  # large enough for the GIL not to matter: a thread that waits for it may wait 5 ms
BLOCK_ITEMS = 1 << 18


def encode_sentences(
    sentences: Any,
    words: list[Any] | Pruning,
    workers: int = 1,
    progress: bool = False,
    storage: Storage | None = None,
) -> tuple[Chosen | None, Encoded]:
    """Turn sentences into ids of the given words, or of those that the `Pruning` chooses, which are returned first.

    The ends of `Encoded` are one for each sentence. Sentences are read once, unless max_vocab_size made words drop.

    Examples
    --------
    >>> chosen, encoded = encode_sentences([["to", "be"], ["to"]], Pruning(min_count=1))
    >>> chosen.words, encoded.ids, encoded.offsets
    (['to', 'be'], array([0, 1, 0], dtype=int32), array([0, 2, 3]))
    """
    chosen = None
    if isinstance(words, Pruning):
        if words.asks_while_counting or (words.limit and is_one_shot(sentences)):
            return number_sentences(sentences, words, progress)  # C cannot keep ids of words that it may drop
        reading = ObjectReading(1 if words.limit else workers, words.limit, storage=storage)
        reading.run(sentences, progress)
        chosen, maps = reading.choose(words)
        if not reading.dropped:
            return chosen, reading.join(maps)
        words = chosen.words
    reading = ObjectReading(workers, words=words, storage=storage)
    reading.run(sentences, progress)
    return chosen, reading.join([None] * workers)


def count_objects(
    sentences: Any, words: list[Any] | Pruning, workers: int = 1, progress: bool = False
) -> tuple[Chosen | None, int, int, int]:
    """Count sentences without keeping them.

    Returns `Chosen` (None if the words are given), and the numbers of words that stay, of words and of sentences.

    Examples
    --------
    >>> count_objects([["to", "be"], ["to"]], Pruning(min_count=2))[1:]
    (2, 3, 2)
    """
    chosen = None
    if not isinstance(words, Pruning):
        reading = ObjectReading(workers, words=words, keep_ids=False)
        reading.run(sentences, progress)
    elif words.asks_while_counting:
        chosen, encoded = number_sentences(sentences, words, progress)
        return chosen, len(encoded.ids), encoded.n_words, encoded.n_lines
    else:
        reading = ObjectReading(1 if words.limit else workers, words.limit, keep_ids=False)
        reading.run(sentences, progress)
        chosen, _ = reading.choose(words)
        reading.n_known = int(chosen.counts.sum())
    return chosen, reading.n_known, reading.reader.n_items - reading.n_sentences, reading.n_sentences


def read_blocks(reader: TokenReader, most_bytes: int, most_items: int) -> Iterator[TokenBlock]:
    """Yield all blocks of a reader, each in memory of its own."""
    while reader.read(block := TokenBlock(most_bytes, most_items)):
        yield block


class ObjectReading(Reading[TokenTable]):
    """One reading of the sentences. Differs from that of files in who reads, and in how words are spelt."""

    def __init__(
        self,
        workers: int,
        limit: int = 0,
        words: list[Any] | None = None,
        storage: Storage | None = None,
        keep_ids: bool = True,
    ) -> None:
        self.keys = Keys()
        table = None if words is None else self.keys.table(words)
        super().__init__(workers, limit, table, storage, new_table=TokenTable)
        self.keep_ids = keep_ids
        self.stores = [np.empty(0, dtype=np.int32)] * workers
        self.n_sentences = self.n_known = 0
        self.lock = threading.Lock()

    def run(self, sentences: Any, progress: bool = False) -> None:
        """Read everything."""
        with watched(sentences, progress, "reading", " sentences") as given:
            self.reader = TokenReader(given, self.keys.key_of, Sentences())
            feed(read_blocks(self.reader, BLOCK_BYTES, BLOCK_ITEMS), self._take, len(self.tables))
        self.n_sentences = self.reader.n_sentences

    def _take(self, worker: int, block: TokenBlock) -> None:
        table, store = self.tables[worker], self.stores[worker]
        if len(store) < block.n_items:
            n = max(block.n_items, BLOCK_ITEMS)
            store = self.storage.piece(n) if self.keep_ids else np.empty(n, dtype=np.int32)
        ids = store[: block.n_items]
        if self.counting:
            table.count_tokens(block, ids)
        else:
            table.find_tokens(block, ids)
        if table.dropped:
            self.keep_ids = False
            self.blocks.clear()
        if self.keep_ids:
            n_ends = int(np.count_nonzero(ids == LINE_END))
            self.blocks[block.number] = IdBlock(ids, n_ends, worker, starts_file=False)
            store = store[block.n_items :]
        elif not self.counting:
            with self.lock:
                self.n_known += int(np.count_nonzero(ids >= 0))
        self.stores[worker] = store

    def join(self, maps: Any) -> Encoded:
        """Return everything read as `Encoded`."""
        self.stores.clear()
        return super().join(maps)._replace(n_lines=self.n_sentences)

    def spell_all(self, n_words: int) -> list[Any]:
        """All words by id, for a trim_rule."""
        return self.keys.spell(self.tables[0], np.arange(n_words, dtype=np.int32), self.reader)

    def spell(self, ids: Any, first: Any) -> list[Any]:
        """The words of these ids."""
        return self.keys.spell(self.tables[0], ids, self.reader)
