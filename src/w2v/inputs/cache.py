"""Memory for ids: up to a budget from the system, beyond it from temporary files that are mapped into memory."""

import mmap
import os
import pathlib
import tempfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.base.paths import Path

__all__ = ["CACHES", "Storage", "available_memory"]

CACHES = ("auto", "memory", "disk")

_PIECE = 1 << 21  # ids in one piece of memory, 8 MB ...
_FILE_PIECE = 1 << 24  # ... and of a file, 64 MB: each holds a file descriptor
_GROUP = "/sys/fs/cgroup"  # limits of a container, if any
_GROUP_FILES = (
    ("memory.max", "memory.current"),
    ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
)
_UNKNOWN_MEMORY = 4 << 30  # bytes taken for free where the system does not tell

Ids = npt.NDArray[np.int32]


class Storage:
    """Gives arrays of ids until a budget is spent; from then on they lie in temporary files.

    The files have no name where the system allows it, and else go when they are closed, so nothing of them is left
    after a crash. Their room on the disk is taken at once: a full disk is an error here, not a crash later.

    Parameters
    ----------
    cache : {"auto", "memory", "disk"}, bool or int, default "auto"
        The budget: half of the memory that is free now ("auto" and True), no limit, nothing, or so many bytes.
    folder : path or None
        Of the files; None for the system's folder of temporary files.

    Examples
    --------
    >>> Storage("disk").array(3).tolist()
    [0, 0, 0]
    """

    def __init__(self, cache: Any = "auto", folder: Path | None = None) -> None:
        self.budget: float = _budget(cache)
        self.folder = folder
        self.used: int = 0  # bytes of memory given out
        self.on_disk: bool = False

    def piece(self, n: int) -> Ids:
        """Return an array of at least n ids, from memory that goes back to the system with the last view of it."""
        if self._fits(max(n, _PIECE)):
            return np.frombuffer(mmap.mmap(-1, 4 * max(n, _PIECE)), dtype=np.int32)
        return self._file(max(n, _FILE_PIECE))

    def array(self, n: int) -> Ids:
        """Return an array of n ids for what was in pieces, which are about to go: it may use the whole budget."""
        if n == 0 or 4 * n <= self.budget:
            return np.empty(n, dtype=np.int32) if self.budget else np.zeros(n, dtype=np.int32)
        return self._file(n)[:n]

    def _fits(self, n: int) -> bool:
        if self.on_disk or self.used + 4 * n > self.budget:
            return False
        self.used += 4 * n
        return True

    def _file(self, n: int) -> Ids:
        self.on_disk = True
        try:
            with tempfile.TemporaryFile(prefix="w2v-", dir=self.folder) as file:
                _allocate(file, 4 * n)
                return np.frombuffer(mmap.mmap(file.fileno(), 4 * n), dtype=np.int32)
        except OSError as error:
            folder = self.folder or tempfile.gettempdir()
            message = f"{error.strerror or error}: no room for {4 * n} bytes of the cache in {folder}; see cache_dir="
            raise OSError(error.errno, message) from error


def _budget(cache: Any) -> float:
    if cache is True or cache == "auto":
        return available_memory() // 2
    if cache in ("memory", "disk"):
        return 0 if cache == "disk" else float("inf")
    if isinstance(cache, int) and not isinstance(cache, bool) and cache >= 0:
        return cache
    expected = ", ".join(map(repr, CACHES))
    raise ValueError(f"cache: expected one of {expected}, True, False, or a number of bytes, got {cache!r}")


def available_memory() -> int:
    """Return how many bytes of memory this process can still have, as far as the system tells.

    Examples
    --------
    >>> available_memory() > 0
    True
    """
    return min(_limits(), default=_UNKNOWN_MEMORY)


def _limits() -> Iterator[int]:
    try:
        lines = pathlib.Path("/proc/meminfo").read_text().splitlines()
        yield from (int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError):
        if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
            yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for most, used in _GROUP_FILES:
        try:
            yield max(0, int(pathlib.Path(_GROUP, most).read_text()) - int(pathlib.Path(_GROUP, used).read_text()))
        except (OSError, ValueError):  # no such group, or "max": no limit
            continue


def _allocate(file: Any, size: int) -> None:
    """Take room on the disk, which mapping a file alone does not."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, size)
        return
    zeros = bytes(1 << 20)
    for start in range(0, size, len(zeros)):
        file.write(zeros[: size - start])
    file.flush()
