"""Text at URLs, such as s3://bucket/part-*.txt, by fsspec (``pip install "w2v[fsspec]"``): found, opened, measured."""

import errno
import glob
import io
import re
from typing import Any

from w2v.errors import MissingFileError

__all__ = ["expand_url", "is_url", "open_url", "url_key", "url_size"]

_CHANGED = ("mtime", "created", "LastModified", "ETag", "etag", "updated", "md5Hash")  # as systems call it
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.:-]+://")  # two letters at least: one is a drive of Windows


def is_url(path: str) -> bool:
    """Say whether this names a text by a protocol.

    Examples
    --------
    >>> is_url("s3://bucket/text"), is_url("/data/text"), is_url("C://text")
    (True, False, False)
    """
    return _SCHEME.match(path) is not None


def expand_url(url: str) -> list[str]:
    """Return the files that are meant, by their URLs: one, those of a folder by name, or those that fit a pattern.

    Raises
    ------
    MissingFileError
        There are none.
    ImportError
        fsspec, or what it needs for this protocol, is not installed.
    """
    system, path = _system(url)
    if "http" in system.protocol:  # whose folders are pages, and where ? is no pattern
        return [url]
    if glob.has_magic(path) and not system.exists(path):
        found = [name for name in system.glob(path) if system.isfile(name)]
        what = "no file fits this pattern"
    elif system.isdir(path):
        about = system.ls(path, detail=True)
        found = [each["name"] for each in about if each["type"] == "file" and not _base(each["name"]).startswith(".")]
        what = "no files in this folder"
    else:
        return [url]  # opening it will tell if it is missing
    if not found:
        raise MissingFileError(errno.ENOENT, what, url)
    return sorted(system.unstrip_protocol(name) for name in found)


class _Remote(io.RawIOBase):
    """What is at a URL; `size` is None where only reading it to its end tells, and then it cannot be read in parts."""

    def __init__(self, file: Any) -> None:
        self._file, self.size = file, getattr(file, "size", None)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self.size is not None

    def seek(self, place: int, whence: int = 0) -> int:
        return int(self._file.seek(place, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def readinto(self, buffer: Any) -> int:
        room = memoryview(buffer).cast("B")
        part = self._file.read(len(room))
        room[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self._file.close()
        super().close()


def open_url(url: str) -> io.RawIOBase:
    """Open what is there to read its bytes, from any place; see `expand_url` for errors."""
    system, path = _system(url)
    try:
        return _Remote(system.open(path, "rb"))
    except FileNotFoundError:
        raise MissingFileError(errno.ENOENT, "no such file", url) from None


def url_size(url: str) -> int:
    """Return the number of bytes.

    Raises
    ------
    ValueError
        The server does not say.
    """
    size = _about(url).get("size")
    if size is None:
        raise ValueError(f"{url}: expected a server that says how large it is, got none")
    return int(size)


def url_key(url: str) -> tuple[str, int, int]:
    """Return what tells whether the text is still the same: the URL, bytes, and a number for the time of its change."""
    import zlib

    about = _about(url)
    changed = [str(about.get(name)) for name in _CHANGED]
    return url, int(about.get("size") or 0), zlib.crc32("\n".join(changed).encode())


def _about(url: str) -> dict[str, Any]:
    system, path = _system(url)
    try:
        return dict(system.info(path))
    except FileNotFoundError:
        raise MissingFileError(errno.ENOENT, "no such file", url) from None


def _system(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        message = f'{url}: this needs fsspec, which is not installed: pip install "w2v[fsspec]"'
        raise ImportError(message) from error
    system, path = url_to_fs(url)
    return system, path


def _base(name: str) -> str:
    return name.rsplit("/", 1)[-1]
