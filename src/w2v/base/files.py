"""Opening files: unpacked to read, whatever they are; all or nothing to write, compressed by extension."""

import contextlib
import errno
import io
import os
import pathlib
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from typing import IO, Any, BinaryIO, cast

from w2v.base.compression import (
    COMPRESSED,
    LOOK,
    archive_of,
    check_no_archive,
    compressing,
    compression_of,
    damage,
    decompressed,
    extension_of,
    only_member,
)  # fmt: skip
from w2v.base.paths import Path
from w2v.base.temporaries import Temporary, cleaned_up_by_signals, sync_folder
from w2v.errors import FormatError, TruncatedError

_HUB = re.compile(r"hf:|https:/{1,2}(huggingface|hf)\.co/", re.IGNORECASE)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/{1,2}[^/]", re.IGNORECASE)  # https://..., and what pathlib makes of it

#: What can be read: a path, or a file that is open to read bytes, seekable or not.
Source = Path | IO[bytes]
#: What can be written: a path, or a file that is open to write bytes.
Target = Path | IO[bytes]

__all__ = [
    "COMPRESSED", "Opened", "Source", "Target", "Together", "check_writable", "known_size", "open_to_read",
    "open_to_write",
]  # fmt: skip


class Opened(io.BufferedReader):
    """The bytes of a file from its start, unpacked: what a reader of a format gets, whatever the user gave.

    ``str`` of it is what errors call the file.

    path : where the same bytes lie and can be mapped; None if they are compressed, or in no regular file
    size : bytes; None where that is not known before all of them are read
    """

    def __init__(self, raw: io.RawIOBase, title: str, path: str | None, size: int | None):
        super().__init__(raw, LOOK)
        self.title, self.path, self.size = title, path, size
        self._start: bytes | None = None

    def __str__(self) -> str:
        return self.title

    @property
    def start(self) -> bytes:
        """The first bytes, at most `LOOK`, whatever has been read since."""
        if self._start is None:
            self._start = self.peek()
        return self._start


class _Stream(io.RawIOBase):
    """Reads from any file object, which stays open; a read is short only at its end. FormatError past `most` bytes."""

    def __init__(self, file: Any, title: str, most: int | None):
        self.file, self.title, self.most = file, title, most
        self.count = 0  # bytes read so far

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(getattr(self.file, "seekable", lambda: False)())

    def seek(self, place: int, whence: int = 0) -> int:
        return int(self.file.seek(place, whence))

    def tell(self) -> int:
        return int(self.file.tell())

    def readinto(self, buffer: Any) -> int:
        view, filled = memoryview(buffer).cast("B"), 0
        while filled < len(view):
            part = self.file.read(min(len(view) - filled, LOOK))
            if not isinstance(part, bytes):
                raise TypeError(f'{self.title}: expected a file opened in binary mode, "rb", got one that reads text')
            if not part:
                break
            view[filled : filled + len(part)] = part
            filled += len(part)
        self.count += filled
        if self.most is not None and self.count > self.most:
            raise _too_long(self.title, self.most)
        return filled


def _too_long(title: str, most: int) -> FormatError:
    return FormatError(f"{title}: expected at most {most} bytes (max_bytes), got more")


@contextlib.contextmanager
def open_to_read(source: Source, max_bytes: int | None = None) -> Iterator[Opened]:
    """Open what holds bytes and unpack it: what is compressed is known by its content, whatever its name.

    Parameters
    ----------
    source : path or binary file
        A file object is read from where it stands, stays open, and need not be seekable. What has been opened by this
        function is passed on.
    max_bytes : int, optional
        Refuse to unpack or to read more than so many bytes.

    Raises
    ------
    FormatError
        Compressed data are damaged or end early; or it is an archive of several files, which must be unpacked.
    OSError
        With the name of the file, always.
    """
    if isinstance(source, Opened):
        yield source
        return
    title = _title(source)
    with contextlib.ExitStack() as stack:
        try:
            yield _unpacked(_opened(source, title, max_bytes, stack), max_bytes, stack)
        except FormatError:
            raise
        except EOFError as error:
            raise TruncatedError(f"{title}: compressed data end early: {error}") from error
        except damage() as error:
            raise FormatError(f"{title}: damaged compressed data: {error}") from error
        except OSError as error:
            if error.errno is None:  # bz2 has no error of its own
                raise FormatError(f"{title}: damaged compressed data: {error}") from error
            if error.filename is None:
                error.filename = title
            raise


def _title(source: Source) -> str:
    """What errors call a file."""
    if isinstance(source, str | os.PathLike):
        return os.fsdecode(source)
    if not hasattr(source, "read"):
        raise TypeError(f"expected a path or a file opened in binary mode, got {type(source).__name__}")
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else f"<{type(source).__name__}>"


def _opened(source: Source, title: str, max_bytes: int | None, stack: contextlib.ExitStack) -> Opened:
    if isinstance(source, str | os.PathLike):
        try:
            file = stack.enter_context(io.FileIO(title, "rb"))
        except FileNotFoundError as error:
            if _ADDRESS.match(title) is None:
                raise
            hub = "; from the Hugging Face hub, KeyedVectors.from_hub fetches it" if _HUB.match(title) else ""
            expected = f"expected a file, got an address: fetch it, as with curl -LO '{title}', and name the file{hub}"
            raise FileNotFoundError(error.errno, expected, title) from None
        status = os.fstat(file.fileno())
        if stat.S_ISREG(status.st_mode):
            if max_bytes is not None and status.st_size > max_bytes:
                raise _too_long(title, max_bytes)
            return stack.enter_context(Opened(file, title, title, status.st_size))
        return stack.enter_context(Opened(_Stream(file, title, max_bytes), title, None, None))
    return stack.enter_context(Opened(_Stream(source, title, max_bytes), title, None, _bytes_left(source)))


def _bytes_left(file: IO[bytes]) -> int | None:
    """Bytes from where an open file stands to its end, if that is known without reading."""
    if isinstance(file, io.BytesIO):
        return max(0, len(file.getbuffer()) - file.tell())
    plain = isinstance(file, io.FileIO) or (isinstance(file, io.BufferedReader) and isinstance(file.raw, io.FileIO))
    if plain and stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return max(0, os.fstat(file.fileno()).st_size - file.tell())
    return None


def _unpacked(file: Opened, max_bytes: int | None, stack: contextlib.ExitStack) -> Opened:
    """The file itself, or what is compressed in it, which is unpacked as it is read."""
    extension, is_zip = compression_of(file.start), archive_of(file.start) == "zip"
    if extension or (is_zip and file.seekable()):
        inner = only_member(file, file.title) if is_zip else decompressed(file, extension)
        raw = _Stream(stack.enter_context(inner), file.title, max_bytes)
        file = stack.enter_context(Opened(raw, file.title, None, None))
        if compression_of(file.start):
            raise FormatError(f"{file}: expected a file compressed once, got one that is compressed twice")
    check_no_archive(file.start, file.title)
    return file


def known_size(file: BinaryIO) -> int | None:
    """Bytes in an open file, or None where that is not known before it is read: compressed files and pipes."""
    if isinstance(file, Opened):
        return file.size
    if not isinstance(file, io.BufferedReader) or not file.seekable():
        return None
    return os.fstat(file.fileno()).st_size


class Together:
    """Files that appear under their names when all of them are complete; if anything fails before, none of them does.

    As a context manager. Renaming several files takes several steps. So that nothing can read new files beside old ones
    if the process is killed or the power fails between two steps, the `last` file, without which the others are
    refused, goes first and comes back last.
    """

    def __init__(self) -> None:
        self._written: list[Temporary] = []
        self._last: Temporary | None = None
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> "Together":
        self._stack.enter_context(cleaned_up_by_signals())
        return self

    @contextlib.contextmanager
    def open(self, target: Target, last: bool = False, append: bool = False) -> Iterator[BinaryIO]:
        """Open a file of bytes to write; see `open_to_write`. What is no regular file is written at once."""
        if not isinstance(target, str | os.PathLike):
            with _open_handle(target) as file:
                yield file
        elif append or (os.path.exists(target) and not os.path.isfile(target)):
            with _open_to_append(pathlib.Path(os.path.realpath(target)), target) as file:
                yield file
        else:
            temporary = Temporary(target)
            self._written.append(temporary)
            self._last = temporary if last else self._last
            with _naming_nameless(target), _compressed(temporary.file, temporary.target) as file:
                yield file
            temporary.complete()

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        with self._stack:
            try:
                if kind is None:
                    self._place()
            finally:
                for temporary in self._written:
                    temporary.discard()

    def _place(self) -> None:
        """Rename all. After a power cut, too, the last one is there only if the others beside it are new."""
        others = [temporary for temporary in self._written if temporary is not self._last]
        if self._last is not None and others:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._last.target)
            sync_folder(self._last.target.parent)
        _place_all(others)
        _place_all([self._last] if self._last is not None else [])


def _place_all(files: list[Temporary]) -> None:
    """Rename files that are complete, and bring their names to the disk."""
    for temporary in files:
        temporary.place()
    for folder in {temporary.target.parent for temporary in files}:
        sync_folder(folder)


@contextlib.contextmanager
def _naming_nameless(path: Path) -> Iterator[None]:
    """Within, an OSError that names no file, such as that of a full disk, is about this one."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = os.fspath(path)
        raise


@contextlib.contextmanager
def open_to_write(target: Target, append: bool = False) -> Iterator[BinaryIO]:
    """Open a file of bytes, compressed by its extension, that appears under its name only when it is complete.

    It is written without a name or under a temporary one in the same folder, flushed to the disk and renamed; on any
    failure it goes and what was there before stays. With `append`, a failure cuts the file back to its former length.
    An open file gets all bytes at once, when they are complete.
    """
    with Together() as together, together.open(target, append=append) as file:
        yield file


def _compressed(file: BinaryIO, path: Path) -> contextlib.AbstractContextManager[BinaryIO]:
    extension = extension_of(path)
    return compressing(file, extension) if extension else contextlib.nullcontext(file)


@contextlib.contextmanager
def _open_to_append(target: pathlib.Path, path: Path) -> Iterator[BinaryIO]:
    """Append to a file, or write to something that is no file, such as a pipe or /dev/stdout."""
    length = target.stat().st_size if target.is_file() else None
    try:
        with _naming_nameless(path), open(target, "ab") as raw, _compressed(raw, target) as file:
            yield file
    except BaseException:
        if length is not None:
            with contextlib.suppress(OSError):
                os.truncate(target, length)
        raise


@contextlib.contextmanager
def _open_handle(handle: IO[bytes]) -> Iterator[BinaryIO]:
    """Write into an open file, which stays open."""
    if not hasattr(handle, "write"):
        raise TypeError(f"expected a path or a file opened in binary mode, got {type(handle).__name__}")
    if isinstance(handle, io.TextIOBase):
        raise TypeError(f'expected a file opened in binary mode, "wb", got {type(handle).__name__}, which takes text')
    with tempfile.TemporaryFile() as whole:
        yield cast(BinaryIO, whole)
        whole.seek(0)
        shutil.copyfileobj(whole, handle, LOOK)


def check_writable(path: Path) -> None:
    """Raise the OSError that writing `path` would raise, before any work is spent on what to write."""
    target = pathlib.Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
    if target.exists() and not target.is_file():
        return
    Temporary(path).discard()
