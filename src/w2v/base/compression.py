"""Compressed files: known by their content to read, by the extension of their name to write."""

import bz2
import gzip
import importlib
import lzma
import os
import pathlib
import struct
import sys
import zlib
from typing import Any, BinaryIO, cast

from w2v.base.paths import Path
from w2v.errors import FormatError

#: Extensions of compressed files that are written; what is read is known by how it begins.
COMPRESSED = (".gz", ".bz2", ".xz", ".zst")
LOOK = 1 << 20  # bytes of the start of a file that are looked at before it is read

_STARTS = {".gz": b"\x1f\x8b\x08", ".bz2": b"BZh", ".xz": b"\xfd7zXZ\0", ".zst": b"(\xb5/\xfd"}
_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")  # what follows after "BZh" and a digit; the second if there is nothing
_ARCHIVES = {
    b"PK\x03\x04": "zip", b"PK\x05\x06": "zip", b"PK\x07\x08": "zip",
    b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "rar",
}  # fmt: skip
_TAR_HEADER = 512  # bytes


def extension_of(path: Path) -> str:
    """The extension of a name if it is one of `COMPRESSED`, in lower case; "" for any other.

    Examples
    --------
    >>> extension_of("vectors.txt.GZ"), extension_of("vectors.txt")
    ('.gz', '')
    """
    extension = pathlib.Path(path).suffix.lower()
    return extension if extension in COMPRESSED else ""


def compression_of(start: bytes) -> str:
    """The extension that belongs to the compression that a file's first bytes show; "" if they show none.

    Examples
    --------
    >>> compression_of(gzip.compress(b"to be")), compression_of(b"to be")
    ('.gz', '')
    """
    for extension, magic in _STARTS.items():
        if start.startswith(magic) and (extension != ".bz2" or start[4:10].startswith(_BZIP2_BLOCKS)):
            return extension
    return ""


def archive_of(start: bytes) -> str:
    """The name of the kind of archive ("zip", "tar", "7z", "rar") that a file's first bytes show; "" if they show none.

    512 bytes tell, which is the length of a tar file's first header.
    """
    header = start[:_TAR_HEADER]
    if len(header) == _TAR_HEADER and header[148:156].strip(b" \0").isdigit():
        try:
            checksum = int(header[148:156].strip(b" \0"), 8)
        except ValueError:
            checksum = -1
        if checksum == sum(header[:148] + b" " * 8 + header[156:]):
            return "tar"
    return next((name for magic, name in _ARCHIVES.items() if start.startswith(magic)), "")


def decompressed(file: BinaryIO, extension: str) -> BinaryIO:
    """What is compressed in an open file, as a file to read; closing it leaves `file` open."""
    if extension == ".gz":
        return cast(BinaryIO, gzip.GzipFile(fileobj=file, mode="rb"))
    if extension == ".bz2":
        return cast(BinaryIO, bz2.BZ2File(file))
    if extension == ".xz":
        return cast(BinaryIO, lzma.LZMAFile(file))
    return cast(BinaryIO, zstd().ZstdFile(file))


def compressing(file: BinaryIO, extension: str) -> BinaryIO:
    """A file to write that puts what it is given, compressed, into `file`, which closing it leaves open."""
    if extension == ".gz":
        return cast(BinaryIO, gzip.GzipFile("", "wb", 6, file, mtime=0))  # the same bytes every time
    if extension == ".bz2":
        return cast(BinaryIO, bz2.BZ2File(file, "wb"))
    if extension == ".xz":
        return cast(BinaryIO, lzma.LZMAFile(file, "wb"))
    module = zstd()
    return cast(BinaryIO, module.ZstdFile(file, "wb", options={module.CompressionParameter.checksum_flag: 1}))


def only_member(file: BinaryIO, name: str) -> BinaryIO:
    """The one file that is in a zip archive, to read; FormatError if there are several, or the archive is damaged."""
    import zipfile  # here, because few need it

    # It seeks to negative places, takes names for longer than nothing, and the like.
    damage = (
        zipfile.BadZipFile, zlib.error, struct.error,
        EOFError, IndexError, NotImplementedError, RuntimeError, ValueError,
    )  # fmt: skip
    try:
        archive = zipfile.ZipFile(file)
        members = [
            info for info in archive.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX")
        ]
        if len(members) == 1:
            return cast(BinaryIO, archive.open(members[0]))
    except (*damage, KeyError, OverflowError) as error:
        raise FormatError(f"{name}: damaged zip archive: {error}") from error
    names = ", ".join(repr(info.filename) for info in members[:5]) + (", ..." if len(members) > 5 else "")
    advice = "unpack it, or give an open member: zipfile.ZipFile(path).open(name)"
    raise FormatError(f"{name}: expected one file, got a zip archive of {len(members)} ({names}): {advice}")


def check_no_archive(start: bytes, name: Path) -> None:
    """Raise FormatError if a file begins as an archive does, whose headers and padding are nothing to read.

    Examples
    --------
    >>> check_no_archive(b"to be or not to be", "text")
    """
    kind = archive_of(start)
    if kind:
        raise FormatError(f"{os.fspath(name)}: expected one file, got a {kind} archive: unpack it first")


def zstd() -> Any:
    """The module compression.zstd, which Python has from 3.14 on, or its backport."""
    name = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ImportError('.zst files need Python 3.14 or backports.zstd: pip install "w2v[zstd]"') from error


def damage() -> tuple[type[Exception], ...]:
    """What decompressors raise for damaged data, beside EOFError where they end early and OSError without a number."""
    zstd = sys.modules.get("compression.zstd") or sys.modules.get("backports.zstd")
    loaded = [(sys.modules.get("zipfile"), "BadZipFile"), (zstd, "ZstdError")]
    more = [getattr(module, name) for module, name in loaded if module is not None]
    return (zlib.error, lzma.LZMAError, gzip.BadGzipFile, *more)
