"""Counts of words and phrases: from sentences, from files, and added up."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from w2v._core import LINE_END, LONGEST_SENTENCE, PhraseTable, WordTable, number_words
from w2v.base.arrays import Array
from w2v.base.threads import for_each, run_threads
from w2v.inputs.blocks import BLOCK_SIZE, BlockReader, reader_buffer
from w2v.inputs.reading import decoded_words

__all__ = ["Counted", "PhraseCounts", "count_files", "count_sentences", "named_paths", "names"]

_END = np.array([LINE_END], dtype=np.int32)
_PART = 1 << 16  # paths that a thread adds at a time


class Counted(NamedTuple):
    """What was counted in one go: words, their counts and those of phrases, and the number of words read."""

    words: WordTable
    table: PhraseTable
    n_words: int


def count_sentences(sentences: Iterable[Iterable[str]], connectors: Iterable[str], limit: int) -> tuple[Counted, int]:
    """Count the words and phrases of sentences; return them, and how many sentences there were.

    Examples
    --------
    >>> counted, n = count_sentences([["new", "york"], ["new", "york"]], (), limit=0)
    >>> names(counted.words), len(counted.table), counted.n_words, n
    (['new', 'york'], 3, 4, 2)
    """
    words = WordTable()
    n_connectors = len(number_words(words, connectors))
    table = PhraseTable(n_connectors, limit)
    n_sentences = table.count_sentences(sentences, words)
    return Counted(words, table, table.total), n_sentences


def count_files(
    paths: list[str],
    connectors: Iterable[str],
    limit: int,
    workers: int = 1,
    block_size: int = BLOCK_SIZE,
    progress: bool = False,
) -> Counted:
    """Count the words and phrases of text files, a sentence a line; more than 10,000 words are several sentences.

    The result does not depend on the number of workers: where the limit would make counts drop, whose order matters,
    the files are read again by one.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "text")
    >>> _ = path.write_text("new york\\nnew york\\n")
    >>> len(count_files([str(path)], (), limit=0).table)
    3
    """
    reading = _Reading(paths, connectors, limit, workers, block_size)
    reading.run(progress)
    counted = reading.join() if not reading.overflow else None
    if workers > 1 and limit and (counted is None or len(counted.table) > limit):
        return count_files(paths, connectors, limit, 1, block_size, progress)
    assert counted is not None
    return counted


class _Reading:
    """One reading of files: the workers take blocks of text, number the words and count them.

    A block may begin and end within a line. With several workers these ends are kept, and counted when all are there.
    """

    def __init__(self, paths: list[str], connectors: Iterable[str], limit: int, workers: int, block_size: int):
        self.reader = BlockReader(paths, block_size)
        self.words = [WordTable() for _ in range(workers)]
        for words in self.words:
            n_connectors = len(number_words(words, connectors))
        self.pairs = [PhraseTable(n_connectors, limit if workers == 1 else 0) for _ in range(workers)]
        self.limit = limit
        self.overflow = False
        self.edges: dict[
            int, tuple[int, Array]
        ] = {}  # by block: worker, ids before the first and after the last line end

    def run(self, progress: bool) -> None:
        with closing(self.reader), self.reader.progress(progress) as watch:
            run_threads(self._work, len(self.words), watch, patience=1)

    def _work(self, worker: int, stop: Any) -> None:
        words, pairs, buffer = self.words[worker], self.pairs[worker], reader_buffer(self.reader.block_size)
        room = np.empty(0, dtype=np.int32)
        while not stop.is_set() and not self.overflow and (block := self.reader.next(buffer)):
            if len(room) < block.length + 3:
                room = np.empty(block.length + 3, dtype=np.int32)
            room[0] = LINE_END  # in front of a file: the one before need not end with a line end
            ids = room[1:]
            ids = room[0 if block.starts_file else 1 : 1 + words.count(buffer, block.length, block.offset, ids)[0]]
            if len(self.words) > 1:
                ids = self._keep_edges(block.number, worker, ids)
                self.overflow |= bool(self.limit) and len(pairs) > self.limit
            pairs.count(ids, len(words), LONGEST_SENTENCE)

    def _keep_edges(self, number: int, worker: int, ids: Array) -> Array:
        """Return the whole lines of a block, and keep the rest."""
        ends = np.flatnonzero(ids == LINE_END)
        begin, end = (ends[0] + 1, ends[-1] + 1) if len(ends) else (len(ids), len(ids))
        self.edges[number] = worker, np.concatenate([ids[:begin], ids[end:]])
        return ids[begin:end]

    def join(self) -> Counted:
        """Add up what all workers have counted."""
        words, pairs = self.words[0], self.pairs[0]
        maps = [np.arange(len(words), dtype=np.int32), *(words.merge(other) for other in self.words[1:])]
        n_words = sum(table.total for table in self.pairs[1:])
        self._add_up(maps)
        for number in sorted(self.edges):
            worker, ids = self.edges[number]
            pairs.count(np.where(ids < 0, ids, maps[worker][ids]), len(words), LONGEST_SENTENCE)
        pairs.count(_END, len(words), LONGEST_SENTENCE)
        _check_utf8(words, self.reader)
        return Counted(words, pairs, n_words + pairs.total)

    def _add_up(self, maps: list[Array]) -> None:
        """Add the tables of all workers to that of the first; `maps` has the first one's ids of words by their own."""
        pairs, workers = self.pairs[0], len(self.pairs)
        lists: list[tuple[Array, Array, Array]] = [(_END, _END, _END)] * workers

        def list_paths(worker: int) -> None:
            words, offsets, counts = self.pairs[worker].list()
            lists[worker] = maps[worker][words], offsets, counts

        for_each(list_paths, range(1, workers), workers)
        pairs.reserve(sum(len(counts) for _, _, counts in lists[1:]))
        for paths in lists[1:]:
            pairs.add_others(*paths)
        parts = [
            (*paths, first, min(first + _PART, len(paths[2])))
            for paths in lists[1:]
            for first in range(0, len(paths[2]), _PART)
        ]
        for_each(lambda part: pairs.add_pairs(*part), parts, workers)


def _check_utf8(words: WordTable, reader: BlockReader) -> None:
    """Raise FormatError if a word of a file is no text."""
    counts, first = words.list()
    ids = np.flatnonzero(counts).astype(np.int32)  # connectors have no count unless they were read
    decoded_words(words.spell(ids), lambda number: first[ids[number]], reader)


def names(words: WordTable) -> list[str]:
    """The words of a table by id, as `number_words` and `WordTable.count` take them."""
    spelled = words.spell(np.arange(len(words), dtype=np.int32))
    if b"\xff" not in spelled and b"\xfe" not in spelled:
        return spelled.decode("utf-8", "surrogatepass").split("\n")[:-1]
    found = [word.replace(b"\xff", b"").replace(b"\xfe", b"\n") for word in spelled.split(b"\n")[:-1]]
    return [word.decode("utf-8", "surrogatepass") for word in found]


class PhraseCounts:
    """Counts of strings: of words, and of phrases, which are words joined by the delimiter.

    A string is kept as the path of its pieces between delimiters. So a word that contains the delimiter and a phrase
    that looks the same have one count, as in gensim.

    Parameters
    ----------
    delimiter : str

    Examples
    --------
    >>> counts = PhraseCounts("_")
    >>> counts.add(count_sentences([["new", "york"], ["new_york"]], (), limit=0)[0])
    >>> counts.strings()
    {'new': 1, 'york': 1, 'new_york': 2}
    """

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter
        self.words = WordTable()
        self.table = PhraseTable()

    def __len__(self) -> int:
        return len(self.table)

    def names(self) -> list[str]:
        """The pieces that strings are made of, by id."""
        return names(self.words)

    def add(self, counted: Counted) -> None:
        """Take in what was counted; it may become part of this."""
        found = names(counted.words)
        whole = self.delimiter not in "".join(found)
        if whole and not len(self):
            self.words, self.table = counted.words, counted.table
            return
        words, offsets, counts = counted.table.list()
        if whole:
            self.table.add(self.words.merge(counted.words)[words], offsets, counts)
        else:
            pieces = self.number(name.split(self.delimiter) for name in found)
            self.table.add(*_replace(words, offsets, *pieces), counts)

    def add_strings(self, counts: Mapping[str, int]) -> None:
        """Add counts of strings."""
        words, offsets = self.number(string.split(self.delimiter) for string in counts)
        self.table.add(words, offsets, np.fromiter(counts.values(), dtype=np.int64, count=len(counts)))

    def number(self, paths: Iterable[Sequence[str]]) -> tuple[Array, Array]:
        """Paths of words as paths of ids: all in one piece, and the offsets."""
        words: list[str] = []
        offsets = [0]
        for path in paths:
            words += path
            offsets.append(len(words))
        return number_words(self.words, words), np.array(offsets, dtype=np.int64)

    def prune(self, threshold: int) -> None:
        """Drop what was counted less often."""
        self.table.prune(threshold)

    def strings(self) -> dict[str, int]:
        """All counts by string: words first, in the order in which they came; phrases in no order."""
        words, offsets, counts = self.table.list()
        joined = map(self.delimiter.join, named_paths(self.names(), words, offsets))
        return dict(zip(joined, counts.tolist(), strict=True))

    def connector_flags(self, connectors: Iterable[str]) -> bytearray:
        """A flag for each id: whether it is a connector. Connectors that have no id get one."""
        ids = number_words(self.words, connectors).tolist()
        flags = bytearray(len(self.words))
        for id in ids:
            flags[id] = 1
        return flags

    def __getstate__(self) -> tuple[Any, ...]:
        return self.delimiter, self.names(), *self.table.list()

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.delimiter, found, words, offsets, counts = state
        self.words, self.table = WordTable(), PhraseTable()
        number_words(self.words, found)
        self.table.add(words, offsets, counts)


def named_paths(names: list[str], words: Array, offsets: Array) -> Iterator[list[str]]:
    """The paths words[offsets[i]:offsets[i + 1]] of ids, as names."""
    named, places = [names[word] for word in words.tolist()], offsets.tolist()
    return (named[start:end] for start, end in pairwise(places))


def _replace(words: Array, offsets: Array, pieces: Array, piece_offsets: Array) -> tuple[Array, Array]:
    """Put for each word w of some paths its pieces[piece_offsets[w]:piece_offsets[w + 1]]."""
    lengths = np.diff(piece_offsets)[words]
    ends = np.cumsum(lengths)
    places = np.arange(len(words) and ends[-1]) + np.repeat(piece_offsets[words] - (ends - lengths), lengths)
    return pieces[places], np.append(0, ends)[offsets]
