"""Names of files, folders and patterns to paths, and compressed files read ahead in a thread of their own."""

import bz2
import contextlib
import glob
import gzip
import io
import lzma
import os
import queue
import sys
import threading
from collections.abc import Iterable
from os import PathLike
from typing import Any

from w2v.errors import FormatError, MissingFileError

__all__ = ["OPENERS", "ReadAhead", "check_start", "expand", "is_stream", "open_file", "standard_input"]

_CHUNK = 1 << 20  # bytes decompressed at a time
_AHEAD = 4  # chunks that wait at most


def _open_zst(path: str, mode: str = "rb") -> Any:
    from w2v.base.compression import zstd  # not at the beginning: the formats import much

    return zstd().ZstdFile(path, mode)


OPENERS: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open, ".zst": _open_zst}


def expand(paths: Any) -> list[str]:
    """Return the files that are meant: one path or several, of files, folders (their files, by name) or patterns.

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


def standard_input() -> Any:
    """Return the bytes of standard input; OSError if whoever started the program has closed it."""
    if sys.stdin is None:
        raise OSError("standard input is closed: nothing can be read from -")
    return sys.stdin.buffer


def check_start(path: str, start: bytes) -> None:
    """Raise FormatError if a file begins as no text in UTF-8 does; of some such files, all frequent "words" would be.

    Examples
    --------
    >>> check_start("text", b"to be")
    """
    for magic, what in _NO_TEXT.items():
        if start.startswith(magic):
            raise FormatError(f"{path}: expected text in UTF-8, got {what}")


_NO_TEXT = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"PAR1": "Parquet, which ParquetColumn(path, column) reads",
    b"\x1f\x8b": "gzip, which needs a name in .gz",
    b"BZh91AY": "bzip2, which needs a name in .bz2",
    b"\xfd7zXZ": "xz, which needs a name in .xz",
    b"(\xb5/\xfd": "zstd, which needs a name in .zst",
    b"PK\x03\x04": "a zip file, which must be unpacked",
}


def open_file(path: str) -> Any:
    """Open a file for reading its bytes; a compressed one is decompressed in a thread of its own.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile(suffix=".gz") as file:
    ...     _ = file.write(gzip.compress(b"to be"))
    ...     file.flush()
    ...     open_file(file.name).read()
    b'to be'
    """
    if path == "-":
        return contextlib.nullcontext(standard_input())
    opener = OPENERS.get(os.path.splitext(path)[1])
    return io.BufferedReader(ReadAhead(opener(path, "rb"), path)) if opener else open(path, "rb")


def _damage(path: str) -> tuple[type[Exception], ...]:
    """What decompressors raise for damaged data, beside OSError without a number."""
    from w2v.base.compression import damage

    return EOFError, *damage()


class ReadAhead(io.RawIOBase):
    """A file that a thread reads, and so decompresses, while others work on what came before."""

    def __init__(self, file: Any, path: str) -> None:
        self._file, self._path = file, path
        self._chunks: queue.Queue[Any] = queue.Queue(_AHEAD)
        self._rest: memoryview | None = memoryview(b"")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read_all, daemon=True)
        self._thread.start()

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as what is there reaches; 0 only at the end of the file."""
        if self._rest is not None and not self._rest:
            chunk = self._chunks.get()
            if isinstance(chunk, BaseException):
                self._rest = None
                raise chunk
            self._rest = memoryview(chunk) if chunk else None
        if self._rest is None:
            return 0
        room = memoryview(buffer).cast("B")
        n = min(len(room), len(self._rest))
        room[:n] = self._rest[:n]
        self._rest = self._rest[n:]
        return n

    def close(self) -> None:
        """Stop reading."""
        if not self.closed:
            self._stop.set()
            self._thread.join()
            self._file.close()
        super().close()

    def _read_all(self) -> None:
        try:
            while chunk := self._file.read(_CHUNK):
                self._put(chunk)
                if self._stop.is_set():
                    return
            self._put(b"")
        except BaseException as error:
            damaged = isinstance(error, _damage(self._path)) or (isinstance(error, OSError) and error.errno is None)
            message = f"{self._path}: expected a whole compressed file, got: {error}"
            self._put(FormatError(message) if damaged else error)

    def _put(self, chunk: Any) -> None:
        while not self._stop.is_set():
            try:
                return self._chunks.put(chunk, timeout=0.1)
            except queue.Full:
                continue
