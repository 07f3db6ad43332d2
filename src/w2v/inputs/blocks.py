"""Any input as blocks of bytes that end after whitespace, dealt to any number of threads.

Files are read into the threads' own buffers instead of being mapped: copying costs 2 % of the time of counting; files,
pipes and compressed files take the same road, and a file that is cut short while being read is an error, not a crash.
"""

import os
import stat
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from w2v._core import PADDING, last_space_end
from w2v.base.paths import Path
from w2v.base.progress import progress_bar
from w2v.errors import FormatError
from w2v.inputs.files import Input, is_packed, open_input
from w2v.inputs.texts import blank_marks, check_text
from w2v.inputs.urls import is_url, url_key

__all__ = ["BLOCK_SIZE", "Block", "BlockReader", "SourceKey", "reader_buffer", "source_key", "total_size"]

BLOCK_SIZE = 1 << 20  # bytes: large enough for the GIL not to matter, small enough to stay in the second-level cache
_LONGEST_WORD = (1 << 32) - 1  # bytes: C keeps lengths in 32 bits


SourceKey = tuple[str, int, int]  # absolute path or URL, size, and time of the last change in nanoseconds


class Block(NamedTuple):
    """Where a block lies: its number, byte offset in the whole input and length, and whether a file begins with it."""

    number: int
    offset: int
    length: int
    starts_file: bool


def source_key(path: str) -> SourceKey | None:
    """Return what tells whether a file is still the same: (absolute path, size, mtime_ns); None for pipes and the like.

    Examples
    --------
    >>> source_key("-") is None
    True
    """
    if path == "-":
        return None
    if is_url(path):
        return url_key(path)
    return _key(path, os.stat(path))


def total_size(paths: Sequence[str]) -> int | None:
    """Return the number of bytes to read, or None where that cannot be known: pipes, compressed files."""
    keys = [None if is_packed(path) else source_key(path) for path in paths]
    sizes = [key[1] for key in keys if key]
    return sum(sizes) if len(sizes) == len(keys) else None


def _key(path: str, status: os.stat_result) -> SourceKey | None:
    if not stat.S_ISREG(status.st_mode):
        return None
    return os.path.abspath(path), status.st_size, status.st_mtime_ns


class BlockReader:
    """Reads files one after another, in blocks that end after whitespace or at the end of a file.

    Parameters
    ----------
    paths : sequence of path
        ``"-"`` is standard input; compressed files are unpacked.
    block_size : int
        Bytes in a block; more only where a word is longer.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "text")
    >>> _ = path.write_bytes(b"to be or not")
    >>> reader, buffer = BlockReader([path], block_size=7), reader_buffer(7)
    >>> while block := reader.next(buffer):
    ...     print(block.offset, bytes(buffer[: block.length]))
    0 b'to be '
    6 b'or not'
    """

    def __init__(self, paths: Iterable[Path], block_size: int = BLOCK_SIZE) -> None:
        self.paths: list[str] = [os.fspath(path) for path in paths]
        self.block_size = block_size
        self.bytes_dealt: int = 0
        self._starts: list[int] = []  # offset of each opened file in the whole input
        self._lock = threading.Lock()
        self._file: Any = None
        self._key: SourceKey | None = None
        self._tail = b""  # what was read beyond the last block
        self._number = 0

    def next(self, buffer: bytearray) -> Block | None:
        """Read the next block into a buffer, which grows if need be; None at the end of the input."""
        with self._lock:
            starts_file = self._file is None
            if starts_file and not self._open():
                return None
            end, length, at_end = self._fill(buffer)
            if starts_file:
                blank_marks(buffer)
            self._tail = bytes(buffer[end:length])
            block = Block(self._number, self.bytes_dealt, end, starts_file)
            self._number += 1
            self.bytes_dealt += end
            if at_end:
                self._finish()
            return block

    @contextmanager
    def progress(self, wanted: bool) -> Iterator[Callable[[], None]]:
        """Give a function that shows how much was read, if a bar is wanted; nothing appears in the first second."""
        total = total_size(self.paths) if wanted else None
        with progress_bar(wanted, "reading", "B", total) as show:
            yield lambda: show(self.bytes_dealt)

    def locate(self, offset: int) -> tuple[str, int]:
        """Return the path of the file that an offset in the whole input lies in, and the offset in that file."""
        number = bisect_right(self._starts, offset) - 1
        return self.paths[number], offset - self._starts[number]

    def close(self) -> None:
        """Close the file that is being read, if any."""
        if self._file is not None:
            self._file.close()
        self._file = None

    def open_number(self, number: int) -> Input:
        """Open one of the files."""
        return open_input(self.paths[number])

    def _open(self) -> bool:
        if len(self._starts) == len(self.paths):
            return False
        path = self.paths[len(self._starts)]
        file, start, plain = self.open_number(len(self._starts))
        try:  # other threads must not read on in what is refused
            check_text(path, start)
            self._key = _key(path, os.fstat(file.fileno())) if plain else None
        except BaseException:
            file.close()
            raise
        self._file = file
        self._starts.append(self.bytes_dealt)
        return True

    def _fill(self, buffer: bytearray) -> tuple[int, int, bool]:
        """Fill the buffer; return the end of the block, of what was read, and whether the file ended."""
        room = max(self.block_size, len(self._tail))
        _grow(buffer, room)
        length = len(self._tail)
        buffer[:length] = self._tail
        while True:
            with memoryview(buffer) as view:
                while length < room:
                    with view[length:room] as free:
                        got = self._file.readinto(free)
                    if not got:
                        return length, length, True
                    length += got
            end = last_space_end(buffer, length)
            if end:
                return end, length, False
            if room == _LONGEST_WORD:
                raise FormatError(f"{self.paths[len(self._starts) - 1]}: a word of 4 GiB or more")
            room = min(2 * room, _LONGEST_WORD)
            _grow(buffer, room)

    def _finish(self) -> None:
        """Close the file at its end; complain if it is not what it was when opened."""
        path, size = self.paths[len(self._starts) - 1], self.bytes_dealt - self._starts[-1]
        key = self._key and _key(path, os.fstat(self._file.fileno()))
        self.close()
        if self._key and (key != self._key or size != self._key[1]):
            raise OSError(f"{path}: changed while it was read: expected {self._key[1]} bytes, got {size}")


def reader_buffer(size: int) -> bytearray:
    """Return a buffer for blocks of `size` bytes."""
    return bytearray(size + PADDING)


def _grow(buffer: bytearray, room: int) -> None:
    missing = room + PADDING - len(buffer)
    if missing > 0:
        buffer.extend(bytes(missing))
