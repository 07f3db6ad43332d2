"""Files to ids in parallel: count while writing provisional ids, choose the words, put the final ids in place.

Every worker counts with a table of its own and numbers words as it meets them; the tables are merged afterwards. What
comes out does not depend on the number of workers: words are ordered by count and by place of first appearance.
"""

from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from w2v._core import PADDING, WordTable, remap, trim
from w2v.base.threads import for_each, run_threads
from w2v.errors import FormatError
from w2v.inputs.blocks import BLOCK_SIZE, BlockReader, reader_buffer, total_size
from w2v.inputs.cache import Storage
from w2v.inputs.pruning import Chosen

__all__ = [
    "LINE_END",
    "LONGEST_SENTENCE",
    "Encoded",
    "IdBlock",
    "Reading",
    "count_files",
    "cut_long",
    "encode_files",
    "progress_bar",
    "sentence_offsets",
]

LINE_END = -1  # as in w2v.h
LONGEST_SENTENCE = 10000  # tokens; longer ones are stored in pieces


class Encoded(NamedTuple):
    """Ids, start of each sentence (and the end of the last), and the numbers of words and of lines before pruning.

    `ends` are where the lines end, also those that have no words left.
    """

    ids: np.ndarray
    offsets: np.ndarray
    n_words: int
    n_lines: int
    ends: np.ndarray


def count_files(paths, pruning, workers, progress=False, block_size=BLOCK_SIZE):
    """Count the words of files; return those that stay (`Chosen`)."""
    reading = _FileReading(paths, _workers(pruning, workers), pruning.limit, keep_ids=False, block_size=block_size)
    reading.run(progress)
    return reading.choose(pruning)[0]


def encode_files(paths, pruning, workers, words=None, progress=False, block_size=BLOCK_SIZE, storage=None):
    """Turn files into ids of the words that stay, or of the given `words`; return (`Chosen` or None, `Encoded`).

    The input is read once, unless max_vocab_size made the table drop words: ids that were given before then mean
    nothing, and the files are read again with the words chosen.
    """
    chosen = None
    if words is None:
        reading = _FileReading(paths, _workers(pruning, workers), pruning.limit, storage=storage, block_size=block_size)
        reading.run(progress)
        chosen, maps = reading.choose(pruning)
        if not reading.dropped:
            return chosen, reading.join(maps)
        words = chosen.words
    table, map = _table_of(words)
    reading = _FileReading(paths, workers, table=table, storage=storage, block_size=block_size)
    reading.run(progress)
    return chosen, reading.join([map] * workers)


def _workers(pruning, workers):
    return 1 if pruning.limit else workers  # what a bounded table drops depends on the order of the text


def _table_of(words):
    """A table of the words that can stand in a text, and the map from its ids to positions among `words`."""
    places = [place for place, word in enumerate(words) if isinstance(word, str) and word]
    table = WordTable()
    table.add([words[place].encode("utf-8", "surrogatepass") for place in places])
    return table, np.array(places, dtype=np.int32)


@dataclass(slots=True)
class IdBlock:
    """The ids of a block of the input; `ends`, `line_open` and `n_lines` are as in w2v_remap."""

    ids: np.ndarray
    n_ends: int
    worker: int
    starts_file: bool
    line_open: bool = False
    ends: np.ndarray | None = None
    n_lines: int = 0


class Reading:
    """One reading of the input: workers, each with a table unless one is given to all, leave blocks of ids."""

    def __init__(self, workers, limit=0, table=None, storage=None, new_table=WordTable):
        self.counting = table is None
        self.tables = [new_table(limit) if table is None else table for _ in range(workers)]
        self.storage = storage or Storage("memory")
        self.blocks: dict[int, IdBlock] = {}

    @property
    def dropped(self):
        """Whether a bounded table dropped words, so that the ids mean nothing."""
        return self.tables[0].dropped

    def join(self, maps):
        """Return everything read as one array of final ids (`Encoded`); the tables and blocks are given up."""
        workers = len(self.tables)
        self.tables.clear()
        encoded = _join([self.blocks.pop(number) for number in sorted(self.blocks)], maps, workers, self.storage)
        trim()
        return encoded

    def choose(self, pruning):
        """Return the words that stay (`Chosen`), and for each worker the map from its ids to theirs."""
        merged = self.tables[0]
        maps = [np.arange(len(merged), dtype=np.int32), *(merged.merge(table) for table in self.tables[1:])]
        counts, first = merged.list()
        order, min_count = pruning.choose(counts, first, lambda: self.spell_all(len(merged)))
        final = np.full(len(merged), -1, dtype=np.int32)
        final[order] = np.arange(len(order), dtype=np.int32)
        words = self.spell(order.astype(np.int32), first)
        return Chosen(words, counts[order], min_count), [final[map] for map in maps]

    def spell_all(self, n_words):
        """All words by id, for a trim_rule."""
        raise NotImplementedError

    def spell(self, ids, first):
        """The words of these ids; `first` is where each id appeared first."""
        raise NotImplementedError


class _FileReading(Reading):
    """One reading of files: the workers take blocks of text."""

    def __init__(self, paths, workers, limit=0, keep_ids=True, table=None, storage=None, block_size=BLOCK_SIZE):
        super().__init__(workers, limit, table, storage)
        self.reader = BlockReader(paths, block_size)
        self.keep_ids = keep_ids

    def run(self, progress):
        """Read everything."""
        with closing(self.reader), progress_bar(progress, self.reader) as watch:
            run_threads(self._work, len(self.tables), watch)
        if self.counting:  # the end of the input ends a line, and a bounded table looks at its size then
            self.tables[0].count(bytearray(b"\n" + bytes(PADDING)), 1, 0, np.empty(3, dtype=np.int32))

    def _work(self, worker, stop):
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

    def _new_store(self, n):
        return self.storage.piece(n) if self.keep_ids else np.empty(n, dtype=np.int32)

    def spell_all(self, n_words):
        """All words by id, for a trim_rule; bytes that are not UTF-8 as lone surrogates."""
        spelled = self.tables[0].spell(np.arange(n_words, dtype=np.int32))
        return spelled.decode("utf-8", "surrogateescape").split("\n")[:-1]

    def spell(self, ids, first):
        """The words of these ids; bytes that are not UTF-8 are an error."""
        spelled = self.tables[0].spell(ids)
        try:
            return spelled.decode("utf-8").split("\n")[:-1]
        except UnicodeDecodeError as error:
            number = spelled.count(b"\n", 0, error.start)
            path, offset = self.reader.locate(int(first[ids[number]]))
            word = spelled.split(b"\n")[number]
            raise FormatError(f"{path}: byte {offset}: expected UTF-8, got the word {word!r}") from None


@contextmanager
def progress_bar(wanted, reader):
    """Give a function that shows how much was read; nothing appears in the first second."""
    if not wanted:
        yield None
        return
    from tqdm import tqdm  # takes a tenth of a second

    with tqdm(total=total_size(reader.paths), unit="B", unit_scale=True, delay=1, desc="reading") as bar:
        yield lambda: bar.update(reader.bytes_dealt - bar.n)


def _join(blocks, maps, workers, storage):
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

    def finish(block):
        block.ends = np.empty(block.n_ends, dtype=np.int64)
        n_kept, _, block.n_lines = remap(block.ids, maps[block.worker], block.line_open, block.ends)
        block.ids = block.ids[:n_kept]

    for_each(finish, blocks, workers)
    starts = np.cumsum([0, *(len(block.ids) for block in blocks)])
    ids = storage.array(int(starts[-1]))

    def copy(numbered):
        number, block = numbered
        ids[starts[number] : starts[number + 1]] = block.ids
        block.ids = None

    for_each(copy, enumerate(blocks), workers)
    parts = [np.empty(0, dtype=np.int64)]
    for start, block in zip(starts, blocks, strict=False):
        if block.starts_file:
            parts.append(np.array([start]))
        parts.append(block.ends + start)
    n_lines += line_open + sum(block.n_lines for block in blocks)
    ends = np.concatenate(parts)
    return Encoded(ids, sentence_offsets(ends, len(ids)), n_words, n_lines, ends)


def sentence_offsets(ends, n_ids):
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


def cut_long(bounds):
    """Cut sentences between rising bounds into pieces of at most 10,000 ids."""
    lengths = np.diff(bounds)
    if lengths.size and lengths.max() > LONGEST_SENTENCE:
        long = np.flatnonzero(lengths > LONGEST_SENTENCE)
        pieces = [np.arange(bounds[i], bounds[i + 1], LONGEST_SENTENCE) for i in long]
        bounds = np.union1d(bounds, np.concatenate(pieces))
    return bounds
