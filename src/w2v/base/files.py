"""Opening files: compressed by extension to read, all or nothing to write."""

import bz2
import contextlib
import errno
import gzip
import importlib
import io
import lzma
import os
import pathlib
import secrets
import shutil
import sys
import tempfile
import weakref
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any, BinaryIO, cast

from w2v.base.paths import Path
from w2v.errors import FormatError, TruncatedError

COMPRESSED = (".gz", ".bz2", ".xz", ".zst")


@contextlib.contextmanager
def _open(path: Path, mode: str, name: Path, sync: bool = False) -> Iterator[BinaryIO]:
    """Open `path`, as compressed as the extension of `name` says; with `sync`, it is on the disk when it is closed."""
    with open(path, mode) as raw:
        with _compressed(cast(BinaryIO, raw), mode, pathlib.Path(name).suffix) as file:
            yield file
        if sync:
            raw.flush()
            os.fsync(raw.fileno())


def _compressed(raw: BinaryIO, mode: str, extension: str) -> contextlib.AbstractContextManager[BinaryIO]:
    """A view of `raw` through the compression of this extension, or `raw` itself, which stays open."""
    if extension == ".gz":
        return cast(BinaryIO, gzip.GzipFile("", mode, 6, raw, mtime=0))  # the same bytes every time
    if extension == ".bz2":
        return cast(BinaryIO, bz2.open(raw, mode))  # type: ignore[call-overload]
    if extension == ".xz":
        return cast(BinaryIO, lzma.LZMAFile(raw, mode))
    if extension == ".zst":
        module = zstd()
        options = None if mode == "rb" else {module.CompressionParameter.checksum_flag: 1}
        return cast(BinaryIO, module.ZstdFile(raw, mode, options=options))
    return contextlib.nullcontext(raw)


def zstd() -> Any:
    """The module compression.zstd, which Python has from 3.14 on, or its backport."""
    name = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ImportError('.zst files need Python 3.14 or backports.zstd: pip install "w2v[zstd]"') from error


def damage(path: Path) -> tuple[type[Exception], ...]:
    """What decompressors raise, beside EOFError and OSError, for data that are damaged."""
    known = (zlib.error, lzma.LZMAError, gzip.BadGzipFile)
    return (*known, zstd().ZstdError) if pathlib.Path(path).suffix == ".zst" else known


@contextlib.contextmanager
def open_to_read(path: Path) -> Iterator[BinaryIO]:
    """Open a file of bytes, decompressed by its extension (.gz, .bz2, .xz, .zst); damage becomes a FormatError."""
    damaged = damage(path)
    with _open(path, "rb", path) as file:
        try:
            yield file
        except FormatError:
            raise
        except EOFError as error:
            raise TruncatedError(f"{path}: compressed data end early: {error}") from error
        except damaged as error:
            raise FormatError(f"{path}: damaged compressed data: {error}") from error
        except OSError as error:
            if error.errno is None:  # bz2 has no error of its own
                raise FormatError(f"{path}: damaged compressed data: {error}") from error
            raise


def unpacked(path: Path, owner: object) -> Path:
    """The path of the same bytes, not compressed: `path`, or that of a temporary file, which goes when `owner` does."""
    if pathlib.Path(path).suffix not in COMPRESSED:
        return path
    folder = tempfile.mkdtemp(prefix="w2v-")
    weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    plain = pathlib.Path(folder, "unpacked")
    with open_to_read(path) as packed, open(plain, "wb") as file:
        shutil.copyfileobj(packed, file)
    return plain


def known_size(file: BinaryIO) -> int | None:
    """Bytes in an open file, or None where that is not known before it is read: compressed files and pipes."""
    if not isinstance(file, io.BufferedReader) or not file.seekable():
        return None
    return os.fstat(file.fileno()).st_size


@contextlib.contextmanager
def open_to_write(path: Path, append: bool = False) -> Iterator[BinaryIO]:
    """Open a file of bytes, compressed by its extension, that appears under its name only when it is complete.

    It is written under a temporary name in the same folder, flushed to the disk and renamed; on any failure the
    temporary file goes and what was there before stays. With `append`, a failure cuts the file back to its former
    length.
    """
    target = pathlib.Path(os.path.realpath(path))  # a symbolic link stays one
    if append or (target.exists() and not target.is_file()):
        with _open_to_append(target) as file:
            yield file
        return
    temporary = target.with_name(f".w2v-{secrets.token_hex(8)}.tmp")
    try:
        with _open(temporary, "xb", target, sync=True) as file:
            yield file
        if target.exists():
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename == str(temporary):
            error.filename = os.fspath(path)  # the name that the caller knows
        raise


@contextlib.contextmanager
def _open_to_append(target: pathlib.Path) -> Iterator[BinaryIO]:
    """Append to a file, or write to something that is no file, such as a pipe or /dev/stdout."""
    length = target.stat().st_size if target.is_file() else None
    try:
        with _open(target, "ab", target) as file:
            yield file
    except BaseException:
        if length is not None:
            os.truncate(target, length)
        raise


def save_to_handle(save: Callable[[pathlib.Path], None], handle: IO[bytes]) -> None:
    """Write into an open file what `save` writes to a path, once it is complete."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "saved")
        save(path)
        with open(path, "rb") as file:
            shutil.copyfileobj(file, handle)


def check_writable(path: Path) -> None:
    """Raise the OSError that writing `path` would raise, before any work is spent on what to write."""
    target = pathlib.Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
    if target.exists() and not target.is_file():
        return
    probe = target.with_name(f".w2v-{secrets.token_hex(8)}.tmp")
    try:
        probe.touch(exist_ok=False)
    except OSError as error:
        error.filename = os.fspath(path)
        raise
    probe.unlink()
