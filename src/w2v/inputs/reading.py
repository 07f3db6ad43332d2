"""Files to ids in parallel: count while writing provisional ids, choose the words, put the final ids in place.

Every worker counts with a table of its own and numbers words as it meets them; the tables are merged afterwards. What
comes out does not depend on the number of workers: words are ordered by count and by place of first appearance.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from threading import Event
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from w2v._core import LINE_END, LONGEST_SENTENCE, PADDING, WordTable, remap, trim
from w2v.base.arrays import Int32Array, Int64Array
from w2v.base.paths import Path
from w2v.base.threads import for_each, run_threads
from w2v.errors import FormatError
from w2v.inputs.blocks import BLOCK_SIZE, BlockReader, reader_buffer
from w2v.inputs.cache import Storage
from w2v.inputs.pruning import Chosen, Pruning
from w2v.inputs.texts import not_text, place_of

__all__ = [
    "Encoded",
    "FileReading",
    "IdBlock",
    "Reading",
    "count_files",
    "cut_long",
    "decoded_words",
    "encode_files",
    "sentence_offsets",
    "table_of",
]

_NO_IDS = np.empty(0, dtype=np.int32)


Table = TypeVar("Table", bound=WordTable)


class Encoded(NamedTuple):
    """Ids, start of each sentence (and the end of the last), and the numbers of words and of lines before pruning.

    `ends` are where the lines end, also those that have no words left.
    """

    ids: Int32Array
    offsets: Int64Array
    n_words: int
    n_lines: int
    ends: Int64Array


def count_files(
    paths: Iterable[Path], pruning: Pruning, workers: int = 1, progress: bool = False, block_size: int = BLOCK_SIZE
) -> Chosen:
    """Count the words of files; return those that stay."""
    reading = FileReading(paths, _workers(pruning, workers), pruning.limit, keep_ids=False, block_size=block_size)
    reading.run(progress)
    return reading.choose(pruning)[0]


def encode_files(
    paths: Iterable[Path],
    words: Sequence[Any] | Pruning,
    workers: int = 1,
    progress: bool = False,
    storage: Storage | None = None,
    block_size: int = BLOCK_SIZE,
) -> tuple[Chosen | None, Encoded]:
    """Turn files into ids of the given words, or of those that the `Pruning` chooses, which then are returned first.

    The input is read once, unless max_vocab_size made the table drop words: ids that were given before then mean
    nothing, and the files are read again with the words chosen.
    """
    chosen = None
    if isinstance(words, Pruning):
        reading = FileReading(paths, _workers(words, workers), words.limit, storage=storage, block_size=block_size)
        reading.run(progress)
        chosen, maps = reading.choose(words)
        if not reading.dropped:
            return chosen, reading.join(maps)
        words = chosen.words
    table, map = table_of(words)
    reading = FileReading(paths, workers, table=table, storage=storage, block_size=block_size)
    reading.run(progress)
    return chosen, reading.join([map] * workers)


def _workers(pruning: Pruning, workers: int) -> int:
    return 1 if pruning.limit else workers  # what a bounded table drops depends on the order of the text


def table_of(words: Sequence[Any]) -> tuple[WordTable, Int32Array]:
    """Return a table of the words that can stand in a text, and the map from its ids to positions among `words`."""
    places = [place for place, word in enumerate(words) if isinstance(word, str) and word]
    table = WordTable()
    table.add([words[place].encode("utf-8", "surrogatepass") for place in places])
    return table, np.array(places, dtype=np.int32)


@dataclass(slots=True)
class IdBlock:
    """The ids of a block of the input; `ends`, `line_open` and `n_lines` are as in w2v_remap."""

    ids: Int32Array
    n_ends: int
    worker: int
    starts_file: bool
    line_open: bool = False
    ends: Int64Array | None = None
    n_lines: int = 0


class Reading(Generic[Table]):
    """One reading of the input: workers, each with a table unless one is given to all, leave blocks of ids."""

    def __init__(
        self,
        workers: int,
        limit: int = 0,
        table: Table | None = None,
        storage: Storage | None = None,
        *,
        new_table: Callable[[int], Table],
    ) -> None:
        self.counting: bool = table is None
        self.tables: list[Table] = [new_table(limit) if table is None else table for _ in range(workers)]
        self.storage: Storage = storage or Storage("memory")
        self.blocks: dict[int, IdBlock] = {}

    @property
    def dropped(self) -> bool:
        """Whether a bounded table dropped words, so that the ids mean nothing."""
        return self.tables[0].dropped

    def join(self, maps: Sequence[Int32Array | None]) -> Encoded:
        """Return everything read as one array of final ids (`Encoded`); the tables and blocks are given up."""
        workers = len(self.tables)
        self.tables.clear()
        encoded = _join([self.blocks.pop(number) for number in sorted(self.blocks)], maps, workers, self.storage)
        trim()
        return encoded

    def choose(self, pruning: Pruning) -> tuple[Chosen, list[Int32Array]]:
        """Return the words that stay (`Chosen`), and for each worker the map from its ids to theirs."""
        merged = self.tables[0]
        maps = [np.arange(len(merged), dtype=np.int32), *(merged.merge(table) for table in self.tables[1:])]
        counts, first = merged.list()
        order, min_count = pruning.choose(counts, first, lambda: self.spell_all(len(merged)))
        final = np.full(len(merged), -1, dtype=np.int32)
        final[order] = np.arange(len(order), dtype=np.int32)
        words = self.spell(order.astype(np.int32), first)
        return Chosen(words, counts[order], min_count), [final[map] for map in maps]

    def spell_all(self, n_words: int) -> list[Any]:
        """All words by id, for a trim_rule."""
        raise NotImplementedError

    def spell(self, ids: Int32Array, first: Int64Array) -> list[Any]:
        """The words of these ids; `first` is where each id appeared first."""
        raise NotImplementedError


class FileReading(Reading[WordTable]):
    """One reading of files: the workers take blocks of text."""

    def __init__(
        self,
        paths: Iterable[Path] | BlockReader,
        workers: int,
        limit: int = 0,
        keep_ids: bool = True,
        table: WordTable | None = None,
        storage: Storage | None = None,
        block_size: int = BLOCK_SIZE,
    ) -> None:
        super().__init__(workers, limit, table, storage, new_table=WordTable)
        self.reader = paths if isinstance(paths, BlockReader) else BlockReader(paths, block_size)
        self.keep_ids = keep_ids

    def run(self, progress: bool) -> None:
        """Read everything."""
        with closing(self.reader), self.reader.progress(progress) as watch:
            run_threads(self._work, len(self.tables), watch, patience=1)
        if self.counting:  # the end of the input ends a line, and a bounded table looks at its size then
            self.tables[0].count(bytearray(b"\n" + bytes(PADDING)), 1, 0, np.empty(3, dtype=np.int32))

    def _work(self, worker: int, stop: Event) -> None:
        table, buffer, store = self.tables[worker], reader_buffer(self.reader.block_size), np.empty(0, dtype=np.int32)
        while not stop.is_set() and (block := self.reader.next(buffer)):
            if len(store) < block.length + 2:
                store = self._new_store(block.length + 2)
            if self.counting:
                n_ids, n_ends = table.count(buffer, block.length, block.offset, store)
            else:
                n_ids, n_ends = table.encode(buffer, block.length, store)
            if table.dropped:
                self.keep_ids = False
                self.blocks.clear()
            elif self.keep_ids:
                self.blocks[block.number] = IdBlock(store[:n_ids], n_ends, worker, block.starts_file)
                store = store[n_ids:]

    def _new_store(self, n: int) -> Int32Array:
        return self.storage.piece(n) if self.keep_ids else np.empty(n, dtype=np.int32)

    def spell_all(self, n_words: int) -> list[Any]:
        """All words by id, for a trim_rule; bytes that are not UTF-8 as lone surrogates."""
        spelled = self.tables[0].spell(np.arange(n_words, dtype=np.int32))
        return spelled.decode("utf-8", "surrogateescape").split("\n")[:-1]

    def spell(self, ids: Int32Array, first: Int64Array) -> list[Any]:
        """The words of these ids; bytes that are not UTF-8 are an error."""
        return decoded_words(self.tables[0].spell(ids), lambda number: first[ids[number]], self.reader)


def decoded_words(spelled: bytes, first: Callable[[int], int], reader: BlockReader) -> list[Any]:
    """The words of a text that were spelt with a line end after each.

    `first(number)` is where the word of this number appeared first in what the reader has read.

    Raises
    ------
    EncodingError, FormatError
        A word is no UTF-8, or has a NUL byte in it; the message says where.
    """
    try:
        words = spelled.decode("utf-8").split("\n")[:-1]
    except UnicodeDecodeError as error:
        number = spelled.count(b"\n", 0, error.start)
        place = place_of(*reader.locate(int(first(number))))
        raise not_text(error, place, spelled.split(b"\n")[number]) from None
    if b"\0" in spelled:
        number = next(number for number, word in enumerate(words) if "\0" in word)
        place = place_of(*reader.locate(int(first(number))))
        raise FormatError(f"{place}: expected text, got the word {words[number]!r:.80}: text has no NUL bytes")
    return words


def _join(blocks: list[IdBlock], maps: Sequence[Int32Array | None], workers: int, storage: Storage) -> Encoded:
    """Put the final ids of all blocks into one array (`Encoded`), freeing the memory of each block as it is copied."""
    n_words = sum(len(block.ids) - block.n_ends for block in blocks)
    line_open, n_lines = False, 0
    for block in blocks:
        if block.starts_file:  # the end of a file ends a line
            n_lines += line_open
            line_open = False
        block.line_open = line_open
        if len(block.ids):
            line_open = bool(block.ids[-1] != LINE_END)

    def finish(block: IdBlock) -> None:
        block.ends = np.empty(block.n_ends, dtype=np.int64)
        n_kept, _, block.n_lines = remap(block.ids, maps[block.worker], block.line_open, block.ends)
        block.ids = block.ids[:n_kept]

    for_each(finish, blocks, workers)
    starts = np.cumsum([0, *(len(block.ids) for block in blocks)])
    ids = storage.array(int(starts[-1]))

    def copy(numbered: tuple[int, IdBlock]) -> None:
        number, block = numbered
        ids[starts[number] : starts[number + 1]] = block.ids
        block.ids = _NO_IDS

    for_each(copy, enumerate(blocks), workers)
    parts = [np.empty(0, dtype=np.int64)]
    for start, block in zip(starts, blocks, strict=False):
        if block.starts_file:
            parts.append(np.array([start]))
        parts.append(block.ends + start)
    n_lines += line_open + sum(block.n_lines for block in blocks)
    ends = np.concatenate(parts)
    return Encoded(ids, sentence_offsets(ends, len(ids)), n_words, n_lines, ends)


def sentence_offsets(ends: Int64Array, n_ids: int) -> Int64Array:
    """Return the starts of sentences and the end of the last, from rising positions of line ends among `n_ids` ids.

    Empty sentences vanish, and those of more than 10,000 ids are cut into pieces of at most that.

    Examples
    --------
    >>> sentence_offsets(np.array([2, 2, 5]), 20005)
    array([    0,     2,     5, 10005, 20005])
    """
    ends = np.append(ends, n_ids)
    starts = np.empty_like(ends)
    starts[0], starts[1:] = 0, ends[:-1]
    return cut_long(np.append(starts[starts < ends], n_ids))


def cut_long(bounds: Int64Array) -> Int64Array:
    """Cut sentences between rising bounds into pieces of at most 10,000 ids."""
    lengths = np.diff(bounds)
    if lengths.size and lengths.max() > LONGEST_SENTENCE:
        long = np.flatnonzero(lengths > LONGEST_SENTENCE)
        pieces = [np.arange(bounds[i], bounds[i + 1], LONGEST_SENTENCE) for i in long]
        bounds = np.union1d(bounds, np.concatenate(pieces))
    return bounds
