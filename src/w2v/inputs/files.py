"""Names of files, folders and patterns to paths, and files opened: unpacked, if need be, in a thread of their own."""

import glob
import io
import os
import queue
import stat
import sys
import threading
from collections.abc import Iterable
from os import PathLike
from typing import Any, NamedTuple

from w2v.base.compression import archive_of, compression_of, damage, decompressed, only_member
from w2v.base.threads import Thread
from w2v.errors import FormatError, MissingFileError
from w2v.inputs.urls import expand_url, is_url, open_url, url_size

__all__ = [
    "Input",
    "ReadAhead",
    "expand",
    "is_packed",
    "is_stream",
    "open_bytes",
    "open_file",
    "open_input",
    "size_of",
    "standard_input",
]

_CHUNK = 1 << 20  # bytes decompressed at a time
_AHEAD = 4  # chunks that wait at most
_LOOK = 1 << 10  # bytes that tell what a file is; a tar archive needs 512


def expand(paths: Any) -> list[str]:
    """Return the files that are meant: one path or URL or several, of files, folders (their files) or patterns.

    Files in a folder, or that a pattern fits, come in the order of their names; hidden ones are left out, and so are
    folders within the folder.

    Raises
    ------
    MissingFileError
        There is no such file, or none in the folder, or none that fits the pattern.
    TypeError
        These are no paths.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> for name in ("b.txt", "a.txt", "c.gz"):
    ...     (folder / name).touch()
    >>> [os.path.basename(path) for path in expand(folder)]
    ['a.txt', 'b.txt', 'c.gz']
    >>> len(expand([folder / "*.txt", folder / "c.gz"])), expand("-")
    (3, ['-'])
    """
    if isinstance(paths, str | bytes | PathLike):
        return _expand(os.fsdecode(paths))
    if hasattr(paths, "read") or not isinstance(paths, Iterable):
        kind = type(paths).__name__
        raise TypeError(f"corpus_file: expected a path, or several, got {kind}; LineSentence reads open files")
    found = []
    for path in paths:
        if not isinstance(path, str | bytes | PathLike):
            raise TypeError(f"corpus_file: expected paths, got {type(path).__name__} among them")
        found += _expand(os.fsdecode(path))
    if not found:
        raise MissingFileError("corpus_file: expected one path or more, got an empty list")
    return found


def _expand(path: str) -> list[str]:
    if is_url(path):
        return expand_url(path)
    if path == "-" or os.path.isfile(path):
        return [path]
    if os.path.isdir(path):
        found = [entry.path for entry in os.scandir(path) if entry.is_file() and not entry.name.startswith(".")]
        what = "no files in this folder"
    elif not os.path.exists(path) and glob.has_magic(path):
        found = [match for match in glob.glob(path, recursive=True) if os.path.isfile(match)]
        what = "no file fits this pattern"
    else:
        return [path]  # a pipe, or missing: opening it will tell
    if not found:
        raise MissingFileError(2, what, path)
    return sorted(found)


def is_stream(path: str) -> bool:
    """Say whether a path is there to be read once only: standard input, a pipe.

    Examples
    --------
    >>> is_stream("-"), is_stream("no such file")
    (True, False)
    """
    return path == "-" or (os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path))


def open_bytes(path: str) -> Any:
    """Open a file, or what is at a URL, to read its bytes as they are.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file, open_bytes(file.name) as again:
    ...     again.read()
    b''
    """
    return open_url(path) if is_url(path) else io.FileIO(path)


def size_of(path: str) -> int:
    """Return the number of bytes of a file, or of what is at a URL.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     size_of(file.name)
    0
    """
    return url_size(path) if is_url(path) else os.path.getsize(path)


def standard_input() -> Any:
    """Return the bytes of standard input; OSError if whoever started the program has closed it."""
    if sys.stdin is None:
        raise OSError("standard input is closed: nothing can be read from -")
    return sys.stdin.buffer


class Input(NamedTuple):
    """A file that is open to read its bytes, unpacked.

    file : has ``readinto`` and ``close``
    start : its first bytes, which will be read again
    plain : whether they are what lies on a disk here, so that their number is known
    """

    file: Any
    start: bytes
    plain: bool


def open_input(path: str) -> Input:
    """Open a file, or "-" for standard input; what is compressed, alone or in a zip archive, is known by its content.

    Raises
    ------
    FormatError
        It is compressed and damaged, or a zip archive of several files.
    """
    raw: Any = _Unclosed(standard_input()) if path == "-" else open_bytes(path)
    there = is_url(path)
    try:
        start, regular = _first_bytes(raw), _is_regular(path, raw)
        if regular:
            raw.seek(0)
        extension, is_zip = compression_of(start), archive_of(start) == "zip"
        if not (extension or (is_zip and regular)):
            return Input(raw if regular else _Chained(start, raw), start, regular and not there)
        packed = io.BufferedReader(raw if regular else _Chained(start, raw))
        ahead = ReadAhead(only_member(packed, path) if is_zip else decompressed(packed, extension), path, packed)
    except BaseException:
        raw.close()
        raise
    try:
        return Input(ahead, ahead.peek(_LOOK), False)
    except BaseException:
        ahead.close()
        raise


def _is_regular(path: str, raw: Any) -> bool:
    """Whether it can be read from any place."""
    if is_url(path):
        return bool(raw.seekable())
    return path != "-" and stat.S_ISREG(os.fstat(raw.fileno()).st_mode)


def _first_bytes(raw: Any) -> bytes:
    start = b""
    while len(start) < _LOOK and (part := raw.read(_LOOK - len(start))):
        start += part
    return start


class _Unclosed(io.RawIOBase):
    """Standard input, which stays open."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return int(self._file.readinto(buffer))


class _Chained(io.RawIOBase):
    """Bytes that were read already, and then the file that they came from."""

    def __init__(self, start: bytes, file: Any) -> None:
        self._start, self._file = memoryview(start), file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._start:
            return int(self._file.readinto(buffer) or 0)
        room = memoryview(buffer).cast("B")
        n = min(len(room), len(self._start))
        room[:n], self._start = self._start[:n], self._start[n:]
        return n

    def close(self) -> None:
        self._file.close()
        super().close()


def is_packed(path: str) -> bool:
    """Say whether what is in a file is compressed; of pipes, nothing is read to tell.

    Examples
    --------
    >>> is_packed("-")
    False
    """
    if not (is_url(path) or os.path.isfile(path)):
        return False
    with open_bytes(path) as file:
        start = _first_bytes(file)
    return bool(compression_of(start)) or archive_of(start) == "zip"


def open_file(path: str) -> io.BufferedReader:
    """Open a file for reading its bytes; a compressed one is decompressed in a thread of its own.

    Examples
    --------
    >>> import gzip, tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     _ = file.write(gzip.compress(b"to be"))
    ...     file.flush()
    ...     with open_file(file.name) as text:
    ...         text.read()
    b'to be'
    """
    return io.BufferedReader(open_input(path).file)


class ReadAhead(io.RawIOBase):
    """A file that a thread reads, and so decompresses, while others work on what came before."""

    def __init__(self, file: Any, path: str, packed: Any = None) -> None:
        self._file, self._path, self._packed = file, path, packed
        self._chunks: queue.Queue[Any] = queue.Queue(_AHEAD)
        self._rest: memoryview | None = memoryview(b"")
        self._stop = threading.Event()
        self._thread = Thread(self._read_all)
        self._thread.start()

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def _waiting(self) -> Any:
        """What is there to be read, if need be after waiting for it; None at the end of the file."""
        if self._rest is not None and not self._rest:
            chunk = self._next()
            if isinstance(chunk, BaseException):
                self._rest = None
                raise chunk
            self._rest = memoryview(chunk) if chunk else None
        return self._rest

    def _next(self) -> Any:
        """What the thread read next, an error, or nothing at the end."""
        while True:
            try:
                return self._chunks.get(timeout=0.1)
            except queue.Empty:
                if self._thread.has_ended() and self._chunks.empty():
                    return self._thread.error or MemoryError(f"{self._path}: no memory was left to read on")

    def peek(self, n: int) -> bytes:
        """The next bytes, at most n, which will be read again."""
        waiting = self._waiting()
        return b"" if waiting is None else bytes(waiting[:n])

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as what is there reaches; 0 only at the end of the file."""
        waiting = self._waiting()
        if waiting is None:
            return 0
        room = memoryview(buffer).cast("B")
        n = min(len(room), len(waiting))
        room[:n], self._rest = waiting[:n], waiting[n:]
        return n

    def close(self) -> None:
        """Stop reading."""
        if not self.closed:
            self._stop.set()
            self._thread.wait()
            self._file.close()
            if self._packed is not None:
                self._packed.close()
        super().close()

    def _read_all(self) -> None:
        try:
            while chunk := self._file.read(_CHUNK):
                self._put(chunk)
                if self._stop.is_set():
                    return
            self._put(b"")
        except BaseException as error:
            damaged = isinstance(error, (EOFError, *damage()))
            damaged |= isinstance(error, OSError) and error.errno is None  # bz2 has no error of its own
            message = f"{self._path}: expected a whole compressed file, got: {error}"
            self._put(FormatError(message) if damaged else error)

    def _put(self, chunk: Any) -> None:
        while not self._stop.is_set():
            try:
                return self._chunks.put(chunk, timeout=0.1)
            except queue.Full:
                continue
