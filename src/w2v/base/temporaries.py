"""Files that have no name, or a temporary one, until they are complete; none of them outlives its process for long.

Where the system has it (Linux: O_TMPFILE), a file that is being written has no name at all, so that nothing is left of
it however the process ends. Elsewhere its name says which process writes it; SIGTERM and SIGHUP remove it, and what a
killed process has left goes when the next file is written into the same folder.
"""

import contextlib
import os
import pathlib
import secrets
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import BinaryIO

from w2v.base.paths import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_BY_DESCRIPTOR = "/proc/self/fd"
_OLD = 60  # seconds
_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """Within, an OSError is about this file, under the name that the caller knows, whatever it says."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = os.fspath(path), None
        raise


class Temporary:
    """A new file in the folder of `path`, which it replaces once it is complete.

    file : opened to write; closed by `complete` and `discard`
    """

    def __init__(self, path: Path):
        self.path = path
        self.target = pathlib.Path(os.path.realpath(path))  # a symbolic link stays one
        self._named: pathlib.Path | None = None  # its temporary name, while it has one
        _remove_leftovers(self.target.parent)
        with naming(path):
            descriptor = _nameless(self.target.parent)
            if descriptor is None:
                self._named = _temporary_name(self.target.parent)
                flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
                descriptor = os.open(self._named, flags, 0o666)
                _owned.add(self._named)
        self.file: BinaryIO = os.fdopen(descriptor, "wb")
        _lock(descriptor)

    def complete(self) -> None:
        """Bring all bytes to the disk and give the file a temporary name, if it has none, and the target's mode."""
        with naming(self.path):
            self.file.flush()
            os.fsync(self.file.fileno())
            if self._named is None:
                self._named = _temporary_name(self.target.parent)
                _owned.add(self._named)
                _name(self.file.fileno(), self._named)
            with contextlib.suppress(FileNotFoundError):
                os.chmod(self._named, self.target.stat().st_mode & 0o7777)
            self.file.close()

    def place(self) -> None:
        """Rename what `complete` has completed to its target."""
        if self._named is None:
            raise ValueError(f"{self.path}: expected a complete file")
        with naming(self.path):
            os.replace(self._named, self.target)
        _owned.discard(self._named)
        self._named = None

    def discard(self) -> None:
        """Close and remove the file; never raises."""
        with contextlib.suppress(OSError, ValueError):
            self.file.close()
        if self._named is not None:
            with contextlib.suppress(OSError):
                os.unlink(self._named)
            _owned.discard(self._named)


def sync_folder(folder: pathlib.Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _nameless(folder: pathlib.Path) -> int | None:
    """The descriptor of a new file without a name; None where there is no such thing."""
    if not hasattr(os, "O_TMPFILE") or not os.path.isdir(_BY_DESCRIPTOR):
        return None
    try:
        return os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o666)
    except OSError as error:
        if isinstance(error, FileNotFoundError | NotADirectoryError | PermissionError):
            raise
        return None  # a file system that cannot


def _name(descriptor: int, path: pathlib.Path) -> None:
    """Give a file that has no name this one."""
    source = f"{_BY_DESCRIPTOR}/{descriptor}"
    try:
        # Only with src_dir_fd, which means nothing to an absolute path, does Python follow the link that the source is.
        os.link(source, path, src_dir_fd=descriptor, follow_symlinks=True)
    except OSError:  # where /proc is not what it is elsewhere
        with open(source, "rb") as nameless, open(path, "xb") as file:
            shutil.copyfileobj(nameless, file)
            file.flush()
            os.fsync(file.fileno())


def _temporary_name(folder: pathlib.Path) -> pathlib.Path:
    return folder / f".w2v-{os.getpid()}-{secrets.token_hex(8)}.tmp"


def _lock(descriptor: int) -> None:
    """Lock a file as long as it is open, which tells others that its process lives."""
    if fcntl is not None:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _remove_leftovers(folder: pathlib.Path) -> None:
    """Remove temporary files of processes that have ended; never raises."""
    with contextlib.suppress(OSError):
        names = [name for name in os.listdir(folder) if name.startswith(".w2v-") and name.endswith(".tmp")]
        for path in (folder / name for name in names):
            if path not in _owned and not _may_live(path) and not _is_locked(path):
                with contextlib.suppress(OSError):
                    path.unlink()


def _may_live(path: pathlib.Path) -> bool:
    """Whether the process that a temporary name tells may still write the file, which it locks right after making it.

    Numbers of processes come again, the more so in containers, so that an old file is left to the lock.
    """
    owner = path.name.split("-")[1]
    is_old = time.time() - path.stat().st_mtime > _OLD
    return owner.isdecimal() and int(owner) != os.getpid() and not is_old and _runs(int(owner))


def _runs(process: int) -> bool:
    if fcntl is None:  # Windows, where os.kill would end it; and where a file that is open cannot be removed
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's
        return True
    return True


def _is_locked(path: pathlib.Path) -> bool:
    """Whether a process that this system does not list, in a container or on another machine, writes the file."""
    if fcntl is None:
        return False
    try:
        with open(path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    return False


_owned: set[pathlib.Path] = set()  # temporary names of this process


@contextlib.contextmanager
def cleaned_up_by_signals() -> Iterator[None]:
    """Within, signals that would end the process without a word remove its temporary files first.

    Handlers of the program's own stay: this is for those that nobody handles, and only in the main thread, where Python
    lets handlers be set.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = [number for number in _SIGNALS if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, frame: FrameType | None) -> None:
    for path in list(_owned):
        with contextlib.suppress(OSError):
            path.unlink()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
